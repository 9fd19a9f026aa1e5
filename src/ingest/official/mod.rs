//! Is it an official letter, and which of its paragraphs are furniture?
//!
//! Vietnamese official documents share a form (decree 30/2020/NĐ-CP, and its forerunners): the state's name and motto,
//! issuing body, number, place and date above; recipients and signature below. [`recognise`] marks those paragraphs and reads
//! the facts off them. It works on separate lines, on table rows and on two columns that arrived as one line, and
//! errs on the side of leaving a paragraph alone: every mark is tied to an anchor such as the motto or `Nơi nhận`.

mod about;
mod addressee;
mod below;
mod body;
mod continuation;
mod date;
mod fold;
mod footer;
mod header;
mod headless;
mod kind;
mod letterhead;
mod lines;
mod number;
mod office;
mod period;
mod person;
mod place;
mod recipient;
mod subject;
mod superior;
mod telling;
#[cfg(test)]
mod tests;
mod title;
mod untitled;
mod words;

pub(super) use body::names_body;
pub(super) use headless::headless_title;
pub use kind::begins_as_report;
pub(super) use kind::{is_bare_kind, is_kind};
pub(super) use letterhead::{
    begins_with_number_or_subject, begins_with_state_or_party, begins_with_youth_union,
    stands_below_state,
};
pub(super) use office::is_office;
pub(super) use untitled::{is_no_title, names_part};

use super::RawParagraph;
use crate::document::ParagraphKind;

pub use crate::document::Official;

/// A recognised letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// Its facts.
    pub official: Official,
    /// What it is about: the kind of document and its subject, or the subject after `V/v`.
    pub title: Option<String>,
}

/// Recognises an official letter, and marks its furniture in `paragraphs`.
///
/// `None`, and nothing marked, where neither the head nor the foot of a letter is there.
pub fn recognise(paragraphs: &mut [RawParagraph]) -> Option<Letter> {
    let texts: Vec<&str> = paragraphs
        .iter()
        .map(|paragraph| paragraph.text.as_str())
        .collect();
    let header = header::find(&texts);
    let body = header.as_ref().map_or(0, |header| header.end);
    let footer = footer::find(&texts, body);
    let (furniture, (mut letter, title)) = match (header, &footer) {
        (Some(header), _) => (header.furniture, (header.letter, header.title)),
        (None, None) => (Vec::new(), header::find_gazette(&texts)?),
        (None, Some(_)) => (Vec::new(), header::find_gazette(&texts).unwrap_or_default()),
    };
    let footer = footer.unwrap_or_default();
    letter.official.signer = footer.signer;
    mark_headings(&mut paragraphs[title]);
    for index in furniture.into_iter().chain(footer.furniture) {
        paragraphs[index].furniture = true;
    }
    Some(letter)
}

/// The title of a document that has the name of its kind for one: that line with the subject below it, where it stands
/// among the first paragraphs; the lines of both are marked as headings.
pub(super) fn complete_title(title: &str, paragraphs: &mut [RawParagraph]) -> Option<String> {
    const FIRST_PARAGRAPHS: usize = 12;
    let texts = paragraphs.iter().take(FIRST_PARAGRAPHS);
    let texts: Vec<&str> = texts.map(|paragraph| paragraph.text.as_str()).collect();
    let name = fold::folded(title);
    let start = texts.iter().position(|text| fold::folded(text) == name)?;
    let lines = title::find_title(&texts, start, None);
    let whole = texts[lines.clone()].join(" ");
    mark_headings(&mut paragraphs[lines]);
    Some(whole)
}

/// Marks the lines of a title, so that none is quoted as if it were prose.
pub(super) fn mark_headings(title: &mut [RawParagraph]) {
    for paragraph in title {
        if paragraph.kind != ParagraphKind::Table {
            paragraph.kind = ParagraphKind::Heading;
        }
    }
}
