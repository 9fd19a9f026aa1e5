//! What a run leaves behind: its results, its manifest and a sentence about them.

use std::io::Write;
use std::path::Path;
use std::time::Instant;

use anyhow::{Error, Result};

use crate::batch::duplicates;
use crate::batch::manifest::{Manifest, ResultCounts, Start};
use crate::batch::progress::Progress;
use crate::batch::run::Ending;
use crate::batch::state::{State, StateError};
use crate::cli::{ColumnNames, Run};
use crate::commands::archive::nothing_in;
use crate::commands::files;
use crate::commands::output;
use crate::commands::system;
use crate::hash::HashingWriter;
use crate::record::{Record, SEPARATOR};
use crate::render::one_line;
use crate::results;

/// Writes what came of a run.
pub(super) fn close(
    arguments: &Run,
    start: Start,
    ending: &Ending,
    state: &State,
    progress: &mut Progress,
) -> Result<Manifest> {
    let writing = Instant::now();
    let earlier = results::Manifest::beside(&arguments.output).and_then(|it| it.results);
    let mut results = write_results(arguments, state)?;
    // What is made of earlier results while this run goes on is older than its own, and so is stale.
    results.since_unix = match earlier {
        Some(earlier) if earlier.sha256 == results.sha256 => earlier.since_unix,
        _ => files::changed_unix(&arguments.output.join(results::FILE_NAME)).unwrap_or_default(),
    };
    if *ending == Ending::Finished {
        let left_out = state.left_out();
        warn_of_left_out(left_out.map_err(|error| of_state(arguments, error))?);
        state.tidy().map_err(|error| of_state(arguments, error))?;
    }
    progress.timings.store_seconds += writing.elapsed().as_secs_f64();
    let manifest = Manifest::of(start, ending, progress, results);
    write(arguments, results::MANIFEST, |file| {
        output::as_json(&manifest, file)
    })?;
    Ok(manifest)
}

/// Says how many documents had results before and have none any more.
fn warn_of_left_out(count: u64) {
    let are = if count == 1 { "is" } else { "are" };
    if count > 0 {
        tracing::warn!(
            "{} {are} no longer among the inputs and {are} left out",
            output::counted(count, "earlier result")
        );
    }
}

/// Writes `results.jsonl` and `duplicates.jsonl` from the state.
fn write_results(arguments: &Run, state: &State) -> Result<ResultCounts> {
    let mut results = ResultCounts::default();
    let mut rows = Rows::default();
    write(arguments, results::FILE_NAME, |file| {
        let mut file = HashingWriter::new(file);
        let told = state.results(|record, line| {
            results.add(record);
            rows.add(record);
            file.write_all(line)
        });
        told.map_err(|error| of_state(arguments, error))?;
        results.sha256 = file.sha256();
        Ok(())
    })?;
    rows.warn(&arguments.columns);
    let shared = state.shared_ids();
    if let Some((count, id)) = shared.map_err(|error| of_state(arguments, error))? {
        tracing::warn!(
            "{count} results share their ids with others, as {}; source.path tells them apart",
            one_line(&id)
        );
    }
    write(arguments, duplicates::FILE_NAME, |file| {
        let groups = duplicates::groups(state, |group| {
            serde_json::to_writer(&mut *file, group)?;
            file.write_all(b"\n")
        });
        let groups = groups.map_err(|error| of_state(arguments, error))?;
        results.groups_of_duplicates = groups as u64;
        Ok(())
    })?;
    Ok(results)
}

/// How many rows of tables there are, and how many of them have a name or a title of their own.
#[derive(Debug, Default)]
struct Rows {
    all: u64,
    named: u64,
    titled: u64,
}

impl Rows {
    fn add(&mut self, record: &Record) {
        let Record {
            id, source, title, ..
        } = record;
        if source.table().is_some() {
            self.all += 1;
            self.named += u64::from(!source.path.ends_with(&format!("{SEPARATOR}{id}")));
            self.titled += u64::from(title.is_some());
        }
    }

