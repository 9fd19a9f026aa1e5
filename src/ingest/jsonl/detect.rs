//! Is this an archive of documents? By its first line.

use serde::de::IgnoredAny;
use serde_json::{Map, Value};

use super::Columns;
use crate::ingest::format::is_json;

/// Whether a file is a JSONL archive, by its first line. `head` may end anywhere in that line.
#[must_use]
pub fn is_archive(head: &[u8], columns: &Columns) -> bool {
    let head = head
        .strip_prefix(b"\xef\xbb\xbf")
        .unwrap_or(head)
        .trim_ascii_start();
    if !head.starts_with(b"{") {
        return false;
    }
    match head.iter().position(|byte| *byte == b'\n') {
        Some(end) => is_record(&head[..end], columns),
        None => is_record(head, columns) || is_cut_record(head, columns),
    }
}

/// Whether a line is a record with a text, even if that says nothing.
fn is_record(line: &[u8], columns: &Columns) -> bool {
    let keys = serde_json::from_slice::<Map<String, Value>>(line);
    let texts = columns.text_names();
    keys.is_ok_and(|keys| texts.iter().any(|name| keys.contains_key(*name)))
}

/// Whether the beginning of a line too long to have in full looks like a record's.
fn is_cut_record(head: &[u8], columns: &Columns) -> bool {
    let text = String::from_utf8_lossy(head);
    columns.text_names().iter().any(|name| {
        text.split_once(&format!("\"{name}\""))
            .is_some_and(|(_, rest)| rest.trim_start().starts_with(':'))
    })
}

/// Whether JSON begins here that does not stand in lines: its first value goes on behind the first one, and
/// no record has a line for itself further on. `head` may end anywhere.
#[must_use]
pub fn is_spread(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head);
    let mut lines = text.trim_ascii_start().splitn(2, |byte| *byte == b'\n');
    let (Some(first), Some(_)) = (lines.next(), lines.next()) else {
        return false;
    };
    let first = serde_json::from_slice::<IgnoredAny>(first);
    first.is_err_and(|error| error.is_eof()) && is_json(text) && !has_record_line(text)
}

/// Whether a line, but the first, is an object for itself: none that the line before it makes an item of a list.
fn has_record_line(text: &[u8]) -> bool {
    let lines = || text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines().zip(lines().skip(1)).any(|(before, line)| {
        let is_item = before.ends_with(b",") || before.ends_with(b"[");
        !is_item && line.starts_with(b"{") && serde_json::from_slice::<IgnoredAny>(line).is_ok()
    })
}
