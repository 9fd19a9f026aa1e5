//! Which cells of an OpenDocument table are hidden with their columns? Columns, then the cells of row after row.

use crate::ingest::sheet::ranges::Ranges;
use crate::ingest::xml::Element;

/// The columns of a table, and where in a row we are.
#[derive(Debug, Default)]
pub(super) struct Columns {
    count: u32,
    hidden: Ranges,
    /// Whether each of the groups of columns that we are in is hidden, innermost last.
    groups: Vec<bool>,
    /// The column of the next cell.
    next: u32,
}

impl Columns {
    pub(super) fn begin_group(&mut self, group: &Element<'_>) {
        self.groups.push(group.has("display", "false"));
    }

    pub(super) fn end_group(&mut self) {
        self.groups.pop();
    }

    /// Adds the columns that a `table:table-column` stands for.
    pub(super) fn add(&mut self, column: &Element<'_>) {
        let first = self.count;
        self.count = first.saturating_add(number(column, "number-columns-repeated"));
        let is_hidden = is_hidden_part(column) || self.groups.contains(&true);
        if is_hidden && self.count > first {
            self.hidden.insert(first, self.count - 1);
        }
    }

    pub(super) fn begin_row(&mut self) {
        self.next = 0;
    }

    /// Takes the next cell of the row; whether all columns that it stands in or spans are hidden.
    pub(super) fn hide(&mut self, cell: &Element<'_>) -> bool {
        let first = self.next;
        self.next = first.saturating_add(number(cell, "number-columns-repeated"));
        let spanned = number(cell, "number-columns-spanned");
        let last = self.next.max(first.saturating_add(spanned));
        self.hidden.covers(first, last.saturating_sub(1))
    }
}

/// Whether a row or column is hidden, by itself or by a filter.
pub(super) fn is_hidden_part(element: &Element<'_>) -> bool {
    element.has("visibility", "collapse") || element.has("visibility", "filter")
}

/// How many columns an element stands for or spans, by the attribute that says so.
fn number(element: &Element<'_>, attribute: &str) -> u32 {
    let number = element.attribute(attribute);
    number.and_then(|number| number.parse().ok()).unwrap_or(1)
}
