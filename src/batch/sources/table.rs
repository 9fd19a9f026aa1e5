//! What are the rows of a table? JSONL archives and Parquet files → one input a row.

use std::io::{BufRead, BufReader};

use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::record::reader::RowIter;
use parquet::record::{Field, Row};
use parquet::schema::types::Type;
use serde_json::{Map, Value, json};

use super::visit::{Flow, Place, Visitor, corrupt, reading};
use crate::ingest::jsonl::{self, ArchiveError, ArchiveReader, ArchiveRecord, BlankLines, Columns};
use crate::ingest::{Narrowed, ReadError, Remedy, SourceFormat};
use crate::pipeline::{Content, Input};
use crate::record::{Failure, LINE_PREFIX, ROW_PREFIX, Source};

pub(super) fn is_parquet(head: &[u8]) -> bool {
    head.starts_with(b"PAR1")
}

/// Hands over the records of a JSONL archive. A row's own bytes are those of its line, in UTF-8.
pub(super) fn jsonl(visitor: &mut Visitor<'_>, place: &Place, stream: impl BufRead) -> Flow {
    match Narrowed::new(stream) {
        Ok(stream) => lines(visitor, place, BufReader::new(stream)),
        Err(stream) => lines(visitor, place, stream),
    }
}

fn lines(visitor: &mut Visitor<'_>, place: &Place, mut stream: impl BufRead) -> Flow {
    let options = visitor.options;
    // Who counts lines has an answer for each, and for none if there is none.
    let counts_lines = options.blank_lines == BlankLines::Records;
    if !counts_lines && stream.fill_buf().is_ok_and(jsonl::is_spread) {
        let json = ReadError::UnsupportedFormat("JSON", Remedy::WriteRecords);
        return visitor.fail(place, json.into());
    }
    let mut is_empty = !counts_lines;
    let mut reader = ArchiveReader::new(stream, options.columns.clone(), options.blank_lines);
    while let Some(record) = reader.next() {
        let (number, bytes) = match &record {
            Ok(ArchiveRecord { line, .. }) | Err(ArchiveError::Record { line, .. }) => {
                (*line, Some(reader.line_bytes()))
            }
            // What was had of the line where the table breaks off is no row to be known by.
            Err(ArchiveError::Io { line, .. }) => (*line, None),
        };
        let source = source(place, &format!("{LINE_PREFIX}{number}"), bytes);
        visitor.send(row(source, record))?;
        is_empty = false;
    }
    if is_empty {
        return visitor.fail(place, ReadError::Empty.into());
    }
    Flow::Continue(())
}

/// The input that a record is; failures keep its place.
fn row(source: Source, record: Result<ArchiveRecord, ArchiveError>) -> Input {
    let (id, content) = match record {
        Ok(record) => (record.id, Ok(Content::Document(Box::new(record.document)))),
        Err(ArchiveError::Record { id, source, .. }) => (id, Err(source.into())),
        Err(ArchiveError::Io { line, source }) => {
            (format!("{LINE_PREFIX}{line}"), Err(reading(&source)))
        }
    };
    Input {
        id,
        source,
        content,
    }
}

fn source(place: &Place, row: &str, bytes: Option<&[u8]>) -> Source {
    let mut source = Source {
        path: place.member(row).path,
        ..Source::default()
    };
    if let Some(bytes) = bytes {
        source.describe(bytes);
    }
    source
}

/// Hands over the rows of a Parquet file.
///
/// A row's own bytes are those of the JSONL record that says the same, so that the table may be packed or
/// sorted otherwise without a row becoming another.
pub(super) fn parquet<R: ChunkReader + 'static>(
    visitor: &mut Visitor<'_>,
    place: &Place,
    file: R,
) -> Flow {
    let columns = visitor.options.columns.clone();
    let rows = match open(file, &columns) {
        Ok(rows) => rows,
        Err(failure) => return visitor.fail(place, failure),
    };
    let mut is_empty = true;
    for (row, number) in rows.zip(1_u64..) {
        is_empty = false;
        let name = format!("{ROW_PREFIX}{number}");
        let row = match row {
            Ok(row) => row,
            // Of a damaged page, the rest of the table cannot be had either.
            Err(error) => return visitor.fail(&place.member(&name), parquet_failure(&error)),
        };
        visitor.send(parquet_row(place, &name, number, &row, &columns))?;
    }
    if is_empty {
        return visitor.fail(place, ReadError::Empty.into());
    }
    Flow::Continue(())
}

