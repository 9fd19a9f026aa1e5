//! Records as rows of three tables: their paragraphs, the sentences that they quote, and why documents were not read.

use std::borrow::Cow;
use std::fs::File;
use std::io::{self, Write};

use super::csv::{self, CsvWriter};
use super::parquet::{self, ParquetWriter};
use crate::record::{Failure, ParagraphRecord, Place, Quotation, Record, Status};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Text that is always there.
    Text,
    /// Text that may be missing.
    MaybeText,
    /// A whole number.
    Integer,
    /// A whole number that may be missing.
    MaybeInteger,
    /// A number.
    Real,
    /// Yes or no.
    Truth,
    /// Several texts.
    Texts,
    /// Several numbers.
    Reals,
}

/// One cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// Of a column that may be missing.
    Nothing,
    /// Of a text column.
    Text(Cow<'a, str>),
    /// Of an integer column.
    Integer(i64),
    /// Of a number column.
    Real(f64),
    /// Of a yes-or-no column.
    Truth(bool),
    /// Of a column of several texts.
    Texts(Vec<&'a str>),
    /// Of a column of several numbers.
    Reals(Vec<f64>),
}

/// A column's name and what it holds.
pub type Column = (&'static str, Kind);

/// One of the three tables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Table {
    /// A row for every paragraph, with its labels.
    Paragraphs,
    /// A row for every sentence quoted: those of the summary, and those of each label.
    Summaries,
    /// A row for every document that was not read, wholly or in part.
    Failures,
}

/// Which document a row is of.
const DOCUMENT: [Column; 2] = [("document", Kind::Text), ("source", Kind::Text)];

/// What that says of itself, in the tables of what was read.
const LETTER: [Column; 4] = [
    ("title", Kind::MaybeText),
    ("number", Kind::MaybeText),
    ("date", Kind::MaybeText),
    ("issuer", Kind::MaybeText),
];

const PLACE: [Column; 5] = [
    ("page", Kind::MaybeInteger),
    ("start_char", Kind::Integer),
    ("end_char", Kind::Integer),
    ("start_byte", Kind::Integer),
    ("end_byte", Kind::Integer),
];

impl Table {
    /// The name of its file, without suffix.
    pub fn name(self) -> &'static str {
        match self {
            Self::Paragraphs => "paragraphs",
            Self::Summaries => "summaries",
            Self::Failures => "failures",
        }
    }

    /// Its columns, in order.
    pub fn columns(self) -> Vec<Column> {
        let mut columns = DOCUMENT.to_vec();
        match self {
            Self::Failures => columns.extend([
                ("status", Kind::Text),
                ("code", Kind::Text),
                ("message", Kind::Text),
            ]),
            Self::Paragraphs => {
                columns.extend(LETTER);
                columns.extend([
                    ("paragraph", Kind::Integer),
                    ("kind", Kind::Text),
                    ("furniture", Kind::Truth),
                ]);
                columns.extend(PLACE);
                columns.extend([
                    ("labels", Kind::Texts),
                    ("scores", Kind::Reals),
                    ("abstained", Kind::Truth),
                    ("text", Kind::MaybeText),
                ]);
            }
            Self::Summaries => {
                columns.extend(LETTER);
                columns.extend([
                    ("section", Kind::Text),
                    ("paragraph", Kind::Integer),
                    ("sentence", Kind::Integer),
                ]);
                columns.extend(PLACE);
                columns.extend([
                    ("text", Kind::Text),
                    ("score", Kind::Real),
                    ("labels", Kind::Texts),
                ]);
            }
        }
        columns
    }

    /// The rows of a record, one after another; `text` is its text, where it is known.
    ///
    /// # Errors
    ///
    /// What `sink` reports.
    pub fn rows<'a>(
        self,
        record: &'a Record,
        text: Option<&'a str>,
        sink: &mut dyn FnMut(Vec<Value<'a>>) -> io::Result<()>,
    ) -> io::Result<()> {
        match self {
            Self::Paragraphs => {
                for paragraph in &record.paragraphs {
                    sink(paragraph_row(record, paragraph, text))?;
                }
            }
            Self::Summaries => {
                for quotation in &record.summary.sentences {
                    sink(quotation_row(record, "summary", quotation))?;
                }
                for (label, quotations) in &record.by_label {
                    for quotation in quotations {
                        sink(quotation_row(record, label, quotation))?;
                    }
                }
            }
            Self::Failures => {
                if let (Status::Failure | Status::PartialSuccess, Some(failure)) =
                    (record.status, &record.error)
                {
                    sink(failure_row(record, failure))?;
                }
            }
        }
        Ok(())
    }
}

