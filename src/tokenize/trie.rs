//! The double array of `docs/model-format.md`: which pieces does a text begin with?

const BRANCH_ENDING: u32 = 1;
const LEAF: u32 = 2;

/// A trie over the bytes of pieces, read where it lies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Trie<'a> {
    units: &'a [[u8; 4]],
}

/// One unit: the label in bits 0 to 7, the kind in bits 8 and 9, base or id above.
#[derive(Clone, Copy)]
struct Unit(u32);

impl Unit {
    fn label(self) -> u8 {
        self.0.to_le_bytes()[0]
    }

    fn kind(self) -> u32 {
        self.0 >> 8 & 3
    }

    fn value(self) -> u32 {
        self.0 >> 10
    }
}

impl<'a> Trie<'a> {
    pub(super) fn new(units: &'a [[u8; 4]]) -> Self {
        Self { units }
    }

    /// Calls `found` with length in bytes and id of every piece that `text` begins with, shortest
    /// first.
    ///
    /// Takes a step a byte at most and never leaves the array, whatever the array holds.
    pub(super) fn prefixes(self, text: &[u8], mut found: impl FnMut(usize, u32)) {
        let Some(mut unit) = self.unit(0) else { return };
        for (index, &byte) in text.iter().enumerate() {
            let Some(child) = self.unit(unit.value() ^ u32::from(byte)) else {
                return;
            };
            // The child by byte 0 is no child but the id of a piece that ends here.
            if child.label() != byte || byte == 0 {
                return;
            }
            match child.kind() {
                LEAF => return found(index + 1, child.value()),
                BRANCH_ENDING => {
                    if let Some(ending) = self.unit(child.value()) {
                        found(index + 1, ending.value());
                    }
                }
                _ => {}
            }
            unit = child;
        }
    }

    fn unit(self, index: u32) -> Option<Unit> {
        let bytes = self.units.get(index as usize)?;
        Some(Unit(u32::from_le_bytes(*bytes)))
    }
}
