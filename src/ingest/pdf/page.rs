//! What does one page say? A page of the layout analysis → blocks.

use unpdf::model::{Block as PageBlock, InlineContent, Page, Paragraph, Table};
use unpdf::parser::LayoutAnalyzer;
use unpdf::parser::backend::RawBackend;

use super::lines::{self, Line, Traced};
use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks};

/// Whether a page has text that could not be decoded, and nothing else.
pub(super) fn is_unreadable(page: &Page) -> bool {
    page.undecodable_content_streams > 0 && page.elements.is_empty()
}

/// The paragraphs and table rows of a page with these lines, in reading order.
pub(super) fn blocks(page: &Page, mut lines: Vec<Line>) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut title: Option<Traced> = None;
    for element in &page.elements {
        let traced = match element {
            PageBlock::Paragraph(paragraph) => trace(paragraph, &mut lines),
            _ => None,
        };
        let Some(traced) = traced else {
            blocks.extend(title.take().map(|title| title.block));
            blocks.extend(untraced(element, page.number));
            continue;
        };
        for next in traced {
            if !title.as_mut().is_some_and(|title| title.join_title(&next)) {
                blocks.extend(title.replace(next).map(|title| title.block));
            }
        }
    }
    blocks.extend(title.map(|title| title.block));
    blocks
}

/// The lines of a page; empty where they cannot be had, which costs fonts alone, and nothing where text stands
/// absurdly far off the page: the layout analysis takes memory and time by how far.
pub(super) fn lines_of(number: u32, backend: &RawBackend) -> Option<Vec<Line>> {
    // A page is at most 14,400 points wide.
    const FAR: f32 = 100_000.0;
    let analyzer = LayoutAnalyzer::new(backend);
    let spans = analyzer.extract_page_spans(number).unwrap_or_default();
    let is_near = |place: f32| place.abs() < FAR;
    let are_near = spans
        .iter()
        .all(|span| is_near(span.x) && is_near(span.y) && is_near(span.width));
    let lines = are_near.then(|| analyzer.group_spans_into_lines_pub(spans))?;
    Some(lines.iter().map(|line| Line::of(line, number)).collect())
}

fn trace(paragraph: &Paragraph, lines: &mut [Line]) -> Option<Vec<Traced>> {
    let mut traced = lines::paragraphs(lines, &text(paragraph))?;
    let kind = kind(paragraph);
    // A heading or list item that turns out to be several paragraphs is told by their looks.
    if let [only] = traced.as_mut_slice() {
        only.block.kind = kind;
    }
    Some(traced)
}

fn kind(paragraph: &Paragraph) -> ParagraphKind {
    match (paragraph.style.heading_level, &paragraph.style.list_info) {
        (Some(_), _) => ParagraphKind::Heading,
        (None, Some(_)) => ParagraphKind::ListItem,
        (None, None) => ParagraphKind::Body,
    }
}

fn text(paragraph: &Paragraph) -> String {
    let mut text = String::new();
    for content in &paragraph.content {
        match content {
            InlineContent::Text(run) => text.push_str(&run.text),
            InlineContent::Link { text: link, .. } => text.push_str(link),
            InlineContent::LineBreak => text.push(' '),
            InlineContent::Image { .. } => {}
        }
    }
    text
}

/// An element as the layout analysis has it, without fonts.
fn untraced(element: &PageBlock, page: u32) -> Vec<Block> {
    let mut blocks = Blocks::default();
    blocks.set_page(page);
    match element {
        PageBlock::Paragraph(paragraph) => blocks.add(kind(paragraph), &text(paragraph), None),
        PageBlock::Table(table) => add_table(&mut blocks, table),
        _ => {}
    }
    blocks.finish()
}

fn add_table(blocks: &mut Blocks, table: &Table) {
    blocks.begin_table();
    for row in &table.rows {
        blocks.begin_row();
        for cell in &row.cells {
            blocks.begin_cell();
            for paragraph in &cell.content {
                blocks.add(kind(paragraph), &text(paragraph), None);
            }
            blocks.end_cell();
        }
    }
    blocks.end_table();
}
