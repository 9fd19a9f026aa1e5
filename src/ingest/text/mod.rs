//! Where are the paragraphs of a plain text? Lines → [`Block`]s.
//!
//! Some texts have one paragraph a line, others are wrapped at a width and mark paragraphs by blank
//! lines, indents or nothing. [`Wrapping`] tells which, for the document as a whole; lines of a
//! wrapped text are then joined, words divided at line ends too. Lines with tabs in a row of such
//! lines are rows of a table. What is a heading is [`super::shape`]'s question.

mod line;
mod wrapping;

use self::line::Line;
use super::blocks::{Block, Blocks};
use super::shape::{self, Marker};
use crate::document::ParagraphKind;

pub(super) use self::wrapping::Wrapping;

/// Splits a plain text into paragraphs.
///
/// Without blank lines and without a wrapping width, each line is a paragraph. Page numbers at the
/// ends of pages that form feeds divide are dropped. The text of blocks is not clean yet.
pub(crate) fn blocks(text: &str) -> Vec<Block> {
    let lines = line::split(text);
    let wrapping = Wrapping::of(&lines);
    joined(text, &lines, |at| wrapping.continues(&lines, at))
}

/// How a text is wrapped.
pub(super) fn wrapping(text: &str) -> Wrapping {
    Wrapping::of(&line::split(text))
}

/// Splits a text into paragraphs that is a part of one wrapped so.
pub(super) fn blocks_wrapped(text: &str, wrapping: Wrapping) -> Vec<Block> {
    let lines = line::split(text);
    joined(text, &lines, |at| wrapping.continues(&lines, at))
}

/// The same of a text with markup, in whose paragraphs line ends are spaces: also where it is not wrapped, a line goes on in the
/// middle of a sentence.
pub(super) fn blocks_of_markup(text: &str, wrapping: Wrapping) -> Vec<Block> {
    let lines = line::split(text);
    joined(text, &lines, |at| match wrapping {
        Wrapping::None => at > 0 && wrapping::goes_on(&lines[at - 1], &lines[at]),
        Wrapping::At { .. } => wrapping.continues(&lines, at),
    })
}

/// The paragraphs of a text with these lines, the one at an index going on with the one above it where `continues` says so.
fn joined(text: &str, lines: &[Line<'_>], continues: impl Fn(usize) -> bool) -> Vec<Block> {
    let divides_words = !line::is_vietnamese(text);
    let mut blocks = Blocks::default();
    let mut previous: Option<&Line<'_>> = None;
    let mut in_table = false;
    for (index, line) in lines.iter().enumerate() {
        let is_row = is_table_row(lines, index);
        if in_table && !is_row {
            blocks.end_table();
        }
        if is_row && !in_table {
            blocks.begin_table();
        }
        in_table = is_row;
        match previous.filter(|_| !is_row) {
            _ if is_row => add_row(&mut blocks, line),
            Some(before) if continues(index) => {
                append(&mut blocks, before, line, divides_words);
            }
            _ => {
                blocks.begin_paragraph(ParagraphKind::Body);
                blocks.push(line.text, None);
            }
        }
        previous = (!is_row).then_some(line);
    }
    blocks.finish()
}

/// Appends a continuation line, with the space or without, as its end and beginning ask for.
fn append(blocks: &mut Blocks, before: &Line<'_>, line: &Line<'_>, divides_words: bool) {
    let starts_lower = line.text.chars().next().is_some_and(char::is_lowercase);
    match line::division(before.text) {
        line::Division::Hyphen if divides_words && starts_lower => {
            blocks.trim_last_char();
        }
        // A hyphen in Vietnamese stands between words ("kinh tế-xã hội") and stays.
        line::Division::Hyphen | line::Division::Soft => {}
        line::Division::None if line::is_unspaced(before.text, line.text) => {}
        line::Division::None => blocks.push(" ", None),
    }
    blocks.push(line.text, None);
}

/// Whether a line has cells, and so has the line before or after it.
fn is_table_row(lines: &[Line<'_>], index: usize) -> bool {
    let has_cells = |line: &Line<'_>| has_cells(line.text);
    let touches = |upper: usize, lower: usize| {
        lines.get(upper).is_some_and(has_cells)
            && lines
                .get(lower)
                .is_some_and(|line| !line.after_blank && has_cells(line))
    };
    (index > 0 && touches(index - 1, index)) || touches(index, index + 1)
}

/// Whether bars around and in it divide a line, or tabs other than those that set a list's mark off from its text.
fn has_cells(text: &str) -> bool {
    if ruled(text).is_some() || is_ruler(text) {
        return true;
    }
    let (mark, rest) = text.split_once(char::is_whitespace).unwrap_or_default();
    let is_apart = !mark.ends_with(char::is_alphabetic);
    match shape::marker(text) {
        Marker::None => text.contains('\t'),
        _ if !is_apart => text.contains('\t'),
        // An item may have its value after a tab; two are columns.
        Marker::Bullet => rest.trim_start().matches('\t').count() > 1,
        _ => rest.trim_start().contains('\t'),
    }
}

/// What a row of a table that was ruled with bars has between the outer ones.
fn ruled(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('|')?.strip_suffix('|')?;
    inside.contains('|').then_some(inside)
}

/// `+----+----+`, `|----|----|`
fn is_ruler(text: &str) -> bool {
    text.starts_with(['+', '|'])
        && text.ends_with(['+', '|'])
        && text.contains(['-', '='])
        && text
            .bytes()
            .all(|byte| matches!(byte, b'+' | b'|' | b'-' | b'=' | b' '))
}

fn add_row(blocks: &mut Blocks, line: &Line<'_>) {
    if is_ruler(line.text) {
        return;
    }
    let (text, divider) = match ruled(line.text) {
        Some(inside) => (inside, '|'),
        None => (line.text, '\t'),
    };
    blocks.begin_row();
    for cell in text.split(divider) {
        blocks.begin_cell();
        blocks.push(cell.trim(), None);
        blocks.end_cell();
    }
}

#[cfg(test)]
mod tests;
