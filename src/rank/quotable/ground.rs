//! Which clauses only name an act as a ground of what their sentence goes on to say? `Thực hiện Chỉ thị số 08/CT-UBND …;`

use super::super::figures::has_figures;
use crate::document::{Document, Unit};

/// How a sentence begins that names the acts it goes by.
const OPENINGS: [&str; 4] = ["Thực hiện ", "Triển khai ", "Căn cứ ", "Theo "];

/// How many words the kind of an act has at most.
const LONGEST_KIND: usize = 3;

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
            goes_on && (is_first || is_ground[index - 1]) && names_act(document.text_at(unit.span)),
        );
    }
    is_ground
}

/// Whether a clause names an act by its kind and number and tells nothing: no figure, and nothing done.
fn names_act(clause: &str) -> bool {
    let opening = OPENINGS
        .iter()
        .find_map(|opening| clause.strip_prefix(opening));
    let Some((kind, rest)) = opening.unwrap_or(clause).split_once(" số ") else {
        return false;
    };
    let is_kind =
        kind.starts_with(char::is_uppercase) && kind.split_whitespace().nth(LONGEST_KIND).is_none();
    let rest = rest.trim_start();
    let number = rest.split_whitespace().next().unwrap_or_default();
    let title = &rest[number.len()..];
    let is_act = is_kind && number.starts_with(|c: char| c.is_ascii_digit());
    is_act && clause.ends_with(';') && !title.contains(" đã ") && !has_figures(title)
}
