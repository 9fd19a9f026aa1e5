//! Which cell of a table's row says by itself what is to be done, or what was done?
//!
//! The names of the columns tell, and only tables whose header has such a column are looked into: cells of others are
//! names, dates and numbers. What follows from a column is for those who know where the table stands.

mod names;
mod times;

use std::ops::Range;

use self::names::Column;
pub(crate) use self::times::{is_day, is_hour};
use crate::document::ParagraphKind;

/// What parts the cells of a row.
const CELLS: &str = " | ";

/// No table of tasks has more columns.
const MOST_COLUMNS: usize = 12;

/// No name of a column has more words.
const NAME_WORDS: usize = 12;

/// A cell of fewer words names something.
const LEAST_WORDS: usize = 6;

/// What the cells of a column tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// What is to be done.
    Tasks,
    /// What was done.
    Results,
    /// What somebody does or by when it is done, which may be anything.
    Contents,
}

/// Which rows below a header are appointments.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Appointments {
    /// None: a column tells by when something is done, and whatever is there is a deadline.
    Never,
    /// Those at a time of the day.
    AtHours,
    /// Those on a day, too: the table begins with when something is, as schedules do.
    OnDays,
}

/// What the header of a table says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    /// What the column tells that says something.
    pub told: Told,
    /// Whether others tell who does it or by when.
    pub is_assigned: bool,
    /// Whether one tells what it costs.
    pub has_money: bool,
    /// Which rows are appointments.
    appointments: Appointments,
    /// Which column it is.
    column: usize,
    /// How many there are, without notes at their end.
    columns: usize,
}

/// The cell of a row that says something, and what the header tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// What the header says.
    pub header: Header,
    /// Bytes of the row.
    pub range: Range<usize>,
}

/// Goes through the paragraphs of a document, in their order, and knows the header of the table that they are in.
#[derive(Debug, Default)]
pub struct Tables {
    header: Option<Header>,
    /// Whether a row of cells stands right above.
    is_inside: bool,
    /// Whether the last row with all its cells is on a day, which those below it may share.
    is_appointed: bool,
}

impl Tables {
    /// Whether we are below a header.
    pub fn has_header(&self) -> bool {
        self.header.is_some()
    }

    /// Goes on to the next paragraph; gives the entry of a row that has one.
    pub fn pass(&mut self, kind: ParagraphKind, text: &str) -> Option<Entry> {
        if kind != ParagraphKind::Table {
            *self = Self::default();
            return None;
        }
        let is_first = !self.is_inside && text.contains(CELLS);
        self.is_inside |= is_first;
        if let Some(columns) = columns_of(text) {
            let header = Header::of(&columns);
            let opens = header.is_some() && (is_first || are_names(&columns));
            let has_digit = || text.contains(|c: char| c.is_ascii_digit());
            if columns[0] == Column::Number || (opens && !has_digit()) {
                self.header = header;
                self.is_appointed = false;
                return None;
            }
        }
        let header = self.header?;
        let cells = cells_of(text);
        let entry = header.among(text, &cells)?;
        self.is_appointed = header.is_appointed(text, &cells, entry, self.is_appointed);
        let tells = cells.len() > 1 && !self.is_appointed && says_something(&text[entry.clone()]);
        let range = entry.clone();
        tells.then_some(Entry { header, range })
    }
}

impl Header {
    /// What columns of these names tell, if one of them says something.
    fn of(columns: &[Column]) -> Option<Self> {
        let has = |column: Column| columns.contains(&column);
        let is_assigned = has(Column::Who) || has(Column::When) || has(Column::Due);
        let last = |told: Told| columns.iter().rposition(|it| *it == Column::Tells(told));
        let outcome = columns.iter().rposition(|it| *it == Column::Outcome);
        let outcome = outcome.filter(|_| !is_assigned && has(Column::Tells(Told::Tasks)));
        let results = last(Told::Results).or(outcome);
        let results = results.map(|column| (Told::Results, column));
        let tasks = || last(Told::Tasks).map(|column| (Told::Tasks, column));
        let contents = || last(Told::Contents).map(|column| (Told::Contents, column));
        let (told, column) = results.or_else(tasks).or_else(contents)?;
        let mut ahead = columns
            .iter()
            .take_while(|it| !matches!(it, Column::Tells(_)));
        let appointments = if has(Column::Due) {
            Appointments::Never
        } else if ahead.any(|it| *it == Column::When) {
            Appointments::OnDays
        } else {
            Appointments::AtHours
        };
        let is_unsaid = told == Told::Contents && !is_assigned;
        if has(Column::Beside) || is_unsaid {
            return None;
        }
        let notes = columns.iter().rev().take_while(|it| **it == Column::Notes);
        Some(Self {
            told,
            is_assigned,
            has_money: has(Column::Money),
            appointments,
            column,
            columns: columns.len() - notes.count(),
        })
    }

