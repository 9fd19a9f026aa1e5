//! `tomtat export`.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;

use anyhow::{Context, Result};

use super::exit::Exit;
use super::output::{self, NewFile};
use crate::cli::{self, Export};
use crate::record::Record;
use crate::render::table::{Table, TableFormat, TableWriter};
use crate::results::Results;
use crate::sources::Sources;

pub(super) fn export(arguments: &Export, quiet: bool) -> Result<Exit> {
    let folder = &arguments.output;
    output::make_folder(folder)?;
    let mut tables = Vec::new();
    for format in [TableFormat::Parquet, TableFormat::Csv] {
        if arguments
            .to
            .iter()
            .any(|&asked| TableFormat::from(asked) == format)
        {
            for table in [Table::Paragraphs, Table::Summaries] {
                tables.push(TableFile::new(table, format, folder)?);
            }
        }
    }
    let (mut documents, mut without_text) = (0, 0);
    for path in &arguments.results {
        let mut sources = Sources::new(&arguments.sources.folder, path);
        for record in Results::<Record>::open(path)? {
            let record = record?;
            documents += 1;
            let text = match &record.text {
                None if arguments.with_text => sources.text(&record),
                text => text.clone(),
            };
            // What the run could not read has no text to be had.
            let was_read = record.text_sha256.is_some();
            without_text += u64::from(arguments.with_text && was_read && text.is_none());
            for table in &mut tables {
                table.write(&record, text.as_deref())?;
            }
        }
    }
    for table in tables {
        table.finish()?;
    }
    if !quiet {
        output::line(&format!("{documents} documents: {}", folder.display()));
    }
    if without_text == 0 {
        return Ok(Exit::Done);
    }
    output::line(&format!(
        "the text of {without_text} of {documents} documents is not to be had: they are not where they were, or have \
         changed; see --root"
    ));
    Ok(Exit::SomeFailed)
}

/// A table on its way into a file.
struct TableFile {
    table: Table,
    writer: TableWriter<BufWriter<File>>,
    file: NewFile,
}

impl TableFile {
    fn new(table: Table, format: TableFormat, folder: &Path) -> Result<Self> {
        let name = format!("{}.{}", table.name(), format.suffix());
        let file = NewFile::create(&folder.join(name))?;
        let writer = TableWriter::new(table, format, BufWriter::new(file.file().try_clone()?))?;
        Ok(Self {
            table,
            writer,
            file,
        })
    }

    fn write(&mut self, record: &Record, text: Option<&str>) -> Result<()> {
        let rows = self
            .table
            .rows(record, text, &mut |row| self.writer.write(&row));
        rows.with_context(|| self.file.cannot_write())
    }

    fn finish(self) -> Result<()> {
        self.writer
            .finish()
            .with_context(|| self.file.cannot_write())?;
        self.file.keep()
    }
}

impl From<cli::TableFormat> for TableFormat {
    fn from(format: cli::TableFormat) -> Self {
        match format {
            cli::TableFormat::Parquet => Self::Parquet,
            cli::TableFormat::Csv => Self::Csv,
        }
    }
}
