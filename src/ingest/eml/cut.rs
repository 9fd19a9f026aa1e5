//! Where do the parts of a message end that was cut short? What the parser found → the message with all parts closed.

use std::collections::HashSet;

use mail_parser::{Message, MimeHeaders};

/// Deeper than any mail program nests parts; deeper ones are left as they are.
const MOST_OPEN: usize = 64;

/// The message with the boundaries that should close its parts and are missing; `None` where none is.
///
/// The parser takes no transfer encoding off a part whose end it does not find.
pub(super) fn closed(message: &Message<'_>) -> Option<Vec<u8>> {
    let raw: &[u8] = &message.raw_message;
    let Ends { missing, open } = ends(raw, &boundaries(message));
    if missing.is_empty() && open.is_empty() {
        return None;
    }
    let end = raw.len() - cut_bytes(raw, &open);
    let at_end = open.iter().rev().map(|boundary| (end, *boundary));
    let mut whole = Vec::with_capacity(raw.len());
    let mut start = 0;
    for (place, boundary) in missing.into_iter().chain(at_end) {
        let closing = [&raw[start..place], b"\r\n--", boundary, b"--\r\n"];
        whole.extend(closing.concat());
        start = place;
    }
    whole.extend_from_slice(&raw[start..]);
    Some(whole)
}

fn boundaries<'a>(message: &'a Message<'_>) -> HashSet<&'a [u8]> {
    let kinds = message.parts.iter().filter_map(MimeHeaders::content_type);
    let multiparts = kinds.filter(|kind| kind.ctype() == "multipart");
    let names = multiparts.filter_map(|kind| kind.attribute("boundary"));
    names
        .map(str::as_bytes)
        .filter(|name| !name.is_empty())
        .collect()
}

/// What a message leaves open.
#[derive(Debug, Default)]
struct Ends<'a> {
    /// The boundaries that should have closed parts, and where, before the next part of an outer one.
    missing: Vec<(usize, &'a [u8])>,
    /// Those of the parts that are open at the end, the outer first.
    open: Vec<&'a [u8]>,
}

fn ends<'a>(raw: &'a [u8], boundaries: &HashSet<&[u8]>) -> Ends<'a> {
    let mut ends = Ends::default();
    let mut place = 0;
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        if let Some((boundary, closes)) = delimiter(line, boundaries) {
            let depth = ends.open.iter().rposition(|name| *name == boundary);
            if let Some(depth) = depth {
                let inner = ends.open.drain(depth + 1..).rev();
                ends.missing.extend(inner.map(|name| (place, name)));
                ends.open.truncate(depth + usize::from(!closes));
            } else if !closes && ends.open.len() < MOST_OPEN {
                ends.open.push(boundary);
            }
        }
        place += line.len();
    }
    ends
}

/// The boundary that a line names, and whether it is the last of it.
fn delimiter<'a>(line: &'a [u8], boundaries: &HashSet<&[u8]>) -> Option<(&'a [u8], bool)> {
    let name = line.strip_prefix(b"--")?.trim_ascii_end();
    if boundaries.contains(name) {
        return Some((name, false));
    }
    let name = name.strip_suffix(b"--")?;
    boundaries.contains(name).then_some((name, true))
}

/// How many bytes at the end are the beginning of a boundary or of an escape, which a cut left.
fn cut_bytes(raw: &[u8], open: &[&[u8]]) -> usize {
    let line_start = raw.iter().rposition(|byte| *byte == b'\n');
    let line = &raw[line_start.map_or(0, |end| end + 1)..];
    let is_boundary = |name: &&[u8]| [b"--", *name, b"--"].concat().starts_with(line);
    if open.iter().any(is_boundary) {
        return line.len();
    }
    let escape = line.iter().rev().take(2).position(|byte| *byte == b'=');
    let escape = escape.filter(|_| ends_quoted(raw));
    escape.map_or(0, |digits| digits + 1)
}

/// Whether the last part that names its transfer encoding is quoted-printable; the parser may not have come so far.
fn ends_quoted(raw: &[u8]) -> bool {
    const FIELD: &[u8] = b"content-transfer-encoding:";
    let mut lines = raw.rsplit(|byte| *byte == b'\n');
    let value = lines.find_map(|line| {
        let (field, value) = line.split_at_checked(FIELD.len())?;
        field.eq_ignore_ascii_case(FIELD).then_some(value)
    });
    value.is_some_and(|value| value.trim_ascii().eq_ignore_ascii_case(b"quoted-printable"))
}
