//! How do cells and rows that a file says once and counts come into a table?

use std::iter::repeat_n;

use super::{Block, Blocks, Frame, Row, Table};

impl Blocks {
    /// Says the cell that has just ended so many times more, and takes the memory of it from `room`; whether
    /// there was room.
    ///
    /// An empty cell says nothing, however often: sheets count thousands of them to their edge.
    pub(crate) fn repeat_cell(&mut self, times: usize, room: &mut usize) -> bool {
        let Some(row) = self.open_table().and_then(|table| table.rows.last_mut()) else {
            return true;
        };
        let Some(cell) = row.cells.last().filter(|cell| !cell.is_empty()).cloned() else {
            return true;
        };
        let has_room = take(room, memory_of_cell(&cell), times);
        if has_room {
            row.cells.extend(repeat_n(cell, times));
        }
        has_room
    }

    /// As [`Self::repeat_cell`], of the row that is being read.
    pub(crate) fn repeat_row(&mut self, times: usize, room: &mut usize) -> bool {
        self.end_cell();
        let Some(table) = self.open_table() else {
            return true;
        };
        let Some(row) = table.rows.last().filter(|row| row.filled() > 0).cloned() else {
            return true;
        };
        let cells = row.cells.iter().map(|cell| memory_of_cell(cell));
        let has_room = take(room, size_of::<Row>() + cells.sum::<usize>(), times);
        if has_room {
            table.rows.extend(repeat_n(row, times));
        }
        has_room
    }

    fn open_table(&mut self) -> Option<&mut Table> {
        match self.frames.last_mut() {
            Some(Frame::Table(table)) => Some(table),
            _ => None,
        }
    }
}

/// Takes the memory of so many things from the room there is, where there is as much.
fn take(room: &mut usize, memory: usize, times: usize) -> bool {
    let rest = memory
        .checked_mul(times)
        .and_then(|memory| room.checked_sub(memory));
    *room = rest.unwrap_or(*room);
    rest.is_some()
}

fn memory_of_cell(cell: &[Block]) -> usize {
    let runs = cell.iter().flat_map(|block| &block.runs);
    let texts = runs.map(|run| {
        let font = run.font.as_ref().map_or(0, String::len);
        size_of_val(run) + run.text.len() + font
    });
    size_of::<Vec<Block>>() + size_of_val(cell) + texts.sum::<usize>()
}
