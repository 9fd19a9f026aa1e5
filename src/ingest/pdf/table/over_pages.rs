//! How does a table go on over the end of a page?
//!
//! Programs repeat its header on each page, and part a row wherever the page ends.

use super::{Row, begins_inside, breaks_off, join};
use crate::ingest::pdf::place::Placed;

/// More rows than a header has; tables that are alike in all of them are forms.
const MAX_HEAD: usize = 4;

/// No row is longer than so many pages; each makes its text anew.
const MAX_PAGE_ENDS: usize = 3;

/// Words that no cell ends with; what follows may be a name.
const UNFINISHED: [&str; 10] = [
    "và", "của", "với", "về", "cho", "các", "những", "theo", "từ", "tại",
];

/// How names of bodies begin, where a narrow column breaks them: `Phòng` | `Nông nghiệp`.
const OF_NAMES: [&str; 8] = [
    "phòng",
    "văn phòng",
    "ban",
    "ủy ban",
    "sở",
    "chi cục",
    "trung tâm",
    "hội",
];

/// Words that a number follows, though some cells end with them (`cả năm`).
const OF_TIMES: [&str; 5] = ["ngày", "tháng", "năm", "quý", "số"];

/// The table that the pages read so far end with.
#[derive(Debug, Default)]
pub(in super::super) struct OpenTable {
    /// Its first rows; none where the pages end with something else.
    head: Vec<Row>,
}

impl OpenTable {
    /// The blocks of the next page without what they repeat of the table's header, and without the rest of the row that
    /// the page's end parts, which goes to the last one of the blocks before.
    pub(in super::super) fn go_on(
        &mut self,
        before: &mut [Placed],
        mut page: Vec<Placed>,
    ) -> Vec<Placed> {
        if let Some(last) = before.last_mut().filter(|_| !self.head.is_empty()) {
            self.leave_header_out(last, &mut page);
            last.take_rest(&mut page);
        }
        self.follow(&page);
        page
    }

    /// Leaves the header out that a page begins with, if it does. What the layout analysis, or we, took for further lines of
    /// a header stays, if it is the rest of the row before.
    fn leave_header_out(&self, last: &Placed, page: &mut Vec<Placed>) {
        let rows = page.iter().map_while(|placed| placed.row.as_ref());
        let pairs: Vec<(&Row, &Row)> = rows.zip(&self.head).collect();
        let may_repeat = |(index, (row, head)): &(usize, &(&Row, &Row))| {
            row.cells == head.cells && (*index == 0 || !row.is_numbered())
        };
        let repeated = pairs.iter().enumerate().take_while(may_repeat).count();
        let is_header = self.head.first().is_some_and(Row::may_be_header);
        if !is_header || repeated == self.head.len() {
            return;
        }
        let rest = pairs.get(repeated).and_then(|(row, head)| row.after(head));
        let rest = rest.filter(|rest| last.row.as_ref().is_some_and(|row| row.is_begun_of(rest)));
        // Another table of the kind, such as the same form for somebody else, or the same days of another week.
        let mut below = pairs.iter().skip(repeated + usize::from(rest.is_some()));
        if below.any(|(row, head)| row.has_name_of(head)) {
            return;
        }
        if let (Some(rest), Some(placed)) = (rest, page.get_mut(repeated)) {
            placed.block = rest.block(&placed.block);
            placed.row = Some(rest);
        }
        page.drain(..repeated);
    }

    /// Sees which table the pages end with after this one; one with as many columns that fills a page from its top is still
    /// the one before.
    fn follow(&mut self, page: &[Placed]) {
        let is_row = |placed: &&Placed| placed.row.is_some();
        let rows = page.iter().rev().take_while(is_row).count();
        let table = page[page.len() - rows..].iter();
        let rows: Vec<&Row> = table.filter_map(|placed| placed.row.as_ref()).collect();
        let start = rows
            .iter()
            .rposition(|row| row.is_first)
            .unwrap_or_default();
        let is_at_top = rows.len() == page.len() && start == 0;
        let is_alike = |row: &&Row| {
            let head = self.head.first();
            head.is_some_and(|head| head.cells.len() == row.cells.len())
        };
        if !(is_at_top && rows.first().is_none_or(is_alike)) {
            let head = rows[start..].iter().take(MAX_HEAD);
            self.head = head.map(|&row| row.clone()).collect();
        }
    }
}

