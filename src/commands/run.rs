//! `tomtat run`: many documents, one result a line.

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use anyhow::{Context, Error, Result, bail};
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGXFSZ};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::flag;

use super::exit::{DeviceLost, Exit};
use super::progress::Display;
use super::read::Tally;
use super::session;
use super::{also, output};
use crate::batch::lock::Lock;
use crate::batch::manifest::{self, Manifest, Results, Settings};
use crate::batch::progress::Progress;
use crate::batch::run::{Ending, Pace, Run as Runner};
use crate::batch::sources::{SEPARATOR, foreign_output};
use crate::batch::state::{self, Redo, State, StateError};
use crate::batch::worker::{self, Limits, Workers};
use crate::batch::{self, SourceOptions, duplicates};
use crate::cli::{self, ColumnNames, DocumentLimits, ReadDocuments, Run, TextOptions};
use crate::hash::HashingWriter;
use crate::ingest::jsonl::Columns;
use crate::pipeline::{Pipeline, Reader};
use crate::record::Record;
use crate::render::one_line;
use crate::results;

pub(super) fn run(arguments: &Run, quiet: bool) -> Result<Exit> {
    let sources = source_options(&arguments.columns);
    let mut inputs = batch::discover(&arguments.paths, &arguments.output, &sources)?;
    if inputs.are_missing() && !has_results(arguments) {
        return Ok(missing(&arguments.paths));
    }
    let _lock = take_folder(arguments)?;
    let options = session::options(&arguments.reading);
    let (reader, classifier) = session::open(arguments.reading.jobs, &arguments.model, options)?;
    let pipeline = Pipeline::new(&reader, &classifier)?;
    let settings = Settings::of(
        reader.options(),
        &session::labels(&reader, &classifier)?,
        &session::encoder_name(&arguments.model, &reader),
        &sources.columns,
    );
    let mut manifest = Manifest::start(&arguments.paths, settings, &reader.model().identity);
    // From here on there is something to lose; a model that does not arrive is waited for no longer than a person does.
    let interrupted = interruption()?;
    let state = State::open(&arguments.output, &manifest.setup(), redo(arguments));
    let mut state = state.map_err(|error| of_state(arguments, error))?;
    let workers = workers(arguments.limits, arguments.reading.text)?;

    let mut progress = Progress::new(inputs.total());
    let mut display = Display::new(arguments.progress, quiet, inputs.total());
    let mut runner = Runner {
        pipeline: &pipeline,
        workers: &workers,
        state: &mut state,
        interrupted: &interrupted,
        pace: pace(arguments, &reader),
    };
    let ending = runner.run(&mut inputs, &mut progress, &mut display);
    let ending = ending.map_err(|error| of_state(arguments, error))?;
    if ending == Ending::Finished && progress.counts.found_nothing() && has_results(arguments) {
        return keep_results(arguments, &state, &progress, &display);
    }
    let tally = close(arguments, &ending, &state, &mut progress, &mut manifest)?;
    // What is said of a lost card is this command's error.
    let sentence = match ending {
        Ending::DeviceLost(_) => None,
        _ => Some(sentence(arguments, &manifest, state.readable()?)),
    };
    display.finish(manifest.state, &progress, sentence.as_deref());
    also::refresh(arguments, &ending, manifest.results.since_unix, quiet)?;
    match ending {
        Ending::Finished => Ok(tally.exit()),
        Ending::Interrupted => Ok(Exit::Interrupted),
        Ending::DeviceLost(lost) => Err(DeviceLost::of_run(lost, manifest.results.records).into()),
    }
}

/// Makes the output folder and takes it for this run, unless it would write over what it reads or what no run wrote.
fn take_folder(arguments: &Run) -> Result<Lock> {
    let folder = &arguments.output;
    output::make_folder(folder)?;
    for name in [
        results::FILE_NAME,
        duplicates::FILE_NAME,
        manifest::FILE_NAME,
    ] {
        let paths = arguments.paths.iter().cloned();
        output::refuse_to_overwrite(&folder.join(name), paths)?;
    }
    refuse_foreign_output(arguments)?;
    Lock::take(folder).with_context(|| folder.display().to_string())
}

/// Refuses what no run wrote. What `digest` and `export` make may come first, unless this run would write over it or pass it
/// over among its documents.
fn refuse_foreign_output(arguments: &Run) -> Result<()> {
    let folder = &arguments.output;
    if foreign_output(folder, &[]).is_none() {
        return Ok(());
    }
    let documents = batch::documents_below(folder, &arguments.paths, Path::new(""))?;
    let mut others = also::files_but_of(&arguments.also);
    others.retain(|name| !documents.contains(Path::new(name)));
    if let Some(path) = foreign_output(folder, &others) {
        bail!(
            "{} was not written by a run; choose another output folder, or move it",
            path.display()
        );
    }
    Ok(())
}

