//! Which lines make up a paragraph of a page, and where do its own paragraphs begin?
//!
//! The layout analysis gives paragraphs without fonts and joins some that belong apart. Its lines
//! have both, so each of its paragraphs is traced back to the lines it was made of.

use unpdf::parser::backend::PageBox;
use unpdf::parser::{TextLine, TextSpan};

use super::place::{Place, Placed};
use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::encoding::syllable::is_syllable;
use crate::ingest::shape::{self, Marker};

/// A line of a page.
#[derive(Debug)]
pub(super) struct Line {
    /// Its characters without white space, by which it is found again.
    key: String,
    block: Block,
    left: f32,
    right: f32,
    baseline: f32,
    size: f32,
    is_used: bool,
}

impl Line {
    pub(super) fn of(line: &TextLine, page: u32) -> Self {
        let ends = line.spans.iter().map(|span| span.x + span.width);
        Self {
            key: key(&line.text()),
            block: block(line, page),
            left: line.x,
            right: ends.fold(line.x, f32::max),
            baseline: line.y,
            size: line.font_size.max(1.0),
            is_used: false,
        }
    }

    fn text(&self) -> String {
        self.block.text()
    }

    /// The line, to be found where the layout analysis has another one in its place.
    pub(super) fn found_as(self, seen: &TextLine) -> Self {
        Self {
            key: key(&seen.text()),
            ..self
        }
    }
}

/// Puts a number back into the row of a table that the other lines at its height make up, if they do.
pub(super) fn add_to_row(number: &Line, lines: &[Line], blocks: &mut [Placed]) -> bool {
    let is_beside =
        |line: &&Line| (line.baseline - number.baseline).abs() < 0.3 * line.size.min(number.size);
    let mut beside: Vec<&Line> = lines.iter().filter(is_beside).collect();
    beside.sort_by(|one, other| one.left.total_cmp(&other.left));
    let wanted: String = beside.iter().map(|line| line.key.as_str()).collect();
    let is_row = |placed: &&mut Placed| {
        placed.block.kind == ParagraphKind::Table
            && key(&placed.block.text()).replace('|', "") == wanted
    };
    let Some(row) = blocks
        .iter_mut()
        .find(is_row)
        .filter(|_| !wanted.is_empty())
    else {
        return false;
    };
    let row = &mut row.block;
    if beside.first().is_some_and(|first| number.left < first.left) {
        let kind = row.kind;
        let rest = std::mem::replace(row, number.block.clone());
        row.append(" | ", rest);
        row.kind = kind;
    } else {
        row.append(" | ", number.block.clone());
    }
    true
}

/// The text of a line in the fonts of its spans; the line says where spaces are.
fn block(line: &TextLine, page: u32) -> Block {
    let mut block = Block {
        page: Some(page),
        ..Block::default()
    };
    let text = line.text();
    let mut rest = text.as_str();
    for span in &line.spans {
        let end = length_with(rest, count(&span.text));
        block.push(&rest[..end], font(span));
        rest = &rest[end..];
    }
    block.push(rest, line.spans.last().and_then(font));
    block
}

fn font(span: &TextSpan) -> Option<&str> {
    Some(span.font_name.as_str()).filter(|name| !name.is_empty())
}

fn count(text: &str) -> usize {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .count()
}

/// The length of the shortest beginning with so many characters that are no white space.
pub(super) fn length_with(text: &str, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let mut visible = text
        .char_indices()
        .filter(|(_, character)| !character.is_whitespace());
    visible
        .nth(count - 1)
        .map_or(text.len(), |(at, character)| at + character.len_utf8())
}

pub(super) fn key(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

/// Splits a paragraph of the layout analysis into the paragraphs that its lines show; `None` where
/// it cannot be traced back to lines.
pub(super) fn paragraphs(lines: &mut [Line], text: &str) -> Option<Vec<Traced>> {
    let found = trace(lines, &key(text))?;
    let right = lines.iter().map(|line| line.right).fold(0.0, f32::max);
    let left = found
        .iter()
        .map(|index| lines[*index].left)
        .fold(f32::INFINITY, f32::min);
    let mut paragraphs: Vec<Traced> = Vec::new();
    for (place, index) in found.iter().enumerate() {
        let line = &lines[*index];
        let before = place.checked_sub(1).map(|place| &lines[found[place]]);
        match (paragraphs.last_mut(), before) {
            (Some(open), Some(before)) if !begins_paragraph(before, line, left, right) => {
                open.append(line);
            }
            _ => paragraphs.push(Traced::begin(line)),
        }
    }
    for index in found {
        lines[index].is_used = true;
    }
    Some(paragraphs)
}

/// The unused lines, in order and one right after the other, that together are `wanted`.
fn trace(lines: &[Line], wanted: &str) -> Option<Vec<usize>> {
    // Short lines that begin as a paragraph does are few, but for those of files made to have many.
    const MAX_STARTS: usize = 32;
    let is_free = |index: &usize| !lines[*index].is_used && !lines[*index].key.is_empty();
    let free: Vec<usize> = (0..lines.len()).filter(is_free).collect();
    let starts = free.iter().enumerate().filter_map(|(start, first)| {
        let rest = strip_first(wanted, &lines[*first].key)?;
        Some((start, rest))
    });
    let mut traced = starts
        .take(MAX_STARTS)
        .filter_map(|(start, rest)| trace_from(lines, &free[start..], rest));
    traced.next()
}

/// The first of these lines and those after it that together are `rest`, if they are.
fn trace_from(lines: &[Line], free: &[usize], mut rest: &str) -> Option<Vec<usize>> {
    let mut found = 1;
    while !rest.is_empty() {
        rest = rest.strip_prefix(lines[*free.get(found)?].key.as_str())?;
        found += 1;
    }
    Some(free[..found].to_vec())
}

/// What follows a paragraph's first line, of which the layout analysis takes the mark of a list off.
fn strip_first<'a>(wanted: &'a str, line: &str) -> Option<&'a str> {
    wanted
        .strip_prefix(line)
        .or_else(|| wanted.strip_prefix(without_mark(line)?))
}

