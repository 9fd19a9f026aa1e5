//! What does a table of comma-separated values say? Text → one paragraph a row.
//!
//! RFC 4180 as spreadsheets write it: where a comma is in numbers, the delimiter is a semicolon.

use csv::ReaderBuilder;

use super::blocks::{Block, StyledRun};
use super::error::ReadError;
use super::sheet::Sheets;

/// Of two that a table has equally often, the later parts cells: commas are in prose and in numbers too.
const DELIMITERS: [u8; 3] = *b",\t;";

/// The rows of a table, read as those of a sheet.
///
/// # Errors
///
/// [`ReadError::TooLarge`] as [`Sheets::add`].
pub(crate) fn blocks(text: &str) -> Result<Vec<Block>, ReadError> {
    let mut rows = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter_of(text))
        .from_reader(text.as_bytes());
    let mut sheets = Sheets::default();
    // Rows of text that is in memory cannot fail: any number of cells is right, and all is UTF-8.
    for (row, cells) in rows.records().flatten().enumerate() {
        for (column, cell) in cells.iter().enumerate() {
            if !cell.trim().is_empty() {
                let text = cell.to_owned();
                sheets.add(
                    row as u32,
                    column as u32,
                    vec![StyledRun { text, font: None }],
                )?;
            }
        }
    }
    Ok(sheets.finish())
}

/// The delimiter that is outside quotes in most rows, and then most often, near the beginning.
fn delimiter_of(text: &str) -> u8 {
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
    let weight = |&delimiter: &u8| {
        let delimiter = char::from(delimiter);
        let rows = probe.lines().filter(|row| row.contains(delimiter));
        (rows.count(), probe.matches(delimiter).count())
    };
    let [comma, ..] = DELIMITERS;
    DELIMITERS.into_iter().max_by_key(weight).unwrap_or(comma)
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
