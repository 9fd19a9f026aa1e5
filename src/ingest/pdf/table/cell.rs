//! What does a cell say? The layout analysis puts its lines together with spaces, wherever they end.

use std::collections::BTreeSet;

use unpdf::model::Paragraph;
use unpdf::parser::TextLine;

use crate::document::ParagraphKind;
use crate::ingest::pdf::double::Doubled;
use crate::ingest::pdf::element::{kind_of, text_of};
use crate::ingest::pdf::lines::pieces;

const HYPHENS: [char; 2] = ['-', '\u{2010}'];

/// The paragraphs of a cell.
pub(super) type Cell = Vec<(ParagraphKind, String)>;

/// What a page shows that tells how the texts of cells are to be read.
#[derive(Debug, Default)]
pub(in super::super) struct CellReader {
    /// The words with a hyphen at the ends of lines.
    hyphened: BTreeSet<String>,
    doubled: Doubled,
}

impl CellReader {
    pub(in super::super) fn of(lines: &[TextLine], doubled: Doubled) -> Self {
        const GAP_EMS: f32 = 0.6;
        // Pieces copy their spans, and few lines have a hyphen.
        let has_hyphen = |line: &&TextLine| {
            let mut spans = line.spans.iter();
            spans.any(|span| span.text.contains(HYPHENS))
        };
        let lines = lines.iter().filter(has_hyphen);
        let pieces = lines.flat_map(|line| pieces(line, GAP_EMS));
        let last_word = |piece: TextLine| {
            let text = piece.text();
            text.split_whitespace().next_back().map(str::to_owned)
        };
        let words = pieces.filter_map(last_word);
        Self {
            hyphened: words.filter(|word| ends_with_hyphen(word)).collect(),
            doubled,
        }
    }

    pub(super) fn read(&self, paragraph: &Paragraph) -> (ParagraphKind, String) {
        let text = text_of(paragraph);
        let once = self.doubled.once(&text);
        (kind_of(paragraph), self.joined(once))
    }

    /// A text without the spaces that stand for the end of a line inside a word.
    fn joined(&self, text: &str) -> String {
        let mut joined = String::with_capacity(text.len());
        let mut before = "";
        for piece in text.split_inclusive(' ') {
            let word = piece.trim_end();
            let is_one = self.hyphened.contains(before) || is_parted_number(before, word);
            if is_one && joined.ends_with(' ') {
                joined.pop();
            }
            joined.push_str(piece);
            before = word;
        }
        joined
    }
}

fn ends_with_hyphen(word: &str) -> bool {
    let before = word.strip_suffix(HYPHENS);
    before.is_some_and(|before| before.ends_with(char::is_alphanumeric))
}

/// Whether two pieces make one large number, too long for its column: `1.250.00` and `0`. No number ends as the first one
/// does.
fn is_parted_number(before: &str, after: &str) -> bool {
    let is_digits = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let groups: Vec<&str> = before.split('.').collect();
    let [first, middle @ .., last] = groups.as_slice() else {
        return false;
    };
    (1..=3).contains(&first.len())
        && !middle.is_empty()
        && middle.iter().all(|group| group.len() == 3)
        && last.len() < 3
        && last.len() + after.len() == 3
        && groups.iter().chain([&after]).all(|group| is_digits(group))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_and_numbers_parted_by_the_end_of_a_line_are_one() {
        let reader = CellReader {
            hyphened: BTreeSet::from(["HĐND-".to_owned()]),
            doubled: Doubled::default(),
        };
        for (text, expected) in [
            ("Văn phòng HĐND- UBND huyện", "Văn phòng HĐND-UBND huyện"),
            ("kinh tế- xã hội", "kinh tế- xã hội"),
            ("Giai đoạn 2021 - 2025", "Giai đoạn 2021 - 2025"),
            ("1.250.00 0", "1.250.000"),
            ("12.345.6 78 đồng", "12.345.678 đồng"),
            ("12.345. 678", "12.345.678"),
            ("12.5 30", "12.5 30"),
            ("1.250.000 3", "1.250.000 3"),
            ("10.11.2024 15", "10.11.2024 15"),
        ] {
            assert_eq!(reader.joined(text), expected);
        }
    }
}
