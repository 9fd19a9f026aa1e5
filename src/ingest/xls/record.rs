//! Which records make up a workbook stream? Bytes → [`Record`]s with their continuations.

use super::super::binary::{slice_at, u16_at};

pub(super) const FORMULA: u16 = 0x0006;
pub(super) const END: u16 = 0x000A;
pub(super) const DATE_MODE: u16 = 0x0022;
pub(super) const PASSWORD: u16 = 0x002F;
pub(super) const FONT: u16 = 0x0031;
const CONTINUE: u16 = 0x003C;
pub(super) const SHEET: u16 = 0x0085;
pub(super) const SHORT_NUMBERS: u16 = 0x00BD;
pub(super) const RICH_LABEL: u16 = 0x00D6;
pub(super) const CELL_FORMAT: u16 = 0x00E0;
pub(super) const SHARED_STRINGS: u16 = 0x00FC;
pub(super) const SHARED_LABEL: u16 = 0x00FD;
pub(super) const NUMBER: u16 = 0x0203;
pub(super) const LABEL: u16 = 0x0204;
pub(super) const BOOLEAN_OR_ERROR: u16 = 0x0205;
pub(super) const FORMULA_TEXT: u16 = 0x0207;
pub(super) const SHORT_NUMBER: u16 = 0x027E;
pub(super) const NUMBER_FORMAT: u16 = 0x041E;
pub(super) const BEGIN: u16 = 0x0809;

/// A record and the pieces that it was cut into, of which there is at least one.
#[derive(Debug)]
pub(super) struct Record<'a> {
    pub(super) kind: u16,
    pub(super) pieces: Vec<&'a [u8]>,
}

impl<'a> Record<'a> {
    /// Its first piece, which is all of it but for long strings.
    pub(super) fn data(&self) -> &'a [u8] {
        self.pieces.first().copied().unwrap_or_default()
    }
}

/// Reads records up to the end of the stream, or to the first that is cut off.
#[derive(Debug)]
pub(super) struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Records<'a> {
    pub(super) fn at(stream: &'a [u8], offset: usize) -> Self {
        Self {
            rest: stream.get(offset..).unwrap_or_default(),
        }
    }

    /// How many bytes are still to be read.
    pub(super) fn rest_len(&self) -> usize {
        self.rest.len()
    }

    fn piece(&mut self) -> Option<(u16, &'a [u8])> {
        let kind = u16_at(self.rest, 0)?;
        let length = usize::from(u16_at(self.rest, 2)?);
        let data = slice_at(self.rest, 4, length)?;
        self.rest = &self.rest[4 + length..];
        Some((kind, data))
    }
}

impl<'a> Iterator for Records<'a> {
    type Item = Record<'a>;

    fn next(&mut self) -> Option<Record<'a>> {
        let (kind, data) = self.piece()?;
        let mut pieces = vec![data];
        while u16_at(self.rest, 0) == Some(CONTINUE) {
            let Some((_, data)) = self.piece() else { break };
            pieces.push(data);
        }
        Some(Record { kind, pieces })
    }
}
