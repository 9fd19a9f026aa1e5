//! Which clauses only name an act as a ground of what their sentence goes on to say? `Thực hiện Chỉ thị số 08/CT-UBND …;`

use crate::document::{Document, Unit};
use crate::phrases::only_names_act;

/// For every unit, whether it only names grounds of what its sentence goes on to say.
pub(super) fn grounds_within(document: &Document, units: &[Unit]) -> Vec<bool> {
    let mut is_ground = Vec::with_capacity(units.len());
    for (index, unit) in units.iter().enumerate() {
        let is_within =
            |other: &Unit| (other.paragraph, other.sentence) == (unit.paragraph, unit.sentence);
        let is_first = !index
            .checked_sub(1)
            .is_some_and(|before| is_within(&units[before]));
        let goes_on = units.get(index + 1).is_some_and(is_within);
        is_ground.push(
            goes_on
                && (is_first || is_ground[index - 1])
                && only_names_act(document.text_at(unit.span)),
        );
    }
    is_ground
}
