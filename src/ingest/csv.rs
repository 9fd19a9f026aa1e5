//! What does a table of comma-separated values say? Text → one paragraph a row.
//!
//! RFC 4180 as spreadsheets write it: where a comma is in numbers, the delimiter is a semicolon.

use super::blocks::{Block, StyledRun};
use super::error::ReadError;
use super::sheet::Sheets;

/// Of two that a table has equally often, the later parts cells: commas are in prose and in numbers too.
const DELIMITERS: [char; 3] = [',', '\t', ';'];

/// The rows of a table, read as those of a sheet.
///
/// # Errors
///
/// [`ReadError::TooLarge`] as [`Sheets::add`].
pub(crate) fn blocks(text: &str) -> Result<Vec<Block>, ReadError> {
    let mut sheets = Sheets::default();
    let (mut row, mut column) = (0u32, 0u32);
    let fields = Fields {
        rest: text,
        delimiter: delimiter_of(text),
    };
    for (text, ends_row) in fields {
        if !text.trim().is_empty() {
            sheets.add(row, column, vec![StyledRun { text, font: None }])?;
        }
        (row, column) = if ends_row {
            (row.saturating_add(1), 0)
        } else {
            (row, column.saturating_add(1))
        };
    }
    Ok(sheets.finish())
}

/// The delimiter that is outside quotes in most rows, and then most often, near the beginning.
fn delimiter_of(text: &str) -> char {
    const PROBE_CHARS: usize = 64 * 1024;
    let mut is_quoted = false;
    let probe: String = text
        .chars()
        .take(PROBE_CHARS)
        .filter(|character| {
            is_quoted ^= *character == '"';
            !is_quoted
        })
        .collect();
    let weight = |delimiter: &char| {
        let rows = probe.lines().filter(|row| row.contains(*delimiter));
        (rows.count(), probe.matches(*delimiter).count())
    };
    let [comma, ..] = DELIMITERS;
    DELIMITERS.into_iter().max_by_key(weight).unwrap_or(comma)
}

/// The fields of a table, each with whether its row ends after it.
///
/// A line end of two characters ends an empty row more, which says nothing.
#[derive(Debug)]
struct Fields<'a> {
    rest: &'a str,
    delimiter: char,
}

impl Iterator for Fields<'_> {
    type Item = (String, bool);

    fn next(&mut self) -> Option<(String, bool)> {
        if self.rest.is_empty() {
            return None;
        }
        let mut field = String::new();
        if let Some(quoted) = self.rest.strip_prefix('"') {
            self.rest = quoted;
            self.take_quoted(&mut field);
        }
        let end = self.rest.find([self.delimiter, '\n', '\r']);
        let (text, after) = self.rest.split_at(end.unwrap_or(self.rest.len()));
        field.push_str(text);
        let mut after = after.chars();
        let ends_row = after.next() != Some(self.delimiter);
        self.rest = after.as_str();
        Some((field, ends_row))
    }
}

impl Fields<'_> {
    /// Takes the text up to the closing quote, or all there is; two quotes stand for one.
    fn take_quoted(&mut self, field: &mut String) {
        while let Some((text, after)) = self.rest.split_once('"') {
            field.push_str(text);
            let Some(after_second) = after.strip_prefix('"') else {
                self.rest = after;
                return;
            };
            field.push('"');
            self.rest = after_second;
        }
        field.push_str(std::mem::take(&mut self.rest));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        blocks(text).unwrap().iter().map(Block::text).collect()
    }

    #[test]
    fn quotes_keep_delimiters_line_ends_and_quotes() {
        let table = "Xã,Số hộ,Ghi chú\r\n\"Tân Lập\",42,\"Đã rà soát, còn\n\"\"vướng\"\" 3 hộ\"\r\n,,\r\nYên Sơn,,\r\n";
        let expected = [
            "Xã | Số hộ | Ghi chú",
            "Tân Lập | 42 | Đã rà soát, còn\n\"vướng\" 3 hộ",
            "Yên Sơn",
        ];
        assert_eq!(rows(table), expected);
    }

    #[test]
    fn the_delimiter_is_the_one_that_most_rows_have() {
        let semicolons = "Xã;Tỷ lệ nghèo;Năm trước\nTân Lập;12,5;13,75\nYên Sơn;8,1;9,25\n";
        assert_eq!(rows(semicolons)[1], "Tân Lập | 12,5 | 13,75");
        assert_eq!(rows("Tân Lập;12,5")[0], "Tân Lập | 12,5");
        assert_eq!(rows("Tân Lập\t12,5\nYên Sơn\t8")[0], "Tân Lập | 12,5");
        let commas = "Xã,Ghi chú\nTân Lập,\"sửa đường; xây cầu; đào mương\"";
        assert_eq!(rows(commas)[1], "Tân Lập | sửa đường; xây cầu; đào mương");
    }

    #[test]
    fn a_quote_without_its_end_keeps_the_rest() {
        assert_eq!(rows("a,\"b,c\nd"), ["a | b,c\nd"]);
        assert_eq!(rows("a,5\" ống,\"b\" c,"), ["a | 5\" ống | b c"]);
        assert!(rows("\"").is_empty());
    }
}
