//! `tomtat summarize` and `tomtat classify`.

use std::io::{BufWriter, Write};
use std::path::Path;

use anyhow::Result;

use super::exit::{DeviceLost, Exit};
use super::files::{self, NewFile};
use super::output::{self, Named};
use super::session::{self, Session};
use crate::batch::manifest::ResultCounts;
use crate::batch::{self, SourceOptions};
use crate::cli::{FormatName, Read};
use crate::pipeline::PipelineOptions;
use crate::record::{Failure, Record, Status};
use crate::render::{Format, Renderer, View};

pub(super) fn summarize(arguments: &Read) -> Result<Exit> {
    read(arguments, View::Summary)
}

pub(super) fn classify(arguments: &Read) -> Result<Exit> {
    read(arguments, View::Labels)
}

fn read(arguments: &Read, view: View) -> Result<Exit> {
    let mut options = session::options(&arguments.documents);
    // Paragraphs are shown to people by how they begin.
    options.with_text |=
        view == View::Labels && matches!(arguments.format, FormatName::Text | FormatName::Md);
    let output = &arguments.output;
    let format = output::format(arguments.format, view, output);
    if output::is_standard_output(output) {
        return write(arguments, options, format, output::stdout());
    }
    files::refuse_folder(output)?;
    keep_documents(arguments)?;
    files::make_folder_of(output)?;
    let file = NewFile::create(output)?;
    let named = Named::new(file.file(), output.display().to_string());
    let exit = write(arguments, options, format, named)?;
    // Nothing would take the place of what an earlier call wrote.
    if exit != Exit::NoInput {
        file.keep()?;
    }
    Ok(exit)
}

/// Refuses to write over one of the documents, or what a run wrote.
fn keep_documents(arguments: &Read) -> Result<()> {
    let output = &arguments.output;
    files::keep_results(output, [])?;
    // What is no pattern is said of each file.
    let folder = files::folder_of(output);
    let below = batch::documents_below(folder, &arguments.files, Path::new(""));
    let documents = below.unwrap_or_default().into_iter();
    let documents = documents.map(|place| folder.join(place));
    files::refuse_to_overwrite(output, arguments.files.iter().cloned().chain(documents))
}

/// Reads the documents and writes what comes of them, but for failures where people read it.
fn write(
    arguments: &Read,
    options: PipelineOptions,
    format: Format,
    to: impl Write,
) -> Result<Exit> {
    let session = Session::open(arguments.documents.threads, &arguments.model, options)?;
    let pipeline = session.pipeline()?;
    let mut renderer = Renderer::new(format, BufWriter::new(to));
    let mut tally = Tally::default();
    let inputs = batch::files(&arguments.files, &SourceOptions::default());
    let processed: Result<()> = batch::process(&pipeline, inputs, |records| {
        let (answers, all_answered) = DeviceLost::part(records);
        for record in answers {
            if let Some(line) = output::failure_line(&record) {
                output::line(&line);
            }
            tally.add_record(&record);
            let is_shown =
                record.status != Status::Failure || matches!(format, Format::Json | Format::Jsonl);
            if is_shown {
                renderer.write(&record)?;
            }
        }
        Ok(all_answered?)
    });
    renderer.finish()?;
    processed?;
    Ok(tally.exit())
}

/// How many documents went how.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    pub(super) documents: usize,
    pub(super) failed: usize,
    missing: usize,
}

impl Tally {
    pub(super) fn add_record(&mut self, record: &Record) {
        let error_code = record.error.as_ref().map(|error| error.code.as_str());
        self.add(record.status, error_code);
    }

    fn add(&mut self, status: Status, error_code: Option<&str>) {
        self.documents += 1;
        self.failed += usize::from(status == Status::Failure);
        self.missing += usize::from(error_code == Some(Failure::NOT_FOUND));
    }

    /// Counts a document, which failed for the reason given.
    pub(super) fn add_document(&mut self, failure: Option<&Failure>) {
        let status = failure.map_or(Status::Success, |_| Status::Failure);
        self.add(status, failure.map(|failure| failure.code.as_str()));
    }

    /// Those of all results of a run.
    pub(super) fn of_run(results: &ResultCounts) -> Self {
        let missing = results.failures.get(Failure::NOT_FOUND);
        Self {
            documents: results.records as usize,
            failed: results.failure as usize,
            missing: missing.map_or(0, |&count| count as usize),
        }
    }

    pub(super) fn exit(self) -> Exit {
        match self {
            Self { documents: 0, .. } => Exit::NoInput,
            Self { failed: 0, .. } => Exit::Done,
            Self {
                documents, missing, ..
            } if missing == documents => Exit::NoInput,
            Self { .. } => Exit::SomeFailed,
        }
    }
}
