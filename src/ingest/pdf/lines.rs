//! Which lines make up a paragraph of a page, and where do its own paragraphs begin?
//!
//! The layout analysis gives paragraphs without fonts and joins some that belong apart. Its lines
//! have both, so each of its paragraphs is traced back to the lines it was made of.

use unpdf::parser::backend::PageBox;
use unpdf::parser::{TextLine, TextSpan};

use super::place::{Place, Placed};
use crate::ingest::blocks::Block;
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
fn length_with(text: &str, count: usize) -> usize {
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

fn key(text: &str) -> String {
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

/// The unused lines, in order, that together are `wanted`.
fn trace(lines: &[Line], wanted: &str) -> Option<Vec<usize>> {
    let mut rest = wanted;
    let mut found = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        if line.is_used || line.key.is_empty() {
            continue;
        }
        let after = if found.is_empty() {
            strip_first(rest, &line.key)
        } else {
            rest.strip_prefix(line.key.as_str())
        };
        match after {
            Some(after) => {
                rest = after;
                found.push(index);
            }
            // What does not follow at once was not found: lines that look alike stand elsewhere.
            None if !found.is_empty() => return None,
            None => {}
        }
        if rest.is_empty() {
            return Some(found);
        }
    }
    None
}

/// What follows a paragraph's first line, of which the layout analysis takes the mark of a list off.
fn strip_first<'a>(wanted: &'a str, line: &str) -> Option<&'a str> {
    const MARK_CHARS: usize = 8;
    let beginnings = line
        .char_indices()
        .take(MARK_CHARS)
        .map(|(start, _)| &line[start..]);
    beginnings
        .take_while(|rest| !rest.is_empty())
        .find_map(|rest| wanted.strip_prefix(rest))
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
    let ended = before_text
        .trim_end()
        .ends_with(['.', '!', '?', ';', ':', '…', '”', '"']);
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
        self.block.append(" ", line.block.clone());
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

fn font_of(block: &Block) -> Option<&str> {
    block.runs.first().and_then(|run| run.font.as_deref())
}
