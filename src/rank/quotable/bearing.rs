//! Does a unit say by itself all that it has to say?

use super::super::learnt::Genre;
use crate::document::{Document, Unit};
use crate::phrases::{asks, closes, has_figures, is_said, points_back, refers, without_closers};

/// Whether a unit says by itself all that it has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// It does.
    Alone,
    /// It does as an item of a list that no mark ends.
    IsOpen,
    /// It is a sentence that points to one before it, or what somebody says without saying who.
    Refers,
    /// It is a part of the sentence of the unit before: it begins with a figure, or is an item of the list after its colon.
    IsItem,
    /// It goes on with a small letter in the sentence of the unit before.
    GoesOn,
    /// It ends with a colon: it may tell much, but what holds for it is said after it.
    Leads,
    /// It ends with the colon before what somebody says.
    Announces,
    /// It asks.
    Asks,
    /// It only wants its document carried out, approved or known, or is another formula around what a document says.
    Closes,
    /// Its paragraph only says again what a longer one says.
    Copies,
}

impl Bearing {
    /// What `unit` is in the sentence that begins at `start` and has a list from `list` on.
    pub(super) fn of(document: &Document, unit: &Unit, start: usize, list: Option<usize>) -> Self {
        let text = document.text_at(unit.span);
        let is_within = unit.span.start() > start;
        // News has paragraphs of one sentence each.
        let is_after_another = unit.sentence > 0 || unit.paragraph > 0;
        if without_closers(text).ends_with([':', '：']) {
            if is_said(text) {
                Self::Announces
            } else {
                Self::Leads
            }
        } else if asks(text) {
            Self::Asks
        } else if is_within && opens_inside(text, char::is_lowercase) {
            Self::GoesOn
        } else if is_within
            && (opens_inside(text, char::is_numeric)
                || list.is_some_and(|list| is_item(document, unit, list)))
        {
            Self::IsItem
        } else if closes(text) {
            Self::Closes
        } else if refers(text) || (is_after_another && !is_within && points_back(text)) {
            Self::Refers
        } else {
            Self::Alone
        }
    }

    /// Whether it is part of a sentence that began before it.
    pub fn is_part(self) -> bool {
        matches!(self, Self::IsItem | Self::GoesOn)
    }

    /// Whether it ends with a colon.
    pub fn is_lead(self) -> bool {
        matches!(self, Self::Leads | Self::Announces)
    }

    /// Whether it is quoted in a summary only where nothing else is left. What leads to a list and has figures of its own
    /// tells something by itself. Journalists put more of it into their leads than readers quote of reports
    /// (docs/trials.md).
    pub fn is_last(self, genre: Genre, text: &str) -> bool {
        match self {
            Self::Announces | Self::Closes => true,
            Self::Leads => genre == Genre::Report && !has_figures(text),
            Self::GoesOn | Self::Asks | Self::Copies => genre == Genre::Report,
            Self::Alone | Self::IsOpen | Self::Refers | Self::IsItem => false,
        }
    }
}

/// Whether a text begins with such a letter, in the midst of a sentence, and with no mark of an item.
fn opens_inside(text: &str, is_such: fn(char) -> bool) -> bool {
    let first_word = text.split_whitespace().next().unwrap_or_default();
    text.starts_with(is_such) && !first_word.ends_with([')', '.', '/'])
}

/// Whether `unit` is an item of the list that begins at `list` in its sentence: the first one, or a later one that
/// without a figure says too little by itself.
fn is_item(document: &Document, unit: &Unit, list: usize) -> bool {
    let at = unit.span.start();
    let is_first = || document.text()[list..at].trim().is_empty();
    at >= list && (is_first() || !has_figures(document.text_at(unit.span)))
}
