//! Does a PDF nest or draw beyond all measure? A look at its brackets and operators before its parser recurses
//! into the ones and makes a list of the others.
//!
//! The parser calls itself for each array in an array, and a stack that overflows ends the whole
//! process: 20,000 brackets did. It runs on a stack of [`STACK_BYTES`], which holds some 300,000.

use unpdf::parser::raw::stream::decompress;
use unpdf::parser::raw::tokenizer::{PdfDict, PdfObject, dict_get, parse_object};

/// What may be open at once, and how many brackets there may be in all.
#[derive(Clone, Copy, Debug)]
struct Bounds {
    depth: usize,
    brackets: usize,
}

/// Real files nest a few dozen deep. Brackets are counted too, because they can be hidden from a look that is no
/// parser; a page or a stream of objects has a few thousand.
const OF_SYNTAX: Bounds = Bounds {
    depth: 500,
    brackets: 100_000,
};
/// In the bytes of images, brackets stand at random: half a gigabyte of them comes to some thousand.
const OF_BYTES: Bounds = Bounds {
    depth: 50_000,
    brackets: usize::MAX,
};

/// The stack that the parser gets.
pub(super) const STACK_BYTES: usize = 128 * 1024 * 1024;

/// Whether any object of a file nests too deep, or one in its streams of objects, or in a drawn form.
///
/// Streams that are encrypted cannot be looked into.
pub(super) fn nests_too_deep(file: &[u8]) -> bool {
    // First over all bytes, as a damaged table of objects may lead the parser to any of them.
    if passes(file, OF_BYTES) {
        return true;
    }
    let mut at = 0;
    while let Some(found) = find(file, b"obj", at) {
        let start = found + 3;
        let end = find(file, b"endobj", start).unwrap_or(file.len());
        let object = &file[start..end];
        // Whether the object ends by itself or at its stream, what follows is no syntax.
        let stream = find(object, b"stream", 0);
        let syntax = &object[..stream.unwrap_or(object.len())];
        if passes(syntax, OF_SYNTAX) || (stream.is_some() && stream_nests_too_deep(file, start)) {
            return true;
        }
        at = end.saturating_add(6).min(file.len());
    }
    false
}

/// Whether the stream at an offset is one that is parsed, and nests too deep.
fn stream_nests_too_deep(file: &[u8], at: usize) -> bool {
    let Ok((PdfObject::Stream(stream), _)) = parse_object(file, at) else {
        return false;
    };
    (has_objects(&stream.dict) || is_form(&stream.dict))
        && decompress(&stream).is_ok_and(|content| is_content_absurd(&content))
}

fn has_objects(dictionary: &PdfDict) -> bool {
    [&b"N"[..], b"First"]
        .into_iter()
        .all(|key| dict_get(dictionary, key).is_some())
}

fn is_form(dictionary: &PdfDict) -> bool {
    dict_get(dictionary, b"Subtype").and_then(PdfObject::as_name) == Some(b"Form")
}

/// Whether a page's content nests too deep, or has more operators than the parser can list.
pub(super) fn is_content_absurd(content: &[u8]) -> bool {
    operators(content) > MAX_OPERATORS || passes(content, OF_SYNTAX)
}

/// The parser takes some 200 bytes for each, and the densest drawing has one in ten of its bytes.
pub(super) const MAX_OPERATORS: usize = 500_000;

/// How many operators a content has, or rather more.
pub(super) fn operators(content: &[u8]) -> usize {
    let begins_word = |pair: &&[u8]| pair[1].is_ascii_alphabetic() && !is_regular(pair[0]);
    content.windows(2).filter(begins_word).count()
}

/// Whether a byte goes on with the word that is being read.
fn is_regular(byte: u8) -> bool {
    !byte.is_ascii_whitespace() && !b"()<>[]{}%".contains(&byte)
}

