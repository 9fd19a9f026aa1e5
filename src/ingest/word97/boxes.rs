//! Where are the text boxes of a document anchored? The tables of shapes and of boxes → [`TextBoxes`].

use std::collections::BTreeMap;
use std::ops::Range;

use super::super::binary::{slice_at, u32_at};

/// The sizes of what the tables say of a shape and of a box ([MS-DOC], `Spa` and `FTXBXS`).
const SHAPE_BYTES: usize = 26;
const BOX_BYTES: usize = 22;

/// Boxes anchored among the first characters of the body, half a page, may be a letterhead. Further down they are mostly the words
/// of diagrams, which would only part the text around them.
const HEAD: usize = 1500;

/// The text boxes of a document, as ranges of its text.
#[derive(Debug, Default)]
pub(super) struct TextBoxes {
    /// By the character of the body that they are anchored at.
    pub(super) anchored: BTreeMap<usize, Vec<Range<usize>>>,
    /// Those further down or in groups of shapes, and what no table tells of.
    pub(super) others: Vec<Range<usize>>,
}

impl TextBoxes {
    /// Reads the tables for a body of `main` characters and boxes whose text is at `story`, each character of it once.
    pub(super) fn read(shapes: &[u8], boxes: &[u8], main: usize, story: Range<usize>) -> Self {
        let anchors: BTreeMap<u32, usize> = entries::<SHAPE_BYTES>(shapes)
            .filter_map(|(anchor, _, shape)| Some((u32_at(shape, 0)?, anchor)))
            .filter(|(_, anchor)| *anchor < main.min(HEAD))
            .collect();
        let mut found = Self::default();
        let mut start = story.start;
        for (_, end, text_box) in entries::<BOX_BYTES>(boxes) {
            const SHAPE_AT: usize = 14;
            let end = story.start.saturating_add(end);
            if end <= start || end > story.end {
                continue;
            }
            let shape = u32_at(text_box, SHAPE_AT);
            let ranges = match shape.and_then(|shape| anchors.get(&shape)) {
                Some(anchor) => found.anchored.entry(*anchor).or_default(),
                None => &mut found.others,
            };
            ranges.push(start..end);
            start = end;
        }
        found.others.push(start..story.end);
        found
    }
}

/// The entries of a table, each with the characters that it begins and ends at.
fn entries<const BYTES: usize>(table: &[u8]) -> impl Iterator<Item = (usize, usize, &[u8])> {
    let count = table.len().saturating_sub(4) / (4 + BYTES);
    let character = |index: usize| u32_at(table, 4 * index).map(|character| character as usize);
    (0..count).filter_map(move |index| {
        let entry = slice_at(table, 4 * (count + 1) + BYTES * index, BYTES)?;
        Some((character(index)?, character(index + 1)?, entry))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A table of characters and of entries with the number of a shape at some place.
    fn table(characters: &[u32], shapes: &[u32], bytes: usize, at: usize) -> Vec<u8> {
        let mut table: Vec<u8> = characters.iter().flat_map(|it| it.to_le_bytes()).collect();
        for shape in shapes {
            let mut entry = vec![0; bytes];
            entry[at..at + 4].copy_from_slice(&shape.to_le_bytes());
            table.extend(entry);
        }
        table
    }

    #[test]
    fn boxes_are_anchored_by_their_shape_and_read_once() {
        let shapes = table(&[3, 20, 99, 100], &[1025, 1026, 1027], SHAPE_BYTES, 0);
        // The second box is in a group, the third anchored outside the body, the fifth goes back.
        let boxes = [1026, 7, 1027, 1025, 1025];
        let boxes = table(&[0, 5, 8, 9, 12, 2], &boxes, BOX_BYTES, 14);
        let found = TextBoxes::read(&shapes, &boxes, 50, 60..75);
        let anchored: Vec<_> = found.anchored.into_iter().collect();
        let [(3, first), (20, second)] = &anchored[..] else {
            panic!("{anchored:?}");
        };
        assert_eq!((&first[0], &second[0]), (&(69..72), &(60..65)));
        assert_eq!(found.others, [65..68, 68..69, 72..75]);
        // Without tables, as of Word 6.
        let found = TextBoxes::read(&[], &[], 50, 60..75);
        assert!(found.anchored.is_empty());
        assert_eq!((found.others.len(), &found.others[0]), (1, &(60..75)));
    }
}