    /// Whether a row is an appointment: what is at an hour or on a day is one, what is in a month a task.
    fn is_appointed(
        &self,
        row: &str,
        cells: &[Range<usize>],
        entry: &Range<usize>,
        above: bool,
    ) -> bool {
        let text = |cell: &Range<usize>| &row[cell.clone()];
        let mut others = cells.iter().filter(|cell| *cell != entry).map(text);
        let ahead = || cells.iter().take_while(|cell| *cell != entry).map(text);
        let mut is_at_hour = || others.any(times::begins_with_hour);
        let on_day = || ahead().any(times::begins_with_day);
        let says_when = || ahead().any(|cell| cell.contains(char::is_alphabetic));
        let is_shared = || above && cells.len() < self.columns && !says_when();
        match self.appointments {
            Appointments::Never => false,
            Appointments::AtHours => is_at_hour(),
            Appointments::OnDays => is_at_hour() || on_day() || is_shared(),
        }
    }

    /// The cell of its column. Those that are empty or that several rows share are not in the row: it is the longest of
    /// those up to there, if the row heads no others.
    fn among<'c>(&self, row: &str, cells: &'c [Range<usize>]) -> Option<&'c Range<usize>> {
        if (self.columns..=self.columns + 1).contains(&cells.len()) {
            return cells.get(self.column);
        }
        let words = |cell: &&Range<usize>| row[(*cell).clone()].split_whitespace().count();
        let found = cells.iter().take(self.column + 1).rev().max_by_key(words)?;
        let is_last = cells.last() == Some(found) && self.columns > self.column + 2;
        let may_head = is_group_number(&row[cells[0].clone()])
            || (is_last && !row.ends_with(['.', ';']) && words(&found) < NAME_WORDS);
        (self.told != Told::Results && !may_head).then_some(found)
    }
}

/// What the columns hold if a row names them.
fn columns_of(row: &str) -> Option<Vec<Column>> {
    let cells: Vec<&str> = row.split(CELLS).take(MOST_COLUMNS + 1).collect();
    let is_name = |cell: &&str| {
        cell.split_whitespace().nth(NAME_WORDS).is_none() && !cell.ends_with(['.', ';'])
    };
    let may_be = (2..=MOST_COLUMNS).contains(&cells.len()) && cells.iter().skip(1).all(is_name);
    may_be.then(|| cells.into_iter().map(Column::named).collect())
}

/// Whether columns are named as those of such tables are: a cell of a row may begin so, but not most of them.
fn are_names(columns: &[Column]) -> bool {
    let unnamed = columns.iter().filter(|it| **it == Column::Other).count();
    unnamed <= 1 && columns.len() - unnamed >= 2
}

/// Where the cells of a row are.
fn cells_of(row: &str) -> Vec<Range<usize>> {
    let mut start = 0;
    let cells = row.split(CELLS).take(2 * MOST_COLUMNS);
    cells
        .map(|cell| {
            let range = start..start + cell.len();
            start = range.end + CELLS.len();
            range
        })
        .collect()
}

/// Whether a cell numbers a group of rows: `II`, `A`.
fn is_group_number(cell: &str) -> bool {
    let number = cell.trim_matches(|c: char| !c.is_alphanumeric());
    let is_letter = || number.chars().nth(1).is_none() && number.starts_with(char::is_uppercase);
    is_letter() || (!number.is_empty() && number.chars().all(|c| "IVXL".contains(c)))
}

/// Whether a cell has enough words, most of them neither names nor numbers, and nothing to be filled in.
fn says_something(cell: &str) -> bool {
    let words = || cell.split_whitespace();
    let small = words().filter(|word| word.starts_with(char::is_lowercase));
    words().nth(LEAST_WORDS - 1).is_some()
        && 2 * small.count() >= words().count()
        && !cell.contains('…')
        && !cell.contains("..")
        && !cell.starts_with("Nơi nhận")
}

#[cfg(test)]
mod tests;
