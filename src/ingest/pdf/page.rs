//! What does one page say? A page of the layout analysis → blocks.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::mem;

use unpdf::model::{Block as PageBlock, Page};
use unpdf::parser::backend::{PageBox, PageId, RawBackend};
use unpdf::parser::{LayoutAnalyzer, TextLine, TextSpan};

use super::aside;
use super::continuation::{append_rest, goes_on};
use super::double;
use super::element::{kind_of, text_of};
use super::legible;
use super::letterhead::Letterhead;
use super::letters::decoded;
use super::lines::{self, Line};
use super::number_line;
use super::omitted::{self, Omitted};
use super::one_page::OnePage;
use super::paragraph::Traced;
use super::place::{Margins, PageText, Place, Placed};
use super::signature::Foot;
use super::table::{self, CellReader};
use super::turned::{self, Turn};
use crate::document::ParagraphKind;
use crate::ingest::blocks::Blocks;

/// The share of a page that a scan's picture covers at least; some are cropped, and lie between wide margins.
const SCAN_COVERAGE: f32 = 0.7;

/// Whether a page has text that could not be decoded, and nothing else.
pub(super) fn is_unreadable(page: &Page) -> bool {
    let is_lost = page.undecodable_content_streams > 0 && page.elements.is_empty();
    is_lost || legible::is_of_private_codes(&page.plain_text())
}

/// The lines of a page.
#[derive(Debug, Default)]
pub(super) struct PageLines {
    lines: Vec<Line>,
    /// What the layout analysis leaves out without a look at other pages.
    omitted: Vec<Omitted>,
    page: Option<PageBox>,
    head: Option<Letterhead>,
    foot: Option<Foot>,
    cells: CellReader,
    /// What is to be read instead of what the layout analysis made of a page on its side.
    turned: Option<Vec<PageBlock>>,
}

/// The paragraphs and table rows of a page with these lines, in reading order.
pub(super) fn blocks(page: &Page, mut lines: PageLines) -> PageText {
    let mut blocks: Vec<Placed> = Vec::new();
    let mut open: Option<Traced> = None;
    // The layout analysis leaves out what letters are recognized in by mistake, such as drawings, and finds nothing there.
    let turned = lines.turned.take();
    let turned = turned.filter(|_| !page.elements.is_empty());
    let margins = lines::margins(&lines.lines);
    let mut is_after_aside = false;
    for element in turned.as_ref().unwrap_or(&page.elements) {
        let Some(traced) = trace(element, &mut lines.lines, margins) else {
            blocks.extend(open.take().map(|open| open.on(lines.page, margins)));
            blocks.extend(untraced(element, page.number, &lines.cells));
            continue;
        };
        is_after_aside |= traced.is_empty();
        for mut next in traced {
            next.is_after_aside |= mem::take(&mut is_after_aside);
            if !open.as_mut().is_some_and(|open| open.join(&next, margins)) {
                blocks.extend(open.replace(next).map(|open| open.on(lines.page, margins)));
            }
        }
    }
    blocks.extend(open.map(|open| open.on(lines.page, margins)));
    number_line::put_back(&lines.lines, &mut blocks, margins);
    if let Some(head) = lines.head.take() {
        head.put_into(&mut blocks, &lines.lines);
    }
    if let Some(foot) = lines.foot.take() {
        foot.put_into(&mut blocks, &lines.lines, lines.page, margins);
    }
    let mut blocks = with_omitted(join_columns(blocks), &lines, margins);
    let is_picture = page.image_coverage > SCAN_COVERAGE;
    // What is recognized in a scan is there for the search, and not painted.
    if is_picture && page.invisible_text_chars == 0 && are_stamp(&blocks) {
        blocks.clear();
    }
    PageText {
        number: page.number,
        blocks,
        asides: aside::once(&lines.lines),
        is_picture,
    }
}

fn are_stamp(blocks: &[Placed]) -> bool {
    let texts = blocks.iter().map(|placed| decoded(&placed.block));
    legible::is_stamp_of_signature(&texts.collect::<Vec<_>>().join(" "))
}

/// Joins paragraphs that go on at the top of the next column.
fn join_columns(blocks: Vec<Placed>) -> Vec<Placed> {
    let mut joined: Vec<Placed> = Vec::with_capacity(blocks.len());
    for placed in blocks {
        match joined.last_mut() {
            Some(last) if placed.begins_above_end_of(last) && goes_on(last, &placed) => {
                append_rest(last, placed);
            }
            _ => joined.push(placed),
        }
    }
    joined
}

/// The blocks with the numbers that the layout analysis left out: in the rows of tables that they stand beside, and
/// before and after all blocks.
fn with_omitted(mut blocks: Vec<Placed>, lines: &PageLines, margins: Margins) -> Vec<Placed> {
    let is_above = |placed: &Placed| placed.place.is_some_and(Place::is_in_upper_half);
    let mut all = Vec::new();
    let mut below = Vec::new();
    // Numbers are cells at a few heights; what has hundreds is no table.
    let may_be_rows = lines.omitted.len() < 20;
    let omitted = lines.omitted.iter();
    let outside = omitted.flat_map(|omitted| {
        if may_be_rows {
            table::add_to_row(omitted, &lines.lines, &mut blocks)
        } else {
            omitted.outside(&lines.lines).collect()
        }
    });
    let outside: Vec<&Line> = outside.collect();
    for number in outside {
        let placed = Traced::begin(number).on(lines.page, margins);
        let side = if is_above(&placed) {
            &mut all
        } else {
            &mut below
        };
        side.push(placed);
    }
    all.extend(blocks);
    all.extend(below);
    all
}

