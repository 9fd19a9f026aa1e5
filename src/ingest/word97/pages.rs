//! Which properties have the bytes from here to there? Formatted disk pages → [`Formatting`].

use std::cell::LazyCell;

use super::super::binary::{slice_at, u8_at, u16_at, u32_at};
use super::sprm::{CharacterProperties, ParagraphProperties};

const PAGE_BYTES: usize = 512;

/// What long lists of properties may take, all together: 50,000 rows of 25 cells, and a moment.
const MAX_LONG_BYTES: usize = 64 << 20;

/// The stream of long lists, of data of fields and of all pictures, which is read where something asks for it.
pub(super) type Data<'a> = LazyCell<Vec<u8>, Box<dyn FnOnce() -> Vec<u8> + 'a>>;

/// Properties by where the bytes that have them end; what has none set is not told apart.
#[derive(Debug)]
pub(super) struct Formatting<P> {
    /// Start, end and properties, by start; they do not overlap.
    runs: Vec<(usize, usize, P)>,
}

impl<P: Copy + Default> Formatting<P> {
    /// The properties of the byte at `offset`, and the offset up to which they hold.
    pub(super) fn at(&self, offset: usize) -> (P, usize) {
        let index = self.runs.partition_point(|(_, end, _)| *end <= offset);
        match self.runs.get(index) {
            Some((start, end, properties)) if *start <= offset => (*properties, *end),
            Some((start, ..)) => (P::default(), *start),
            None => (P::default(), usize::MAX),
        }
    }

    fn of(mut runs: Vec<(usize, usize, P)>) -> Self {
        runs.sort_by_key(|(start, ..)| *start);
        let mut covered = 0;
        runs.retain(|(start, end, _)| {
            let is_sound = *start >= covered && end > start;
            if is_sound {
                covered = *end;
            }
            is_sound
        });
        Self { runs }
    }
}

/// The properties of characters.
pub(super) fn characters(stream: &[u8], index: &[u8]) -> Formatting<CharacterProperties> {
    const ENTRY: usize = 1;
    read(stream, index, ENTRY, |page, place| {
        let mut properties = CharacterProperties::default();
        let length = u8_at(page, place).map_or(0, usize::from);
        properties.apply(slice_at(page, place + 1, length).unwrap_or_default());
        properties
    })
}

/// The properties of paragraphs, which are those of the bytes of their marks.
///
/// A list of them that is too long for a page, as those of rows with many cells are, is in another stream, which is asked
/// for only then.
pub(super) fn paragraphs(
    stream: &[u8],
    index: &[u8],
    data: &Data<'_>,
) -> Formatting<ParagraphProperties> {
    const ENTRY: usize = 13;
    // Nothing forbids many paragraphs to share a list.
    let mut room = MAX_LONG_BYTES;
    read(stream, index, ENTRY, |page, place| {
        let mut properties = ParagraphProperties::default();
        let (start, length) = match u8_at(page, place) {
            Some(0) => (place + 2, 2 * u8_at(page, place + 1).map_or(0, usize::from)),
            Some(words) => (place + 1, 2 * usize::from(words) - 1),
            None => (place, 0),
        };
        let body = slice_at(page, start, length).unwrap_or_default();
        properties.style = u16_at(body, 0).unwrap_or_default();
        properties.apply(body.get(2..).unwrap_or_default());
        if let Some(list) = properties.long.and_then(|place| list_at(data, place))
            && let Some(left) = room.checked_sub(list.len())
        {
            room = left;
            properties.apply(list);
        }
        properties
    })
}

/// A list of modifiers with its length before it.
fn list_at(stream: &[u8], place: u32) -> Option<&[u8]> {
    let place = usize::try_from(place).ok()?;
    let length = usize::from(u16_at(stream, place)?);
    slice_at(stream, place + 2, length)
}

/// Reads the pages that an index lists. Damage costs formatting, never text.
fn read<P: Copy + Default>(
    stream: &[u8],
    index: &[u8],
    entry_bytes: usize,
    mut properties_at: impl FnMut(&[u8], usize) -> P,
) -> Formatting<P> {
    // A sound index lists each page once, so that there are no more than the stream has.
    let count = (index.len().saturating_sub(4) / 8).min(stream.len() / PAGE_BYTES);
    let total = index.len().saturating_sub(4) / 8;
    let mut runs = Vec::new();
    for entry in 0..count {
        let number =
            u32_at(index, 4 * (total + 1) + 4 * entry).map_or(0, |number| number & 0x003F_FFFF);
        let Some(page) = slice_at(stream, number as usize * PAGE_BYTES, PAGE_BYTES) else {
            continue;
        };
        let run_count = usize::from(page[PAGE_BYTES - 1]);
        for run in 0..run_count {
            let place_at = 4 * (run_count + 1) + entry_bytes * run;
            let (Some(start), Some(end), Some(place)) = (
                u32_at(page, 4 * run),
                u32_at(page, 4 * run + 4),
                u8_at(page, place_at),
            ) else {
                break;
            };
            let place = 2 * usize::from(place);
            let properties = if place == 0 {
                P::default()
            } else {
                properties_at(page, place)
            };
            runs.push((start as usize, end as usize, properties));
        }
    }
    Formatting::of(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_list_of_properties_is_in_another_stream() {
        // One paragraph of two bytes, whose entry names the list at 4.
        let mut page = [0; PAGE_BYTES];
        page[4] = 2;
        page[8] = 200;
        page[400..410].copy_from_slice(&[0, 4, 7, 0, 0x46, 0x66, 4, 0, 0, 0]);
        page[PAGE_BYTES - 1] = 1;
        let index = [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        // In a table, at the end of a row.
        let long = [9, 9, 9, 9, 6, 0, 0x16, 0x24, 1, 0x17, 0x24, 1];
        let data = Data::new(Box::new(|| long.to_vec()));
        let (properties, _) = paragraphs(&page, &index, &data).at(0);
        assert!(properties.ends_row);
        assert_eq!((properties.table_depth, properties.style), (1, 7));
        let none = Data::new(Box::new(Vec::new));
        let (properties, _) = paragraphs(&page, &index, &none).at(0);
        assert!(!properties.ends_row);
    }

    #[test]
    fn the_other_stream_is_not_read_for_short_lists() {
        let mut page = [0; PAGE_BYTES];
        page[4] = 2;
        page[8] = 200;
        page[400..407].copy_from_slice(&[3, 7, 0, 0x16, 0x24, 1, 0]);
        page[PAGE_BYTES - 1] = 1;
        let index = [0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];
        let data = Data::new(Box::new(|| panic!("it is read")));
        let (properties, _) = paragraphs(&page, &index, &data).at(0);
        assert_eq!(properties.table_depth, 1);
    }
}
