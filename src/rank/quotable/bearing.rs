//! Does a unit say by itself all that it has to say?

use super::sentence::without_closers;
use crate::document::{Document, Span, Unit};

/// How what is before a colon ends where somebody says what is after it, in words of his own.
const SAYING: [&str; 22] = [
    "cho biết",
    "nhấn mạnh",
    "nêu rõ",
    "nói rõ",
    "ghi rõ",
    "yêu cầu",
    "đề nghị",
    "khẳng định",
    "cho rằng",
    "chỉ đạo",
    "phát biểu",
    "kết luận",
    "chia sẻ",
    "thông tin",
    "đánh giá",
    "quy định",
    "quyết định",
    "nói",
    "trả lời",
    "kể",
    "giải thích",
    "kiến nghị",
];

/// How a sentence begins whose subject is what was said before it.
const REFERRING: [&str; 6] = [
    "Đó là ",
    "Đây là ",
    "Đây cũng là ",
    "Điều này ",
    "Điều đó ",
    "Việc này ",
];

/// Whether a unit says by itself all that it has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bearing {
    /// It does.
    Alone,
    /// It is a sentence that points to one before it.
    Refers,
    /// It ends with a colon: it may tell much, but what holds for it is said after it.
    Leads,
    /// It goes on in the sentence of the unit before: with a small letter or a figure, or as a list after its colon.
    GoesOn,
}

impl Bearing {
    /// What `unit` is in the sentence of this span.
    pub(super) fn of(document: &Document, unit: &Unit, sentence: Span) -> Self {
        let text = document.text_at(unit.span);
        let before = &document.text()[sentence.start()..unit.span.start()];
        if without_closers(text).ends_with([':', '：']) {
            Self::Leads
        } else if !before.is_empty() && goes_on(before, text) {
            Self::GoesOn
        } else if REFERRING.iter().any(|opening| text.starts_with(opening)) {
            Self::Refers
        } else {
            Self::Alone
        }
    }
}

/// Whether `text` cannot be understood without what is before it in the same sentence.
fn goes_on(before: &str, text: &str) -> bool {
    let first_word = text.split_whitespace().next().unwrap_or_default();
    let is_item = first_word.ends_with([')', '.', '/']);
    let opens_inside = text.starts_with(|first: char| first.is_lowercase() || first.is_numeric());
    let is_list = before
        .trim_end()
        .strip_suffix([':', '：'])
        .is_some_and(|lead| {
            let is_said = SAYING
                .iter()
                .any(|saying| lead.trim_end().ends_with(saying));
            !is_said && !text.starts_with(['“', '"', '‘', '«', '「'])
        });
    (opens_inside && !is_item) || is_list
}
