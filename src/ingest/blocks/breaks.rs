//! Which line breaks part paragraphs? Blocks with line ends → blocks.
//!
//! Mail programs and editors on the Web write whole letters as one block with `<br>` at every line end, and who types
//! or pastes a list into an office program may break its lines with Shift and Enter.

use std::mem;

use super::Block;
use crate::document::ParagraphKind;
use crate::ingest::item;
use crate::ingest::shape::{self, Marker};

/// No document has as many paragraphs, and a line takes a hundred times the byte of its break.
const MAX_BREAKS: usize = 500_000;

/// Parts blocks below a blank line, and where a line begins with the mark of an item, or with a capital after the end of a
/// sentence or below a heading; other line ends are spaces, and all of those in tables and headings.
pub(super) fn part(blocks: Vec<Block>) -> Vec<Block> {
    let runs = || blocks.iter().flat_map(|block| &block.runs);
    let breaks = runs().map(|run| run.text.matches('\n').count());
    if !(1..=MAX_BREAKS).contains(&breaks.sum()) {
        return blocks;
    }
    let has_break = |block: &Block| block.runs.iter().any(|run| run.text.contains('\n'));
    let mut parted = Vec::with_capacity(blocks.len());
    for block in blocks {
        match block.kind {
            _ if !has_break(&block) => parted.push(block),
            ParagraphKind::Table | ParagraphKind::Heading => parted.push(on_one_line(block)),
            _ => parted.extend(parts(block)),
        }
    }
    parted
}

fn on_one_line(mut block: Block) -> Block {
    for run in &mut block.runs {
        run.text = run.text.replace('\n', " ");
    }
    block
}

fn parts(block: Block) -> Vec<Block> {
    let lines = lines(block);
    let text = |line: &Block| line.text().trim().to_owned();
    let texts: Vec<String> = lines.iter().map(text).collect();
    let tight_marks = item::tight_marks(&texts, String::as_str, |before, line| {
        follows_loose(before, line)
    });
    let mut parts: Vec<Block> = Vec::new();
    let mut before = "";
    for (line, text) in lines.into_iter().zip(&texts) {
        let is_other = || shape::ends_sentence(before) || is_heading_of(before, text);
        let is_sentence = || text.starts_with(char::is_uppercase) && is_other();
        match parts.last_mut() {
            _ if text.is_empty() => {}
            Some(part)
                if !before.is_empty()
                    && !item::begins(before, text, tight_marks)
                    && !is_sentence() =>
            {
                part.append(" ", line);
            }
            _ => parts.push(line),
        }
        before = text;
    }
    parts
}

/// Whether a line has a mark and is so much shorter than the next one that nothing but its sense has ended it.
fn is_heading_of(line: &str, next: &str) -> bool {
    shape::marker(line) != Marker::None && 2 * line.chars().count() < next.chars().count()
}

/// Whether a mark that touches its word follows an item with the same sign and a space, as some typists have both.
fn follows_loose(before: &str, line: &str) -> bool {
    shape::is_tight(line)
        && shape::marker(before) == Marker::Bullet
        && before.chars().next() == line.chars().next()
}

/// The lines of a block, each with its runs.
fn lines(block: Block) -> Vec<Block> {
    let empty = Block {
        runs: Vec::new(),
        ..block
    };
    let mut lines = Vec::new();
    let mut open = empty.clone();
    for run in block.runs {
        for (number, piece) in run.text.split('\n').enumerate() {
            if number > 0 {
                lines.push(mem::replace(&mut open, empty.clone()));
            }
            open.push(piece, run.font.as_deref());
        }
    }
    lines.push(open);
    lines
}
