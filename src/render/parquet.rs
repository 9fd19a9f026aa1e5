//! Parquet, without Arrow: columns of a few kinds, some thousand rows at a time.

use std::fs::File;
use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::{Compression, ConvertedType, LogicalType, Repetition, Type as PhysicalType};
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::types::{Type, TypePtr};

use super::table::{Column, Kind, Value};

/// Rows that are written together, so that a column of them is one piece of the file: as many as a reader
/// takes in at once, and with their texts a few megabytes.
const ROWS: usize = 16_384;
const TEXT_BYTES: usize = 32 << 20;

/// What files say of who wrote them, before its version.
const PROGRAM: &str = "tomtat ";

/// Writes rows as Parquet. Fails where its output does.
pub struct ParquetWriter<W: Write + Send> {
    columns: Vec<Cells>,
    rows: usize,
    text_bytes: usize,
    file: SerializedFileWriter<W>,
}

impl<W: Write + Send> ParquetWriter<W> {
    /// Starts a file.
    pub fn new(columns: &[Column], output: W) -> io::Result<Self> {
        let properties = WriterProperties::builder()
            .set_compression(Compression::SNAPPY)
            .set_created_by(format!("{PROGRAM}{}", env!("CARGO_PKG_VERSION")));
        let schema = schema(columns).map_err(io_error)?;
        let file = SerializedFileWriter::new(output, schema, Arc::new(properties.build()));
        Ok(Self {
            columns: columns.iter().map(|(_, kind)| Cells::new(*kind)).collect(),
            rows: 0,
            text_bytes: 0,
            file: file.map_err(io_error)?,
        })
    }

    /// Writes one row, or holds it back until there are more.
    pub fn write(&mut self, row: &[Value<'_>]) -> io::Result<()> {
        for (cells, value) in self.columns.iter_mut().zip(row) {
            cells.push(value);
            if let Value::Text(text) = value {
                self.text_bytes += text.len();
            }
        }
        self.rows += 1;
        if self.rows >= ROWS || self.text_bytes >= TEXT_BYTES {
            self.flush().map_err(io_error)?;
        }
        Ok(())
    }

    /// Writes what is held back, and what closes the file.
    pub fn finish(mut self) -> io::Result<()> {
        self.flush().map_err(io_error)?;
        self.file.finish().map_err(io_error)?;
        Ok(())
    }

    fn flush(&mut self) -> Result<(), ParquetError> {
        if self.rows == 0 {
            return Ok(());
        }
        let mut group = self.file.next_row_group()?;
        for cells in &mut self.columns {
            let Some(mut column) = group.next_column()? else {
                break;
            };
            cells.write(&mut column)?;
            column.close()?;
            *cells = Cells::new(cells.kind);
        }
        group.close()?;
        (self.rows, self.text_bytes) = (0, 0);
        Ok(())
    }
}

/// Whether a file is Parquet that this program wrote, in whatever version.
pub(super) fn is_table(file: File) -> bool {
    let reader = SerializedFileReader::new(file).ok();
    reader.is_some_and(|reader| {
        let writer = reader.metadata().file_metadata().created_by();
        writer.is_some_and(|writer| writer.starts_with(PROGRAM))
    })
}

/// What an error of the file below was, or what the library says.
fn io_error(error: ParquetError) -> io::Error {
    match error {
        ParquetError::External(cause) => match cause.downcast::<io::Error>() {
            Ok(error) => *error,
            Err(cause) => io::Error::other(cause),
        },
        error => io::Error::other(error),
    }
}

fn schema(columns: &[Column]) -> Result<TypePtr, ParquetError> {
    let fields: Result<Vec<TypePtr>, ParquetError> = columns
        .iter()
        .map(|(name, kind)| field(name, *kind).map(Arc::new))
        .collect();
    let root = Type::group_type_builder("schema")
        .with_fields(fields?)
        .build()?;
    Ok(Arc::new(root))
}

fn field(name: &str, kind: Kind) -> Result<Type, ParquetError> {
    let (required, optional) = (Repetition::REQUIRED, Repetition::OPTIONAL);
    match kind {
        Kind::Text => text(name, required),
        Kind::MaybeText => text(name, optional),
        Kind::Integer => plain(name, PhysicalType::INT64, required),
        Kind::MaybeInteger => plain(name, PhysicalType::INT64, optional),
        Kind::Real => plain(name, PhysicalType::DOUBLE, required),
        Kind::Truth => plain(name, PhysicalType::BOOLEAN, required),
        Kind::Texts => list(name, text("element", required)?),
        Kind::Reals => list(name, plain("element", PhysicalType::DOUBLE, required)?),
    }
}

fn plain(name: &str, physical: PhysicalType, repetition: Repetition) -> Result<Type, ParquetError> {
    Type::primitive_type_builder(name, physical)
        .with_repetition(repetition)
        .build()
}

fn text(name: &str, repetition: Repetition) -> Result<Type, ParquetError> {
    Type::primitive_type_builder(name, PhysicalType::BYTE_ARRAY)
        .with_repetition(repetition)
        .with_logical_type(Some(LogicalType::String))
        .with_converted_type(ConvertedType::UTF8)
        .build()
}

/// A list in the three levels that the format's specification asks for.
fn list(name: &str, element: Type) -> Result<Type, ParquetError> {
    let repeated = Type::group_type_builder("list")
        .with_repetition(Repetition::REPEATED)
        .with_fields(vec![Arc::new(element)])
        .build()?;
    Type::group_type_builder(name)
        .with_repetition(Repetition::REQUIRED)
        .with_logical_type(Some(LogicalType::List))
        .with_converted_type(ConvertedType::LIST)
        .with_fields(vec![Arc::new(repeated)])
        .build()
}

/// The cells of a column that are held back: its values, and where there are none or several.
#[derive(Debug)]
struct Cells {
    kind: Kind,
    values: Values,
    /// 0 where a cell is missing or a list empty, else 1; empty for columns that are always there.
    definitions: Vec<i16>,
    /// 0 where a row starts, 1 where a list goes on; empty for columns without lists.
    repetitions: Vec<i16>,
}

#[derive(Debug)]
enum Values {
    Texts(Vec<ByteArray>),
    Integers(Vec<i64>),
    Reals(Vec<f64>),
    Truths(Vec<bool>),
}

impl Cells {
    fn new(kind: Kind) -> Self {
        let values = match kind {
            Kind::Text | Kind::MaybeText | Kind::Texts => Values::Texts(Vec::new()),
            Kind::Integer | Kind::MaybeInteger => Values::Integers(Vec::new()),
            Kind::Real | Kind::Reals => Values::Reals(Vec::new()),
            Kind::Truth => Values::Truths(Vec::new()),
        };
        Self {
            kind,
            values,
            definitions: Vec::new(),
            repetitions: Vec::new(),
        }
    }

