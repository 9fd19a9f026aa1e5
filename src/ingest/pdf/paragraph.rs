//! Which lines go on with a paragraph, and which begin one?

use unpdf::parser::backend::PageBox;

use super::letters::{begins_small, decoded};
use super::lines::Line;
use super::place::{EndLines, Extent, Margins, Place, Placed};
use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::encoding::syllable::is_syllable;
use crate::ingest::shape::{self, Marker};

/// A paragraph made of lines.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) block: Block,
    first: Extent,
    last: Extent,
    /// What its last line says.
    last_text: String,
    is_one_line: bool,
    /// Whether all its lines are in capitals.
    is_capitals: bool,
}

/// The paragraphs that lines make up between these margins.
pub(super) fn of_lines<'a>(
    lines: impl IntoIterator<Item = &'a Line>,
    margins: Margins,
) -> Vec<Traced> {
    let mut paragraphs: Vec<Traced> = Vec::new();
    for next in lines.into_iter().map(Traced::begin) {
        match paragraphs.last_mut() {
            Some(open) if !open.ends_before(&next, margins) => open.append(&next),
            _ => paragraphs.push(next),
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
            last_text: text,
        }
    }

    fn append(&mut self, next: &Self) {
        append_line(&mut self.block, next.block.clone());
        self.last = next.last;
        self.last_text.clone_from(&next.last_text);
        self.is_one_line = false;
        self.is_capitals &= next.is_capitals;
    }

    /// Whether the next line or paragraph between these margins does not go on with this one.
    fn ends_before(&self, next: &Self, margins: Margins) -> bool {
        let text = next.block.text();
        let had_room = self.last.has_room_for(&text, margins);
        let ended = shape::ends_sentence(&self.last_text)
            || self.last_text.trim_end().ends_with(['”', '"']);
        let size = next.first.size;
        let is_indented = !self.hangs(next) && next.first.left > margins.left + size;
        let is_resized = (self.last.size - size).abs() > 0.1 * size;
        // Lines of text that are all far apart go on where they are full; entries of a form or a slide do not.
        let pitch = if self.last.is_full_before(&text, margins) {
            margins.pitch
        } else {
            0.0
        };
        let far = (2.2 * size).max(1.6 * pitch);
        let is_far = self.last.baseline - next.first.baseline > far;
        let marker = shape::marker(text.trim());
        // Abbreviations that a full line leaves over (`THCS, THPT.`) are in capitals, and no title.
        let is_wrapped = next.is_capitals
            && are_abbreviations(&text)
            && !(ended || is_indented)
            && (!had_room || text.ends_with('.'))
            && marker == Marker::None
            && font_after(&self.block) == font_of(&next.block);
        let changes_case = self.is_capitals != next.is_capitals && !is_wrapped;
        if is_resized || is_far || changes_case {
            return true;
        }
        match marker {
            Marker::None if ended => had_room || is_indented,
            Marker::None => is_indented && had_room && !begins_small(&next.block),
            _ => ended || had_room,
        }
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

    /// Takes the next paragraph in, if the layout analysis divided what is one.
    pub(super) fn join(&mut self, next: &Self, page: Margins) -> bool {
        self.join_title(next) || self.join_indented(next, page)
    }

    /// Takes in what goes on below a first line that is indented far: the layout analysis divides there.
    fn join_indented(&mut self, next: &Self, page: Margins) -> bool {
        const INDENT: f32 = 40.0;
        let distance = self.last.baseline - next.first.baseline;
        let margins = Margins {
            left: next.first.left,
            ..page
        };
        let is_one = self.is_one_line
            && self.block.kind.is_prose()
            && next.block.kind == ParagraphKind::Body
            && self.first.left - next.first.left > INDENT
            && distance > 0.0
            && self.last.is_full_before(&next.block.text(), page)
            && !shape::ends_sentence(&self.last_text)
            && !is_address(&self.block)
            && !self.ends_before(next, margins);
        if is_one {
            self.append(next);
        }
        is_one
    }

    /// Takes the next paragraph in, if the two are lines of one title in capitals.
    fn join_title(&mut self, next: &Self) -> bool {
        let distance = self.last.baseline - next.first.baseline;
        let (text, next_text) = (self.block.text(), next.block.text());
        let is_one = shape::is_capitals(&text)
            && !next_text.chars().any(char::is_lowercase)
            && shape::marker(next_text.trim()) == Marker::None
            && (self.first.size - next.first.size).abs() < 0.5
            && (0.0..2.0 * self.first.size).contains(&distance)
            && font_of(&self.block) == font_of(&next.block);
        if is_one {
            self.append(next);
        }
        is_one
    }
}

/// Whether a text is of abbreviations alone, none of which is a word of a title or a name.
fn are_abbreviations(text: &str) -> bool {
    let mut words = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    !words.any(is_syllable)
}

/// Whether a paragraph says to whom a letter is sent.
fn is_address(block: &Block) -> bool {
    decoded(block).trim_start().starts_with("Kính gửi")
}

/// Appends a block that goes on with the sentence: with a space, but for a hyphen right after a word, which stays
/// unless it divides one.
fn append_line(block: &mut Block, next: Block) {
    let before = block.runs.last().map_or("", |run| run.text.trim_end());
    let is_word = |c: char| c.is_alphanumeric() || c > '\u{A0}';
    let word = before.strip_suffix(['-', '\u{2010}']);
    let Some(word) = word.filter(|word| word.ends_with(is_word)) else {
        block.append(" ", next);
        return;
    };
    let divides = divides_word(word, &next.text());
    if let Some(last) = block.runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if divides {
            last.text.pop();
        }
    }
    block.append("", next);
}

