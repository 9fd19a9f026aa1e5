//! Which properties have the bytes from here to there? Formatted disk pages → [`Formatting`].

use super::super::binary::{slice_at, u8_at, u16_at, u32_at};
use super::sprm::{CharacterProperties, ParagraphProperties};

const PAGE_BYTES: usize = 512;

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
pub(super) fn paragraphs(stream: &[u8], index: &[u8]) -> Formatting<ParagraphProperties> {
    const ENTRY: usize = 13;
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
        properties
    })
}

/// Reads the pages that an index lists. Damage costs formatting, never text.
fn read<P: Copy + Default>(
    stream: &[u8],
    index: &[u8],
    entry_bytes: usize,
    properties_at: impl Fn(&[u8], usize) -> P,
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
