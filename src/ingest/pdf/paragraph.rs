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
}

impl Traced {
    pub(super) fn begin(line: &Line) -> Self {
        Self {
            block: line.block.clone(),
            first: line.extent,
            last: line.extent,
            last_text: line.block.text(),
        }
    }

    pub(super) fn append(&mut self, next: Self) {
        append_line(&mut self.block, next.block);
        self.last = next.last;
        self.last_text = next.last_text;
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
        if is_resized || is_far || shape::is_capitals(&self.last_text) != shape::is_capitals(&text)
        {
            return true;
        }
        let begins_inside = text
            .trim_start()
            .chars()
            .next()
            .is_some_and(char::is_lowercase);
        match shape::marker(text.trim()) {
            Marker::None => {
                (ended && had_room) || (is_indented && (ended || (had_room && !begins_inside)))
            }
            _ => ended || had_room,
        }
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