/// What follows the mark of a list: a number with its sign, or one sign.
fn without_mark(line: &str) -> Option<&str> {
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if words.len() < line.len() {
        words.strip_prefix(['.', ')'])
    } else {
        line.strip_prefix(|c: char| !c.is_alphabetic())
    };
    rest.filter(|rest| !rest.is_empty())
}

/// Whether a line begins a paragraph of its own below `before`, between these margins.
fn begins_paragraph(before: &Line, line: &Line, left: f32, right: f32) -> bool {
    let text = line.text();
    let first_word = text
        .split_whitespace()
        .next()
        .map_or(0, |word| word.chars().count());
    // Half an em is about the width of a letter.
    let needed = (first_word + 1) as f32 * 0.5 * line.size;
    let had_room = right - before.right > needed;
    let before_text = before.text();
    let ended = shape::ends_sentence(&before_text) || before_text.trim_end().ends_with(['”', '"']);
    let is_indented = line.left > left + line.size;
    let is_resized = (before.size - line.size).abs() > 0.1 * line.size;
    let is_far = before.baseline - line.baseline > 2.2 * line.size;
    if is_resized || is_far || shape::is_capitals(&before_text) != shape::is_capitals(&text) {
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

/// A paragraph made of lines.
#[derive(Debug)]
pub(super) struct Traced {
    pub(super) block: Block,
    size: f32,
    first_baseline: f32,
    last_baseline: f32,
}

impl Traced {
    pub(super) fn begin(line: &Line) -> Self {
        Self {
            block: line.block.clone(),
            size: line.size,
            first_baseline: line.baseline,
            last_baseline: line.baseline,
        }
    }

    fn append(&mut self, line: &Line) {
        append_line(&mut self.block, line.block.clone());
        self.last_baseline = line.baseline;
    }

    /// The paragraph in its place on a page.
    pub(super) fn on(self, page: Option<PageBox>) -> Placed {
        let place = |page| Place::of(self.first_baseline, self.last_baseline, page);
        Placed {
            place: page.map(place),
            block: self.block,
        }
    }

    /// Takes the next paragraph in, if the two are lines of one title in capitals.
    pub(super) fn join_title(&mut self, next: &Self) -> bool {
        let distance = self.last_baseline - next.first_baseline;
        let (text, next_text) = (self.block.text(), next.block.text());
        let is_one = shape::is_capitals(&text)
            && !next_text.chars().any(char::is_lowercase)
            && shape::marker(next_text.trim()) == Marker::None
            && (self.size - next.size).abs() < 0.5
            && (0.0..2.0 * self.size).contains(&distance)
            && font_of(&self.block) == font_of(&next.block);
        if is_one {
            self.block.append(" ", next.block.clone());
            self.last_baseline = next.last_baseline;
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
pub(super) mod tests {
    use super::*;

    /// A line in letters of 12 points that are half as wide, from a place and a height on.
    pub(in super::super) fn line(left: f32, baseline: f32, text: &str) -> Line {
        Line {
            key: key(text),
            block: Block::of_text(text),
            left,
            right: left + 6.0 * text.chars().count() as f32,
            baseline,
            size: 12.0,
            is_used: false,
        }
    }

    #[test]
    fn a_paragraph_is_found_behind_lines_that_begin_like_it() {
        let mut lines = vec![
            line(85.0, 700.0, "TT"),
            line(85.0, 680.0, "2. Tổng chi"),
            line(85.0, 650.0, "1. Tình hình thu ngân sách trên địa"),
            line(85.0, 634.0, "bàn huyện có chuyển biến."),
            line(85.0, 618.0, "2. Tổng chi ngân sách đạt 120 tỷ đồng."),
        ];
        let mut texts = |wanted: &str| {
            let paragraphs = paragraphs(&mut lines, wanted).unwrap_or_default();
            let texts = paragraphs.iter().map(|paragraph| paragraph.block.text());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(
            texts("Tình hình thu ngân sách trên địa bàn huyện có chuyển biến."),
            ["1. Tình hình thu ngân sách trên địa bàn huyện có chuyển biến."]
        );
        assert_eq!(
            texts("Tổng chi ngân sách đạt 120 tỷ đồng."),
            ["2. Tổng chi ngân sách đạt 120 tỷ đồng."]
        );
    }
}
