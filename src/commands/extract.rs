//! `tomtat extract`: what ingest sees, for people and for scoring.

mod place;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use serde_json::json;

use super::exit::Exit;
use super::files;
use super::output::{self, StandardOutput};
use super::read::Tally;
use super::{archive, session};
use crate::batch::{self, SourceOptions};
use crate::cli::{Extract, ExtractFormat};
use crate::ingest::{RawDocument, ReadOptions};
use crate::pipeline::Input;
use crate::record::{Failure, Source};
use place::Places;

pub(super) fn extract(arguments: &Extract) -> Result<Exit> {
    let output = arguments.output.as_deref();
    let mut documents = BTreeSet::new();
    if let Some(folder) = output {
        files::make_folder(folder)?;
        documents = documents_there(&arguments.files, folder)?;
    }
    let options = session::read_options(arguments.text);
    let inputs = batch::discover(
        &arguments.files,
        output.unwrap_or(Path::new("")),
        &SourceOptions::default(),
    )?;
    let mut destination = Destination::new(arguments, documents);
    let mut tally = Tally::default();
    let mut inputs = inputs.peekable();
    while inputs.peek().is_some() {
        let wave = batch::next_wave(&mut inputs);
        let read: Vec<_> = wave
            .into_par_iter()
            .map(|input| read(input, &options))
            .collect();
        for (id, source, document) in read {
            let written = match document {
                Ok(document) => destination.write(&id, &source, &document)?,
                Err(failure) => Err(failure),
            };
            if let Err(failure) = &written {
                output::line(&output::complaint(&id, &source.path, failure));
            }
            tally.add_document(written.err().as_ref());
        }
    }
    destination.finish()?;
    if tally.documents == 0 {
        output::line(&archive::nothing_in(&arguments.files));
    }
    Ok(tally.exit())
}

/// The documents in and below the folder that texts go to, by their paths in it, which none may be written over.
///
/// Refuses a folder that documents are read from.
fn documents_there(files: &[PathBuf], folder: &Path) -> Result<BTreeSet<PathBuf>> {
    let is_direct = |path: &PathBuf| path.components().count() == 1;
    ensure!(
        !batch::documents_below(folder, files, folder)?
            .iter()
            .any(is_direct),
        "{} is where the documents lie; name another folder with -o, so that no text is written over one of them",
        folder.display()
    );
    // A folder among the documents is passed over, but who knows whether earlier texts or more documents lie in it.
    Ok(batch::documents_below(folder, files, Path::new(""))?)
}

fn read(input: Input, options: &ReadOptions) -> (String, Source, Result<RawDocument, Failure>) {
    let Input {
        id,
        source,
        content,
    } = input;
    let document = content.and_then(|content| Ok(content.read(&source.path, options)?));
    (id, source, document)
}

/// Where texts go: one file each in a folder, or one after another to standard output.
struct Destination<'a> {
    folder: Option<&'a Path>,
    format: ExtractFormat,
    stdout: BufWriter<StandardOutput>,
    /// Whether nothing was written yet.
    is_first: bool,
    places: Places,
    /// The documents in and below that folder.
    documents: BTreeSet<PathBuf>,
}

impl<'a> Destination<'a> {
    fn new(arguments: &'a Extract, documents: BTreeSet<PathBuf>) -> Self {
        let suffix = match arguments.format {
            ExtractFormat::Text => "txt",
            ExtractFormat::Json => "json",
        };
        Self {
            folder: arguments.output.as_deref(),
            format: arguments.format,
            stdout: BufWriter::new(output::stdout()),
            is_first: true,
            places: Places::new(batch::shared_folder(&arguments.files), suffix),
            documents,
        }
    }

    fn write(
        &mut self,
        id: &str,
        source: &Source,
        document: &RawDocument,
    ) -> Result<Result<(), Failure>> {
        let path = &source.path;
        let Some(folder) = self.folder else {
            if self.format == ExtractFormat::Text && !self.is_first {
                self.stdout.write_all(b"\n")?;
            }
            self.is_first = false;
            write_document(&mut self.stdout, self.format, path, document)?;
            return Ok(Ok(()));
        };
        let place = self.places.next(id, source);
        let mut text = Vec::new();
        write_document(&mut text, self.format, path, document)?;
        self.write_file(folder, &place, &text)
    }

    /// Writes a text over an earlier one, but over no document; one that says the same already may stay.
    fn write_file(&self, folder: &Path, place: &Path, text: &[u8]) -> Result<Result<(), Failure>> {
        let path = folder.join(place);
        files::make_folder_of(&path)?;
        if !self.may_be_document(folder, place) {
            return files::write_one_of_many(&path, text).map(Ok);
        }
        let known = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        if known == text {
            return Ok(Ok(()));
        }
        let message = format!(
            "{} may be a document, because its folder lies among those that were named; name another folder with -o, or \
             remove it",
            path.display()
        );
        Ok(Err(Failure::new("would_overwrite", &message)))
    }

    /// Whether a document may stand at a place in the folder, or a link in it leads out to where one may stand.
    fn may_be_document(&self, folder: &Path, place: &Path) -> bool {
        let real = |path: &Path| path.canonicalize().ok();
        let is_inside = || {
            let within = place
                .parent()
                .filter(|within| within.iter().next().is_some());
            let inner = within.and_then(|within| real(&folder.join(within)));
            within.is_none()
                || real(folder)
                    .is_some_and(|folder| inner.is_some_and(|inner| inner.starts_with(folder)))
        };
        // As the system calls it: where capitals say nothing, names differ that are the same.
        let is_document = || {
            let (folder, text) = (real(folder)?, real(&folder.join(place))?);
            Some(self.documents.contains(text.strip_prefix(folder).ok()?))
        };
        self.documents.contains(place)
            || is_document() == Some(true)
            || (folder.join(place).exists() && !is_inside())
    }

    fn finish(mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

fn write_document(
    output: &mut dyn Write,
    format: ExtractFormat,
    path: &str,
    document: &RawDocument,
) -> Result<()> {
    match format {
        ExtractFormat::Text => {
            for (index, paragraph) in document.paragraphs.iter().enumerate() {
                let gap = if index == 0 { "" } else { "\n" };
                writeln!(output, "{gap}{}", paragraph.text)?;
            }
        }
        ExtractFormat::Json => {
            serde_json::to_writer(&mut *output, &as_json(path, document))?;
            output.write_all(b"\n")?;
        }
    }
    Ok(())
}

fn as_json(path: &str, document: &RawDocument) -> serde_json::Value {
    let paragraph = |paragraph: &crate::ingest::RawParagraph| {
        json!({
            "kind": paragraph.kind,
            "furniture": paragraph.furniture,
            "page": paragraph.page,
            "text": paragraph.text,
        })
    };
    json!({
        "path": path,
        "format": document.format.name(),
        "encoding": document.encoding.name,
        "encoding_confidence": document.encoding.confidence,
        "title": document.shown_title(),
        "official": document.official,
        "failed_pages": document.failed_pages,
        "paragraphs": document.paragraphs.iter().map(paragraph).collect::<Vec<_>>(),
    })
}
