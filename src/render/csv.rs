//! CSV as spreadsheets open it: UTF-8 with a byte-order mark, commas, CRLF (RFC 4180).

use std::io::{self, Read, Write};

use super::table::{Column, Value};

/// Writes rows as CSV. Fails where its output does.
#[derive(Debug)]
pub struct CsvWriter<W> {
    output: W,
    line: String,
}

impl<W: Write> CsvWriter<W> {
    /// Writes the byte-order mark and the names of the columns.
    pub fn new(columns: &[Column], mut output: W) -> io::Result<Self> {
        output.write_all(head(columns).as_bytes())?;
        Ok(Self {
            output,
            line: String::new(),
        })
    }

    /// Writes one row.
    pub fn write(&mut self, row: &[Value<'_>]) -> io::Result<()> {
        self.line.clear();
        for (index, value) in row.iter().enumerate() {
            if index > 0 {
                self.line.push(',');
            }
            push(value, &mut self.line);
        }
        self.line.push_str("\r\n");
        self.output.write_all(self.line.as_bytes())
    }

    /// Writes what is still held back.
    pub fn finish(mut self) -> io::Result<()> {
        self.output.flush()
    }
}

/// Whether a file begins as one of these columns does.
pub(super) fn is_table(columns: &[Column], file: impl Read) -> io::Result<bool> {
    let head = head(columns);
    let mut found = Vec::new();
    file.take(head.len() as u64).read_to_end(&mut found)?;
    Ok(found == head.as_bytes())
}

/// The byte-order mark and the names of the columns.
fn head(columns: &[Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    format!("\u{feff}{}\r\n", names.join(","))
}

fn push(value: &Value<'_>, line: &mut String) {
    match value {
        Value::Nothing => {}
        Value::Text(text) => push_text(text, line),
        Value::Integer(number) => line.push_str(&number.to_string()),
        Value::Real(number) => line.push_str(&number.to_string()),
        Value::Truth(truth) => line.push_str(if *truth { "true" } else { "false" }),
        Value::Texts(texts) => push_text(&texts.join("; "), line),
        Value::Reals(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            push_text(&numbers.join("; "), line);
        }
    }
}

/// Text that a spreadsheet shows as it is.
///
/// One that begins like a formula gets an apostrophe before it: a spreadsheet would calculate what a document
/// says, which at best shows an error (`- Tăng cường …`) and at worst runs what somebody wrote for that purpose.
fn push_text(text: &str, line: &mut String) {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let is_quoted = is_formula || text.contains(['"', ',', ';', '\n', '\r']);
    if !is_quoted {
        line.push_str(text);
        return;
    }
    line.push('"');
    if is_formula {
        line.push('\'');
    }
    line.push_str(&text.replace('"', "\"\""));
    line.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::table::Kind;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let columns = [
            ("a", Kind::Text),
            ("b", Kind::MaybeText),
            ("c", Kind::Texts),
        ];
        let mut written = Vec::new();
        let mut writer = CsvWriter::new(&columns, &mut written).unwrap();
        for text in ["=1+1", "- Tăng cường", "một, \"hai\"", "thường"] {
            let row = [
                Value::Text(text.into()),
                Value::Nothing,
                Value::Texts(vec!["x", "y"]),
            ];
            writer.write(&row).unwrap();
        }
        writer.finish().unwrap();
        let expected = "\u{feff}a,b,c\r\n\"'=1+1\",,\"x; y\"\r\n\"'- Tăng cường\",,\"x; y\"\r\n\"một, \"\"hai\"\"\",,\
                        \"x; y\"\r\nthường,,\"x; y\"\r\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
