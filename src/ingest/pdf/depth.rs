//! Does a PDF nest beyond all measure? A look at its brackets before its parser recurses into them.
//!
//! The parser calls itself for each array in an array, and a stack that overflows ends the whole
//! process: 20,000 brackets did. Objects compressed into streams and drawn forms are not looked at
//! here; they run on a stack of [`STACK_BYTES`], which holds some 300,000.

/// Real files nest a few dozen deep.
const MAX_DEPTH: usize = 500;

/// The stack that the parser gets.
pub(super) const STACK_BYTES: usize = 128 * 1024 * 1024;

/// Whether any object of a file nests too deep, as far as they are not compressed.
pub(super) fn nests_too_deep(file: &[u8]) -> bool {
    let mut rest = file;
    while let Some(start) = find(rest, b"obj") {
        let object = &rest[start + 3..];
        // Whether the object ends by itself or at its stream, what follows is no syntax.
        let end = [find(object, b"endobj"), find(object, b"stream")]
            .into_iter()
            .flatten()
            .min();
        let end = end.unwrap_or(object.len());
        if content_nests_too_deep(&object[..end]) {
            return true;
        }
        let after = &object[end..];
        rest = &after[find(after, b"endobj").map_or(after.len(), |end| end + 6)..];
    }
    false
}

/// Whether the brackets of one object, or of a page's content, nest too deep.
pub(super) fn content_nests_too_deep(content: &[u8]) -> bool {
    let mut depth = 0usize;
    for pair in content.windows(2) {
        match pair {
            [b'[', _] | b"<<" => depth += 1,
            [b']', _] | b">>" => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth > MAX_DEPTH {
            return true;
        }
    }
    false
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    let first = *wanted.first()?;
    let mut from = 0;
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
        let deep = "[".repeat(MAX_DEPTH + 2);
        assert!(nests_too_deep(
            format!("1 0 obj\n{deep}\nendobj").as_bytes()
        ));
        assert!(nests_too_deep(
            format!("1 0 obj\n<<>>\nendobj 2 0 obj {}", "<<".repeat(600)).as_bytes()
        ));
        assert!(!nests_too_deep(
            format!("1 0 obj\n<</L 1>>stream\n{deep}\nendstream\nendobj").as_bytes()
        ));
        assert!(!content_nests_too_deep(
            "[ << >> ] ".repeat(10_000).as_bytes()
        ));
    }
}
