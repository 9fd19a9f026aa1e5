//! Which paragraphs of a message are not what it says? Pieces of its body → the older messages below it, the lines
//! that head them, and the signature.
//!
//! A message that passes another one on says what that says: nothing of it is older.

use super::heads::{self, Below};
use super::purpose::Purpose;
use super::signature::{is_mark, signature};
use crate::ingest::assemble::Source;
use crate::ingest::blocks::Block;

/// A message with fewer words above a longer one may only pass it on.
const LEAST_OWN_WORDS: usize = 20;

/// A line of a plain body, or a paragraph of a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    /// How many marks of quoting it had.
    pub(super) depth: usize,
    /// What stands behind them.
    pub(super) text: &'a str,
}

impl Piece<'_> {
    pub(super) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }

    pub(super) fn words(&self) -> usize {
        let words = self.text.split_whitespace();
        let is_word = |word: &&str| word.contains(char::is_alphanumeric);
        words.filter(is_word).count()
    }
}

/// Whose a piece is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Own,
    Older,
    /// What mail programs write above an older message.
    Head,
    Signature,
}

/// Marks the paragraphs of a page or of RTF that are none of what a message says.
pub(in crate::ingest) fn mark_older(mut source: Source, purpose: Purpose) -> Source {
    let texts: Vec<String> = source.blocks.iter().map(Block::text).collect();
    let pieces = source.blocks.iter().zip(&texts);
    let pieces = pieces.map(|(block, text)| Piece {
        depth: usize::from(block.is_quoted),
        text,
    });
    let furniture = furniture(&pieces.collect::<Vec<_>>(), purpose);
    for (block, is_furniture) in source.blocks.iter_mut().zip(furniture) {
        block.furniture = is_furniture;
    }
    source
}