/// Waves wait for each other unless a card would wait with them.
fn pace(arguments: &Run, reader: &Reader) -> Pace {
    if arguments.ahead || reader.card_work().is_some() {
        Pace::Ahead
    } else {
        Pace::InTurn
    }
}

/// What Ctrl-C sets, and a terminal that is closed. Who presses Ctrl-C twice does not wait for the batch in hand.
fn interruption() -> Result<Arc<AtomicBool>> {
    let interrupted = Arc::new(AtomicBool::new(false));
    for signal in [SIGINT, SIGTERM] {
        flag::register_conditional_shutdown(signal, 130, Arc::clone(&interrupted))
            .and_then(|_| flag::register(signal, Arc::clone(&interrupted)))
            .context("cannot listen for Ctrl-C")?;
    }
    // Else a limit on the size of files (`ulimit -f`) ends the run without a word; now writing fails.
    #[cfg(unix)]
    flag::register(SIGXFSZ, Arc::default()).context("cannot listen for a limit on files")?;
    // Who closes a terminal may send it twice, once for the terminal and once for its shell, and waits for nothing.
    #[cfg(unix)]
    if !is_hangup_ignored() {
        flag::register(SIGHUP, Arc::clone(&interrupted))
            .context("cannot listen for the end of the terminal")?;
    }
    Ok(interrupted)
}

/// Whether the run is to outlive its terminal, as `nohup` has it. Where the system does not tell, it is left to what the
/// signal does.
#[cfg(unix)]
fn is_hangup_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = status
        .lines()
        .find_map(|line| line.strip_prefix("SigIgn:"))
        .and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    ignored.is_none_or(|mask| mask & (1 << (SIGHUP - 1)) != 0)
}

/// How the sources of a run are read.
pub(super) fn source_options(names: &cli::ColumnNames) -> SourceOptions {
    let cli::ColumnNames {
        id_column,
        title_column,
        text_column,
    } = names.clone();
    SourceOptions {
        columns: Columns {
            id: id_column,
            title: title_column,
            text: text_column,
        },
        ..SourceOptions::default()
    }
}

fn redo(arguments: &Run) -> Redo {
    match (arguments.force, arguments.retry_failed) {
        (true, _) => Redo::Everything,
        (false, true) => Redo::Failed,
        (false, false) => Redo::Nothing,
    }
}

/// Who reads files for this process.
pub(super) fn workers(limits: DocumentLimits, text: TextOptions) -> Result<Workers> {
    let program = cli::program().context("cannot find this program to start readers")?;
    let limits = Limits {
        time: Duration::from_secs_f64(limits.document_timeout),
        memory: limits.document_memory << 20,
    };
    let mut arguments = vec![
        "read-documents".to_owned(),
        format!("--memory={}", limits.memory),
        format!("--encoding={}", text.encoding),
    ];
    if let Some(placement) = text.tone_placement {
        arguments.push(format!("--tone-placement={placement}"));
    }
    let arguments = arguments.into_iter().map(OsString::from).collect();
    Ok(Workers::new(program, arguments, limits))
}

/// `tomtat read-documents`: one of those workers.
pub(super) fn read_documents(arguments: &ReadDocuments) -> Result<Exit> {
    let options = session::read_options(arguments.text);
    worker::serve(io::stdin(), io::stdout().lock(), arguments.memory, &options)?;
    Ok(Exit::Done)
}

/// Whether an earlier run left results.
fn has_results(arguments: &Run) -> bool {
    let results = arguments.output.join(results::FILE_NAME);
    fs::metadata(results).is_ok_and(|file| file.len() > 0)
}

/// Ends a run before it begins, none of whose inputs exists.
fn missing(paths: &[PathBuf]) -> Exit {
    let paths = output::listed(paths);
    output::line(&format!("tomtat: there is no such file or folder: {paths}"));
    Exit::NoInput
}

/// Ends a run none of whose inputs exists, as where a path was mistyped or a drive is not there: it takes nothing away.
fn keep_results(
    arguments: &Run,
    state: &State,
    progress: &Progress,
    display: &Display,
) -> Result<Exit> {
    let forgotten = state.forget_inputs();
    forgotten.map_err(|error| of_state(arguments, error))?;
    let why = match progress.counts.inputs {
        0 => nothing_in(&arguments.paths),
        _ => "none of the inputs exists".to_owned(),
    };
    let path = arguments.output.join(results::FILE_NAME);
    let sentence = format!("{why}; the earlier results stay: {}", path.display());
    display.finish("finished", progress, Some(&sentence));
    Ok(Exit::NoInput)
}

