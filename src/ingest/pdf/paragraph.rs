//! Which lines go on with a paragraph, and which begin one?

use unpdf::parser::backend::PageBox;

use super::continuation::append_line;
use super::letters::begins_small;
use super::lines::Line;
use super::place::{EndLines, Extent, Margins, Place, Placed};
use super::signature::heads_recipients;
use crate::ingest::blocks::Block;
use crate::ingest::encoding::syllable::is_syllable;
use crate::ingest::shape::{self, Marker};

/// From how many times the leading on a gap is one between paragraphs: people set 3 points at least, between lines that
/// are up to 24 apart.
pub(super) const APART: f32 = 1.1;
/// The same where the line above is full and ends no sentence: 6 points between lines that are 18 apart. A formula moves
/// a line less.
const FAR_APART: f32 = 1.3;

/// A paragraph made of lines.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) block: Block,
    pub(super) first: Extent,
    pub(super) last: Extent,
    /// What its last line says.
    pub(super) last_text: String,
    pub(super) is_one_line: bool,
    /// Whether all its lines are in capitals.
    is_capitals: bool,
    /// Whether it stands at or below `Nơi nhận`.
    is_of_recipients: bool,
}

/// The paragraphs that lines make up between these margins.
pub(super) fn of_lines<'a>(
    lines: impl IntoIterator<Item = &'a Line>,
    margins: Margins,
) -> Vec<Traced> {
    let mut paragraphs: Vec<Traced> = Vec::new();
    for mut next in lines.into_iter().map(Traced::begin) {
        match paragraphs.last_mut() {
            Some(open) => {
                next.is_of_recipients |= open.is_of_recipients;
                if open.ends_before(&next, margins) {
                    paragraphs.push(next);
                } else {
                    open.append(&next);
                }
            }
            None => paragraphs.push(next),
        }
    }
    paragraphs
}

impl Traced {
    pub(super) fn begin(line: &Line) -> Self {
        let text = line.block.text();
        Self {
            block: line.block.clone(),
            first: line.extent,
            last: line.extent,
            is_one_line: true,
            is_capitals: shape::is_capitals(&text),
            is_of_recipients: heads_recipients(&text),
            last_text: text,
        }
    }

    pub(super) fn append(&mut self, next: &Self) {
        append_line(&mut self.block, next.block.clone());
        self.last = next.last;
        self.last_text.clone_from(&next.last_text);
        self.is_one_line = false;
        self.is_capitals &= next.is_capitals;
    }

    /// Whether the next line or paragraph between these margins does not go on with this one.
    pub(super) fn ends_before(&self, next: &Self, margins: Margins) -> bool {
        let text = next.block.text();
        let had_room = self.last.has_room_for(&text, margins);
        let ended = shape::ends_sentence(&self.last_text)
            || self.last_text.trim_end().ends_with(['”', '"']);
        let size = next.first.size;
        let is_indented = !self.hangs(next) && next.first.left > margins.left + size;
        let is_resized = (self.last.size - size).abs() > 0.1 * size;
        let marker = shape::marker(text.trim());
        // Abbreviations that a full line leaves over (`THCS, THPT.`) are in capitals, and no title.
        let is_wrapped = next.is_capitals
            && are_abbreviations(&text)
            && !(ended || is_indented)
            && (!had_room || text.ends_with('.'))
            && marker == Marker::None
            && font_after(&self.block) == font_of(&next.block);
        let changes_case = self.is_capitals != next.is_capitals && !is_wrapped;
        if is_resized || changes_case || self.is_far_from(next, &text, margins) {
            return true;
        }
        let gap = self.gap_before(next, margins);
        let is_apart = gap > APART;
        match marker {
            Marker::None if ended => had_room || is_indented || is_apart,
            Marker::None => {
                let is_set_off = is_indented || is_apart || self.falls_short(next, margins);
                let is_other = had_room && is_set_off || gap > FAR_APART;
                is_other && !begins_small(&next.block)
            }
            _ => ended || had_room || is_apart,
        }
    }

