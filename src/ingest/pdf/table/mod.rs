//! What do the rows of a page's tables say? A table of the layout analysis → blocks, one a row.

mod cell;
mod number;
mod over_pages;

use std::collections::VecDeque;

use unpdf::model::Table;

use self::cell::Cell;
pub(super) use self::cell::CellReader;
pub(super) use self::number::add_to_row;
pub(super) use self::over_pages::OpenTable;
use super::continuation::append_line;
use super::letters::is_small;
use super::lines::{Line, key};
use super::place::Placed;
use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks};
use crate::ingest::shape;

/// What stands between two cells in the block of a row.
const SEPARATOR: &str = " | ";

/// A row of a table, column by column; those that a merged cell covers are empty.
#[derive(Clone, Debug, Default)]
pub(super) struct Row {
    cells: Vec<String>,
    /// Whether a table begins with it.
    is_first: bool,
    /// How many ends of pages part it.
    page_ends: usize,
}

/// The rows of a table, or the paragraphs that it only puts into their places.
pub(super) fn rows(table: &Table, page: u32, reader: &CellReader) -> Vec<Placed> {
    let cells = cells(table, reader);
    let mut blocks = Blocks::default();
    blocks.set_page(page);
    blocks.begin_table();
    for row in &cells {
        blocks.begin_row();
        for cell in row {
            blocks.begin_cell();
            for (kind, text) in cell {
                blocks.add(*kind, text, None);
            }
            blocks.end_cell();
        }
    }
    blocks.end_table();
    let placed = blocks.finish().into_iter().map(Placed::from).collect();
    with_cells(placed, &cells)
}

/// The blocks of a table with their cells, where they are rows. Empty rows have no block, and of others that give none
/// some are passed over.
fn with_cells(mut blocks: Vec<Placed>, cells: &[Vec<Cell>]) -> Vec<Placed> {
    const AHEAD: usize = 16;
    let rows = cells.iter().map(|cells| Row::of(cells));
    let mut rows: VecDeque<Row> = rows.filter(|row| row.filled().next().is_some()).collect();
    let mut is_first = true;
    let are_rows = blocks.iter_mut();
    for placed in are_rows.filter(|placed| placed.block.kind == ParagraphKind::Table) {
        let text = placed.block.text();
        let found = rows.iter().take(AHEAD).position(|row| row.text() == text);
        if let Some(index) = found {
            let row = rows.drain(..=index).next_back();
            placed.row = row.map(|row| Row { is_first, ..row });
        }
        is_first = false;
    }
    blocks
}

impl Row {
    fn of(cells: &[Cell]) -> Self {
        let joined = |cell: &Cell| {
            let texts = cell.iter().map(|(_, text)| text.as_str());
            let full = texts.filter(|text| !text.trim().is_empty());
            full.collect::<Vec<_>>().join(" ")
        };
        Self {
            cells: cells.iter().map(joined).collect(),
            is_first: false,
            page_ends: 0,
        }
    }

    fn filled(&self) -> impl Iterator<Item = &str> {
        let cells = self.cells.iter().map(String::as_str);
        cells.filter(|cell| !cell.is_empty())
    }

    /// What it says, as its block does.
    fn text(&self) -> String {
        self.filled().collect::<Vec<_>>().join(SEPARATOR)
    }

    /// Puts a text into the empty cell right of so many filled ones; `None` where there is none.
    fn fill_after(&mut self, filled: usize, text: &str) -> Option<()> {
        let mut columns = (0..self.cells.len()).filter(|column| !self.cells[*column].is_empty());
        let column = match filled.checked_sub(1) {
            Some(last) => columns.nth(last)? + 1,
            None => 0,
        };
        let cell = self.cells.get_mut(column).filter(|cell| cell.is_empty())?;
        text.clone_into(cell);
        Some(())
    }

    /// Its block in place of another one.
    fn block(&self, before: &Block) -> Block {
        let mut block = Block::of_text(&self.text());
        (block.kind, block.page) = (before.kind, before.page);
        block
    }
}

impl Placed {
    /// Puts numbers into the row that this is, each where it stands among the cells, whose letters these are, or else before
    /// them all.
    pub(super) fn add_numbers(&mut self, numbers: &[&Line], letters: &[(char, f32)]) {
        let text = self.block.text();
        let mut letters = letters;
        let cells = text.split(SEPARATOR).map(|cell| {
            let left = letters.first().map_or(f32::INFINITY, |(_, left)| *left);
            let count = key(cell).chars().filter(|letter| *letter != '|').count();
            letters = letters.get(count..).unwrap_or_default();
            (left, cell.to_owned())
        });
        let mut cells: Vec<(f32, String)> = cells.collect();
        for number in numbers {
            let is_left = |(left, _): &(f32, String)| *left < number.extent.left;
            let index = cells.partition_point(is_left);
            let text = number.block.text();
            let is_filled = |row: &mut Row| row.fill_after(index, &text).is_some();
            self.row.take_if(|row| !is_filled(row));
            cells.insert(index, (number.extent.left, text));
        }
        let texts: Vec<String> = cells.into_iter().map(|(_, text)| text).collect();
        let row = Block::of_text(&texts.join(SEPARATOR));
        self.block = Block {
            kind: self.block.kind,
            page: self.block.page,
            ..row
        };
    }
}

/// The cells of a table, row by row, each with the further lines that the layout analysis takes for rows.
fn cells(table: &Table, reader: &CellReader) -> Vec<Vec<Cell>> {
    let width = table.column_count();
    let mut rows: Vec<Vec<Cell>> = Vec::with_capacity(table.rows.len());
    for (row, columns) in table.rows.iter().zip(table.cell_columns()) {
        let mut cells = vec![Cell::new(); width];
        for (cell, column) in row.cells.iter().zip(columns) {
            cells[column] = cell.content.iter().map(|text| reader.read(text)).collect();
        }
        let above = rows.last_mut();
        match above.and_then(|above| further_line(above, &cells)) {
            Some((cell, text)) => *cell = join(cell, &text),
            None => rows.push(cells),
        }
    }
    rows
}

/// The text of the only cell of a row, where it goes on with the cell above it, and that cell's text. The first
/// column's cells say what a row is, and go on with nothing.
fn further_line<'a>(above: &'a mut [Cell], row: &[Cell]) -> Option<(&'a mut String, String)> {
    let is_full = |cell: &Cell| cell.iter().any(|(_, text)| !text.trim().is_empty());
    let mut full = (0..row.len()).filter(|column| is_full(&row[*column]));
    let (column, more) = (full.next()?, full.next());
    let text = row[column].first().map(|(_, text)| text.trim())?;
    let is_in_row = above.iter().filter(|cell| is_full(cell)).count() > 1;
    if column == 0 || more.is_some() || row[column].len() > 1 || !is_in_row {
        return None;
    }
    let (_, before) = above.get_mut(column)?.last_mut()?;
    let goes_on = breaks_off(before) && begins_inside(text);
    goes_on.then(|| (before, text.to_owned()))
}

/// Whether a cell's text breaks off in a sentence.
fn breaks_off(text: &str) -> bool {
    !text.trim().is_empty() && !shape::ends_sentence(text)
}

/// Whether a cell's text begins inside a sentence.
fn begins_inside(text: &str) -> bool {
    is_small(text, None)
}

/// The text of a cell, and what goes on with it on another line.
fn join(cell: &str, rest: &str) -> String {
    let mut block = Block::of_text(cell);
    append_line(&mut block, Block::of_text(rest));
    block.text()
}
