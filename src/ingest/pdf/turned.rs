//! Pages whose text does not run from left to right: the text of a wide table runs up the paper, pages lie upside down, and
//! scans a little askew.
//!
//! The layout analysis reads lines from left to right. For such a page, it is given the page as it is to be read, by a
//! matrix before the page's content.

use unpdf::model::{Block as PageBlock, Paragraph};
use unpdf::parser::backend::PageBox;
use unpdf::parser::{DetectedTable, LayoutAnalyzer, TableDetector, TextLine, TextSpan};

use super::one_page::OnePage;

/// How a page is turned for its text to run from left to right.
pub(super) struct Turn {
    /// The operator that turns the page.
    pub(super) matrix: String,
    pub(super) upright: PageBox,
}

impl Turn {
    /// The turn that a page with these spans on this paper needs: where nine in ten of its characters run up, down or to the
    /// left, or its words follow each other askew.
    pub(super) fn of(spans: &[TextSpan], paper: PageBox) -> Option<Self> {
        let count = |spans: &mut dyn Iterator<Item = &TextSpan>| -> usize {
            spans.map(|span| span.text.trim().len()).sum()
        };
        let runs = |x: f32, y: f32| {
            let runs_there =
                move |span: &&TextSpan| span.direction[0] * x + span.direction[1] * y > 0.99;
            10 * count(&mut spans.iter().filter(runs_there)) > 9 * count(&mut spans.iter())
        };
        let on_side = PageBox {
            llx: 0.0,
            lly: 0.0,
            urx: paper.height(),
            ury: paper.width(),
        };
        let (matrix, upright) = if runs(0.0, 1.0) {
            (
                format!("0 -1 1 0 {} {} cm\n", -paper.lly, paper.urx),
                on_side,
            )
        } else if runs(0.0, -1.0) {
            (
                format!("0 1 -1 0 {} {} cm\n", paper.ury, -paper.llx),
                on_side,
            )
        } else if runs(-1.0, 0.0) {
            let (right, top) = (paper.llx + paper.urx, paper.lly + paper.ury);
            (format!("-1 0 0 -1 {right} {top} cm\n"), paper)
        } else {
            (straight(slope(spans)?, paper), paper)
        };
        Some(Self { matrix, upright })
    }
}

/// How far a scan's lines rise, as a share of their length, if so much that they are read in pieces.
///
/// Programs that recognize letters place the words one by one; those that write set the words of a line at one height.
fn slope(spans: &[TextSpan]) -> Option<f32> {
    /// So many pairs of words tell a slope.
    const ENOUGH: usize = 50;
    /// Over the width of a page lines rise less than lines are told apart by.
    const LEAST: f32 = 0.004;
    let rise = |pair: &[TextSpan]| {
        let (one, next) = (&pair[0], &pair[1]);
        let em = one.font_size.min(next.font_size);
        let (right, up) = (next.x - one.x, next.y - one.y);
        let is_one_line = right > em && up.abs() < 0.5 * em;
        let are_level = !one.is_rotated() && !next.is_rotated();
        (is_one_line && are_level).then_some(up / right)
    };
    let mut rises: Vec<f32> = spans.windows(2).filter_map(rise).collect();
    if rises.len() < ENOUGH {
        return None;
    }
    rises.sort_by(f32::total_cmp);
    let [low, middle, high] = [1, 2, 3].map(|quarter| rises[quarter * rises.len() / 4]);
    let is_common = low * high > 0.0;
    (is_common && middle.abs() > LEAST).then_some(middle)
}

/// The operator that turns a page about its middle for lines that rise so much to be level.
fn straight(slope: f32, paper: PageBox) -> String {
    let angle = libm::atanf(slope);
    let (sine, cosine) = (libm::sinf(angle), libm::cosf(angle));
    let x = f32::midpoint(paper.llx, paper.urx);
    let y = f32::midpoint(paper.lly, paper.ury);
    let (right, up) = (x - x * cosine - y * sine, y + x * sine - y * cosine);
    format!("{cosine} {} {sine} {cosine} {right} {up} cm\n", -sine)
}

/// The paragraphs and tables of a turned page: the paragraphs in their order, or with tables from the page's top to its
/// bottom.
pub(super) fn elements(number: u32, turned: &OnePage<'_>) -> Vec<PageBlock> {
    let analyzer = LayoutAnalyzer::new(turned);
    let mut spans = analyzer.extract_page_spans(number).unwrap_or_default();
    analyzer.filter_spans_for_page(&mut spans, number);
    // Lines have the pieces of words put together, by which tables are told.
    let lines = analyzer.group_spans_into_lines_pub(spans);
    let spans = lines.into_iter().flat_map(|line| line.spans).collect();
    let detector = TableDetector::new();
    let (tables, rest) = detector.detect(spans);
    let mut elements: Vec<(f32, PageBlock)> = Vec::new();
    for table in &tables {
        if is_sure(table) {
            let model = detector.to_table_model(table);
            elements.push((table.top_y, PageBlock::Table(model)));
        } else {
            elements.extend(table.rows.iter().map(|row| {
                let line = TextLine::from_spans(row.spans.clone());
                (row.y, paragraph(line.text()))
            }));
        }
    }
    let lines = analyzer.group_spans_into_lines_pub(rest);
    for block in analyzer.group_lines_into_blocks_pub(lines) {
        let top = block.lines.first().map_or(0.0, |line| line.y);
        elements.push((top, paragraph(block.text())));
    }
    if !tables.is_empty() {
        elements.sort_by(|(upper, _), (lower, _)| lower.total_cmp(upper));
    }
    elements.into_iter().map(|(_, element)| element).collect()
}

/// Whether a table is none that words below each other look like by chance; the layout analysis asks the same.
fn is_sure(table: &DetectedTable) -> bool {
    table.confidence >= 0.4
}

fn paragraph(text: String) -> PageBlock {
    PageBlock::Paragraph(Paragraph::with_text(text))
}
