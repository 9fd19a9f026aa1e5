//! `tomtat digest`.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufWriter, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::exit::Exit;
use super::files;
use super::output::{self, Talk};
use crate::cli;
use crate::digest::page::{self, PageOptions};
use crate::digest::{self, Digest};
use crate::render::InterfaceLanguage;
use crate::results::Documents;
use crate::sources::{Missing, Sources};

pub(super) fn digest(arguments: &cli::Digest, talk: Talk) -> Result<Exit> {
    let runs = arguments.results.iter().chain(&arguments.since);
    files::keep_results(&arguments.output, runs.clone())?;
    keep_documents(&arguments.output)?;
    let (digest, missing) = collect(arguments)?;
    if digest.documents == Documents::default() {
        output::line(&format!(
            "{}: there are no results",
            output::listed(&arguments.results)
        ));
    }
    warn_of_missing_texts(&digest, missing);
    output::warn_of_doubtful(runs)?;
    let options = PageOptions {
        language: arguments.language.into(),
        title: arguments.title.as_deref(),
    };
    if output::is_standard_output(&arguments.output) {
        let mut stdout = BufWriter::new(output::stdout());
        page::write(&digest, options, &mut stdout)?;
        stdout.flush()?;
        return Ok(Exit::Done);
    }
    files::make_folder_of(&arguments.output)?;
    files::write_whole(&arguments.output, |file| {
        Ok(page::write(&digest, options, file)?)
    })?;
    talk.line(&told(&digest, &arguments.output));
    Ok(Exit::Done)
}

/// Refuses to write the page over anything but an earlier page or nothing at all: it may be one of the documents.
fn keep_documents(output: &Path) -> Result<()> {
    files::refuse_folder(output)?;
    let mut head = Vec::new();
    if output.is_file() {
        let read = File::open(output)
            .and_then(|file| file.take(page::MARKED_BYTES).read_to_end(&mut head));
        read.with_context(|| format!("cannot read {}", output.display()))?;
    }
    ensure!(
        head.is_empty() || page::is_page(&head),
        "{} is no digest, and would be written over; name another file with -o, or remove it",
        output.display()
    );
    Ok(())
}

/// What the page holds, and of how many documents.
fn told(digest: &Digest, output: &Path) -> String {
    let kept: usize = digest.labels.values().map(|label| label.groups.len()).sum();
    let documents = output::documents(digest.documents);
    format!(
        "{} from {documents}: {}",
        output::counted(kept as u64, "quotation"),
        output.display()
    )
}

/// Says how many documents' texts were not to be had, and what the page has less for it.
fn warn_of_missing_texts(digest: &Digest, missing: Missing) {
    if digest.without_text == 0 {
        return;
    }
    let documents = output::counted(digest.without_text as u64, "document");
    let less = if digest.is_compared {
        "only quotations are compared"
    } else {
        "quotations are shown without their paragraphs"
    };
    let remedy = output::remedy(missing).map(|remedy| format!("{remedy}; or "));
    let remedy = remedy.unwrap_or_default();
    output::line(&format!(
        "no text to be had of {documents}, moved, changed or damaged since ({remedy}run with --with-text): {less}"
    ));
}

/// The digest, and how many sources of its texts are missing.
fn collect(arguments: &cli::Digest) -> Result<(Digest, Missing)> {
    let (runs, per_label) = (&arguments.results, arguments.per_label);
    let mut sources: BTreeMap<PathBuf, Sources> = BTreeMap::new();
    let texts: digest::Texts = &mut |run, record| {
        let new = || Sources::new(&arguments.sources.folder, run);
        let sources = sources.entry(run.to_owned()).or_insert_with(new);
        sources.text(record)
    };
    let mut digest = digest::collect(runs, per_label, texts)?;
    if let Some(earlier) = &arguments.since {
        digest::since(&mut digest, runs, earlier, per_label, texts)?;
    }
    let mut missing = Missing::default();
    for sources in sources.values() {
        missing += sources.missing();
    }
    Ok((digest, missing))
}

impl From<cli::Language> for InterfaceLanguage {
    fn from(language: cli::Language) -> Self {
        match language {
            cli::Language::Vi => Self::Vietnamese,
            cli::Language::En => Self::English,
        }
    }
}