    /// Whether this is one line that is much shorter than the next one, below which it begins, as a heading does.
    fn falls_short(&self, next: &Self, margins: Margins) -> bool {
        // Words of Vietnamese are too short to leave a quarter of a line free. Beside a picture all lines are short.
        const SHARE: f32 = 0.25;
        let is_at_margin = |line: Extent| line.left < margins.left + line.size;
        let most = margins.reach - SHARE * (margins.reach - margins.left);
        // Recipients may be short and have no marks; they are no headings.
        self.is_one_line
            && !self.is_of_recipients
            && is_at_margin(self.first)
            && is_at_margin(next.first)
            && self.first.right < most
            && next.first.right > most
    }

    /// Whether the next line, whose text this is, is so far below that it is no line of a paragraph.
    fn is_far_from(&self, next: &Self, text: &str, margins: Margins) -> bool {
        // Lines of text that are all far apart go on where they are full; entries of a form or a slide do not.
        let pitch = if self.last.is_full_before(text, margins) {
            margins.pitch
        } else {
            0.0
        };
        self.distance_to(next) > (2.2 * next.first.size).max(1.6 * pitch)
    }

    /// How many times the leading the next line is below; 0 where the leading is not known.
    pub(super) fn gap_before(&self, next: &Self, margins: Margins) -> f32 {
        if margins.leading > 0.0 {
            self.distance_to(next) / margins.leading
        } else {
            0.0
        }
    }

    pub(super) fn distance_to(&self, next: &Self) -> f32 {
        self.last.baseline - next.first.baseline
    }

    /// Whether the next line stands where those of an item go on: at its words, right of its mark.
    fn hangs(&self, next: &Self) -> bool {
        let is_item = shape::marker(self.block.text().trim()) != Marker::None;
        let indent = next.first.left - self.first.left;
        let is_at_words = if self.is_one_line {
            indent > 0.0 && indent < 2.0 * next.first.size
        } else {
            (next.first.left - self.last.left).abs() < 1.0
        };
        is_item && is_at_words
    }

    /// The paragraph in its place on a page.
    pub(super) fn on(self, page: Option<PageBox>, margins: Margins) -> Placed {
        let place = |page| Place::of(self.first.baseline, self.last.baseline, page);
        Placed {
            place: page.map(place),
            lines: Some(EndLines {
                first: self.first,
                last: self.last,
                page: margins,
            }),
            block: self.block,
        }
    }
}

/// Whether a text is of abbreviations alone, none of which is a word of a title or a name.
fn are_abbreviations(text: &str) -> bool {
    let mut words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    !words.any(is_syllable)
}

pub(super) fn font_after(block: &Block) -> Option<&str> {
    block.runs.last().and_then(|run| run.font.as_deref())
}

