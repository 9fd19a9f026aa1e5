//! Which line breaks of a page part paragraphs? Blocks with line ends → blocks.
//!
//! Mail programs and editors on the Web write whole letters as one block with `<br>` at every line end.

use std::mem;

use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::item;
use crate::ingest::shape::{self, Marker};

/// Parts blocks where a line begins with the mark of an item, or with a capital after the end of a sentence; other line
/// ends are spaces, and all of those in tables and headings.
pub(super) fn part(blocks: Vec<Block>) -> Vec<Block> {
    let has_break = |block: &Block| block.runs.iter().any(|run| run.text.contains('\n'));
    let mut parted = Vec::with_capacity(blocks.len());
    for block in blocks {
        let is_whole = matches!(block.kind, ParagraphKind::Table | ParagraphKind::Heading);
        if is_whole || !has_break(&block) {
            parted.push(block);
        } else {
            parted.extend(parts(block));
        }
    }
    parted
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
        let is_sentence = || shape::ends_sentence(before) && text.starts_with(char::is_uppercase);
        match parts.last_mut() {
            Some(part) if !item::begins(before, text, tight_marks) && !is_sentence() => {
                part.append("\n", line);
            }
            _ => parts.push(line),
        }
        before = text;
    }
    parts
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
