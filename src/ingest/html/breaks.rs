//! Which line breaks of a page part paragraphs? Blocks with line ends → blocks.
//!
//! Mail programs and editors on the Web write whole letters as one block with `<br>` at every line end.

use std::mem;

use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::shape::{self, Marker};

/// Parts blocks where a line begins with the mark of an item, or with a capital after the end of a sentence; other line
/// ends are spaces, and all of those in tables.
pub(super) fn part(blocks: Vec<Block>) -> Vec<Block> {
    let has_break = |block: &Block| block.runs.iter().any(|run| run.text.contains('\n'));
    let mut parted = Vec::with_capacity(blocks.len());
    for block in blocks {
        if block.kind == ParagraphKind::Table || !has_break(&block) {
            parted.push(block);
        } else {
            parted.extend(parts(block));
        }
    }
    parted
}

fn parts(block: Block) -> Vec<Block> {
    let mut parts: Vec<Block> = Vec::new();
    let mut before = String::new();
    for line in lines(block) {
        let text = line.text();
        match parts.last_mut() {
            Some(part) if !begins_part(&before, text.trim_start()) => part.append("\n", line),
            _ => parts.push(line),
        }
        before = text;
    }
    parts
}

fn begins_part(before: &str, line: &str) -> bool {
    shape::marker(line) != Marker::None
        || (shape::ends_sentence(before) && line.starts_with(char::is_uppercase))
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
