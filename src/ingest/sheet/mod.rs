//! How does a sheet of cells read? Cells in any order → one paragraph a row.
//!
//! Shared by the readers of workbooks; cells are kept sparse, because a sheet may have two cells a
//! million rows and columns apart.

pub(crate) mod number;

use super::blocks::{Blocks, StyledRun};
use super::error::ReadError;

/// How much text all cells may have. Cells share strings, so that a small file can say very much.
const MAX_TEXT_BYTES: usize = 128 * 1024 * 1024;

/// A cell's place and text.
#[derive(Debug)]
struct Cell {
    row: u32,
    column: u32,
    runs: Vec<StyledRun>,
}

/// Collects the cells of one sheet after the other.
#[derive(Debug)]
pub(crate) struct Sheets {
    blocks: Blocks,
    cells: Vec<Cell>,
    room: usize,
}

impl Default for Sheets {
    fn default() -> Self {
        Self {
            blocks: Blocks::default(),
            cells: Vec::new(),
            room: MAX_TEXT_BYTES,
        }
    }
}

impl Sheets {
    /// Adds a cell of the open sheet.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`] where the cells together have more text than any workbook.
    pub(crate) fn add(
        &mut self,
        row: u32,
        column: u32,
        runs: Vec<StyledRun>,
    ) -> Result<(), ReadError> {
        let length: usize = runs.iter().map(|run| run.text.len() + 1).sum();
        self.room = self.room.checked_sub(length).ok_or_else(|| {
            let megabytes = MAX_TEXT_BYTES / (1024 * 1024);
            ReadError::TooLarge(format!("its cells have more than {megabytes} MB of text"))
        })?;
        self.cells.push(Cell { row, column, runs });
        Ok(())
    }

    /// Ends the open sheet: its rows become paragraphs.
    pub(crate) fn end_sheet(&mut self) {
        self.cells.sort_by_key(|cell| (cell.row, cell.column));
        self.blocks.begin_table();
        let mut last_row = None;
        for cell in self.cells.drain(..) {
            if last_row.replace(cell.row) != Some(cell.row) {
                self.blocks.begin_row();
            }
            self.blocks.begin_cell();
            for run in &cell.runs {
                self.blocks.push(&run.text, run.font.as_deref());
            }
            self.blocks.end_cell();
        }
        self.blocks.end_table();
    }

    /// All rows of all sheets.
    pub(crate) fn finish(mut self) -> Vec<super::blocks::Block> {
        self.end_sheet();
        self.blocks.finish()
    }
}
