//! CSV as spreadsheets open it: UTF-8 with a byte-order mark, commas, CRLF (RFC 4180).

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{QuoteStyle, Terminator, Writer, WriterBuilder};

use super::table::{Column, Value};

/// Writes rows as CSV.
#[derive(Debug)]
pub struct CsvWriter<W: Write>(Writer<W>);

impl<W: Write> CsvWriter<W> {
    /// Writes the byte-order mark and the names of the columns.
    ///
    /// # Errors
    ///
    /// If the output cannot be written to.
    pub fn new(columns: &[Column], mut output: W) -> io::Result<Self> {
        let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
        write!(output, "\u{feff}{}\r\n", names.join(","))?;
        let mut builder = WriterBuilder::new();
        builder.terminator(Terminator::CRLF);
        // A spreadsheet that parts cells by semicolons would else take those of a text for its own.
        builder.quote_style(QuoteStyle::NonNumeric);
        Ok(Self(builder.from_writer(output)))
    }

    /// Writes one row.
    ///
    /// # Errors
    ///
    /// If the output cannot be written to.
    pub fn write(&mut self, row: &[Value<'_>]) -> io::Result<()> {
        for value in row {
            self.0.write_field(cell(value).as_bytes())?;
        }
        self.0.write_record(None::<&[u8]>)?;
        Ok(())
    }

    /// Writes what is still held back.
    ///
    /// # Errors
    ///
    /// If the output cannot be written to.
    pub fn finish(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

fn cell<'v>(value: &'v Value<'_>) -> Cow<'v, str> {
    match value {
        Value::Nothing => Cow::Borrowed(""),
        Value::Text(text) => shown(text),
        Value::Integer(number) => number.to_string().into(),
        Value::Real(number) => number.to_string().into(),
        Value::Truth(truth) => truth.to_string().into(),
        Value::Texts(texts) => shown(&texts.join("; ")).into_owned().into(),
        Value::Reals(numbers) => {
            let numbers: Vec<String> = numbers.iter().map(f64::to_string).collect();
            numbers.join("; ").into()
        }
    }
}

/// Text that a spreadsheet shows as it is.
///
/// One that begins like a formula gets an apostrophe before it: a spreadsheet would calculate what a document
/// says, which at best shows an error (`- Tăng cường …`) and at worst runs what somebody wrote for that purpose.
fn shown(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}").into()
    } else {
        text.into()
    }
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
        let expected = "\u{feff}a,b,c\r\n\"'=1+1\",\"\",\"x; y\"\r\n\"'- Tăng cường\",\"\",\"x; y\"\r\n\
                        \"một, \"\"hai\"\"\",\"\",\"x; y\"\r\n\"thường\",\"\",\"x; y\"\r\n";
        assert_eq!(String::from_utf8(written).unwrap(), expected);
    }
}
