//! Which paragraphs did the layout analysis divide that are one?

use super::letters::{begins_small, decoded};
use super::paragraph::{APART, Traced, font_after, font_of};
use super::place::Margins;
use super::signature::signs_for;
use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::shape::{self, Marker};

impl Traced {
    /// Takes the next paragraph in, if the layout analysis divided what is one.
    pub(super) fn join(&mut self, next: &Self, page: Margins) -> bool {
        let is_one = self.has_more_of_title(next)
            || self.has_rest_in_the_middle(next, page)
            || self.has_rest_of_first_line(next, page)
            || self.has_rest_of_line(next, page)
            || self.has_rest_after_aside(next, page);
        if is_one {
            self.append(next);
        }
        is_one
    }

    /// Whether the next one stands right below it, in the same letters.
    fn is_over(&self, next: &Self, page: Margins) -> bool {
        (0.0..2.2 * next.first.size).contains(&self.distance_to(next))
            && self.gap_before(next, page) < APART
            && (self.last.size - next.first.size).abs() < 0.5
            && font_after(&self.block) == font_of(&next.block)
            && !shape::ends_sentence(&self.last_text)
    }

    fn has_middle_of(&self, next: &Self) -> bool {
        (self.last.centre() - next.first.centre()).abs() < 0.5 * next.first.size
    }

    /// Whether the next one is the rest of a heading, or of a first line, that fills its line: left of where that begins, below
    /// it, or in the middle below a title in the middle.
    fn has_rest_of_line(&self, next: &Self, page: Margins) -> bool {
        let text = next.block.text();
        let first = next.first;
        let is_left = first.left < self.first.left - 1.0;
        let is_below = (first.left - self.last.left).abs() < 1.0 && begins_small(&next.block);
        let last = self.last_text.trim_end();
        // A time and a place, or who speaks, stand below a title and are none of it.
        let is_of_title = !last.ends_with(|c: char| c.is_ascii_digit())
            && !text.contains(':')
            && (last.ends_with("ngày") || !text.contains("ngày"));
        let is_centred =
            self.has_middle_of(next) && first.left > page.left + first.size && is_of_title;
        self.is_over(next, page)
            && (is_left || is_below || is_centred)
            && shape::is_capitals(&self.last_text) == shape::is_capitals(&text)
            && self.last.is_full_before(&text, page)
            && !is_address(&self.block)
            && shape::marker(text.trim()) == Marker::None
    }

    /// Whether the next one goes on below a centred line, right of where that begins: the layout analysis divides there.
    fn has_rest_in_the_middle(&self, next: &Self, page: Margins) -> bool {
        self.is_over(next, page) && self.has_middle_of(next) && begins_small(&next.block)
    }

    /// Whether the next one goes on below a first line that is indented far: the layout analysis divides there.
    fn has_rest_of_first_line(&self, next: &Self, page: Margins) -> bool {
        const INDENT: f32 = 40.0;
        let distance = self.distance_to(next);
        let margins = Margins {
            left: next.first.left,
            ..page
        };
        self.is_one_line()
            && self.block.kind.is_prose()
            && next.block.kind == ParagraphKind::Body
            && self.first.left - next.first.left > INDENT
            && distance > 0.0
            && self.last.is_full_before(&next.block.text(), page)
            && !shape::ends_sentence(&self.last_text)
            && !is_address(&self.block)
            && !self.ends_before(next, margins)
    }

    /// Whether the next one goes on below text at an angle, such as a watermark: the layout analysis divides there.
    fn has_rest_after_aside(&self, next: &Self, page: Margins) -> bool {
        let margins = Margins {
            left: self.last.left.min(next.first.left),
            ..page
        };
        next.is_after_aside && self.distance_to(next) > 0.0 && !self.ends_before(next, margins)
    }

    /// Whether the last line and the next one have more than half of the shorter one above each other.
    fn is_above(&self, next: &Self) -> bool {
        let (last, first) = (self.last, next.first);
        let shared = last.right.min(first.right) - last.left.max(first.left);
        let shorter = (last.right - last.left).min(first.right - first.left);
        2.0 * shared > shorter
    }