pub(super) fn nothing_in(paths: &[PathBuf]) -> String {
    format!(
        "there are no documents in {}: nothing is there but what a run leaves out",
        output::listed(paths)
    )
}

/// Writes what came of a run.
fn close(
    arguments: &Run,
    ending: &Ending,
    state: &State,
    progress: &mut Progress,
    manifest: &mut Manifest,
) -> Result<Tally> {
    let writing = Instant::now();
    let earlier = results::Manifest::beside(&arguments.output).map(|it| it.results);
    let (mut results, tally) = write_results(arguments, state)?;
    results.since_unix = match earlier {
        Some(earlier) if earlier.sha256 == results.sha256 => earlier.since_unix,
        _ => manifest.started,
    };
    if *ending == Ending::Finished {
        warn_of_left_out(state.left_out()?);
        state.tidy().map_err(|error| of_state(arguments, error))?;
    }
    progress.timings.store_seconds += writing.elapsed().as_secs_f64();
    manifest.close(ending, progress, results);
    write_manifest(arguments, manifest)?;
    Ok(tally)
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
fn write_results(arguments: &Run, state: &State) -> Result<(Results, Tally)> {
    let mut results = Results::default();
    let mut tally = Tally::default();
    let mut rows = Rows::default();
    write(arguments, results::FILE_NAME, |file| {
        let mut file = HashingWriter::new(file);
        state.results(|record, line| {
            results.add(record);
            tally.add_record(record);
            rows.add(record);
            file.write_all(line)
        })?;
        results.sha256 = file.sha256();
        Ok(())
    })?;
    rows.warn(&arguments.columns);
    if let Some((count, id)) = state.shared_ids()? {
        tracing::warn!(
            "{count} results share their ids with others, as {}; source.path tells them apart",
            one_line(&id)
        );
    }
    write(arguments, duplicates::FILE_NAME, |file| {
        let groups = duplicates::groups(state, |group| {
            serde_json::to_writer(&mut *file, group)?;
            file.write_all(b"\n")
        })?;
        results.groups_of_duplicates = groups as u64;
        Ok(())
    })?;
    Ok((results, tally))
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

fn write_manifest(arguments: &Run, manifest: &Manifest) -> Result<()> {
    write(arguments, manifest::FILE_NAME, |file| {
        serde_json::to_writer_pretty(&mut *file, manifest)?;
        Ok(file.write_all(b"\n")?)
    })
}

/// Writes a file of the output folder whole or not at all.
fn write(
    arguments: &Run,
    name: &str,
    contents: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    output::write_whole(&arguments.output.join(name), contents).map_err(|error| {
        if error.chain().any(is_of_full_disk) {
            let path = arguments.output.join(name);
            return full_disk(&path);
        }
        error
    })
}

/// What is wrong with the state, and with which file if the disk is full.
fn of_state(arguments: &Run, error: StateError) -> Error {
    if is_of_full_disk(&error) {
        full_disk(&arguments.output.join(state::FILE_NAME))
    } else {
        Error::new(error)
    }
}

fn full_disk(path: &Path) -> Error {
    Error::new(StateError::Full).context(format!("cannot write {}", path.display()))
}

fn is_of_full_disk(cause: &(dyn std::error::Error + 'static)) -> bool {
    let error = match cause.downcast_ref() {
        Some(StateError::Full) => return true,
        // It passes for its cause, and so does not name it.
        Some(StateError::Output(error)) => Some(error),
        _ => cause.downcast_ref::<io::Error>(),
    };
    let is_full = |kind| {
        matches!(
            kind,
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
        )
    };
    error.is_some_and(|error| is_full(error.kind()))
}

/// How the run ended, for people. Its inputs are so many documents that are `readable`, copies counted once.
fn sentence(arguments: &Run, manifest: &Manifest, readable: u64) -> String {
    let Results {
        records,
        failure,
        skipped: copies,
        ..
    } = manifest.results;
    let path = arguments.output.join(results::FILE_NAME);
    let path = path.display();
    let known = readable.saturating_sub(manifest.work.read);
    let copy = if copies == 1 { "copy" } else { "copies" };
    let documents = output::counted(records, "document");
    let more: Vec<String> = [(copies, copy), (known, "known from before")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!(", {count} {what}"))
        .collect();
    let more = more.concat();
    match manifest.state {
        "interrupted" => format!(
            "interrupted: {documents} done and kept; the same command goes on from there: {path}"
        ),
        _ if records == 0 => nothing_in(&arguments.paths),
        _ => {
            // Those that failed before are not named again.
            let why = match failure {
                0 => "",
                _ => " (its `error` says why; --retry-failed tries again)",
            };
            let cards = cards(manifest);
            format!("{documents}, {failure} failed{more}{cards}: {path}{why}")
        }
    }
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