/// The lines of a page; empty where they cannot be had, which costs fonts alone, and nothing where text stands
/// absurdly far off the page: the layout analysis takes memory and time by how far.
pub(super) fn lines_of(
    number: u32,
    page: Option<PageId>,
    backend: &RawBackend,
) -> Option<PageLines> {
    let Some(page) = page else {
        return Some(PageLines::default());
    };
    let page = OnePage::new(backend, number, page);
    let spans = near_spans(number, &page)?;
    let Some(turn) = Turn::of(&spans, page.paper()) else {
        return Some(PageLines::of(number, spans, &page));
    };
    let turned = page.turned(turn);
    let spans = near_spans(number, &turned)?;
    let mut lines = PageLines::of(number, spans, &turned);
    lines.turned = Some(turned::elements(number, &turned));
    Some(lines)
}

/// The spans of a page, if all of them stand near it.
fn near_spans(number: u32, backend: &OnePage<'_>) -> Option<Vec<TextSpan>> {
    // A page is at most 14,400 points wide.
    const FAR: f32 = 100_000.0;
    let analyzer = LayoutAnalyzer::new(backend);
    let spans = analyzer.extract_page_spans(number).unwrap_or_default();
    let is_near = |place: f32| place.abs() < FAR;
    spans
        .iter()
        .all(|span| is_near(span.x) && is_near(span.y) && is_near(span.width))
        .then_some(spans)
}

impl PageLines {
    fn of(number: u32, spans: Vec<TextSpan>, page: &OnePage<'_>) -> Self {
        let analyzer = LayoutAnalyzer::new(page);
        let mut seen = spans.clone();
        analyzer.filter_spans_for_page(&mut seen, number);
        let omitted = left_out(spans, &seen);
        let (once, doubled) = double::without_doubles(&seen);
        let seen = analyzer.group_spans_into_lines_pub(seen);
        // Lines have the pieces of numbers put together, and their widths.
        let omitted = analyzer.group_spans_into_lines_pub(omitted);
        let (omitted, whole) = omitted::find(omitted, &seen, number);
        let (drawn, mut lines) = if doubled.is_empty() {
            (
                with_numbers(&seen, &whole),
                read_whole(&seen, &whole, number),
            )
        } else {
            let once = analyzer.group_spans_into_lines_pub(once);
            let lines = double::read_once(&seen, &once, number);
            (Cow::Owned(once), lines)
        };
        aside::mark(&mut lines, &seen);
        Self {
            head: Letterhead::of(&drawn, number),
            foot: Foot::of(&drawn, number),
            omitted,
            page: Some(page.paper()),
            cells: CellReader::of(&seen, doubled),
            lines,
            turned: None,
        }
    }
}

/// The lines with those in place of them that are whole.
fn with_numbers<'a>(
    lines: &'a [TextLine],
    whole: &BTreeMap<usize, TextLine>,
) -> Cow<'a, [TextLine]> {
    let mut lines = Cow::Borrowed(lines);
    for (index, whole) in whole {
        lines.to_mut()[*index] = whole.clone();
    }
    lines
}

fn read_whole(lines: &[TextLine], whole: &BTreeMap<usize, TextLine>, page: u32) -> Vec<Line> {
    let lines = lines.iter().enumerate().map(|(index, line)| {
        let part = Line::of(line, page);
        match whole.get(&index) {
            Some(whole) => part.part_of(Line::of(whole, page)),
            None => part,
        }
    });
    lines.collect()
}

/// The spans with text that are not among those `seen`, which are in the same order.
fn left_out(spans: Vec<TextSpan>, seen: &[TextSpan]) -> Vec<TextSpan> {
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

fn trace(element: &PageBlock, lines: &mut [Line], margins: Margins) -> Option<Vec<Traced>> {
    let (text, kind) = match element {
        PageBlock::Paragraph(paragraph) => (text_of(paragraph), kind_of(paragraph)),
        PageBlock::Code { content } => (content.clone(), ParagraphKind::Body),
        _ => return None,
    };
    let mut traced = lines::paragraphs(lines, &text, margins)?;
    // A heading or list item that turns out to be several paragraphs is told by their looks.
    if let [only] = traced.as_mut_slice() {
        only.block.kind = kind;
    }
    Some(traced)
}

/// An element as the layout analysis has it, without fonts.
fn untraced(element: &PageBlock, page: u32, cells: &CellReader) -> Vec<Placed> {
    let mut blocks = Blocks::default();
    blocks.set_page(page);
    match element {
        PageBlock::Paragraph(paragraph) => {
            blocks.add(kind_of(paragraph), &text_of(paragraph), None);
        }
        PageBlock::Table(table) => return table::rows(table, page, cells),
        // Typewritten text, in a font of one width.
        PageBlock::Code { content } => {
            let lines = content.lines();
            lines.for_each(|line| blocks.add(ParagraphKind::Body, line, None));
        }
        _ => {}
    }
    blocks.finish().into_iter().map(Placed::from).collect()
}
