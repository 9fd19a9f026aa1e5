//! Is it an official letter, and which of its paragraphs are furniture?
//!
//! Vietnamese official documents share a form (decree 30/2020/NĐ-CP, and its forerunners): the state's name and motto,
//! issuing body, number, place and date above; recipients and signature below. [`recognise`] marks those paragraphs and reads
//! the facts off them. It works on separate lines, on table rows and on two columns that arrived as one line, and
//! errs on the side of leaving a paragraph alone: every mark is tied to an anchor such as the motto or `Nơi nhận`.

mod date;
mod fold;
mod footer;
mod header;
#[cfg(test)]
mod tests;
mod title;

use serde::{Deserialize, Serialize};

pub(super) use title::is_kind;

use super::RawParagraph;

/// What an official letter says about itself; `None` where it was not found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Official {
    /// Number and symbol, as `418/BC-CAH`.
    pub number: Option<String>,
    /// When it was issued, as `2024-06-14`.
    pub date: Option<String>,
    /// Who issued it, as written.
    pub issuer: Option<String>,
    /// The name under it.
    pub signer: Option<String>,
}

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
    let gazette = || header::find_gazette(&texts);
    let (furniture, mut letter) = match (header, &footer) {
        (Some(header), _) => (header.furniture, header.letter),
        (None, None) => return gazette(),
        (None, Some(_)) => (Vec::new(), gazette().unwrap_or_default()),
    };
    let footer = footer.unwrap_or_default();
    letter.official.signer = footer.signer;
    for index in furniture.into_iter().chain(footer.furniture) {
        paragraphs[index].furniture = true;
    }
    Some(letter)
}