impl Row {
    /// Whether it may name the columns, the first one among them; what an earlier page's end parted has no first cell.
    fn may_be_header(&self) -> bool {
        let has_first = self.cells.first().is_some_and(|cell| !cell.is_empty());
        has_first && self.filled().count() > 1
    }

    /// Whether it begins with a number, and does not number the columns.
    fn is_numbered(&self) -> bool {
        let is_number = |cell: &str| cell.bytes().all(|byte| byte.is_ascii_digit());
        self.cells
            .first()
            .is_some_and(|cell| !cell.is_empty() && is_number(cell))
            && !self.filled().all(is_number)
    }

    /// Whether both rows have the same first cell, which says what a row is.
    fn has_name_of(&self, other: &Self) -> bool {
        let first = self.cells.first().filter(|cell| !cell.is_empty());
        first.is_some() && first == other.cells.first()
    }

    /// What follows the cells of a header in those of this row, if each begins with the header's and one says more.
    fn after(&self, header: &Self) -> Option<Self> {
        if header.cells.len() != self.cells.len() {
            return None;
        }
        let rest = |(cell, head): (&String, &String)| {
            let rest = cell.strip_prefix(head.as_str())?;
            let is_whole = head.is_empty() || rest.is_empty() || rest.starts_with(' ');
            is_whole.then(|| rest.trim_start().to_owned())
        };
        let cells: Option<Vec<_>> = self.cells.iter().zip(&header.cells).map(rest).collect();
        let rest = Self {
            cells: cells?,
            ..*self
        };
        let is_full = rest.filled().next().is_some();
        is_full.then_some(rest)
    }

    /// Whether another row is the rest of this one: each of its cells goes on with one of this row, which has a first one.
    fn is_begun_of(&self, rest: &Self) -> bool {
        let mut pairs = self.cells.iter().zip(&rest.cells);
        let has_first = self.cells.first().is_some_and(|cell| !cell.is_empty());
        let goes_on =
            |(cell, rest): (&String, &String)| rest.is_empty() || cell_goes_on(cell, rest);
        has_first
            && self.cells.len() == rest.cells.len()
            && self.page_ends < MAX_PAGE_ENDS
            && rest.filled().next().is_some()
            && pairs.all(goes_on)
    }

    fn append(&mut self, rest: &Self) {
        let pairs = self.cells.iter_mut().zip(&rest.cells);
        for (cell, rest) in pairs.filter(|(_, rest)| !rest.is_empty()) {
            *cell = join(cell, rest);
        }
        self.page_ends += 1;
    }
}

impl Placed {
    /// Takes in what the first row of a page has of this one, if it has.
    fn take_rest(&mut self, page: &mut Vec<Self>) {
        let rest = page.first().and_then(|placed| placed.row.as_ref());
        if let (Some(row), Some(rest)) = (&mut self.row, rest)
            && row.is_begun_of(rest)
        {
            row.append(rest);
            self.block = row.block(&self.block);
            page.remove(0);
        }
    }
}

/// Whether a cell breaks off where the page ends, and its rest goes on with the sentence, the name or the date.
fn cell_goes_on(cell: &str, rest: &str) -> bool {
    let last = cell.split_whitespace().next_back();
    let last = last.unwrap_or_default().to_lowercase();
    let is_number = rest.starts_with(|c: char| c.is_ascii_digit());
    // A sign alone says that there is nothing.
    let is_open = (last.ends_with(['-', '/', ',']) && cell.contains(char::is_alphanumeric))
        || UNFINISHED.contains(&last.as_str())
        || OF_NAMES.contains(&cell.trim().to_lowercase().as_str())
        || (is_number && OF_TIMES.contains(&last.as_str()));
    let is_date = last.contains('/') && last.ends_with(|c: char| c.is_ascii_digit());
    // The same unit in two rows.
    let is_same = cell == rest;
    let has_text = rest.contains(char::is_alphanumeric);
    has_text
        && !is_same
        && !is_date
        && (is_open || (breaks_off(cell) && begins_inside(rest.trim_start_matches('('))))
}

#[cfg(test)]
mod tests;
