//! Which letters do these bytes mean? Bytes, or text in legacy fonts → Unicode and a [`TextEncoding`].
//!
//! Before Unicode, Vietnamese was written in fonts that drew Vietnamese letters in the places of Western European
//! ones: the file says `Céng hoµ`, and only the font `.VnTime` makes it `Cộng hoà`. [`decode_runs`] reads such text by
//! font names and, where there are none to trust, by which reading makes the most Vietnamese syllables;
//! [`decode_bytes`] does the same for plain text. [`normalize`] and [`tone`] tidy up Unicode text afterwards.

mod bytes;
mod capitals;
mod decide;
mod evidence;
mod font;
mod legacy;
pub mod normalize;
mod runs;
mod sign;
pub mod syllable;
mod symbols;
#[cfg(test)]
pub(super) mod tests;
pub mod tone;
mod write;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

pub use bytes::{decode_bytes, read_bytes};
pub(super) use bytes::{read_windows_1258, without_padding, zeros_of_units};
pub use font::{FontEncoding, encoding_of_font};
pub use legacy::LegacyEncoding;
pub use runs::{Decoded, Run, decode_runs};
pub(super) use sign::as_signs;

/// How text is to be read: `--encoding`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum EncodingChoice {
    /// By byte order mark, font names and statistics.
    #[default]
    Auto,
    /// As Unicode, whatever the fonts say.
    Unicode,
    /// As one legacy encoding, whatever the fonts say.
    Legacy(LegacyEncoding),
}

impl EncodingChoice {
    /// How a piece is to be read that is doubtful by itself: where nothing is asked for, in the one older encoding that the
    /// text beside it is in, by the name of what that is in.
    pub(super) fn as_beside(self, name: Option<&str>) -> Self {
        let names = name.into_iter().flat_map(|name| name.split('+'));
        let choices = names.filter_map(|name| name.parse().ok());
        let mut older = choices.filter(|choice| matches!(choice, Self::Legacy(_)));
        match (self, older.next(), older.next()) {
            (Self::Auto, Some(found), None) => found,
            _ => self,
        }
    }
}

impl fmt::Display for EncodingChoice {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Auto => "auto",
            Self::Unicode => "utf-8",
            Self::Legacy(encoding) => encoding.name(),
        })
    }
}

/// A name that is no encoding's.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("unknown encoding {0:?}; use auto, utf-8, tcvn3, vni, viscii, vps, bkhcm2 or windows-1258")]
pub struct UnknownEncodingName(String);

impl FromStr for EncodingChoice {
    type Err = UnknownEncodingName;

    /// Reads the name that [`Display`](fmt::Display) writes, in any case.
    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let legacy = LegacyEncoding::ALL.into_iter().map(Self::Legacy);
        let mut choices = [Self::Auto, Self::Unicode].into_iter().chain(legacy);
        let found = choices.find(|choice| choice.to_string().eq_ignore_ascii_case(name));
        found.ok_or_else(|| UnknownEncodingName(name.to_owned()))
    }
}
