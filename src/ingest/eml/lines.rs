//! Where are the paragraphs of a plain body? Text → [`Block`]s, without the marks of quoting.

use std::borrow::Cow;

use super::heads::{self, Below};
use super::older::{Piece, furniture};
use super::purpose::Purpose;
use crate::ingest::blocks::Block;
use crate::ingest::shape::{Marker, marker};
use crate::ingest::text;

/// What the ends of a body's lines mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum LineEnds {
    /// Whatever they look like.
    Untold,
    /// A paragraph goes on after a space ([RFC 3676]).
    ///
    /// [RFC 3676]: https://www.rfc-editor.org/rfc/rfc3676
    Flowed { is_space_dropped: bool },
}

#[derive(Debug)]
struct Line<'a> {
    /// How many marks of quoting it had.
    depth: usize,
    text: Cow<'a, str>,
}

/// The paragraphs of a plain body; what is quoted stands apart from what is not.
pub(in crate::ingest) fn blocks(body: &str, ends: LineEnds, purpose: Purpose) -> Vec<Block> {
    let mut lines = lines(body, purpose);
    if let LineEnds::Flowed { is_space_dropped } = ends {
        lines = unflowed(lines, is_space_dropped);
    }
    let pieces = lines.iter().map(|line| Piece {
        depth: line.depth,
        text: &line.text,
    });
    let furniture = furniture(&pieces.collect::<Vec<_>>(), purpose);
    if !furniture.contains(&true) {
        let lines: Vec<&Line<'_>> = lines.iter().collect();
        return text::blocks(&text_of(&lines));
    }
    let stretches = stretches(&lines, &furniture);
    // Signatures and older messages are wrapped otherwise, or not at all.
    let wrappings = [false, true].map(|is_furniture| {
        let alike = stretches.iter().filter(|(found, _)| *found == is_furniture);
        let texts: Vec<&str> = alike.map(|(_, text)| text.as_str()).collect();
        text::wrapping(&texts.join("\n"))
    });
    let mut blocks = Vec::new();
    for (is_furniture, text) in stretches {
        let found = text::blocks_wrapped(&text, wrappings[usize::from(is_furniture)]);
        blocks.extend(found.into_iter().map(|block| Block {
            furniture: is_furniture,
            ..block
        }));
    }
    blocks
}

/// The text of the lines up to where furniture begins or ends.
fn stretches(lines: &[Line<'_>], furniture: &[bool]) -> Vec<(bool, String)> {
    let lines: Vec<(&Line<'_>, bool)> = lines.iter().zip(furniture.iter().copied()).collect();
    let stretches = lines.chunk_by(|left, right| left.1 == right.1);
    let told = stretches.map(|stretch| {
        let lines: Vec<&Line<'_>> = stretch.iter().map(|(line, _)| *line).collect();
        (stretch[0].1, text_of(&lines))
    });
    told.collect()
}

/// The text of lines, with a blank one between different depths.
fn text_of(lines: &[&Line<'_>]) -> String {
    let mut text = String::new();
    for alike in lines.chunk_by(|left, right| left.depth == right.depth) {
        text.push_str(if text.is_empty() { "" } else { "\n" });
        for line in alike {
            text.push_str(&line.text);
            text.push('\n');
        }
    }
    text
}

/// The lines of a body without their marks of quoting.
///
/// What stands below the head of what is quoted does not compare, nor does an answer unless all that has a mark names an
/// amount.
fn lines(body: &str, purpose: Purpose) -> Vec<Line<'_>> {
    let lines: Vec<(usize, &str, &str)> = body.lines().map(unquoted).collect();
    let pieces = lines.iter().map(|&(depth, text, _)| Piece { depth, text });
    let pieces: Vec<Piece<'_>> = pieces.collect();
    let heads_quotation = |place: usize| {
        heads::head(&pieces[place..]).is_some_and(|head| head.below == Below::Quoted)
    };
    let quotes_more = || {
        lines
            .iter()
            .any(|&(depth, text, _)| depth > 0 && !names_amount(text))
    };
    let mut quotes = purpose == Purpose::Answer && quotes_more();
    let mut unlooked = 0;
    let mut unmarked = Vec::with_capacity(lines.len());
    for stretch in lines.chunk_by(|left, right| left.0 == right.0) {
        let mut is_comparison = is_comparison(stretch);
        if is_comparison {
            quotes = quotes || (unlooked..unmarked.len()).any(heads_quotation);
            unlooked = unmarked.len();
            is_comparison = !quotes;
        }
        unmarked.extend(stretch.iter().map(|&(depth, text, whole)| Line {
            depth: if is_comparison { 0 } else { depth },
            text: Cow::Borrowed(if is_comparison { whole } else { text }),
        }));
    }
    unmarked
}

/// Whether the lines with a mark rather say that a number is greater, as in a table of marks at school; the number of an
/// item says nothing of the kind.
fn is_comparison(stretch: &[(usize, &str, &str)]) -> bool {
    stretch.iter().all(|(marks, text, _)| {
        let text = text.trim_start();
        let begins_with_number = text.starts_with(|c: char| c.is_ascii_digit());
        *marks == 1 && begins_with_number && marker(text) == Marker::None
    })
}

/// Whether a text begins with an amount of which it says something: `90%: 5 xã`, `2 ha: 120 hộ`.
fn names_amount(text: &str) -> bool {
    let amount = text.trim_start().split_once(": ");
    amount.is_some_and(|(amount, _)| {
        let number =
            amount.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','));
        let unit = number.trim_start_matches('%').trim();
        number.len() < amount.len()
            && !unit.contains(' ')
            && (unit.is_empty() || number.starts_with([' ', '%']))
    })
}

