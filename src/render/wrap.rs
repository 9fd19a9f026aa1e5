//! A text → lines that fit a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What may not begin a line of Chinese or Japanese.
const CLOSING: &str = "、。，．：；？！…‥—％）］｝〕〉》」』】〗・ー々";

/// What may not end one.
const OPENING: &str = "（［｛〔〈《「『【〖";

/// Breaks `text` into lines that leave `margin` columns of `width`, at spaces and between wide characters, which have
/// none; one line without a width.
pub(super) fn wrap(text: &str, width: Option<usize>, margin: usize) -> Vec<String> {
    let room = width.map_or(usize::MAX, |width| width.saturating_sub(margin).max(20));
    let mut lines = Vec::new();
    let (mut line, mut column) = (String::new(), 0);
    for (number, word) in text.split(' ').enumerate() {
        if word.is_empty() && column > 0 {
            line.push(' ');
            column += 1;
        }
        let mut space = if number > 0 { " " } else { "" };
        for piece in pieces(word) {
            let length = piece.width();
            if column > 0 && column + space.len() + length > room {
                lines.push(std::mem::take(&mut line));
                column = 0;
            }
            if column > 0 {
                line.push_str(space);
                column += space.len();
            }
            line.push_str(piece);
            column += length;
            space = "";
        }
    }
    lines.push(line);
    lines
}

/// The parts of a word that stay whole: it may be broken between two wide characters.
fn pieces(word: &str) -> impl Iterator<Item = &str> {
    let is_wide = |letter: char| letter.width() == Some(2);
    let mut rest = word;
    std::iter::from_fn(move || {
        let mut letters = rest.char_indices();
        let (_, mut last) = letters.next()?;
        let end = letters.find(|&(_, letter)| {
            let before = std::mem::replace(&mut last, letter);
            let may_break = !CLOSING.contains(letter) && !OPENING.contains(before);
            may_break && is_wide(before) && is_wide(letter)
        });
        let (piece, after) = rest.split_at(end.map_or(rest.len(), |(end, _)| end));
        rest = after;
        Some(piece)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_at_spaces_and_between_wide_characters() {
        let text = "“Đến nay, toàn huyện có 46 mô hình.” [đoạn 16]";
        assert_eq!(
            wrap(text, Some(30), 4),
            ["“Đến nay, toàn huyện có 46", "mô hình.” [đoạn 16]"]
        );
        assert_eq!(wrap(text, None, 4), [text]);
        let chinese = "全县完成公路建设十二，。（全年）超额完成了上级任务2024年目标";
        let lines = wrap(chinese, Some(24), 4);
        assert_eq!(
            lines,
            [
                "全县完成公路建设十",
                "二，。（全年）超额完",
                "成了上级任务2024年目",
                "标"
            ]
        );
        assert_eq!(wrap("", Some(30), 4), [""]);
        assert_eq!(wrap("hai  dấu cách", Some(30), 4), ["hai  dấu cách"]);
    }
}