fn paragraph_row<'a>(
    record: &'a Record,
    paragraph: &'a ParagraphRecord,
    text: Option<&'a str>,
) -> Vec<Value<'a>> {
    let place = paragraph.place;
    let text = text.and_then(|text| text.get(place.start_byte..place.end_byte));
    let [labels, _] = paragraph.holding_and_others();
    let mut row = document(record).to_vec();
    row.extend(letter(record));
    row.extend([
        number(paragraph.index),
        Value::Text(paragraph.kind.name().into()),
        Value::Truth(paragraph.furniture),
    ]);
    row.extend(place_of(paragraph.page, place));
    row.extend([
        Value::Texts(labels.iter().map(|label| label.label.as_str()).collect()),
        Value::Reals(labels.iter().map(|label| label.score).collect()),
        Value::Truth(paragraph.abstained),
        maybe(text),
    ]);
    row
}

fn quotation_row<'a>(
    record: &'a Record,
    section: &'a str,
    quotation: &'a Quotation,
) -> Vec<Value<'a>> {
    let paragraph = record.paragraphs.get(quotation.paragraph);
    let mut row = document(record).to_vec();
    row.extend(letter(record));
    row.extend([
        Value::Text(section.into()),
        number(quotation.paragraph),
        number(quotation.sentence),
    ]);
    row.extend(place_of(paragraph.and_then(|it| it.page), quotation.place));
    row.extend([
        Value::Text(quotation.text.as_str().into()),
        Value::Real(quotation.score),
        Value::Texts(quotation.labels.iter().map(String::as_str).collect()),
    ]);
    row
}

fn failure_row<'a>(record: &'a Record, failure: &'a Failure) -> Vec<Value<'a>> {
    let mut row = document(record).to_vec();
    row.extend([
        Value::Text(record.status.name().into()),
        Value::Text(failure.code.as_str().into()),
        Value::Text(failure.message.as_str().into()),
    ]);
    row
}

fn document(record: &Record) -> [Value<'_>; 2] {
    [
        Value::Text(record.id.as_str().into()),
        Value::Text(record.source.path.as_str().into()),
    ]
}

fn letter(record: &Record) -> [Value<'_>; 4] {
    let official = record.official.as_ref();
    [
        maybe(record.title.as_deref()),
        maybe(official.and_then(|it| it.number.as_deref())),
        maybe(official.and_then(|it| it.date.as_deref())),
        maybe(official.and_then(|it| it.issuer.as_deref())),
    ]
}

fn place_of(page: Option<u32>, place: Place) -> [Value<'static>; 5] {
    [
        page.map_or(Value::Nothing, |page| Value::Integer(page.into())),
        integer(place.start_char),
        integer(place.end_char),
        integer(place.start_byte),
        integer(place.end_byte),
    ]
}

fn maybe(text: Option<&str>) -> Value<'_> {
    text.map_or(Value::Nothing, |text| Value::Text(text.into()))
}

/// A paragraph or sentence as people count it, and as the other outputs for people show it.
fn number(index: usize) -> Value<'static> {
    integer(index.saturating_add(1))
}

fn integer(number: usize) -> Value<'static> {
    Value::Integer(i64::try_from(number).unwrap_or(i64::MAX))
}

/// How a table is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// For databases and data frames.
    Parquet,
    /// For spreadsheets.
    Csv,
}

impl TableFormat {
    /// The suffix of its files.
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Parquet => "parquet",
            Self::Csv => "csv",
        }
    }

    /// Whether a file is such a table as is written in this format, and nothing of somebody else's.
    ///
    /// # Errors
    ///
    /// If it cannot be read.
    pub fn is_table(self, table: Table, file: File) -> io::Result<bool> {
        match self {
            Self::Parquet => Ok(parquet::is_table(file)),
            Self::Csv => csv::is_table(&table.columns(), file),
        }
    }
}

/// Writes one table in one format. Fails where its output does.
pub enum TableWriter<W: Write + Send> {
    /// As Parquet.
    Parquet(Box<ParquetWriter<W>>),
    /// As CSV.
    Csv(CsvWriter<W>),
}

impl<W: Write + Send> TableWriter<W> {
    /// Starts a table.
    pub fn new(table: Table, format: TableFormat, output: W) -> io::Result<Self> {
        let columns = table.columns();
        Ok(match format {
            TableFormat::Parquet => Self::Parquet(Box::new(ParquetWriter::new(&columns, output)?)),
            TableFormat::Csv => Self::Csv(CsvWriter::new(&columns, output)?),
        })
    }

    /// Writes one row: a value for every column.
    pub fn write(&mut self, row: &[Value<'_>]) -> io::Result<()> {
        match self {
            Self::Parquet(writer) => writer.write(row),
            Self::Csv(writer) => writer.write(row),
        }
    }

    /// Writes what closes the table.
    pub fn finish(self) -> io::Result<()> {
        match self {
            Self::Parquet(writer) => writer.finish(),
            Self::Csv(writer) => writer.finish(),
        }
    }
}

impl<W: Write + Send> std::fmt::Debug for TableWriter<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("TableWriter")
            .finish_non_exhaustive()
    }
}
