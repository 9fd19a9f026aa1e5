//! How does a sheet of cells read? Cells in any order → one paragraph a row.
//!
//! Shared by the readers of workbooks and of comma-separated values; cells are kept sparse, because a sheet may have two cells a
//! million rows and columns apart.

pub(crate) mod number;
pub(crate) mod ranges;

use std::collections::BTreeMap;

use self::ranges::Ranges;
use super::blocks::{Blocks, StyledRun};
use super::error::ReadError;

/// How much memory all cells may take. Cells share strings and fonts, so that a small file can say very much.
const MAX_CELL_BYTES: usize = 192 * 1024 * 1024;

/// A cell's place and text.
#[derive(Debug)]
struct Cell {
    row: u32,
    column: u32,
    runs: Vec<StyledRun>,
}

/// Row and column.
type Place = (u32, u32);

/// Which rows and columns of a sheet are hidden, and which cells are merged.
#[derive(Debug, Default)]
struct Hidden {
    rows: Ranges,
    columns: Ranges,
    /// The last cell of every merged area, by its first, which holds its text.
    merged: BTreeMap<Place, Place>,
}

impl Hidden {
    /// Puts a cell into the first row in which it is seen; whether there is one.
    ///
    /// A merged cell is seen wherever a part of its area is.
    fn show(&self, cell: &mut Cell) -> bool {
        let place = (cell.row, cell.column);
        let (last_row, last_column) = *self.merged.get(&place).unwrap_or(&place);
        let is_hidden =
            self.rows.covers(cell.row, last_row) || self.columns.covers(cell.column, last_column);
        cell.row = self.rows.first_outside(cell.row);
        !is_hidden
    }
}

/// Collects the cells of one sheet after the other.
#[derive(Debug)]
pub(crate) struct Sheets {
    blocks: Blocks,
    cells: Vec<Cell>,
    hidden: Hidden,
    room: usize,
}

impl Default for Sheets {
    fn default() -> Self {
        Self {
            blocks: Blocks::default(),
            cells: Vec::new(),
            hidden: Hidden::default(),
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
        self.take_room(size_of::<Cell>() + runs.iter().map(memory_of).sum::<usize>())?;
        self.cells.push(Cell { row, column, runs });
        Ok(())
    }

    /// Merges the cells of the open sheet from the first to the last place, which are rows and columns.
    ///
    /// # Errors
    ///
    /// As [`add`](Self::add).
    pub(crate) fn merge(&mut self, first: Place, last: Place) -> Result<(), ReadError> {
        self.take_room(2 * size_of::<Place>())?;
        self.hidden.merged.insert(first, last);
        Ok(())
    }

    fn take_room(&mut self, bytes: usize) -> Result<(), ReadError> {
        self.room = self.room.checked_sub(bytes).ok_or_else(|| {
            let megabytes = MAX_CELL_BYTES / (1024 * 1024);
            ReadError::TooLarge(format!("its cells take more than {megabytes} MB"))
        })?;
        Ok(())
    }

    /// Leaves a row of the open sheet out.
    pub(crate) fn hide_row(&mut self, row: u32) {
        self.hidden.rows.insert(row, row);
    }

    /// Leaves columns of the open sheet out, from the first to the last.
    pub(crate) fn hide_columns(&mut self, first: u32, last: u32) {
        self.hidden.columns.insert(first, last);
    }

    /// Ends the open sheet: its rows become paragraphs.
    pub(crate) fn end_sheet(&mut self) {
        let hidden = std::mem::take(&mut self.hidden);
        self.cells.retain_mut(|cell| hidden.show(cell));
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

fn memory_of(run: &StyledRun) -> usize {
    size_of::<StyledRun>() + run.text.len() + run.font.as_ref().map_or(0, String::len)
}