pub(super) fn font_of(block: &Block) -> Option<&str> {
    block.runs.first().and_then(|run| run.font.as_deref())
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::line;
    use super::super::lines::{Line, margins, paragraphs};

    /// What paragraphs these lines make that the layout analysis takes for one.
    fn texts(mut lines: Vec<Line>) -> Vec<String> {
        let whole: String = lines.iter().map(|line| line.block.text()).collect();
        let margins = margins(&lines);
        let paragraphs = paragraphs(&mut lines, &whole, margins).unwrap();
        let texts = paragraphs.iter().map(|paragraph| paragraph.block.text());
        texts.collect()
    }

    #[test]
    fn abbreviations_left_over_by_a_full_line_are_no_title() {
        let lines = vec![
            line(
                85.0,
                700.0,
                "Ngành đã sắp xếp mạng lưới từ mầm non đến các trường",
            ),
            line(85.0, 684.0, "THCS, THPT"),
            line(85.0, 668.0, "và các trung tâm."),
            line(240.0, 652.0, "KẾT QUẢ"),
            line(85.0, 636.0, "Các xã đã gieo trồng xong."),
        ];
        assert_eq!(
            texts(lines),
            [
                "Ngành đã sắp xếp mạng lưới từ mầm non đến các trường THCS, THPT và các trung tâm.",
                "KẾT QUẢ",
                "Các xã đã gieo trồng xong."
            ]
        );
        let signed = vec![
            line(
                85.0,
                700.0,
                "Người lập biểu xác nhận số liệu đúng vào thời điểm",
            ),
            line(85.0, 684.0, "NGUYỄN VĂN BÌNH"),
        ];
        assert_eq!(texts(signed).len(), 2);
    }

    #[test]
    fn items_go_on_where_their_words_begin() {
        let lines = vec![
            line(85.0, 700.0, "- Thu ngân sách tăng so với năm trước;"),
            line(103.0, 684.0, "trong đó thu từ đất đạt 31,2 tỷ đồng."),
            line(103.0, 668.0, "Các khoản khác giảm nhẹ."),
            line(85.0, 652.0, "- Chi ngân sách bằng 52% dự toán."),
            line(121.0, 636.0, "Các xã đã gieo trồng xong."),
        ];
        let texts = texts(lines);
        assert_eq!(texts.len(), 3, "{texts:?}");
        assert!(texts[0].ends_with("giảm nhẹ."), "{texts:?}");
    }

    #[test]
    fn a_gap_begins_a_paragraph() {
        let lines = vec![
            line(85.0, 760.0, "Tình hình sáu tháng đầu năm của huyện"),
            line(
                85.0,
                737.0,
                "Huyện báo cáo kết quả các mặt công tác như sau đây:",
            ),
            line(85.0, 714.0, "2. Về thu ngân sách"),
            line(
                85.0,
                691.0,
                "Tổng thu ngân sách trên địa bàn huyện đến nay đạt",
            ),
            line(
                85.0,
                675.0,
                "186 tỷ đồng, bằng 54% dự toán được tỉnh giao cho,",
            ),
            line(
                85.0,
                659.0,
                "trong đó thu thuế, phí là 96 tỷ đồng, tăng 7,2%.",
            ),
            line(
                85.0,
                636.0,
                "Chi ngân sách là 312 tỷ đồng, được phân bổ cho",
            ),
            line(
                85.0,
                620.0,
                "Phòng Giáo dục và các trường, nhiều nhất từ trước",
            ),
            line(85.0, 604.0, "đến nay"),
            line(85.0, 581.0, "Các xã chi đúng dự toán."),
        ];
        let texts = texts(lines);
        let begin = ["Tình", "Huyện", "2. Về", "Tổng thu", "Chi", "Các xã"];
        assert_eq!(texts.len(), begin.len(), "{texts:?}");
        for (text, begin) in texts.iter().zip(begin) {
            assert!(text.starts_with(begin), "{texts:?}");
        }
    }

    #[test]
    fn a_short_line_over_a_long_one_is_a_heading_but_not_beside_a_picture() {
        let heading = [
            line(85.0, 700.0, "Nguyên nhân chủ quan"),
            line(
                85.0,
                684.0,
                "Một số phòng, ban chưa phối hợp chặt chẽ với các",
            ),
            line(85.0, 668.0, "xã."),
        ];
        let beside_picture = [
            line(85.0, 700.0, "Huyện giao cho Công an"),
            line(85.0, 684.0, "Đông Sơn và Công an xã"),
            line(
                85.0,
                668.0,
                "Đông Hòa kiểm tra, làm rõ các vụ việc tồn đọng rồi",
            ),
            line(85.0, 652.0, "báo cáo trong tháng 9."),
        ];
        let recipients = [
            line(85.0, 700.0, "Nơi nhận:"),
            line(85.0, 684.0, "Như trên"),
            line(85.0, 668.0, "Phòng Nội vụ và các trường ở ba xã vùng cao"),
        ];
        assert_eq!(texts(recipients.into()).len(), 2);
        assert_eq!(texts(heading.into()).len(), 2);
        assert_eq!(texts(beside_picture.into()).len(), 1);
    }

    #[test]
    fn lines_far_apart_on_the_whole_page_are_those_of_paragraphs() {
        let count = |pitch: f32, text: &str| {
            let heights = (0..9).map(|index| 700.0 - pitch * index as f32);
            texts(heights.map(|height| line(85.0, height, text)).collect()).len()
        };
        let full = "các xã trong huyện đã gieo trồng xong lúa mùa";
        assert_eq!([count(16.0, full), count(28.0, full)], [1, 1]);
        assert_eq!(count(28.0, "Chức vụ: Phó Trưởng phòng"), 9);
    }
}
