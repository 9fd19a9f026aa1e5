//! Which messages does a mail folder hold? Bytes with lines `From ` before messages → each message.

use std::borrow::Cow;

/// The messages of a folder that a mail program keeps in one file, else the one there is.
pub(super) fn messages(bytes: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut rest = after_envelope(bytes);
    if rest.len() == bytes.len() {
        return vec![bytes.into()];
    }
    let mut messages = Vec::new();
    let mut at = 0;
    let mut is_after_blank = false;
    while at < rest.len() {
        let line = line_of(&rest[at..]);
        let next = &rest[at + line.len()..];
        if is_after_blank && is_envelope(line) && is_field(line_of(next)) {
            messages.push(unescaped(&rest[..at]));
            (rest, at, is_after_blank) = (next, 0, false);
            continue;
        }
        is_after_blank = line.trim_ascii().is_empty();
        at += line.len();
    }
    messages.push(unescaped(rest));
    messages
}

/// A message without the line `From ` that mail programs put before it in their folders.
pub(crate) fn after_envelope(bytes: &[u8]) -> &[u8] {
    if bytes.starts_with(b"From ") {
        &bytes[line_of(bytes).len()..]
    } else {
        bytes
    }
}

/// Whether bytes begin as such a folder does: the line before a message, and behind it the header of that.
pub(crate) fn is_folder(bytes: &[u8]) -> bool {
    is_envelope(line_of(bytes)) && is_field(line_of(after_envelope(bytes)))
}

/// The first line, with its end.
pub(crate) fn line_of(bytes: &[u8]) -> &[u8] {
    let end = bytes.iter().position(|byte| *byte == b'\n');
    &bytes[..end.map_or(bytes.len(), |end| end + 1)]
}

/// Whether a line is what programs put before messages, with date and time: people, too, begin lines with `From `.
pub(crate) fn is_envelope(line: &[u8]) -> bool {
    let words = || line.split(u8::is_ascii_whitespace);
    line.starts_with(b"From ") && words().any(is_time) && words().any(is_year)
}

/// Whether a word is `hh:mm`, with seconds or without.
fn is_time(word: &[u8]) -> bool {
    let is_number =
        |part: &[u8]| matches!(part.len(), 1 | 2) && part.iter().all(u8::is_ascii_digit);
    let parts = || word.split(|byte| *byte == b':');
    matches!(parts().count(), 2 | 3) && parts().all(is_number)
}

fn is_year(word: &[u8]) -> bool {
    word.len() == 4 && word.iter().all(u8::is_ascii_digit)
}

/// Whether a line is one of the header of a message.
pub(crate) fn is_field(line: &[u8]) -> bool {
    let name = line.iter().position(|byte| *byte == b':');
    name.is_some_and(|end| {
        let is_of_name = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        end > 0 && line[..end].iter().all(is_of_name)
    })
}

/// A message without the mark that programs put before its own lines that begin with `From `.
fn unescaped(message: &[u8]) -> Cow<'_, [u8]> {
    const MARKED: &[u8] = b">From ";
    let lines = || message.split_inclusive(|byte| *byte == b'\n');
    if !lines().any(|line| line.starts_with(MARKED)) {
        return message.into();
    }
    let unmarked = lines().flat_map(|line| &line[usize::from(line.starts_with(MARKED))..]);
    unmarked.copied().collect()
}
