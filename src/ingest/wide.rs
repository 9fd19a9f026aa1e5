//! What does a stream in UTF-16 say? Its bytes → the same text in UTF-8, in bounded memory.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};

use encoding_rs::{CoderResult, Decoder, Encoding, UTF_8};

/// The encoding of bytes that begin with the mark of UTF-16.
fn marked(bytes: &[u8]) -> Option<&'static Encoding> {
    let (encoding, _) = Encoding::for_bom(bytes)?;
    (encoding != UTF_8).then_some(encoding)
}

/// Bytes in UTF-8, if they begin with the mark of UTF-16; else as they are. They may end within a character.
pub(crate) fn in_utf8(bytes: &[u8]) -> Cow<'_, [u8]> {
    let Some(encoding) = marked(bytes) else {
        return Cow::Borrowed(bytes);
    };
    let mut text = String::with_capacity(bytes.len() * 2);
    let mut decoder = encoding.new_decoder_with_bom_removal();
    let _ = decoder.decode_to_string(bytes, &mut text, false);
    Cow::Owned(text.into_bytes())
}

/// What a stream in UTF-16 says, in UTF-8; halves of characters read as U+FFFD.
pub(crate) struct Narrowed<R> {
    wide: R,
    /// Nothing behind the end.
    decoder: Option<Decoder>,
}

impl<R: BufRead> Narrowed<R> {
    /// The stream, if it begins with the mark of UTF-16; else gives it back.
    pub(crate) fn new(mut stream: R) -> Result<Self, R> {
        // What cannot be read says so to whoever reads on.
        let encoding = stream.fill_buf().ok().and_then(marked);
        match encoding {
            Some(encoding) => Ok(Self {
                wide: stream,
                decoder: Some(encoding.new_decoder_with_bom_removal()),
            }),
            None => Err(stream),
        }
    }
}

impl<R: BufRead> Read for Narrowed<R> {
    /// `buffer` must have room for a character.
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while let Some(decoder) = &mut self.decoder {
            let bytes = self.wide.fill_buf()?;
            let is_last = bytes.is_empty();
            let (result, read, written, _) = decoder.decode_to_utf8(bytes, buffer, is_last);
            self.wide.consume(read);
            if is_last && result == CoderResult::InputEmpty {
                self.decoder = None;
            }
            if written > 0 {
                return Ok(written);
            }
            if result == CoderResult::OutputFull {
                return Err(io::ErrorKind::InvalidInput.into());
            }
        }
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn a_stream_says_the_same_in_utf8_wherever_its_parts_end() {
        let text = "Đã gặt xong 12 ha 🌾, nhanh hơn mọi năm.\n".repeat(50);
        let marked = format!("\u{feff}{text}");
        for order in [u16::to_le_bytes, u16::to_be_bytes] {
            let wide: Vec<u8> = marked.encode_utf16().flat_map(order).collect();
            for capacity in [5, 64, 1 << 16] {
                let stream = BufReader::with_capacity(capacity, &wide[..]);
                let narrowed = Narrowed::new(stream).expect("it has the mark");
                let mut stream = BufReader::with_capacity(capacity, narrowed);
                let mut read = String::new();
                while stream.read_line(&mut read).expect("in memory") > 0 {}
                assert_eq!(read, text);
            }
            let head = in_utf8(&wide[..101]);
            assert!(!head.is_empty() && text.as_bytes().starts_with(&head));
        }
        assert!(Narrowed::new(text.as_bytes()).is_err());
        assert_eq!(&*in_utf8(text.as_bytes()), text.as_bytes());
    }
}
