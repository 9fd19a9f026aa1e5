//! Where are the document's paragraphs and sentences? [`RawDocument`] → [`Document`].

use crate::document::Document;
use crate::ingest::RawDocument;

/// Splits a document into paragraphs, sentences and clauses.
///
/// Every span slices to its text, spans are ordered, and together the sentences of a paragraph cover
/// all of it but the white space between them.
#[must_use]
pub fn split(_raw: &RawDocument) -> Document {
    Document::default()
}
