//! Where do the articles of a law or a regulation begin?

use super::prepared::PreparedContent;
use super::section::agrees;
use crate::document::Document;

/// As many articles in a row ("Điều 1.", "Điều 2.") make a law or a regulation, which says what shall be in the words in
/// which reports say what is. A decision on one matter has fewer.
const ARTICLES_OF_NORM: usize = 6;

/// Whether a document is an agreement by its title or a line above its first article.
pub(super) fn is_agreement(content: &PreparedContent) -> bool {
    const LINES: usize = 12;
    let paragraphs = content.document.paragraphs().iter().take(LINES);
    let mut lines = paragraphs.map(|paragraph| content.document.text_at(paragraph.span));
    content.shown_title.as_deref().is_some_and(agrees) || lines.any(agrees)
}

/// The paragraph that opens the first article of a law or a regulation, if the document is one: of six or more articles in a row.
/// From there on no paragraph reports anything (`labelling`) nor, but in agreements, has a place (`section`). What counts
/// as an article among grounds (`rank::quotable`) is any line of that look, since decisions have them, too.
pub(super) fn first_article(document: &Document) -> Option<usize> {
    let mut first = None;
    let mut articles = 0_usize;
    for (index, paragraph) in document.paragraphs().iter().enumerate() {
        let number = document.text_at(paragraph.span).strip_prefix("Điều ");
        let rest = number.and_then(|number| number.strip_prefix(&(articles + 1).to_string()));
        if rest.is_some_and(|rest| rest.starts_with(['.', ':'])) {
            first.get_or_insert(index);
            articles += 1;
        }
    }
    first.filter(|_| articles >= ARTICLES_OF_NORM)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{RawDocument, RawParagraph};
    use crate::segment;

    #[test]
    fn a_norm_begins_with_the_first_of_its_articles_in_a_row() {
        let of = |texts: Vec<String>| {
            let mut raw = RawDocument::of_paragraph("");
            let paragraph = |text| RawParagraph {
                text,
                ..RawParagraph::default()
            };
            raw.paragraphs = texts.into_iter().map(paragraph).collect();
            first_article(&segment::split(&raw))
        };
        let articles =
            |count: usize| (1..=count).map(|number| format!("Điều {number}. Chợ phiên."));
        let law: Vec<String> = std::iter::once("Luật Chợ phiên".to_owned())
            .chain(articles(6))
            .collect();
        assert_eq!(of(law), Some(1));
        assert_eq!(of(articles(5).collect()), None);
        let quoted =
            (3..12).map(|number| format!("Điều {number} Luật Chợ phiên quy định phí chợ."));
        assert_eq!(of(quoted.collect()), None);
    }
}
