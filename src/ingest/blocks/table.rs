//! What becomes of a table: a paragraph a row, or the prose that it only puts into place.

use std::mem;

use super::Block;
use crate::document::ParagraphKind;

/// Several paragraphs that together say more than this, about half a page in print, are hardly an entry of a table:
/// the cell holds the page, or a column of it.
const MAX_CELL_CHARS: usize = 1_000;

/// A row that heads others has at most so many, and they so many entries at least.
const LONGEST_HEAD_CHARS: usize = 200;
const LEAST_ENTRIES: usize = 3;

#[derive(Debug, Default)]
pub(super) struct Table {
    pub(super) captions: Vec<Block>,
    pub(super) rows: Vec<Row>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    pub(super) cells: Vec<Vec<Block>>,
    pub(super) has_table: bool,
    pub(super) is_dropped: bool,
}

impl Table {
    /// One paragraph a row; a frame drawn around prose (one column) is no table, but prose.
    pub(super) fn into_blocks(self) -> Vec<Block> {
        let is_frame = self.rows.iter().all(|row| row.cells.len() <= 1);
        let entries = self
            .rows
            .iter()
            .filter(|row| !row.is_layout() && !row.has_page());
        let most_entries = entries.map(Row::filled).max().unwrap_or(0);
        let heads_rows: Vec<bool> = (0..self.rows.len()).map(|at| self.heads_rows(at)).collect();
        let mut blocks = self.captions;
        let rows = self.rows.into_iter().zip(heads_rows);
        for (row, heads_rows) in rows.filter(|(row, _)| !row.is_dropped) {
            let is_page = row.has_page() && row.filled() > most_entries;
            if is_frame || (row.is_layout() && !heads_rows) || is_page {
                blocks.extend(row.cells.into_iter().flatten());
            } else {
                blocks.extend(row.into_block());
            }
        }
        blocks
    }

    /// Whether a row has one short entry, of several paragraphs perhaps, and stands between rows of three entries and more: it
    /// says what those below it are about.
    fn heads_rows(&self, at: usize) -> bool {
        let is_full = |at: Option<usize>| {
            let row = at.and_then(|at| self.rows.get(at));
            row.is_some_and(|row| row.filled() >= LEAST_ENTRIES)
        };
        let row = &self.rows[at];
        let length: usize = row.cells.iter().map(|cell| length(cell)).sum();
        row.filled() == 1
            && !row.has_table
            && length <= LONGEST_HEAD_CHARS
            && is_full(at.checked_sub(1))
            && is_full(Some(at + 1))
    }
}

impl Row {
    /// Whether the row only puts things in their places on the page: it holds another table, or several paragraphs
    /// in the one cell that is not empty.
    fn is_layout(&self) -> bool {
        let is_several = || self.cells.iter().any(|cell| cell.len() > 1);
        self.has_table || (self.filled() == 1 && is_several())
    }

    /// Whether one of the cells holds a page, or a long entry where other rows have as many entries.
    fn has_page(&self) -> bool {
        self.cells.iter().any(|cell| is_page(cell))
    }

    /// How many cells are not empty.
    pub(super) fn filled(&self) -> usize {
        self.cells.iter().filter(|cell| !cell.is_empty()).count()
    }

    /// The cells that are not empty, in order, with ` | ` between them.
    fn into_block(self) -> Option<Block> {
        let mut joined = Block {
            kind: ParagraphKind::Table,
            ..Block::default()
        };
        for cell in self.cells {
            let mut separator = " | ";
            for block in cell {
                joined.append(mem::replace(&mut separator, " "), block);
            }
        }
        (!joined.runs.is_empty()).then_some(joined)
    }
}

/// Whether a cell says as much as a page does.
fn is_page(cell: &[Block]) -> bool {
    cell.len() > 1 && length(cell) > MAX_CELL_CHARS
}

/// How many characters a cell has.
fn length(cell: &[Block]) -> usize {
    let runs = cell.iter().flat_map(|block| &block.runs);
    runs.map(|run| run.text.chars().count()).sum()
}
