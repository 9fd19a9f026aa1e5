//! What is in a mailbox, the folder of a mail program in one file? A stream → its messages, two in memory at most.

use std::io::{self, BufRead, BufReader, Read};

use super::visit::{Flow, Place, Visitor, reading};
use crate::ingest::mailbox::{after_envelope, is_envelope, is_field};
use crate::record::MESSAGE_PREFIX;

/// So much of a line is looked at together; those that part messages are shorter.
const PIECE_BYTES: u64 = 1 << 16;

/// Hands over the messages of a mailbox. One that is alone is no member, but the file itself.
///
/// Each keeps the line before it, which tells that it is one, however few the fields of its header.
pub(super) fn messages(visitor: &mut Visitor<'_>, place: &Place, stream: impl Read) -> Flow {
    let mut mailbox = Mailbox::new(stream, visitor.options.max_bytes);
    for number in 1_u64.. {
        let message = match mailbox.next() {
            Ok(message) => message,
            Err(error) => return visitor.fail(place, reading(&error)),
        };
        if number == 1 && mailbox.is_at_end {
            return visitor.document(place, message);
        }
        visitor.count_member()?;
        if !after_envelope(&message).trim_ascii().is_empty() {
            let member = place.member(&format!("{MESSAGE_PREFIX}{number}"));
            visitor.document(&member, message)?;
        }
        if mailbox.is_at_end {
            break;
        }
    }
    Flow::Continue(())
}

/// A mailbox that is read line by line.
struct Mailbox<R> {
    stream: BufReader<R>,
    /// So much is held of a message.
    most: usize,
    /// The line before the next message, with the first line of that.
    beginning: Vec<u8>,
    is_at_end: bool,
}

impl<R: Read> Mailbox<R> {
    /// One byte more than `max_bytes` is held of a larger message, which tells that it has more.
    fn new(stream: R, max_bytes: u64) -> Self {
        let most = usize::try_from(max_bytes).unwrap_or(usize::MAX);
        Self {
            stream: BufReader::new(stream),
            most: most.saturating_add(1),
            beginning: Vec::new(),
            is_at_end: false,
        }
    }

    /// The next message, with the line before it.
    fn next(&mut self) -> io::Result<Vec<u8>> {
        let mut message = std::mem::take(&mut self.beginning);
        // A line that may stand before another message, which the one behind it tells.
        let mut envelope = Vec::new();
        let (mut is_line_start, mut is_after_blank) = (true, false);
        loop {
            let mut line = Vec::new();
            let mut piece = self.stream.by_ref().take(PIECE_BYTES);
            self.is_at_end = piece.read_until(b'\n', &mut line)? == 0;
            if !envelope.is_empty() && is_field(&line) {
                self.beginning = [envelope, line].concat();
                return Ok(message);
            }
            self.keep(&mut message, &envelope);
            envelope.clear();
            if self.is_at_end {
                return Ok(message);
            }
            let is_whole = is_line_start && line.ends_with(b"\n");
            if is_whole && is_after_blank && is_envelope(&line) {
                std::mem::swap(&mut envelope, &mut line);
            }
            self.keep(&mut message, &line);
            is_after_blank = is_whole && envelope.is_empty() && line.trim_ascii().is_empty();
            is_line_start = !envelope.is_empty() || line.ends_with(b"\n");
        }
    }

    /// Adds to a message what there is room for.
    fn keep(&self, message: &mut Vec<u8>, bytes: &[u8]) {
        let room = self.most.saturating_sub(message.len());
        message.extend_from_slice(&bytes[..bytes.len().min(room)]);
    }
}
