//! One page of a file, as the layout analysis is to see it.
//!
//! It asks for the file's pages again and again, for which the parser walks through all of them: here there is one.

use std::collections::BTreeMap;

use unpdf::Result;
use unpdf::parser::LinkAnnotations;
use unpdf::parser::backend::{
    BackendFontInfo, ContentOp, DecodedRun, DecodedText, GlyphAdvance, PageBox, PageContent,
    PageId, PaintedXObject, PdfBackend, PdfMetadataRaw, RawBackend, RawOutlineItem, RawXObject,
    ResourceScope,
};

use super::turned::Turn;

/// A file that has one page.
pub(super) struct OnePage<'a> {
    backend: &'a RawBackend,
    number: u32,
    page: PageId,
    turn: Option<Turn>,
}

impl<'a> OnePage<'a> {
    pub(super) fn new(backend: &'a RawBackend, number: u32, page: PageId) -> Self {
        Self {
            backend,
            number,
            page,
            turn: None,
        }
    }

    /// The page for its text to run from left to right.
    pub(super) fn turned(self, turn: Turn) -> Self {
        Self {
            turn: Some(turn),
            ..self
        }
    }

    /// What viewers show of the page.
    pub(super) fn paper(&self) -> PageBox {
        self.crop_box(self.page)
    }
}

impl PdfBackend for OnePage<'_> {
    fn pages(&self) -> BTreeMap<u32, PageId> {
        BTreeMap::from([(self.number, self.page)])
    }

    fn page_content(&self, page: PageId) -> Result<Vec<u8>> {
        self.page_content_with_losses(page)
            .map(|content| content.data)
    }

    fn page_content_with_losses(&self, page: PageId) -> Result<PageContent> {
        let mut content = self.backend.page_content_with_losses(page)?;
        if let Some(turn) = &self.turn {
            content.data = [turn.matrix.as_bytes(), &content.data].concat();
        }
        Ok(content)
    }

    fn page_box(&self, page: PageId) -> PageBox {
        match &self.turn {
            Some(turn) => turn.upright,
            None => self.backend.page_box(page),
        }
    }

    fn crop_box(&self, page: PageId) -> PageBox {
        match &self.turn {
            Some(turn) => turn.upright,
            None => self.backend.crop_box(page),
        }
    }

    fn page_rotation(&self, page: PageId) -> u16 {
        match &self.turn {
            Some(_) => 0,
            None => self.backend.page_rotation(page),
        }
    }

    // Places on the page that is not turned, of which those on a turned one say nothing.

    fn struck_out_areas(&self, page: PageId) -> Vec<PageBox> {
        match &self.turn {
            Some(_) => Vec::new(),
            None => self.backend.struck_out_areas(page),
        }
    }

    fn link_annotations(&self, page: PageId) -> LinkAnnotations {
        match &self.turn {
            Some(_) => LinkAnnotations::default(),
            None => self.backend.link_annotations(page),
        }
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
