//! Which marks end rows, where nothing but their order tells it? Text of Word 6 and 95 → places of marks.
//!
//! A cell and a row end with the same mark, so that a row's comes directly after that of its last cell. So does the mark of an
//! empty cell; where all rows of a table have as many cells, that tells them apart.

use std::collections::BTreeSet;

use super::super::binary::slice_at;
use super::pieces::Piece;

const CELL_END: u8 = 0x07;
const PARAGRAPH_ENDS: [u8; 3] = [b'\r', 0x0C, 0x0E];

/// More cells than Word 6 allows in a row, with the mark that ends it.
const MOST_MARKS: usize = 33;

/// A mark that ends a cell or a row.
#[derive(Clone, Copy, Debug)]
struct Mark {
    /// Its place in the text.
    place: usize,
    /// Whether another one is directly before it.
    follows: bool,
}

/// The places of the marks that end rows, in a text of one byte a character.
pub(super) fn row_ends(stream: &[u8], pieces: &[Piece]) -> BTreeSet<usize> {
    let mut ends = BTreeSet::new();
    let mut table = Vec::new();
    let mut before = None;
    for piece in pieces {
        let bytes = slice_at(stream, piece.offset, piece.characters.len()).unwrap_or_default();
        for (place, byte) in piece.characters.clone().zip(bytes) {
            if *byte == CELL_END {
                let follows = before == Some(CELL_END);
                table.push(Mark { place, follows });
            } else if PARAGRAPH_ENDS.contains(byte) {
                ends.extend(ends_in(&table));
                table.clear();
            }
            before = Some(*byte);
        }
    }
    ends.extend(ends_in(&table));
    ends
}

/// The places of the marks of a table that end its rows. In a single row, nothing tells empty cells apart.
fn ends_in(table: &[Mark]) -> Vec<usize> {
    let is_regular = |count: &usize| {
        let rows = table.chunks(*count);
        rows.map(|row| row.get(count - 1))
            .all(|end| end.is_some_and(|end| end.follows))
    };
    let most = MOST_MARKS.min(table.len() / 2);
    match (2..=most).find(is_regular) {
        Some(count) => table
            .iter()
            .skip(count - 1)
            .step_by(count)
            .map(|end| end.place)
            .collect(),
        None => second_marks(table),
    }
}

/// The places of the marks directly behind those of cells.
fn second_marks(table: &[Mark]) -> Vec<usize> {
    let mut ends = Vec::new();
    let mut after_cell = false;
    for mark in table {
        let ends_row = mark.follows && after_cell;
        if ends_row {
            ends.push(mark.place);
        }
        after_cell = !ends_row;
    }
    ends
}

#[cfg(test)]
mod tests {
    use super::super::pieces::Width;
    use super::*;

    /// The rows of a text in which `|` stands for the mark.
    fn rows(text: &str) -> Vec<String> {
        let stream = text.replace('|', "\u{7}").into_bytes();
        let half = stream.len() / 2;
        let piece = |characters: std::ops::Range<usize>| Piece {
            offset: characters.start,
            characters,
            width: Width::One,
        };
        let ends = row_ends(&stream, &[piece(0..half), piece(half..stream.len())]);
        let starts = [0].into_iter().chain(ends.iter().map(|end| end + 1));
        let rows = starts.zip(&ends);
        rows.map(|(start, end)| text[start..*end].to_owned())
            .collect()
    }

    #[test]
    fn a_row_with_empty_cells_is_as_long_as_the_others() {
        assert_eq!(rows("TT|Viec||1|Gat lua||"), ["TT|Viec|", "1|Gat lua|"]);
        assert_eq!(
            rows("TT|Viec|Xong||1||412 ha|||Cong|||2|Ngo|||"),
            ["TT|Viec|Xong|", "1||412 ha|", "|Cong||", "2|Ngo||"]
        );
        // A paragraph parts tables, of which each has its own number of cells.
        assert_eq!(rows("a|b||c|||\rd|e|f||"), ["a|b|", "c||", "\rd|e|f|"]);
    }

    #[test]
    fn rows_of_different_lengths_end_where_marks_follow_each_other() {
        assert_eq!(rows("Chi tieu||a|b||c|d||"), ["Chi tieu|", "a|b|", "c|d|"]);
        assert!(rows("Chi tieu|").is_empty() && rows("").is_empty());
    }
}
