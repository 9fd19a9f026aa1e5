//! What becomes of the states that frozen layers give: they are the same in every epoch, so they can be kept.

use std::fmt;

use crate::model::device::Precision;

/// The most that is kept, in bytes.
const MOST_BYTES: usize = 2_000_000_000;

/// How the states of frozen layers are had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StillStates {
    /// No layer is frozen.
    None,
    /// Worked out once, and kept where the network is.
    Kept {
        /// As what numbers.
        precision: Precision,
        /// How much memory that takes.
        bytes: usize,
    },
    /// Worked out in every epoch, since there are too many to keep.
    Anew {
        /// How much memory they would take in f16.
        bytes: usize,
    },
}

impl StillStates {
    /// How they are had of `tokens` tokens, `hidden_size` numbers each: in f32 if 2 GB are enough, else in f16 if that
    /// makes them so.
    pub fn of(frozen_layers: usize, tokens: usize, hidden_size: usize) -> Self {
        let numbers = tokens * hidden_size;
        let bytes = |precision: Precision| numbers * precision.bytes();
        let fits = |precision: &Precision| bytes(*precision) <= MOST_BYTES;
        if frozen_layers == 0 {
            return Self::None;
        }
        match [Precision::F32, Precision::F16].into_iter().find(fits) {
            Some(precision) => Self::Kept {
                precision,
                bytes: bytes(precision),
            },
            None => Self::Anew {
                bytes: bytes(Precision::F16),
            },
        }
    }
}

impl fmt::Display for StillStates {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let megabytes = |bytes: usize| bytes.div_ceil(1_000_000);
        match *self {
            Self::None => write!(f, "no layer is frozen"),
            Self::Kept { precision, bytes } => write!(
                f,
                "the states of the frozen layers are worked out once and kept in {precision}, {} MB",
                megabytes(bytes)
            ),
            Self::Anew { bytes } => write!(
                f,
                "the states of the frozen layers would take {} MB, so they are worked out in every epoch",
                megabytes(bytes)
            ),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn states_are_kept_as_exactly_as_there_is_room() {
        let kept = |precision, bytes| StillStates::Kept { precision, bytes };
        for (tokens, expected) in [
            (1_000, kept(Precision::F32, 1_536_000)),
            (2_000_000, kept(Precision::F16, 1_536_000_000)),
            (
                3_000_000,
                StillStates::Anew {
                    bytes: 2_304_000_000,
                },
            ),
        ] {
            assert_eq!(StillStates::of(8, tokens, 384), expected);
            assert_eq!(StillStates::of(0, tokens, 384), StillStates::None);
        }
    }
}