/// The rows of a table, of which only the columns that matter are read.
fn open<R: ChunkReader + 'static>(file: R, columns: &Columns) -> Result<RowIter<'static>, Failure> {
    let reader = SerializedFileReader::new(file).map_err(|error| parquet_failure(&error))?;
    let schema = reader.metadata().file_metadata().schema().clone();
    let fields = schema.get_fields();
    let texts = columns.text_names();
    if !fields.iter().any(|field| texts.contains(&field.name())) {
        let names: Vec<_> = fields.iter().map(|field| field.name()).collect();
        let message = format!(
            "the table has no column of texts; name one with --text-column (it has {})",
            names.join(", ")
        );
        return Err(Failure::new("unsupported_format", &message));
    }
    let names = [columns.id_names(), columns.title_names(), texts].concat();
    let wanted = fields.iter().filter(|field| names.contains(&field.name()));
    let projection = Type::group_type_builder(schema.name())
        .with_fields(wanted.cloned().collect())
        .build();
    let rows = projection
        .and_then(|projection| RowIter::from_file_into(Box::new(reader)).project(Some(projection)));
    rows.map_err(|error| parquet_failure(&error))
}

fn parquet_row(place: &Place, name: &str, number: u64, row: &Row, columns: &Columns) -> Input {
    let cell = |names: Vec<&str>, value: fn(&Field) -> Value| {
        let named = |name| row.get_column_iter().find(|(column, _)| *column == name);
        let found = names.into_iter().filter_map(named);
        jsonl::telling(found.map(|(_, field)| value(field)))
    };
    // What a row without an id is called is its place, and no part of what it says.
    let id = cell(columns.id_names(), id_value).filter(is_name);
    let is_named = id.is_some();
    let mut record = Map::new();
    record.insert("id".to_owned(), json!(id));
    record.insert(
        "title".to_owned(),
        json!(cell(columns.title_names(), json_value)),
    );
    record.insert(
        "text".to_owned(),
        json!(cell(columns.text_names(), json_value)),
    );
    let bytes = Value::Object(record).to_string().into_bytes();
    let source = source(place, name, Some(&bytes));
    let mut record = jsonl::read_record(&bytes, number, &Columns::default());
    if let Ok(record) = &mut record {
        record.document.format = SourceFormat::Parquet;
    }
    let mut input = self::row(source, record);
    if !is_named {
        name.clone_into(&mut input.id);
    }
    input
}

/// Whether a document can be called by a value.
fn is_name(id: &Value) -> bool {
    match id {
        Value::String(id) => !id.trim().is_empty(),
        id => id.is_number(),
    }
}

/// An id as JSON: fractions, dates and times as text.
fn id_value(field: &Field) -> Value {
    match field {
        // What tables have where a number is missing.
        Field::Float(number) if number.is_nan() => Value::Null,
        Field::Double(number) if number.is_nan() => Value::Null,
        Field::Float(_)
        | Field::Double(_)
        | Field::Decimal(_)
        | Field::Date(_)
        | Field::TimestampMillis(_)
        | Field::TimestampMicros(_) => json!(field.to_string()),
        field => json_value(field),
    }
}

fn json_value(field: &Field) -> Value {
    match field {
        Field::Str(text) => json!(text),
        Field::Bytes(bytes) => json!(String::from_utf8_lossy(bytes.data())),
        Field::Byte(number) => json!(number),
        Field::Short(number) => json!(number),
        Field::Int(number) => json!(number),
        Field::Long(number) => json!(number),
        Field::UByte(number) => json!(number),
        Field::UShort(number) => json!(number),
        Field::UInt(number) => json!(number),
        Field::ULong(number) => json!(number),
        Field::ListInternal(list) => list.elements().iter().map(json_value).collect(),
        _ => Value::Null,
    }
}

fn parquet_failure(error: &parquet::errors::ParquetError) -> Failure {
    let message = error.to_string();
    if message.contains("feature")
        || message.contains("not supported")
        || message.contains("ot yet implemented")
    {
        let message = format!("{message}; write the table with Snappy or without compression");
        return Failure::new("unsupported_format", &message);
    }
    corrupt(&format!("Parquet: {message}"))
}
