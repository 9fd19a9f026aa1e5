//! Which records make up a presentation? Bytes → [`Record`]s, one within the other.

use super::super::binary::{slice_at, u16_at, u32_at};

/// The kinds of records that matter, by [MS-PPT] 2.13.24.
pub(super) mod kind {
    pub(in super::super) const NOTES: u16 = 0x03F1;
    pub(in super::super) const ENVIRONMENT: u16 = 0x03F2;
    pub(in super::super) const SLIDE_PLACE: u16 = 0x03F3;
    pub(in super::super) const SLIDE_SHOW: u16 = 0x03F9;
    pub(in super::super) const PLACEHOLDER: u16 = 0x0BC3;
    pub(in super::super) const OUTLINE_REFERENCE: u16 = 0x0F9E;
    pub(in super::super) const TEXT_HEADER: u16 = 0x0F9F;
    pub(in super::super) const TEXT_CHARACTERS: u16 = 0x0FA0;
    pub(in super::super) const TEXT_STYLE: u16 = 0x0FA1;
    pub(in super::super) const TEXT_BYTES: u16 = 0x0FA8;
    pub(in super::super) const FONT: u16 = 0x0FB7;
    pub(in super::super) const SLIDE_NUMBER: u16 = 0x0FD8;
    pub(in super::super) const SLIDE_LIST: u16 = 0x0FF0;
    pub(in super::super) const USER_EDIT: u16 = 0x0FF5;
    pub(in super::super) const DATE: u16 = 0x0FF7;
    pub(in super::super) const GENERIC_DATE: u16 = 0x0FF8;
    pub(in super::super) const HEADER: u16 = 0x0FF9;
    pub(in super::super) const FOOTER: u16 = 0x0FFA;
    pub(in super::super) const WRITTEN_DATE: u16 = 0x1015;
    pub(in super::super) const DIRECTORY: u16 = 0x1772;
    pub(in super::super) const SHAPE: u16 = 0xF00A;
}

/// A record, by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) kind: u16,
    pub(super) instance: u16,
    is_container: bool,
    start: usize,
    end: usize,
}

impl Record {
    /// The record at an offset, if all of it lies before `limit`.
    pub(super) fn at(stream: &[u8], offset: usize, limit: usize) -> Option<Self> {
        const CONTAINER: u16 = 0xF;
        let version = u16_at(stream, offset)?;
        let length = u32_at(stream, offset.checked_add(4)?)? as usize;
        let start = offset + 8;
        let end = start
            .checked_add(length)
            .filter(|end| *end <= limit.min(stream.len()))?;
        Some(Self {
            kind: u16_at(stream, offset + 2)?,
            instance: version >> 4,
            is_container: version & 0xF == CONTAINER,
            start,
            end,
        })
    }

    pub(super) fn data(self, stream: &[u8]) -> &[u8] {
        slice_at(stream, self.start, self.length()).unwrap_or_default()
    }

    /// How many bytes are in it.
    pub(super) fn length(self) -> usize {
        self.end - self.start
    }

    /// The records directly inside; ends at the first that is cut off.
    pub(super) fn children(self, stream: &[u8]) -> impl Iterator<Item = Self> {
        let mut at = self.start;
        std::iter::from_fn(move || {
            let child = Self::at(stream, at, self.end)?;
            at = child.end;
            Some(child)
        })
    }

    /// The records that hold data, however deep inside, in order.
    pub(super) fn descendants(self, stream: &[u8]) -> impl Iterator<Item = Self> {
        // Into a container we go by going on right after its header, so that no depth costs more.
        let mut at = self.start;
        std::iter::from_fn(move || {
            loop {
                let next = Self::at(stream, at, self.end)?;
                if next.is_container {
                    at = next.start;
                } else {
                    at = next.end;
                    return Some(next);
                }
            }
        })
    }
}
