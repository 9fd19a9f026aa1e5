//! `tomtat train quoting`.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use serde_json::json;

use super::made::Made;
use super::quoted::{self, ALSO, Agreement, QuotedDocument};
use crate::classify::{Head, QuotingHead, quoting};
use crate::cli::TrainQuoting;
use crate::commands::exit::Exit;
use crate::commands::files;
use crate::commands::output::{self, Talk};
use crate::commands::session;
use crate::hash::sha256;
use crate::pipeline::{PipelineOptions, Reader};
use crate::train::{self, QuotingExample};

/// A document's units that may be quoted.
struct EncodedDocument {
    /// What it must not be split from.
    group: String,
    units: Vec<QuotingExample>,
}

pub(super) fn train(arguments: &TrainQuoting, talk: Talk) -> Result<Exit> {
    session::start_threads(arguments.threads)?;
    files::make_folder(&arguments.output)?;
    let reader = session::reader(&arguments.model, PipelineOptions::default())?;
    let identity = &reader.model().identity;
    super::keep_encoder(&arguments.output, &identity.sha256)?;
    let mut documents = Vec::new();
    let files = quoted::for_each_step(&arguments.data, &reader, talk, |step| {
        documents.extend(encode(&reader, &step)?);
        Ok(())
    })?;
    let units = || documents.iter().flat_map(|document| &document.units);
    quoted::check(units().map(|unit| unit.target))?;
    report(arguments, &documents)?;
    let head = train::quoting(&units().collect::<Vec<_>>())?;
    let bytes = write(&arguments.output, head, &identity.sha256)?;
    let options = json!({ "also": ALSO });
    Made::new(Some(identity), &files, options, sha256(&bytes))
        .write(&record_of(&arguments.output))?;
    Ok(Exit::Done)
}

/// The record of the head in a folder.
fn record_of(folder: &Path) -> PathBuf {
    folder.join(quoting::FILE_NAME).with_extension("json")
}

/// Takes away the record of a head that another has replaced, which has its own elsewhere.
pub(super) fn forget_record(folder: &Path) -> Result<()> {
    match std::fs::remove_file(record_of(folder)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// Writes a head that was made for the model of this hash, and says so; gives the bytes of its file.
pub(super) fn write(folder: &Path, head: Head, model_sha256: &str) -> Result<Vec<u8>> {
    let path = folder.join(quoting::FILE_NAME);
    let bytes = QuotingHead::new(head, model_sha256).to_bytes()?;
    files::write_bytes(&path, &bytes)?;
    writeln!(output::stdout(), "Head written to {}", path.display())?;
    Ok(bytes)
}

fn encode(reader: &Reader, step: &[QuotedDocument]) -> Result<Vec<EncodedDocument>> {
    let vectors = reader.encode(step.iter().map(|document| &document.prepared));
    let encoded = step.iter().zip(&vectors).map(|(document, vectors)| {
        Ok(EncodedDocument {
            group: document.group().to_owned(),
            units: document.examples(vectors)?,
        })
    });
    encoded.collect()
}

/// Prints how well heads that saw nothing of a document agree with its readers.
fn report(arguments: &TrainQuoting, documents: &[EncodedDocument]) -> Result<()> {
    let groups = documents.iter().map(|document| document.group.as_str());
    let count = usize::from(arguments.folds);
    let folds = train::folds_of_groups(groups, count, arguments.seed);
    let mut agreement = Agreement::default();
    for fold in 0..count {
        let others = documents.iter().zip(&folds).filter(|(_, of)| **of != fold);
        let others: Vec<&QuotingExample> =
            others.flat_map(|(document, _)| &document.units).collect();
        if others.is_empty() {
            continue;
        }
        let head = train::quoting(&others)?;
        for (document, _) in documents.iter().zip(&folds).filter(|(_, of)| **of == fold) {
            agreement.add(&head, &document.units);
        }
    }
    agreement.tell(&format!(
        "Cross-validated by document on {} readings",
        documents.len()
    ))
}