    fn push(&mut self, value: &Value<'_>) {
        let count = match (&mut self.values, value) {
            (Values::Texts(values), Value::Text(text)) => {
                values.push(ByteArray::from(text.as_bytes().to_vec()));
                1
            }
            (Values::Integers(values), Value::Integer(number)) => {
                values.push(*number);
                1
            }
            (Values::Reals(values), Value::Real(number)) => {
                values.push(*number);
                1
            }
            (Values::Truths(values), Value::Truth(truth)) => {
                values.push(*truth);
                1
            }
            (Values::Texts(values), Value::Texts(texts)) => {
                values.extend(
                    texts
                        .iter()
                        .map(|text| ByteArray::from(text.as_bytes().to_vec())),
                );
                texts.len()
            }
            (Values::Reals(values), Value::Reals(numbers)) => {
                values.extend(numbers);
                numbers.len()
            }
            (_, Value::Nothing) => 0,
            (_, value) => {
                debug_assert!(false, "{value:?} in a column of {:?}", self.kind);
                0
            }
        };
        self.push_levels(count);
    }

    fn push_levels(&mut self, count: usize) {
        match self.kind {
            Kind::MaybeText | Kind::MaybeInteger => self.definitions.push(i16::from(count > 0)),
            Kind::Texts | Kind::Reals => {
                self.definitions.push(i16::from(count > 0));
                self.repetitions.push(0);
                for _ in 1..count {
                    self.definitions.push(1);
                    self.repetitions.push(1);
                }
            }
            Kind::Text | Kind::Integer | Kind::Real | Kind::Truth => {}
        }
    }

    fn write(&self, column: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        fn levels(levels: &[i16]) -> Option<&[i16]> {
            (!levels.is_empty()).then_some(levels)
        }
        let (defined, repeated) = (levels(&self.definitions), levels(&self.repetitions));
        match &self.values {
            Values::Texts(values) => column
                .typed::<ByteArrayType>()
                .write_batch(values, defined, repeated)?,
            Values::Integers(values) => column
                .typed::<Int64Type>()
                .write_batch(values, defined, repeated)?,
            Values::Reals(values) => column
                .typed::<DoubleType>()
                .write_batch(values, defined, repeated)?,
            Values::Truths(values) => column
                .typed::<BoolType>()
                .write_batch(values, defined, repeated)?,
        };
        Ok(())
    }
}

impl<W: Write + Send> std::fmt::Debug for ParquetWriter<W> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("ParquetWriter")
            .field("rows", &self.rows)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_of_the_file_below_stays_what_it_was() {
        let full = io::Error::from(io::ErrorKind::StorageFull);
        let error = io_error(ParquetError::from(full));
        assert_eq!(error.kind(), io::ErrorKind::StorageFull);
    }
}
