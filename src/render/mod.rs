//! How is a record shown? [`Record`] → bytes.
//!
//! One file a format; none of them decides anything about the content.

mod csv;
mod json;
mod language;
mod markdown;
mod parquet;
pub mod table;
mod terms;
mod text;
mod wrap;

use std::io::{self, Write};

use crate::record::Record;

pub use language::InterfaceLanguage;
pub use text::{TextOptions, View};

/// How much of a paragraph is shown beside its labels: enough to recognise it, on two lines.
const OPENING_CHARS: usize = 150;

/// A name or a text from outside on one line: nothing in it breaks the line or steers a terminal.
pub fn one_line(text: &str) -> String {
    text.replace('\t', " ")
        .replace(char::is_control, "\u{fffd}")
}

/// How records are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// For reading on a screen.
    Text(TextOptions),
    /// Markdown, for pasting into a document.
    Markdown(View),
    /// A JSON array, indented.
    Json,
    /// One JSON object a line.
    Jsonl,
}

/// Writes records one after another, and what has to stand around them. Fails where its output does.
#[derive(Debug)]
pub struct Renderer<W> {
    format: Format,
    output: W,
    written: usize,
}

impl<W: Write> Renderer<W> {
    /// Writes to `output` in `format`.
    pub fn new(format: Format, output: W) -> Self {
        Self {
            format,
            output,
            written: 0,
        }
    }

    /// Writes one record.
    pub fn write(&mut self, record: &Record) -> io::Result<()> {
        let is_first = self.written == 0;
        self.written += 1;
        match self.format {
            Format::Text(options) => {
                if !is_first {
                    writeln!(self.output)?;
                }
                text::write(record, options, &mut self.output)
            }
            Format::Markdown(view) => {
                if !is_first {
                    writeln!(self.output)?;
                }
                markdown::write(record, view, &mut self.output)
            }
            Format::Json => {
                self.output
                    .write_all(if is_first { b"[\n" } else { b",\n" })?;
                json::write_indented(record, &mut self.output)
            }
            Format::Jsonl => json::write_line(record, &mut self.output),
        }
    }

    /// Writes what closes the output.
    pub fn finish(mut self) -> io::Result<()> {
        if self.format == Format::Json {
            self.output
                .write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
        }
        self.output.flush()
    }
}