    /// Says which columns that were asked for no row has anything in.
    fn warn(&self, columns: &ColumnNames) {
        let is_empty = |found: u64| self.all > 0 && found == 0;
        if let (Some(column), true) = (&columns.id_column, is_empty(self.named)) {
            tracing::warn!(
                "no row has an id in a column {column} (--id-column): all are named by their places"
            );
        }
        if let (Some(column), true) = (&columns.title_column, is_empty(self.titled)) {
            tracing::warn!("no row has a title in a column {column} (--title-column)");
        }
    }
}

/// Writes a file of the output folder whole or not at all.
fn write(
    arguments: &Run,
    name: &str,
    contents: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    files::write_whole(&arguments.output.join(name), contents).map_err(|error| {
        if error.chain().any(is_of_full_disk) {
            let path = arguments.output.join(name);
            return full_disk(&path);
        }
        error
    })
}

/// What is wrong with the state, and where it is.
pub(super) fn of_state(arguments: &Run, error: StateError) -> Error {
    let path = arguments.output.join(results::STATE);
    match error {
        StateError::Full => full_disk(&path),
        // Of another file, whose writer names it.
        StateError::Output(error) => error.into(),
        error => Error::new(error).context(path.display().to_string()),
    }
}

fn full_disk(path: &Path) -> Error {
    Error::new(StateError::Full).context(format!("cannot write {}", path.display()))
}

fn is_of_full_disk(cause: &(dyn std::error::Error + 'static)) -> bool {
    matches!(cause.downcast_ref(), Some(StateError::Full))
        || cause.downcast_ref().is_some_and(system::is_of_full_disk)
}

/// How the run ended, for people; nothing where devices were lost, which is the command's error.
pub(super) fn sentence(
    arguments: &Run,
    ending: &Ending,
    manifest: &Manifest,
    state: &State,
) -> Result<Option<String>> {
    if matches!(ending, Ending::DeviceLost(_)) {
        return Ok(None);
    }
    let readable = state.readable();
    let readable = readable.map_err(|error| of_state(arguments, error))?;
    let ResultCounts {
        records,
        failure,
        skipped: copies,
        ..
    } = manifest.results;
    let path = arguments.output.join(results::FILE_NAME);
    let path = path.display();
    let known = readable.saturating_sub(manifest.work.read);
    let documents = output::counted(records, "document");
    Ok(Some(match ending {
        Ending::Interrupted => format!(
            "interrupted: {documents} done and kept; the same command goes on from there: {path}"
        ),
        _ if records == 0 => nothing_in(&arguments.paths),
        _ => {
            // Those that failed before are not named again.
            let why = match failure {
                0 => "",
                _ => " (its `error` says why; --retry-failed tries again)",
            };
            let (not_read, cards) = (not_read(copies, known), cards(manifest));
            let alike = alike(arguments, manifest.results.groups_of_duplicates);
            format!("{documents}, {failure} failed{not_read}{cards}: {path}{why}{alike}")
        }
    }))
}

/// How many documents are copies of others, and how many were known from before.
fn not_read(copies: u64, known: u64) -> String {
    let copy = if copies == 1 { "copy" } else { "copies" };
    let counts = [(copies, copy), (known, "known from before")].into_iter();
    let counts = counts.filter(|(count, _)| *count > 0);
    let counts: Vec<String> = counts
        .map(|(count, what)| format!(", {count} {what}"))
        .collect();
    counts.concat()
}

/// Where the documents that are nearly the same are listed, if any are.
fn alike(arguments: &Run, groups: u64) -> String {
    if groups == 0 {
        return String::new();
    }
    let path = arguments.output.join(duplicates::FILE_NAME);
    let groups = output::counted(groups, "group");
    format!("; {groups} of duplicates: {}", path.display())
}

/// Who waited for whom, where cards were used.
fn cards(manifest: &Manifest) -> String {
    manifest.timings.cards.map_or_else(String::new, |cards| {
        format!(
            "; the card waited {:.1} s for tokens, the processor {:.1} s for the card",
            cards.waited_for_tokens_seconds, cards.waited_for_cards_seconds
        )
    })
}
