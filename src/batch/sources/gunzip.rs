//! What does a gzip stream unpack to? All its members, up to the first byte that is of none.

use std::cell::Cell;
use std::io::{self, BufRead, BufReader, Read};
use std::rc::Rc;

use flate2::bufread::GzDecoder;

/// What a stream of gzip begins with, and each of its members.
pub(super) const MARK: &[u8] = b"\x1f\x8b";

/// What the members of a gzip stream unpack to, one behind the other. The zeros of a padding, as tapes and block devices have
/// it, may stand between them and at the end.
pub(super) struct Gunzip<R> {
    /// Nothing behind the last one.
    member: Option<GzDecoder<BufReader<R>>>,
    has_tail: Rc<Cell<bool>>,
}

impl<R: Read> Gunzip<R> {
    /// Unpacks `packed`. `has_tail` tells in the end whether other bytes than zeros follow the last member.
    pub(super) fn new(packed: R, has_tail: Rc<Cell<bool>>) -> Self {
        Self {
            member: Some(GzDecoder::new(BufReader::new(packed))),
            has_tail,
        }
    }
}

impl<R: Read> Read for Gunzip<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(member) = &mut self.member {
            let count = member.read(buffer)?;
            if count > 0 || buffer.is_empty() {
                return Ok(count);
            }
            let next = behind_zeros(member.get_mut())?;
            let has_next = next == MARK.first().copied();
            self.has_tail.set(next.is_some() && !has_next);
            let rest = self.member.take().map(GzDecoder::into_inner);
            self.member = rest.filter(|_| has_next).map(GzDecoder::new);
        }
        Ok(0)
    }
}

/// Passes over zeros. The byte behind them is left where it is: one alone can be looked at.
fn behind_zeros(stream: &mut impl BufRead) -> io::Result<Option<u8>> {
    loop {
        let held = stream.fill_buf()?;
        let zeros = held.iter().take_while(|byte| **byte == 0).count();
        let next = held.get(zeros).copied();
        stream.consume(zeros);
        if zeros == 0 || next.is_some() {
            return Ok(next);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::gzip;
    use super::*;

    #[test]
    fn members_follow_each_other_and_what_is_none_is_the_end() {
        let read = |packed: &[u8]| {
            let has_tail = Rc::default();
            let mut text = String::new();
            let result = Gunzip::new(packed, Rc::clone(&has_tail)).read_to_string(&mut text);
            (text, result.is_ok(), has_tail.get())
        };
        let text = |text: &str, is_whole, has_tail| (text.to_owned(), is_whole, has_tail);
        let two = [gzip(b"mot "), gzip(b"hai")].concat();
        let with = |tail: &[u8]| [&two[..], tail].concat();
        assert_eq!(read(&two), text("mot hai", true, false));
        assert_eq!(read(&with(&[0; 700])), text("mot hai", true, false));
        assert_eq!(read(&with(b"\0\0PK")), text("mot hai", true, true));
        let padded = |tail: &[u8]| read(&with(&[&[0; 9000], tail].concat()));
        assert_eq!(padded(&gzip(b" ba")), text("mot hai ba", true, false));
        assert_eq!(padded(b"PK"), text("mot hai", true, true));
        assert_eq!(read(&with(b"\x1f\x8b")), text("mot hai", false, false));
        assert!(!read(&two[..two.len() - 9]).1);
        assert_eq!(read(b""), text("", false, false));
    }
}
