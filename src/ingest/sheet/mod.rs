//! How does a sheet of cells read? Cells in any order → one paragraph a row.
//!
//! Shared by the readers of workbooks; cells are kept sparse, because a sheet may have two cells a
//! million rows and columns apart.

pub(crate) mod format;
pub(crate) mod number;

use super::blocks::{Blocks, StyledRun};
use super::error::ReadError;

/// How much memory all cells may take. Cells share strings and fonts, so that a small file can say very much.
pub(crate) const MAX_CELL_BYTES: usize = 192 * 1024 * 1024;

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
            room: MAX_CELL_BYTES,
        }
    }
}

impl Sheets {
    /// Adds a cell of the open sheet.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`] where the cells together hold more than those of any workbook.
    pub(crate) fn add(
        &mut self,
        row: u32,
        column: u32,
        runs: Vec<StyledRun>,
    ) -> Result<(), ReadError> {
        let length = memory_of_cell(&runs);
        self.room = self.room.checked_sub(length).ok_or_else(too_large)?;
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
                self.blocks
                    .push_at(run.script, &run.text, run.font.as_deref());
            }
            self.blocks.end_cell();
        }
        self.blocks.end_table();
    }

    /// Ends the open sheet, of which nothing is kept.
    pub(crate) fn drop_sheet(&mut self) {
        for cell in self.cells.drain(..) {
            self.room += memory_of_cell(&cell.runs);
        }
    }

    /// All rows of all sheets.
    pub(crate) fn finish(mut self) -> Vec<super::blocks::Block> {
        self.end_sheet();
        self.blocks.finish()
    }
}

/// Says that the cells of a workbook together hold more than those of any.
pub(crate) fn too_large() -> ReadError {
    let megabytes = MAX_CELL_BYTES / (1024 * 1024);
    ReadError::TooLarge(format!("its cells take more than {megabytes} MB"))
}

fn memory_of_cell(runs: &[StyledRun]) -> usize {
    size_of::<Cell>() + runs.iter().map(memory_of).sum::<usize>()
}

fn memory_of(run: &StyledRun) -> usize {
    size_of::<StyledRun>() + run.text.len() + run.font.as_ref().map_or(0, String::len)
}
