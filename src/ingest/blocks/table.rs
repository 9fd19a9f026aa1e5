//! What becomes of a table: a paragraph a row, or the prose that it only puts into place.

use std::mem;

use super::Block;
use crate::document::ParagraphKind;

/// Several paragraphs that together say more than this, about half a page in print, are hardly an entry of a table:
/// the cell holds the page, or a column of it.
const MAX_CELL_CHARS: usize = 1_000;

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
            .filter(|row| !row.is_layout(0) && !row.has_page());
        let most_entries = entries.map(Row::filled).max().unwrap_or(0);
        let mut blocks = self.captions;
        for row in self.rows.into_iter().filter(|row| !row.is_dropped) {
            let is_page = row.has_page() && row.filled() > most_entries;
            if is_frame || row.is_layout(most_entries) || is_page {
                blocks.extend(row.cells.into_iter().flatten());
            } else {
                blocks.extend(row.into_block());
            }
        }
        blocks
    }
}

impl Row {
    /// Whether the row only puts things in their places on the page: it holds another table, or several paragraphs
    /// in the one cell that is not empty, and no row of its table has as many as three entries: there it heads rows.
    fn is_layout(&self, most_entries: usize) -> bool {
        let is_several = || self.cells.iter().any(|cell| cell.len() > 1);
        let is_alone = self.filled() == 1 && is_several();
        self.has_table || (is_alone && (most_entries < 3 || self.has_page()))
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
    let runs = cell.iter().flat_map(|block| &block.runs);
    cell.len() > 1 && runs.map(|run| run.text.chars().count()).sum::<usize>() > MAX_CELL_CHARS
}
