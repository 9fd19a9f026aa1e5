//! `tomtat extract`: what ingest sees, for people and for scoring.

use std::collections::{BTreeSet, HashSet};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use rayon::prelude::*;
use serde_json::json;

use super::exit::Exit;
use super::output::{self, StandardOutput};
use super::read::Tally;
use super::{run, session};
use crate::batch::{self, SourceOptions};
use crate::cli::{Extract, ExtractFormat};
use crate::ingest::{RawDocument, ReadOptions};
use crate::pipeline::Input;
use crate::record::{Failure, Status};

pub(super) fn extract(arguments: &Extract) -> Result<Exit> {
    let output = arguments.output.as_deref();
    let mut documents = BTreeSet::new();
    if let Some(folder) = output {
        output::make_folder(folder)?;
        documents = documents_there(&arguments.files, folder)?;
    }
    let options = session::read_options(arguments.text);
    let inputs = batch::discover(
        &arguments.files,
        output.unwrap_or(Path::new("")),
        &SourceOptions::default(),
    )?;
    let mut destination = Destination::new(output, arguments.format, documents);
    let mut tally = Tally::default();
    let mut inputs = inputs.peekable();
    while inputs.peek().is_some() {
        let wave = batch::next_wave(&mut inputs);
        let read: Vec<_> = wave
            .into_par_iter()
            .map(|input| read(input, &options))
            .collect();
        for (id, path, result) in read {
            let written = match result {
                Ok(document) => destination.write(&id, &path, &document)?,
                Err(failure) => Err(failure),
            };
            match written {
                Ok(()) => tally.add(Status::Success, None),
                Err(failure) => {
                    tally.add(Status::Failure, Some(&failure.code));
                    output::line(&output::complaint(&id, &path, &failure));
                }
            }
        }
    }
    destination.finish()?;
    if tally.documents == 0 {
        output::line(&run::nothing_in(&arguments.files));
    }
    Ok(tally.exit())
}

/// The names of the documents in the folder that texts go to, which none may be written over.
///
/// Refuses a folder that documents are read from.
fn documents_there(files: &[PathBuf], folder: &Path) -> Result<BTreeSet<OsString>> {
    ensure!(
        batch::documents_in(folder, files, folder)?.is_empty(),
        "{} is where the documents lie; name another folder with -o, so that no text is written over one of them",
        folder.display()
    );
    // A folder among the documents is passed over, but who knows whether earlier texts or more documents lie in it.
    Ok(batch::documents_in(folder, files, Path::new(""))?)
}

fn read(input: Input, options: &ReadOptions) -> (String, String, Result<RawDocument, Failure>) {
    let Input {
        id,
        source,
        content,
    } = input;
    let document = content.and_then(|content| Ok(content.read(&source.path, options)?));
    (id, source.path, document)
}

/// Where texts go: one file each in a folder, or one after another to standard output.
struct Destination<'a> {
    folder: Option<&'a Path>,
    format: ExtractFormat,
    stdout: BufWriter<StandardOutput>,
    names: HashSet<String>,
    /// The names of documents in that folder.
    documents: BTreeSet<OsString>,
}

impl<'a> Destination<'a> {
    fn new(folder: Option<&'a Path>, format: ExtractFormat, documents: BTreeSet<OsString>) -> Self {
        let stdout = BufWriter::new(output::stdout());
        Self {
            folder,
            format,
            stdout,
            names: HashSet::new(),
            documents,
        }
    }

    fn write(
        &mut self,
        id: &str,
        path: &str,
        document: &RawDocument,
    ) -> Result<Result<(), Failure>> {
        let Some(folder) = self.folder else {
            let is_first = self.names.is_empty();
            self.names.insert(id.to_owned());
            if self.format == ExtractFormat::Text && !is_first {
                self.stdout.write_all(b"\n")?;
            }
            write_document(&mut self.stdout, self.format, path, document)?;
            return Ok(Ok(()));
        };
        let name = self.file_name(id);
        let mut text = Vec::new();
        write_document(&mut text, self.format, path, document)?;
        self.write_file(folder, &name, &text)
    }

    /// Writes a text over an earlier one, but over no document; one that says the same already may stay.
    fn write_file(&self, folder: &Path, name: &str, text: &[u8]) -> Result<Result<(), Failure>> {
        let path = folder.join(name);
        if !self.documents.contains(OsStr::new(name)) {
            return output::write_one_of_many(&path, text).map(Ok);
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

    /// The document's name with the new suffix in place of its own; a second document of that name
    /// keeps its own suffix as well, and further ones get a number.
    fn file_name(&mut self, id: &str) -> String {
        let suffix = match self.format {
            ExtractFormat::Text => "txt",
            ExtractFormat::Json => "json",
        };
        let name = Path::new(id).file_name().unwrap_or_default();
        let name = writable(&name.to_string_lossy());
        let stem = Path::new(&name)
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        let numbered = (2..).map(|number| format!("{name}.{number}"));
        [stem, name.clone()]
            .into_iter()
            .chain(numbered)
            .map(|base| format!("{base}.{suffix}"))
            .find(|candidate| self.names.insert(candidate.clone()))
            .expect("there is always a further number")
    }

    fn finish(mut self) -> io::Result<()> {
        self.stdout.flush()
    }
}

/// A name that every file system takes, with room for a number and a suffix: without control characters, 200 bytes at most.
fn writable(name: &str) -> String {
    let end = name.floor_char_boundary(200);
    name[..end].replace(char::is_control, "_")
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