/// Which pieces are furniture; none where nothing would be left.
pub(super) fn furniture(pieces: &[Piece<'_>], purpose: Purpose) -> Vec<bool> {
    let parts = parts(pieces, purpose);
    let words_of = |part: Part| -> usize {
        let pieces = pieces.iter().zip(&parts);
        pieces
            .filter(|(_, found)| **found == part)
            .map(|(piece, _)| piece.words())
            .sum()
    };
    let [own_words, older_words] = [Part::Own, Part::Older].map(words_of);
    let is_older_told = purpose == Purpose::Forward || own_words < LEAST_OWN_WORDS.min(older_words);
    if own_words == 0 && older_words == 0 {
        return vec![false; pieces.len()];
    }
    let is_furniture = |part| match part {
        Part::Own => false,
        Part::Older => !is_older_told,
        Part::Head | Part::Signature => true,
    };
    parts.into_iter().map(is_furniture).collect()
}

/// People, too, set lines of their own off as programs mark what they quote: only an answer, or a head, makes those older.
fn parts(pieces: &[Piece<'_>], purpose: Purpose) -> Vec<Part> {
    let mut parts = Vec::with_capacity(pieces.len());
    let mut own_words = 0;
    let mut older_depth = if purpose == Purpose::New {
        usize::MAX
    } else {
        1
    };
    let mut is_marked = false;
    while let Some(piece) = pieces.get(parts.len()) {
        let rest = &pieces[parts.len()..];
        if piece.depth >= older_depth {
            parts.push(Part::Older);
        } else if let Some(head) = heads::head(rest) {
            parts.resize(parts.len() + head.length, Part::Head);
            older_depth = match head.below {
                Below::Quoted => piece.depth + 1,
                // What answers nothing passes on what is below a head, or only has lines like one.
                Below::Older if purpose == Purpose::Answer => piece.depth,
                Below::Older => older_depth,
                Below::Forwarded => usize::MAX,
            };
        } else if let Some(length) = signature(rest, own_words, !is_marked) {
            parts.resize(parts.len() + length, Part::Signature);
        } else {
            own_words += piece.words();
            parts.push(Part::Own);
        }
        is_marked |= is_mark(piece);
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    const REPLY: &str = "Chị nhận được rồi nhé, phần số liệu của ba xã vùng cao em bổ sung thêm \
        diện tích ngô rồi gửi lại trước chiều thứ năm.\n";
    const OLDER: &str = "Em gửi chị biểu tổng hợp vụ xuân của mười hai xã để chị xem trước khi trình, \
        còn thiếu ba xã vùng cao chưa gửi.\n";

    /// Which lines with words are furniture, as `x`.
    fn marks_of(body: &str, purpose: Purpose) -> String {
        let pieces = body.lines().map(|line| {
            let text = line.trim_start_matches("> ");
            Piece {
                depth: (line.len() - text.len()) / 2,
                text,
            }
        });
        let pieces: Vec<Piece<'_>> = pieces.collect();
        let furniture = furniture(&pieces, purpose);
        let filled = pieces.iter().zip(furniture).filter(|it| it.0.words() > 0);
        filled
            .map(|(_, is_furniture)| if is_furniture { 'x' } else { '.' })
            .collect()
    }

    fn marks(body: &str) -> String {
        marks_of(body, Purpose::New)
    }

    #[test]
    fn the_older_message_below_an_answer_is_none_of_it() {
        let heads = [
            "Vào Th 5, 6 thg 6, 2024 lúc 08:15 Hoa <\nhoa@x.vn> đã viết:\n",
            "On Thu, Jun 6, 2024 at 8:15 AM Hoa <hoa@x.vn> wrote:\n",
            "-----Original Message-----\nFrom: Hoa\n",
            "----- Thư gốc -----\n",
            "________\nTừ: Hoa\nĐã gửi: Thứ Năm, 6 tháng 6, 2024 8:15 SA\nTới: Lan\nChủ đề: Biểu\n",
            "*From:* Hoa <hoa@x.vn> *Sent:* Thursday, June 6, 2024 8:15 AM *To:* Lan *Subject:* Biểu\n",
        ];
        for head in heads {
            let body = [REPLY, "\n", head, "\n", OLDER].concat();
            let found = marks_of(&body, Purpose::Answer);
            assert_eq!(found.trim_end_matches('x'), ".", "{body}");
            assert!(found.len() > 2, "{body}");
            // What answers nothing passes it on, under a subject of its own.
            let passed_on = marks(&body);
            assert!(
                passed_on.starts_with(".x") && passed_on.ends_with('.'),
                "{body}"
            );
        }
        let between = [
            REPLY,
            "> ",
            OLDER,
            "Ba xã này em gọi giúp chị.\n",
            "> Em chào chị.\n",
        ];
        let between = between.concat();
        assert_eq!(marks_of(&between, Purpose::Answer), ".x.x");
        assert_eq!(marks(&between), "....");
        let told = "Vào 8:15 6/6/2024, Hoa <hoa@x.vn> đã viết:\n> Em chào chị.\n";
        assert_eq!(marks(&[told, &between].concat()), "xx.x.x");
    }

    #[test]
    fn below_a_divider_the_fields_may_begin_with_the_subject() {
        let fields =
            "Tiêu đề: Biểu vụ xuân\nNgày: 06-06-2024 08:15\nTừ: Hoa <hoa@x.vn>\nĐến: Lan\n";
        let passed_on = [REPLY, "-------- Thư gốc --------\n", fields, "\n", OLDER];
        assert_eq!(marks(&passed_on.concat()), ".xxxxx.");
        // Elsewhere they may be those of what the message says.
        assert_eq!(marks(&[REPLY, fields, "\n", OLDER].concat()), "......");
    }

    #[test]
    fn what_looks_like_the_head_of_an_older_message_is_a_part_of_this_one() {
        let memo = "Từ: Phòng Trồng trọt\nNgày: 6/6/2024\nGửi tới: Các trạm\nChủ đề: Họp\n";
        let hours = "Từ: 8:00\nĐến: 10:00\nNgày: 6/6/2024\nHọp ở hội trường.\n";
        let quotation = "Trong thư ngày 6/6 xã có viết:\nMong huyện hỗ trợ.\n";
        let title = "-- Thư viện lưu động --\nLịch tháng này.\n";
        let journey = "Từ: Khe Sậy\nĐến: Lũng Mây\nThời gian: 7:30 ngày 12/6/2024\n";
        let meeting = "Người gửi: Trạm\nNgười nhận: Các xã\nChủ đề: Họp\nThời gian: 8:00\n";
        for text in [memo, hours, quotation, title, journey, meeting] {
            let found = marks(&[REPLY, text, OLDER].concat());
            assert!(!found.contains('x'), "{text}: {found}");
        }
    }

    #[test]
    fn who_says_what_somebody_wrote_says_it_in_a_text_of_ones_own() {
        let quoted = ["> ", OLDER].concat();
        let name = "Về ý thứ hai, anh Nam viết:\n";
        let paragraph = "Lúc 8:00 xã báo đã gặt xong 120 ha lúa, đạt 98% kế hoạch, còn ba thôn vùng cao \
            chưa gặt. Về ý thứ hai, anh Nam viết:\n";
        for text in [name, paragraph] {
            assert!(
                marks(&[REPLY, text, &quoted].concat()).starts_with(".."),
                "{text}"
            );
        }
        let told = "Lúc 8:15 06/06/2024, Hoa đã viết:\n";
        assert_eq!(marks(&[REPLY, told, &quoted].concat()), ".xx");
    }

    #[test]
    fn a_message_that_passes_another_one_on_says_what_that_says() {
        let quoted = ["> ", OLDER].concat();
        assert_eq!(marks(&quoted), ".");
        assert_eq!(marks(&["Kính chuyển anh.\n", &quoted].concat()), "..");
        let announced = "Bắt đầu thư được chuyển tiếp:\n\n> Từ: Hoa <hoa@x.vn>\n> Ngày: 8:15 6/6/2024\n\
            > Đến: Lan\n>\n";
        let answered =
            "> On Thu, Jun 6, 2024 at 8:00 AM Lan <lan@x.vn> wrote:\n> > Em gửi biểu chưa?\n";
        let passed_on = [REPLY, announced, &quoted, answered, "Xin cảm ơn.\n"].concat();
        for purpose in [Purpose::New, Purpose::Answer] {
            assert_eq!(marks_of(&passed_on, purpose), ".xxxx.xx.");
        }
        let head = "Từ: Hoa <hoa@x.vn>\nGửi: 6/6/2024 8:15\nTới: Lan\n";
        assert_eq!(
            marks(&["Kính chuyển anh.\n", head, "\n", OLDER].concat()),
            ".xxx."
        );
        let answer = [REPLY, head, "\n", OLDER].concat();
        assert_eq!(
            [Purpose::Answer, Purpose::Forward].map(|purpose| marks_of(&answer, purpose)),
            [".xxxx", ".xxx."]
        );
        for head in [
            "---------- Forwarded message ---------\n",
            "-------- Thư chuyển tiếp --------\n",
        ] {
            assert_eq!(
                marks(
                    &[
                        REPLY,
                        "-- \nLan\n\n",
                        head,
                        "Từ: Hoa\nGửi: 8:15\nChủ đề: Biểu\n\n",
                        OLDER
                    ]
                    .concat()
                ),
                ".xxxxx."
            );
        }
    }

    #[test]
    fn the_signature_is_furniture_and_lines_that_only_part_a_text_begin_none() {
        let signed = [REPLY, "-- \nLan\nPhòng Trồng trọt\n\n> ", OLDER].concat();
        assert_eq!(marks_of(&signed, Purpose::Answer), ".xxx");
        assert_eq!(marks(&[REPLY, "--\nLan\n"].concat()), ".x");
        assert_eq!(marks(&[REPLY, "--\n", OLDER, OLDER].concat()), "...");
        assert_eq!(marks("-- \nLan\n"), ".");
        let sections = [REPLY, "--\nTrạm gặt giúp ba thôn.\n"].concat();
        assert_eq!(
            marks(&[&sections, "--\nLúa đã gặt xong.\n"].concat()),
            "..."
        );
        assert_eq!(marks(&[REPLY, REPLY, "--\n", REPLY].concat()), "...");
        let results = [
            "- Gặt lúa\nLan\n",
            "Lúa ngập: 45 ha\nLan\n",
            "Lúa gặt\n98% diện tích\n",
        ];
        for results in results {
            assert_eq!(marks(&[REPLY, "--\n", results].concat()), "...");
        }
        let address = "Lan\nTầng 3, số 12 đường Hùng Vương\nĐT: 0912 345 678\n";
        assert_eq!(marks(&[REPLY, "--\n", address].concat()), ".xxx");
        let ways_to_reach = [
            "ĐT: 0987654321, thư: hoa@x.vn",
            "(0214) 3876 543 máy lẻ 12",
            "+ Di động: 0987",
            "1900 5678 nhánh 3",
            "- Trưởng trạm",
            "Phòng 12 nhà làm việc cũ",
            "Gửi từ Galaxy 9 của tôi",
        ];
        for way in ways_to_reach {
            let signed = [REPLY, "--\nHoa\n", way, "\n"].concat();
            assert_eq!(marks(&signed), ".xx", "{way}");
        }
        let costs = "Lúa: 45 ha\nKinh phí: 12.500.000 đồng\nHoa, ĐT: 0987654321\n";
        assert_eq!(marks(&[REPLY, "--\n", costs].concat()), "....");
        let digest = [REPLY, "-- \nLan\n", &OLDER.repeat(80)].concat();
        assert!(!marks(&digest).contains('x'));
    }
}