/// Whether brackets pass the bounds. Those in strings and comments neither open nor close anything, but count.
fn passes(content: &[u8], bounds: Bounds) -> bool {
    let (mut depth, mut brackets) = (0usize, 0usize);
    let mut at = 0;
    while let Some(byte) = content.get(at) {
        let rest = &content[at..];
        let length = match byte {
            b'(' => string_length(rest),
            b'%' => comment_length(rest),
            b'<' | b'>' if rest.get(1) == Some(byte) => 2,
            _ => 1,
        };
        match (byte, length) {
            (b'(' | b'%', _) => brackets += count_brackets(&rest[..length]),
            (b'[', _) => {
                depth += 1;
                brackets += usize::from(!is_flat(rest));
            }
            (b'<', 2) => (depth, brackets) = (depth + 1, brackets + 1),
            (b']', _) | (b'>', 2) => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > bounds.depth || brackets > bounds.brackets {
            return true;
        }
        at += length;
    }
    false
}

/// No string or comment is longer: such are the bytes of an image.
const MAX_HIDDEN: usize = 4096;

/// The length of the string that begins here.
fn string_length(text: &[u8]) -> usize {
    let text = &text[..text.len().min(MAX_HIDDEN)];
    let mut depth = 0usize;
    let mut is_escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'(' => depth += 1,
            b')' if depth == 1 => return at + 1,
            b')' => depth -= 1,
            _ => {}
        }
    }
    text.len()
}

/// The length of the comment that begins here.
fn comment_length(text: &[u8]) -> usize {
    let text = &text[..text.len().min(MAX_HIDDEN)];
    let end = text.iter().position(|byte| matches!(byte, b'\n' | b'\r'));
    end.unwrap_or(text.len())
}

fn count_brackets(hidden: &[u8]) -> usize {
    hidden
        .iter()
        .filter(|byte| matches!(byte, b'[' | b'<'))
        .count()
}

/// Whether an array has nothing but numbers, as dashes of lines do, of which a drawing has very many.
fn is_flat(array: &[u8]) -> bool {
    let inside = array[1..].iter();
    let mut rest =
        inside.skip_while(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'-' | b' ' | b'\n' | b'\r'));
    rest.next() == Some(&b']')
}

fn find(bytes: &[u8], wanted: &[u8], from: usize) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = from;
    loop {
        let at = from + bytes.get(from..)?.iter().position(|byte| *byte == first)?;
        if bytes[at..].starts_with(wanted) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_brackets_in_objects_and_not_in_streams() {
        let deep = "[".repeat(OF_SYNTAX.depth + 2);
        assert!(nests_too_deep(
            format!("1 0 obj\n{deep}\nendobj").as_bytes()
        ));
        assert!(nests_too_deep(
            format!("1 0 obj\n<<>>\nendobj 2 0 obj {}", "<<".repeat(600)).as_bytes()
        ));
        assert!(!nests_too_deep(
            format!("1 0 obj\n<</L 1>>stream\n{deep}\nendstream\nendobj").as_bytes()
        ));
        assert!(!is_content_absurd("[ << >> ] ".repeat(10_000).as_bytes()));
    }

    #[test]
    fn brackets_in_strings_close_nothing() {
        assert!(is_content_absurd("[(])".repeat(600).as_bytes()));
        assert!(!is_content_absurd("[(\\)[)]".repeat(600).as_bytes()));
        assert!(!is_content_absurd("[3 2]0 d ".repeat(200_000).as_bytes()));
        assert!(is_content_absurd("[/a]TJ ".repeat(200_000).as_bytes()));
    }

    #[test]
    fn looks_into_streams_of_objects_and_forms() {
        let deep = "[".repeat(OF_SYNTAX.depth + 2);
        for keys in ["/N 1/First 4", "/Subtype/Form"] {
            let file = format!("1 0 obj\n<<{keys}>>stream\n{deep}\nendstream\nendobj");
            assert!(nests_too_deep(file.as_bytes()));
        }
    }
}
