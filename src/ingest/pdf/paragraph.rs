//! Which lines go on with a paragraph, and which begin one?

use unpdf::parser::backend::PageBox;

use super::lines::Line;
use super::place::{Extent, Margins, Place, Placed};
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
    /// Whether all its lines are in capitals.
    is_capitals: bool,
}

impl Traced {
    pub(super) fn begin(line: &Line) -> Self {
        let text = line.block.text();
        Self {
            block: line.block.clone(),
            first: line.extent,
            last: line.extent,
            is_capitals: shape::is_capitals(&text),
            last_text: text,
        }
    }

    pub(super) fn append(&mut self, next: Self) {
        append_line(&mut self.block, next.block);
        self.last = next.last;
        self.last_text = next.last_text;
        self.is_capitals &= next.is_capitals;
    }

    /// Whether the next line or paragraph between these margins does not go on with this one.
    pub(super) fn ends_before(&self, next: &Self, margins: Margins) -> bool {
        let text = next.block.text();
        let had_room = self.last.has_room_for(&text, margins);
        let ended = shape::ends_sentence(&self.last_text)
            || self.last_text.trim_end().ends_with(['”', '"']);
        let size = next.first.size;
        let is_indented = next.first.left > margins.left + size;
        let is_resized = (self.last.size - size).abs() > 0.1 * size;
        let is_far = self.last.baseline - next.first.baseline > 2.2 * size;
        let marker = shape::marker(text.trim());
        // Abbreviations that a full line leaves over (`THCS, THPT.`) are in capitals, and no title.
        let is_wrapped = next.is_capitals
            && !(ended || had_room || is_indented)
            && marker == Marker::None
            && self.font_at_end() == font_of(&next.block);
        let changes_case = self.is_capitals != next.is_capitals && !is_wrapped;
        if is_resized || is_far || changes_case {
            return true;
        }
        let begins_inside = text
            .trim_start()
            .chars()
            .next()
            .is_some_and(char::is_lowercase);
        match marker {
            Marker::None => {
                (ended && had_room) || (is_indented && (ended || (had_room && !begins_inside)))
            }
            _ => ended || had_room,
        }
    }

    fn font_at_end(&self) -> Option<&str> {
        self.block.runs.last().and_then(|run| run.font.as_deref())
    }

    /// The paragraph in its place on a page.
    pub(super) fn on(self, page: Option<PageBox>) -> Placed {
        let place = |page| Place::of(self.first.baseline, self.last.baseline, page);
        Placed {
            place: page.map(place),
            block: self.block,
        }
    }

    /// Takes the next paragraph in, if the two are lines of one title in capitals.
    pub(super) fn join_title(&mut self, next: &Self) -> bool {
        let distance = self.last.baseline - next.first.baseline;
        let (text, next_text) = (self.block.text(), next.block.text());
        let is_one = shape::is_capitals(&text)
            && !next_text.chars().any(char::is_lowercase)
            && shape::marker(next_text.trim()) == Marker::None
            && (self.first.size - next.first.size).abs() < 0.5
            && (0.0..2.0 * self.first.size).contains(&distance)
            && font_of(&self.block) == font_of(&next.block);
        if is_one {
            self.block.append(" ", next.block.clone());
            self.last = next.last;
        }
        is_one
    }
}

/// Appends a block that goes on with the sentence: with a space, but for a hyphen right after a word, which stays
/// unless it divides one.
pub(super) fn append_line(block: &mut Block, next: Block) {
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

fn font_of(block: &Block) -> Option<&str> {
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
    }
}
