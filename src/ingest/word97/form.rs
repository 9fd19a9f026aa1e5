//! Is a box of a form ticked? The place of a field's data → the box as it shows.

use super::super::binary::{u16_at, u32_at};
use crate::ingest::form::tick_box;

/// What stands before the data of fields of forms, and of no other ([MS-DOC], `FFData`).
const VERSION: u32 = u32::MAX;

/// Reads what stands at a place of the stream `Data`; most fields are no boxes.
pub(super) fn read_box(data: &[u8], place: u32) -> Option<&'static str> {
    const BOX: u16 = 1;
    const NOT_CHOSEN: u16 = 25;
    let place = usize::try_from(place).ok()?;
    let start = place + usize::from(u16_at(data, place + 4)?);
    let bits = u16_at(data, start + 4)?;
    if u32_at(data, start)? != VERSION || bits & 3 != BOX {
        return None;
    }
    // The name comes before, with its length and a zero.
    let name_units = usize::from(u16_at(data, start + 10)?);
    let usual = u16_at(data, start + 14 + 2 * name_units)?;
    let chosen = match bits >> 2 & 0x1F {
        NOT_CHOSEN => usual,
        chosen => chosen,
    };
    Some(tick_box(chosen != 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_is_ticked_as_chosen_or_else_as_usual() {
        let shown = |kind: u16, chosen: u16, usual: u16| {
            let numbers = [0, 0, 6, u16::MAX, u16::MAX, chosen << 2 | kind, 0, 0];
            let name = [1, u16::from(b'A'), 0];
            let units = numbers.into_iter().chain(name).chain([usual]);
            let data: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
            read_box(&data, 0)
        };
        assert_eq!(shown(1, 1, 0), Some("☑"));
        assert_eq!(shown(1, 0, 1), Some("☐"));
        assert_eq!(shown(1, 25, 1), Some("☑"));
        assert_eq!(shown(2, 1, 0), None);
        assert_eq!(read_box(&[0; 8], u32::MAX), None);
    }
}