/// How many marks a line has, what follows them, and all of it.
fn unquoted(line: &str) -> (usize, &str, &str) {
    let mut marks = 0;
    let mut rest = line;
    // "At least" is no mark.
    while let Some(after) = rest
        .strip_prefix('>')
        .filter(|after| !after.starts_with('='))
    {
        marks += 1;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    (marks, rest, line)
}

/// Joins the lines that go on, at their depth.
fn unflowed(lines: Vec<Line<'_>>, is_space_dropped: bool) -> Vec<Line<'_>> {
    const SIGNATURE: &str = "-- ";
    let mut joined: Vec<Line<'_>> = Vec::with_capacity(lines.len());
    let mut goes_on = false;
    for line in lines {
        let text = without_stuffing(line.text, line.depth);
        let flows = text.ends_with(' ') && text != SIGNATURE && !text.trim().is_empty();
        match joined.last_mut() {
            Some(before) if goes_on && before.depth == line.depth && text != SIGNATURE => {
                let before = before.text.to_mut();
                if is_space_dropped {
                    before.pop();
                }
                before.push_str(&text);
            }
            _ => joined.push(Line { text, ..line }),
        }
        goes_on = flows;
    }
    joined
}

/// A line without the space that keeps it from looking quoted; behind marks of quoting that is off already.
fn without_stuffing(text: Cow<'_, str>, depth: usize) -> Cow<'_, str> {
    let is_stuffed = depth == 0 && text.starts_with(' ');
    match text {
        Cow::Borrowed(text) if is_stuffed => Cow::Borrowed(&text[1..]),
        text => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(body: &str, ends: LineEnds) -> Vec<String> {
        let blocks = blocks(body, ends, Purpose::New);
        blocks.iter().map(Block::text).collect()
    }

    #[test]
    fn quoted_lines_lose_their_marks_and_stand_apart() {
        let body = "Tôi đồng ý\n> các xã nộp báo cáo sớm.\n>> Hạn là 30/3.\nChào anh.\n> 50 triệu";
        let expected = [
            "Tôi đồng ý",
            "các xã nộp báo cáo sớm.",
            "Hạn là 30/3.",
            "Chào anh.",
            "> 50 triệu",
        ];
        assert_eq!(texts(body, LineEnds::Untold), expected);
        assert_eq!(texts("a > b", LineEnds::Untold), ["a > b"]);
        let marks = ["Xếp loại", ">= 8: giỏi", "> 5%: khá", ">   20%: kém"];
        assert_eq!(texts(&marks.join("\n"), LineEnds::Untold), marks);
        assert_eq!(
            texts("> >= 8\n> 5 xã\n> đã gặt", LineEnds::Untold),
            [">= 8", "5 xã", "đã gặt"]
        );
    }

    #[test]
    fn what_is_quoted_in_an_answer_or_below_a_head_says_no_number_is_greater() {
        let quoted = "> 12/6 nộp biểu.\nXã đã nộp từ hôm qua.";
        let told = ["Lúc 8:15 6/6, Hoa <hoa@x.vn> viết:\n", quoted].concat();
        let items = "> 1. Nộp biểu.\nXã đã nộp từ hôm qua.\n> 2) Gặt lúa.";
        let compared = "> 90%: 5 xã\n> 2 ha: 120 hộ\nCác xã còn lại chưa tiêm.";
        let quoted_too = [
            "> Bao nhiêu xã đạt?\nEm gửi chị.\n",
            "> 90%: 5 xã\nCòn lại: 7 xã",
        ]
        .concat();
        let cases = [
            (quoted, Purpose::Answer, &[true, false][..]),
            (&told, Purpose::New, &[true, true, false]),
            (items, Purpose::Answer, &[true, false, true]),
            (compared, Purpose::Answer, &[false; 3]),
            (&quoted_too, Purpose::Answer, &[true, false, true, false]),
        ];
        for (body, purpose, expected) in cases {
            let blocks = blocks(body, LineEnds::Untold, purpose);
            let furniture: Vec<bool> = blocks.iter().map(|block| block.furniture).collect();
            assert_eq!(furniture, expected, "{body}");
        }
        assert_eq!(texts(items, LineEnds::Untold)[0], "1. Nộp biểu.");
        assert_eq!(texts(quoted, LineEnds::Untold)[0], "> 12/6 nộp biểu.");
    }

    #[test]
    fn flowed_lines_go_on_after_a_space_at_their_depth() {
        let flowed = |is_space_dropped| LineEnds::Flowed { is_space_dropped };
        let body =
            "Hạn \nnộp \nlà 30/3.\nXin cảm ơn. \n> Hạn \n> nào?\n  Đã \n gửi.\n-- \nLan \n-- \nHoa";
        assert_eq!(
            texts(body, flowed(false)),
            [
                "Hạn nộp là 30/3.",
                "Xin cảm ơn.",
                "Hạn nào?",
                "Đã gửi.",
                "--",
                "Lan",
                "--",
                "Hoa"
            ]
        );
        assert_eq!(texts("Kênh đ \nã đào.", flowed(true)), ["Kênh đã đào."]);
        assert_eq!(texts("Hạn \nNộp", LineEnds::Untold), ["Hạn", "Nộp"]);
    }

    #[test]
    fn a_long_notice_below_a_message_says_nothing_of_how_that_is_wrapped() {
        let body = "\
Các xã rà soát số hộ thiếu nước sinh hoạt, lập danh sách theo từng
thôn và gửi về Phòng trước ngày 12/7 để tổng hợp.
-- \n"
            .to_owned()
            + &"Thư này chỉ dành cho người nhận có tên ở trên. ".repeat(5);
        assert_eq!(texts(&body, LineEnds::Untold).len(), 3);
    }
}
