//! `tomtat export`.

use std::borrow::Cow;
use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::exit::Exit;
use super::files::{self, NewFile, Replaced};
use super::output::{self, Talk};
use crate::cli::{self, Export};
use crate::record::Record;
use crate::render::table::{Table, TableFormat, TableWriter};
use crate::results::{Documents, Results};
use crate::sources::{Missing, Sources};

pub(super) fn export(arguments: &Export, talk: Talk) -> Result<Exit> {
    let folder = &arguments.output;
    let mut tables = tables(arguments)?;
    let written = write(arguments, &mut tables)?;
    // None is there until all are whole.
    let whole: Vec<NewFile> = tables
        .into_iter()
        .map(TableFile::finish)
        .collect::<Result<_>>()?;
    for file in whole {
        file.keep()?;
    }
    talk.line(&format!(
        "{}: {}",
        output::documents(written.documents),
        folder.display()
    ));
    output::warn_of_doubtful(&arguments.results)?;
    if written.without_text == 0 {
        return Ok(Exit::Done);
    }
    written.tell_of_missing_text();
    Ok(Exit::SomeFailed)
}

/// What was written into tables.
#[derive(Default)]
struct Written {
    documents: Documents,
    /// How many of them were read, and have no text though it was asked for.
    without_text: u64,
    missing: Missing,
}

/// Writes all records into all tables.
fn write(arguments: &Export, tables: &mut [TableFile]) -> Result<Written> {
    let mut written = Written::default();
    let replaced = Replaced::by(tables.iter().map(|table| table.path.as_path()));
    for path in &arguments.results {
        let mut sources = Sources::new(&arguments.sources.folder, path);
        for record in Results::<Record>::open(path)? {
            let record = record?;
            replaced.refuse(sources.files(&record))?;
            written.documents.add(record.status);
            let text = match &record.text {
                None if arguments.with_text => sources.text(&record),
                text => text.as_deref().map(Cow::Borrowed),
            };
            let is_wanting = arguments.with_text && record.was_read() && text.is_none();
            written.without_text += u64::from(is_wanting);
            for table in &mut *tables {
                table.write(&record, text.as_deref())?;
            }
        }
        written.missing += sources.missing();
    }
    Ok(written)
}

impl Written {
    /// Says how many texts are not to be had, and what may help.
    fn tell_of_missing_text(&self) {
        let remedy = output::remedy(self.missing).map(|remedy| format!("; {remedy}"));
        output::line(&format!(
            "the text of {} of {} is not to be had: they are not where they were, have changed, or cannot be read{}",
            self.without_text,
            output::counted(self.documents.read as u64, "document"),
            remedy.unwrap_or_default()
        ));
    }
}

const TABLES: [Table; 3] = [Table::Paragraphs, Table::Summaries, Table::Failures];

/// The names of the tables of a format within the output folder.
pub(super) fn file_names(format: cli::TableFormat) -> [String; 3] {
    TABLES.map(|table| file_name(table, format.into()))
}

fn file_name(table: Table, format: TableFormat) -> String {
    format!("{}.{}", table.name(), format.suffix())
}

/// The tables that were asked for, in files of the output folder. None is written over results, or over what is no such table.
fn tables(arguments: &Export) -> Result<Vec<TableFile>> {
    let folder = &arguments.output;
    files::make_folder(folder)?;
    let mut tables = Vec::new();
    for format in [TableFormat::Parquet, TableFormat::Csv] {
        let mut asked = arguments.to.iter().copied().map(TableFormat::from);
        if !asked.any(|asked| asked == format) {
            continue;
        }
        for table in TABLES {
            let path = folder.join(file_name(table, format));
            files::keep_results(&path, &arguments.results)?;
            keep_others(&path, table, format)?;
            tables.push(TableFile::new(table, format, path)?);
        }
    }
    Ok(tables)
}

/// Refuses to write a table over anything but an earlier one or nothing at all: it may be somebody's own.
fn keep_others(path: &Path, table: Table, format: TableFormat) -> Result<()> {
    if !fs::metadata(path).is_ok_and(|found| found.is_file() && found.len() > 0) {
        return Ok(());
    }
    let is_table = File::open(path).and_then(|file| format.is_table(table, file));
    ensure!(
        is_table.with_context(|| format!("cannot read {}", path.display()))?,
        "{} is no table of `tomtat export`, and would be written over; name another folder with -o, or remove it",
        path.display()
    );
    Ok(())
}

/// A table on its way into a file.
struct TableFile {
    table: Table,
    path: PathBuf,
    writer: TableWriter<BufWriter<File>>,
    file: NewFile,
}

impl TableFile {
    fn new(table: Table, format: TableFormat, path: PathBuf) -> Result<Self> {
        let file = NewFile::create(&path)?;
        let writer = TableWriter::new(table, format, BufWriter::new(file.file().try_clone()?))?;
        Ok(Self {
            table,
            path,
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

    fn finish(self) -> Result<NewFile> {
        let finished = self.writer.finish();
        finished.with_context(|| self.file.cannot_write())?;
        Ok(self.file)
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