/// Whether a hyphen between two lines divides a word: one of two parts in ASCII letters, all small but for the first, is no
/// syllable of Vietnamese, in which hyphens stand between words, and divide none.
fn divides_word(before: &str, after: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c > '\u{A0}';
    let left = before.rsplit(|c| !is_letter(c)).next().unwrap_or_default();
    let right = after
        .trim_start()
        .split(|c| !is_letter(c))
        .next()
        .unwrap_or_default();
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_plain(left)
        && is_plain(right)
        && !left.chars().skip(1).any(char::is_uppercase)
        && right.starts_with(|c: char| c.is_ascii_lowercase())
        && !(is_syllable(left) && is_syllable(right))
}

/// Puts the rest of a paragraph, from the top of another column or page, after its beginning.
pub(super) fn append_rest(start: &mut Placed, rest: Placed) {
    append_line(&mut start.block, rest.block);
    start.place = rest.place;
    start.lines = match (start.lines, rest.lines) {
        (Some(start), Some(rest)) => Some(EndLines {
            first: start.first,
            ..rest
        }),
        _ => None,
    };
}

/// Whether a paragraph breaks off in a sentence, inside which the next one begins.
pub(super) fn goes_on(last: &Placed, next: &Placed) -> bool {
    may_go_on(last, next) && begins_small(&next.block)
}

/// Whether a paragraph breaks off in a sentence that the next page's first one goes on with.
pub(super) fn goes_on_over_page(last: &Placed, next: &Placed) -> bool {
    may_go_on(last, next) && (begins_small(&next.block) || fills_its_line(last, next))
}

fn may_go_on(last: &Placed, next: &Placed) -> bool {
    last.block.kind.is_prose()
        && next.block.kind == ParagraphKind::Body
        && !shape::ends_sentence(&last.block.text())
}

/// Whether a paragraph has a full last line, so that the next one may go on with it though it begins with a capital or
/// a number. Headings and captions may be as wide as a line of text.
fn fills_its_line(last: &Placed, next: &Placed) -> bool {
    let text = next.block.text();
    let is_title = shape::is_capitals(&text)
        || shape::is_capitals(&last.block.text())
        || shape::marker(text.trim()) != Marker::None
        || font_after(&last.block) != font_of(&next.block);
    let lines = last.lines.zip(next.lines);
    // Running heads that are not known as such end as no sentence does.
    let is_text = !is_title && shape::ends_sentence(&text);
    is_text && lines.is_some_and(|(last, next)| last.may_go_on(next, &text))
}

fn font_after(block: &Block) -> Option<&str> {
    block.runs.last().and_then(|run| run.font.as_deref())
}

fn font_of(block: &Block) -> Option<&str> {
    block.runs.first().and_then(|run| run.font.as_deref())
}

#[cfg(test)]
mod tests {
    use super::super::lines::tests::line;
    use super::super::lines::{Line, margins, paragraphs};
    use super::Traced;

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
