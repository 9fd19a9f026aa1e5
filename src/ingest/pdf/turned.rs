//! Pages on their side: the text of a wide table runs up the paper, and viewers turn it.
//!
//! The layout analysis reads lines from left to right. For a page with most of its text turned, it is given the page
//! as it looks, by a matrix before the page's content.

use std::collections::BTreeMap;

use unpdf::Result;
use unpdf::model::{Block as PageBlock, Paragraph};
use unpdf::parser::backend::{
    BackendFontInfo, ContentOp, DecodedRun, DecodedText, GlyphAdvance, PageBox, PageContent,
    PageId, PaintedXObject, PdfBackend, PdfMetadataRaw, RawBackend, RawOutlineItem, RawXObject,
    ResourceScope,
};
use unpdf::parser::{LayoutAnalyzer, TableDetector, TextSpan};

/// A file in which one page is turned upright.
pub(super) struct Turned<'a> {
    backend: &'a RawBackend,
    page: PageId,
    /// The operator that turns the page.
    matrix: String,
    upright: PageBox,
}

impl<'a> Turned<'a> {
    /// The file with this page turned, if nine in ten of the page's characters run up or down it.
    pub(super) fn by(spans: &[TextSpan], backend: &'a RawBackend, page: PageId) -> Option<Self> {
        let count = |spans: &mut dyn Iterator<Item = &TextSpan>| -> usize {
            spans.map(|span| span.text.trim().len()).sum()
        };
        let runs = |direction: f32| {
            let turned = move |span: &&TextSpan| span.direction[1] * direction > 0.99;
            10 * count(&mut spans.iter().filter(turned)) > 9 * count(&mut spans.iter())
        };
        let paper = backend.crop_box(page);
        let matrix = if runs(1.0) {
            format!("0 -1 1 0 {} {} cm\n", -paper.lly, paper.urx)
        } else if runs(-1.0) {
            format!("0 1 -1 0 {} {} cm\n", paper.ury, -paper.llx)
        } else {
            return None;
        };
        let upright = PageBox {
            llx: 0.0,
            lly: 0.0,
            urx: paper.height(),
            ury: paper.width(),
        };
        Some(Self {
            backend,
            page,
            matrix,
            upright,
        })
    }
}

/// The paragraphs and tables of a turned page, from its top to its bottom.
pub(super) fn elements(number: u32, turned: &Turned<'_>) -> Vec<PageBlock> {
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
        elements.push((
            table.top_y,
            PageBlock::Table(detector.to_table_model(table)),
        ));
    }
    let lines = analyzer.group_spans_into_lines_pub(rest);
    for block in analyzer.group_lines_into_blocks_pub(lines) {
        let top = block.lines.first().map_or(0.0, |line| line.y);
        elements.push((
            top,
            PageBlock::Paragraph(Paragraph::with_text(block.text())),
        ));
    }
    elements.sort_by(|(upper, _), (lower, _)| lower.total_cmp(upper));
    elements.into_iter().map(|(_, element)| element).collect()
}

impl PdfBackend for Turned<'_> {
    fn page_content(&self, page: PageId) -> Result<Vec<u8>> {
        let content = self.backend.page_content(page)?;
        Ok(if page == self.page {
            [self.matrix.as_bytes(), &content].concat()
        } else {
            content
        })
    }

    fn page_content_with_losses(&self, page: PageId) -> Result<PageContent> {
        self.page_content(page).map(PageContent::complete)
    }

    fn page_box(&self, _page: PageId) -> PageBox {
        self.upright
    }

    fn pages(&self) -> BTreeMap<u32, PageId> {
        self.backend.pages()
    }

    fn page_fonts(&self, scope: ResourceScope) -> Result<Vec<BackendFontInfo>> {
        self.backend.page_fonts(scope)
    }

    fn decode_content(&self, data: &[u8]) -> Result<Vec<ContentOp>> {
        self.backend.decode_content(data)
    }

    fn decode_text(&self, scope: ResourceScope, font: &[u8], bytes: &[u8]) -> DecodedText {
        self.backend.decode_text(scope, font, bytes)
    }

    fn decode_run(&self, scope: ResourceScope, font: &[u8], bytes: &[u8]) -> DecodedRun {
        self.backend.decode_run(scope, font, bytes)
    }

    fn glyph_advances(
        &self,
        scope: ResourceScope,
        font: &[u8],
        bytes: &[u8],
    ) -> Option<Vec<GlyphAdvance>> {
        self.backend.glyph_advances(scope, font, bytes)
    }

    fn is_vertical_font(&self, scope: ResourceScope, font: &[u8]) -> bool {
        self.backend.is_vertical_font(scope, font)
    }

    fn xobject(&self, scope: ResourceScope, name: &[u8]) -> Option<PaintedXObject> {
        self.backend.xobject(scope, name)
    }

    fn page_xobjects(&self, page: PageId) -> Result<Vec<RawXObject>> {
        self.backend.page_xobjects(page)
    }

    fn metadata(&self) -> PdfMetadataRaw {
        self.backend.metadata()
    }

    fn outline(&self) -> Result<Vec<RawOutlineItem>> {
        self.backend.outline()
    }
}
