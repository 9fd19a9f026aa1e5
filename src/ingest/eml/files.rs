//! What of a plain body did somebody write? Lines → lines without files.

use std::borrow::Cow;

/// Leaves out files that were put into the text, as mail programs did before there were attachments.
///
/// A file begins with `begin 644` and its name; its lines say how long they are.
pub(super) fn without_files(body: &[u8]) -> Cow<'_, [u8]> {
    if !body.windows(6).any(|window| window == b"begin ") {
        return Cow::Borrowed(body);
    }
    let lines: Vec<&[u8]> = body.split_inclusive(|byte| *byte == b'\n').collect();
    let last_end = lines.iter().rposition(|line| ends_file(line));
    let mut kept = Vec::with_capacity(body.len());
    let mut rest = lines.iter().zip(0..).peekable();
    while let Some((line, position)) = rest.next() {
        let is_file = begins_file(line) && rest.peek().is_some_and(|(next, _)| is_of_file(next));
        if !is_file {
            kept.extend_from_slice(line);
        } else if last_end > Some(position) {
            rest.find(|(line, _)| ends_file(line));
        } else {
            // Cut off: what looks like the file goes with it.
            while rest.next_if(|(line, _)| is_of_file(line)).is_some() {}
        }
    }
    Cow::Owned(kept)
}

fn ends_file(line: &[u8]) -> bool {
    line.trim_ascii() == b"end"
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

/// Whether a line is one of a file: a length, and four characters for each three bytes, of which any number of
/// spaces at its end, which are zeros, may be lost.
fn is_of_file(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    let Some((length, characters)) = line.split_first() else {
        return false;
    };
    let bytes = usize::from(length.wrapping_sub(b' ') & 0x3F);
    let most = bytes.div_ceil(3) * 4 + 1;
    line.iter().all(|byte| (b' '..=b'`').contains(byte)) && characters.len() <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_the_text_are_left_out() {
        let body = b"K\xEDnh g\xFEi.\r\nbegin 644 BC.DOC\r\nM  $\" P0%!@<(\"0H+# T.#Q 1$A,4%187&!D:&QP='A\\@(2(C)\"4F)R@I*BLL\r\n#0V%T\r\n`\r\nend\r\nCh\xE0o.";
        assert_eq!(without_files(body).as_ref(), b"K\xEDnh g\xFEi.\r\nCh\xE0o.");
        let short = b"Th\xFEa.\nbegin 644 A.DOC\nMT,\\1X*&Q&N$\nM\n\nM_N\n`\nend\nHai.\nbegin 644 B\nM+\nBa.";
        assert_eq!(without_files(short).as_ref(), b"Th\xFEa.\nHai.\nBa.");
        let sentence = b"begin 2003 with a plan.\nWe met in May.";
        assert_eq!(without_files(sentence).as_ref(), sentence);
    }
}
