//! A document that is read, segmented and tokenised, on its way to the transformer.

use super::Ranking;
use crate::document::{Document, Unit};
use crate::encode::windows::{Window, Windows};
use crate::record::{Failure, Official, Source};

/// A document on its way to the transformer.
#[derive(Debug)]
pub struct Prepared {
    pub(super) id: String,
    pub(super) source: Source,
    pub(super) content: Result<PreparedContent, Failure>,
}

impl Prepared {
    /// The token sequences of its text; none if it could not be read.
    pub fn windows(&self) -> &[Window] {
        let windows = self
            .content
            .as_ref()
            .map(|content| &content.windows.windows);
        windows.map_or(&[], Vec::as_slice)
    }

    /// The document's text, if it could be read.
    pub fn text(&self) -> Option<&str> {
        let content = self.content.as_ref().ok()?;
        Some(content.document.text())
    }

    /// The text of one of its units, if it could be read and has as many.
    pub fn unit_text(&self, unit: usize) -> Option<&str> {
        let content = self.content.as_ref().ok()?;
        let unit = content.units.get(unit)?;
        Some(content.document.text_at(unit.span))
    }

    /// The text of the sentence that one of its units is of, if it could be read and has as many.
    pub fn sentence_text(&self, unit: usize) -> Option<&str> {
        let content = self.content.as_ref().ok()?;
        let unit = content.units.get(unit)?;
        let paragraph = content.document.paragraphs().get(unit.paragraph)?;
        let sentence = paragraph.sentences.get(unit.sentence)?;
        Some(content.document.text_at(sentence.span))
    }

    /// The texts of its paragraphs; none if it could not be read.
    pub fn paragraph_texts(&self) -> impl Iterator<Item = &str> {
        let document = self.content.as_ref().ok().map(|content| &content.document);
        document.into_iter().flat_map(|document| {
            let paragraphs = document.paragraphs().iter();
            paragraphs.map(|paragraph| document.text_at(paragraph.span))
        })
    }

    /// Its units as a ranker that has yet to learn sees them, if it could be read; no label is known of them.
    pub fn ranking(&self) -> Option<Ranking> {
        self.content.as_ref().ok().map(Ranking::new)
    }

    /// Where it comes from, and as what it was read.
    pub fn source(&self) -> &Source {
        &self.source
    }

    /// How many tokens the transformer has to read, or why the document cannot be read.
    pub fn token_count(&self) -> Result<usize, &Failure> {
        let content = self.content.as_ref()?;
        Ok(content.windows.token_count)
    }
}

/// What a document holds: read, segmented and tokenised.
#[derive(Debug)]
pub(super) struct PreparedContent {
    /// The title that the document declares, which its ranking goes by.
    pub(super) title: Option<String>,
    /// The title that readers are shown.
    pub(super) shown_title: Option<String>,
    pub(super) official: Option<Official>,
    pub(super) failed_pages: Vec<u32>,
    pub(super) document: Document,
    pub(super) units: Vec<Unit>,
    pub(super) windows: Windows,
}