    /// Whether the two are lines of one title in capitals.
    fn has_more_of_title(&self, next: &Self) -> bool {
        let distance = self.distance_to(next);
        let (text, next_text) = (self.block.text(), next.block.text());
        shape::is_capitals(&text)
            && !signs_for(&text)
            && !next_text.chars().any(char::is_lowercase)
            && shape::marker(next_text.trim()) == Marker::None
            && (self.first.size - next.first.size).abs() < 0.5
            && (0.0..2.0 * self.first.size).contains(&distance)
            && self.is_above(next)
            && font_of(&self.block) == font_of(&next.block)
    }
}

/// Whether a paragraph says to whom a letter is sent.
fn is_address(block: &Block) -> bool {
    decoded(block).trim_start().starts_with("Kính gửi")
}

#[cfg(test)]
mod tests {
    use super::super::lines::margins;
    use super::super::lines::tests::line;
    use super::Traced;

    #[test]
    fn a_first_line_far_indented_goes_on_and_a_centred_one_does_not() {
        let lines = [
            line(240.0, 720.0, "Nhận xét chung"),
            line(
                85.0,
                700.0,
                "Sáu tháng qua, kinh tế của huyện phát triển khá; các xã đều",
            ),
            line(
                145.0,
                684.0,
                "Công tác giáo dục được quan tâm; toàn huyện có",
            ),
            line(85.0, 668.0, "42/45 trường đạt chuẩn quốc gia."),
            line(
                145.0,
                652.0,
                "Xã Liêm Cần hoàn thành cả mười chín tiêu chí;",
            ),
            line(85.0, 636.0, "Các xã khác hoàn thành trong quý ba."),
            line(
                145.0,
                620.0,
                "Kính gửi: Thường trực Huyện ủy, Hội đồng nhân",
            ),
            line(85.0, 604.0, "Trong quý ba, các xã đã làm tốt."),
        ];
        let page = margins(&lines);
        let joins = |index: usize| {
            Traced::begin(&lines[index]).join(&Traced::begin(&lines[index + 1]), page)
        };
        assert_eq!([joins(0), joins(1), joins(2)], [false, false, true]);
        assert_eq!([joins(4), joins(6)], [false, false]);
    }

    #[test]
    fn a_centred_title_goes_on_right_of_where_it_begins() {
        let lines = [
            line(85.0, 700.0, "Tình hình kinh tế - xã hội sáu tháng đầu năm"),
            line(160.0, 684.0, "và nhiệm vụ cuối năm"),
            line(160.0, 654.0, "và nhiệm vụ cuối năm"),
            line(85.0, 638.0, "và nhiệm vụ cuối năm"),
        ];
        let page = margins(&lines);
        let joins = |first: usize, second: usize| {
            Traced::begin(&lines[first]).join(&Traced::begin(&lines[second]), page)
        };
        assert_eq!(
            [joins(0, 1), joins(0, 2), joins(1, 3)],
            [true, false, false]
        );
    }

    #[test]
    fn a_heading_that_fills_its_line_goes_on_left_of_it_or_in_the_middle() {
        let full = "1. Chủ tịch Ủy ban nhân dân các xã, phường và thị trấn";
        let joins = |left: f32, text: &str, rest: f32, next: &str| {
            let lines = [
                line(left, 700.0, text),
                line(rest, 684.0, next),
                line(
                    85.0,
                    668.0,
                    "Các xã phải hoàn thành trước ngày 15/12 như đã cam kết",
                ),
            ];
            Traced::begin(&lines[0]).join(&Traced::begin(&lines[1]), margins(&lines))
        };
        assert!(joins(109.0, full, 85.0, "Bích Sơn"));
        assert!(joins(85.0, full, 85.0, "trong huyện"));
        assert!(!joins(85.0, full, 85.0, "Trong tháng này"));
        assert!(!joins(109.0, full, 85.0, "2. Công an huyện"));
        assert!(!joins(
            109.0,
            "1. Chủ tịch Ủy ban nhân dân",
            85.0,
            "Bích Sơn"
        ));
        assert!(joins(97.0, &full[3..], 228.0, "Bích Sơn"));
    }
}
