//! What of a plain body did somebody write? Lines → lines without the marks of quoting and without files.

use std::borrow::Cow;

/// Leaves out files that were put into the text, as mail programs did before there were attachments.
///
/// A file begins with `begin 644` and its name; its lines say how long they are.
pub(super) fn without_files(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.windows(6).any(|window| window == b"begin ") {
        return Cow::Borrowed(body);
    }
    let mut kept = Vec::with_capacity(body.len());
    let mut lines = body.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let is_file = begins_file(line) && lines.peek().is_some_and(|next| is_of_file(next));
        if !is_file {
            kept.extend_from_slice(line);
            continue;
        }
        while lines.next_if(|line| is_of_file(line)).is_some() {}
        lines.next_if(|line| line.trim_ascii() == b"end");
    }
    Cow::Owned(kept)
}

fn begins_file(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"begin ") else {
        return false;
    };
    let digits = rest.iter().take_while(|byte| (b'0'..=b'7').contains(*byte));
    let digits = digits.count();
    matches!(digits, 3 | 4)
        && rest.get(digits) == Some(&b' ')
        && !rest[digits..].trim_ascii().is_empty()
}

/// Whether a line is one of a file: a length, and four characters for each three bytes, of which spaces at its end
/// may be lost.
fn is_of_file(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let Some((length, characters)) = line.split_first() else {
        return false;
    };
    let bytes = usize::from(length.wrapping_sub(b' ') & 0x3F);
    let most = bytes.div_ceil(3) * 4 + 1;
    line.iter().all(|byte| (b' '..=b'`').contains(byte))
        && (characters.len() <= most)
        && (characters.len() + 4 >= most || characters.is_empty())
}

/// Takes the marks off quoted lines; what is quoted stands apart from what is not.
pub(super) fn without_quote_marks(body: &str) -> Cow<'_, str> {
    if !body.lines().any(|line| line.starts_with('>')) {
        return Cow::Borrowed(body);
    }
    let lines: Vec<(usize, &str)> = body.lines().map(unquoted).collect();
    let mut text = String::with_capacity(body.len());
    let mut depth = 0;
    for stretch in lines.chunk_by(|(left, _), (right, _)| left == right) {
        for (position, (marks, line)) in stretch.iter().enumerate() {
            let is_quoted = *marks > 0 && !is_comparison(stretch);
            let new_depth = if is_quoted { *marks } else { 0 };
            if position == 0 && new_depth != depth {
                text.push('\n');
            }
            depth = new_depth;
            if *marks > 0 && !is_quoted {
                text.push_str("> ");
            }
            text.push_str(line);
            text.push('\n');
        }
    }
    Cow::Owned(text)
}

/// Whether the one line with a mark rather says that a number is greater.
fn is_comparison(stretch: &[(usize, &str)]) -> bool {
    matches!(stretch, [(1, line)] if line.starts_with(|first: char| first.is_ascii_digit()))
}

/// How many marks a line has, and what follows them.
fn unquoted(line: &str) -> (usize, &str) {
    let mut marks = 0;
    let mut rest = line;
    while let Some(after) = rest.strip_prefix('>') {
        marks += 1;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    (marks, rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quoted_lines_lose_their_marks_and_stand_apart() {
        let body =
            "Tôi đồng ý\n> các xã nộp báo \n> cáo sớm.\n>> Hạn là 30/3.\nChào anh.\n> 50 triệu";
        assert_eq!(
            without_quote_marks(body),
            "Tôi đồng ý\n\ncác xã nộp báo \ncáo sớm.\n\nHạn là 30/3.\n\nChào anh.\n> 50 triệu\n"
        );
        assert_eq!(without_quote_marks("a > b"), "a > b");
    }

    #[test]
    fn files_in_the_text_are_left_out() {
        let body = b"K\xEDnh g\xFEi.\r\nbegin 644 BC.DOC\r\nM  $\" P0%!@<(\"0H+# T.#Q 1$A,4%187&!D:&QP='A\\@(2(C)\"4F)R@I*BLL\r\n#0V%T\r\n`\r\nend\r\nCh\xE0o.";
        assert_eq!(without_files(body).as_ref(), b"K\xEDnh g\xFEi.\r\nCh\xE0o.");
        let sentence = b"begin 2003 with a plan.\nWe met in May.";
        assert_eq!(without_files(sentence).as_ref(), sentence);
    }
}
