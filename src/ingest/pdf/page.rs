//! What does one page say? A page of the layout analysis → blocks.

use unpdf::model::{Block as PageBlock, InlineContent, Page, Paragraph, Table};
use unpdf::parser::backend::{PageBox, PdfBackend, RawBackend};
use unpdf::parser::{LayoutAnalyzer, TextSpan};

use super::lines::{self, Line, Traced};
use super::place::{PageText, Place, Placed};
use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks};

/// Whether a page has text that could not be decoded, and nothing else.
pub(super) fn is_unreadable(page: &Page) -> bool {
    page.undecodable_content_streams > 0 && page.elements.is_empty()
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct PageLines {
    lines: Vec<Line>,
    /// Numbers near the edges, which the layout analysis leaves out without a look at other pages.
    omitted: Vec<Line>,
    page: Option<PageBox>,
}

/// The paragraphs and table rows of a page with these lines, in reading order.
pub(super) fn blocks(page: &Page, mut lines: PageLines) -> PageText {
    let mut blocks: Vec<Placed> = Vec::new();
    let mut title: Option<Traced> = None;
    for element in &page.elements {
        let traced = match element {
            PageBlock::Paragraph(paragraph) => trace(paragraph, &mut lines.lines),
            _ => None,
        };
        let Some(traced) = traced else {
            blocks.extend(title.take().map(|title| title.on(lines.page)));
            let untraced = untraced(element, page.number);
            blocks.extend(untraced.into_iter().map(Placed::from));
            continue;
        };
        for next in traced {
            if !title.as_mut().is_some_and(|title| title.join_title(&next)) {
                blocks.extend(title.replace(next).map(|title| title.on(lines.page)));
            }
        }
    }
    blocks.extend(title.map(|title| title.on(lines.page)));
    PageText {
        number: page.number,
        blocks: with_omitted(blocks, &lines),
    }
}

/// The blocks with those numbers before and after them that the layout analysis left out.
fn with_omitted(blocks: Vec<Placed>, lines: &PageLines) -> Vec<Placed> {
    let omitted = lines.omitted.iter();
    let omitted = omitted.map(|line| Traced::begin(line).on(lines.page));
    let is_above = |placed: &Placed| placed.place.is_some_and(Place::is_in_upper_half);
    let (mut all, below): (Vec<Placed>, Vec<Placed>) = omitted.partition(is_above);
    all.extend(blocks);
    all.extend(below);
    all
}

/// The lines of a page; empty where they cannot be had, which costs fonts alone, and nothing where text stands
/// absurdly far off the page: the layout analysis takes memory and time by how far.
pub(super) fn lines_of(number: u32, backend: &RawBackend) -> Option<PageLines> {
    // A page is at most 14,400 points wide.
    const FAR: f32 = 100_000.0;
    let analyzer = LayoutAnalyzer::new(backend);
    let spans = analyzer.extract_page_spans(number).unwrap_or_default();
    let is_near = |place: f32| place.abs() < FAR;
    let are_near = spans
        .iter()
        .all(|span| is_near(span.x) && is_near(span.y) && is_near(span.width));
    if !are_near {
        return None;
    }
    let mut seen = spans.clone();
    analyzer.filter_spans_for_page(&mut seen, number);
    let omitted = omitted(spans, &seen);
    let lines = |spans| {
        let lines = analyzer.group_spans_into_lines_pub(spans);
        lines.iter().map(|line| Line::of(line, number)).collect()
    };
    let page = backend.pages().get(&number).copied();
    Some(PageLines {
        lines: lines(seen),
        omitted: lines(omitted),
        page: page.map(|page| backend.crop_box(page)),
    })
}

/// The spans with text that are not among those `seen`, which are in the same order.
fn omitted(spans: Vec<TextSpan>, seen: &[TextSpan]) -> Vec<TextSpan> {
    let mut seen = seen.iter().peekable();
    let is_same = |left: &TextSpan, right: &TextSpan| {
        (left.x, left.y, &left.text) == (right.x, right.y, &right.text)
    };
    let is_omitted = |span: &TextSpan| {
        let was_seen = seen.next_if(|next| is_same(next, span)).is_some();
        !was_seen && !span.text.trim().is_empty()
    };
    spans.into_iter().filter(is_omitted).collect()
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
