//! Which lines go on with a paragraph, and which begin one?

use unpdf::parser::backend::PageBox;

use super::continuation::append_line;
use super::letters::{begins_small, decoded};
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
    line_count: usize,
    /// Whether all its lines are in capitals.
    is_capitals: bool,
    /// Whether it stands at or below `Nơi nhận`.
    is_of_recipients: bool,
    /// Whether text at an angle stands between it and what comes before.
    pub(super) is_after_aside: bool,
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
            line_count: 1,
            is_capitals: shape::is_capitals(&text),
            is_of_recipients: heads_recipients(&text),
            is_after_aside: false,
            last_text: text,
        }
    }

    pub(super) fn is_one_line(&self) -> bool {
        self.line_count == 1
    }

    pub(super) fn append(&mut self, next: &Self) {
        append_line(&mut self.block, next.block.clone());
        self.last = next.last;
        self.last_text.clone_from(&next.last_text);
        self.line_count += next.line_count;
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
        let is_new = is_resized || changes_case || heads_recipients(&text);
        if is_new || self.is_far_from(next, &text, margins) {
            return true;
        }
        let gap = self.gap_before(next, margins);
        let is_apart = gap > APART;
        let is_title = self.is_title_over(next, margins);
        match marker {
            Marker::None if ended => had_room || is_indented || is_apart,
            Marker::None => {
                let is_set_off = is_indented
                    || is_apart
                    || self.changes_font(next)
                    || self.falls_short(next, margins);
                let is_other = had_room && is_set_off || gap > FAR_APART || is_title;
                is_other && !begins_small(&next.block)
            }
            _ => ended || had_room || is_apart || is_title || self.has_mark_of(next),
        }
    }

    /// Whether its last line stands in the middle of the page and the next one is in another font, as below a title that
    /// nearly fills its line.
    fn is_title_over(&self, next: &Self, margins: Margins) -> bool {
        const LEAST_EMS: f32 = 0.25;
        // No line of a ragged text may reach its margin, but one comes near by about a word.
        const WORD_EMS: f32 = 3.0;
        let em = self.last.size;
        let left = self.last.left - margins.page_left;
        let right = margins.right - self.last.right;
        left.min(right) > LEAST_EMS * em
            && (-0.5 * em..WORD_EMS * em).contains(&(left - right))
            && font_after(&self.block) != font_of(&next.block)
    }

    /// Whether it is one line in one font, and the next line begins in another one.
    fn changes_font(&self, next: &Self) -> bool {
        let font = font_of(&self.block);
        let mut fonts = self.block.runs.iter().map(|run| run.font.as_deref());
        self.is_one_line() && font != font_of(&next.block) && fonts.all(|other| other == font)
    }

    /// Whether it is an item, and the next line begins one with the same sign below its own.
    fn has_mark_of(&self, next: &Self) -> bool {
        let sign = |block: &Block| {
            let mut letters = block.runs.iter().flat_map(|run| run.text.chars());
            letters.find(|letter| !letter.is_whitespace())
        };
        let begins_with_capital = || {
            let text = decoded(&next.block);
            let words = text.trim_start().split_once(' ');
            words.is_some_and(|(_, words)| words.trim_start().starts_with(char::is_uppercase))
        };
        (self.first.left - next.first.left).abs() < 1.0
            && shape::marker(next.last_text.trim()) == Marker::Bullet
            && sign(&self.block) == sign(&next.block)
            && begins_with_capital()
    }

    /// Whether this is one line that is much shorter than the next one, below which it begins, as a heading does.
    fn falls_short(&self, next: &Self, margins: Margins) -> bool {
        // Words of Vietnamese are too short to leave a quarter of a line free. Beside a picture all lines are short.
        const SHARE: f32 = 0.25;
        let is_at_margin = |line: Extent| line.left < margins.left + line.size;
        let most = margins.reach - SHARE * (margins.reach - margins.left);
        // Recipients may be short and have no marks; they are no headings.
        self.is_one_line()
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
        let is_at_words = if self.is_one_line() {
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
            row: None,
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
mod tests;
