//! Which line breaks of a page part paragraphs? Blocks with line ends → blocks.
//!
//! Mail programs and editors on the Web write whole letters as one block with `<br>` at every line end.

use std::mem;

use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::item::{self, TightMarks};
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
    let tight_marks = tight_marks(&texts);
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

fn tight_marks(lines: &[String]) -> TightMarks {
    let begins_with_one = lines.first().is_some_and(|line| shape::is_tight(line));
    // After an item with the same sign and a space, as some typists have both.
    let follows_loose = |pair: &[String]| {
        shape::is_tight(&pair[1])
            && shape::marker(&pair[0]) == Marker::Bullet
            && pair[0].chars().next() == pair[1].chars().next()
    };
    let is_item = |pair: &[String]| item::is_tight_item(&pair[0], &pair[1]) || follows_loose(pair);
    if begins_with_one || lines.windows(2).any(is_item) {
        TightMarks::Items
    } else {
        TightMarks::Names
    }
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
