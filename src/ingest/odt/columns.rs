//! Which cells of an OpenDocument table are hidden with their columns? Columns, then the cells of row after row.

use crate::ingest::xml::Element;

/// The columns of a table, and where in a row we are.
#[derive(Debug, Default)]
pub(super) struct Columns {
    count: u32,
    /// Hidden columns that stand side by side, each from the first to before the second; in order.
    hidden: Vec<(u32, u32)>,
    /// The column of the next cell.
    next: u32,
}

impl Columns {
    /// Adds the columns that a `table:table-column` stands for.
    pub(super) fn add(&mut self, column: &Element<'_>) {
        let first = self.count;
        self.count = first.saturating_add(repeats(column));
        if is_hidden_part(column) {
            match self.hidden.last_mut() {
                Some((_, end)) if *end == first => *end = self.count,
                _ => self.hidden.push((first, self.count)),
            }
        }
    }

    pub(super) fn begin_row(&mut self) {
        self.next = 0;
    }

    /// Takes the next cell of the row; whether all columns that it stands in are hidden.
    pub(super) fn hide(&mut self, cell: &Element<'_>) -> bool {
        let first = self.next;
        self.next = first.saturating_add(repeats(cell));
        let before = self.hidden.partition_point(|(start, _)| *start <= first);
        let hidden = self.hidden[..before].last();
        hidden.is_some_and(|(_, end)| self.next <= *end)
    }
}

/// Whether a row or column is hidden, by itself or by a filter.
pub(super) fn is_hidden_part(element: &Element<'_>) -> bool {
    element.has("visibility", "collapse") || element.has("visibility", "filter")
}

/// How many columns an element stands for.
fn repeats(element: &Element<'_>) -> u32 {
    let number = element.attribute("number-columns-repeated");
    number.and_then(|number| number.parse().ok()).unwrap_or(1)
}
