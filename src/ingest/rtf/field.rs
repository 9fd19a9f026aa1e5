//! What does a field of a form show?

use crate::ingest::form::tick_box;

/// What stands for the choice of who has made none.
const NOT_CHOSEN: i32 = 25;

/// A field of a form, which shows nothing but what was ticked or chosen in it.
#[derive(Debug, Default)]
pub(super) struct FormField {
    kind: Option<i32>,
    chosen: Option<i32>,
    usual: Option<i32>,
    entries: Vec<String>,
}

impl FormField {
    /// Takes a control word; most are about how the field works.
    pub(super) fn apply(&mut self, word: &str, value: Option<i32>) {
        match word {
            "fftype" => self.kind = value,
            "ffres" => self.chosen = value.filter(|value| *value != NOT_CHOSEN),
            "ffdefres" => self.usual = value,
            _ => {}
        }
    }

    pub(super) fn add_entry(&mut self, entry: String) {
        self.entries.push(entry);
    }

    /// The box with its tick or without, or the entry that was chosen, else the usual one.
    pub(super) fn shown(self) -> Option<String> {
        const BOX: i32 = 1;
        const LIST: i32 = 2;
        let chosen = self.chosen.or(self.usual).unwrap_or_default();
        match self.kind? {
            BOX => Some(tick_box(chosen != 0).to_owned()),
            LIST => self.entries.into_iter().nth(usize::try_from(chosen).ok()?),
            _ => None,
        }
    }
}
