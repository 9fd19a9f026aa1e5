//! `tomtat run`: many documents, one result a line.

mod close;
mod signals;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use super::archive::{nothing_in, source_options, workers};
use super::exit::{DeviceLost, Exit};
use super::output::{self, Talk};
use super::progress::Display;
use super::read::Tally;
use super::session::{self, Session};
use super::{also, files, system};
use crate::batch::lock::{Lock, LockError};
use crate::batch::manifest::{ResultCounts, Start};
use crate::batch::progress::Progress;
use crate::batch::run::{Ending, Pace, Run as Runner};
use crate::batch::sources::foreign_output;
use crate::batch::state::{Redo, State};
use crate::batch::{self, duplicates};
use crate::cli::Run;
use crate::pipeline::Reader;
use crate::results::{self, RunState};
use close::{close, of_state, sentence};
use signals::{acknowledge, interruption};

pub(super) fn run(arguments: &Run, talk: Talk) -> Result<Exit> {
    let sources = source_options(&arguments.columns);
    let mut inputs = batch::discover(&arguments.paths, &arguments.output, &sources)?;
    if inputs.are_missing() && !has_results(arguments) {
        return Ok(missing(&arguments.paths));
    }
    let _lock = take_folder(arguments)?;
    let options = session::options(&arguments.documents);
    let session = Session::open(arguments.documents.threads, &arguments.model, options)?;
    let pipeline = session.pipeline()?;
    let reader = &session.reader;
    let settings = session.settings(&arguments.model, &sources.columns)?;
    let start = Start::now(&arguments.paths, settings, &reader.model().identity)?;
    // From here on there is something to lose; a model that does not arrive is waited for no longer than a person does.
    let interrupted = interruption()?;
    let mut state = open_state(arguments, &start, talk)?;
    let workers = workers(arguments.limits, arguments.documents.text)?;

    let mut progress = Progress::new(inputs.total());
    let mut display = Display::new(arguments.progress, talk, inputs.total());
    acknowledge(&interrupted, display.speaker(talk));
    let mut runner = Runner {
        pipeline: &pipeline,
        workers: &workers,
        state: &mut state,
        interrupted: &interrupted,
        pace: pace(arguments, reader),
        inputs: &mut inputs,
        progress: &mut progress,
        observer: &mut display,
    };
    let ending = runner.run();
    let ending = ending.map_err(|error| of_state(arguments, error))?;
    if ending == Ending::Finished && progress.counts.found_nothing() && has_results(arguments) {
        return keep_results(arguments, &state, &progress, &display);
    }
    let manifest = close(arguments, start, &ending, &state, &mut progress)?;
    let sentence = sentence(arguments, &ending, &manifest, &state)?;
    display.finish(manifest.state, &progress, sentence.as_deref());
    also::refresh(arguments, &ending, manifest.results.since_unix, talk)?;
    exit(ending, &manifest.results)
}

/// How the command ends when all is written.
fn exit(ending: Ending, results: &ResultCounts) -> Result<Exit> {
    match ending {
        Ending::Finished => Ok(Tally::of_run(results).exit()),
        Ending::Interrupted => Ok(Exit::Interrupted),
        Ending::DeviceLost(lost) => Err(DeviceLost::of_run(lost, results.records).into()),
    }
}

/// Makes the output folder and takes it for this run, unless it would write over what it reads or what no run wrote.
fn take_folder(arguments: &Run) -> Result<Lock> {
    let folder = &arguments.output;
    files::make_folder(folder)?;
    for name in [results::FILE_NAME, duplicates::FILE_NAME, results::MANIFEST] {
        let paths = arguments.paths.iter().cloned();
        files::refuse_to_overwrite(&folder.join(name), paths)?;
    }
    refuse_foreign_output(arguments)?;
    let lock = Lock::take(folder).map_err(|error| match error {
        LockError::Io(error) => LockError::Io(system::telling(error)),
        held @ LockError::Held { .. } => held,
    });
    lock.with_context(|| folder.display().to_string())
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

fn open_state(arguments: &Run, start: &Start, talk: Talk) -> Result<State> {
    let state = State::open(&arguments.output, &start.setup(), redo(arguments));
    let state = state.map_err(|error| of_state(arguments, error))?;
    let is_other = state.is_of_another_program();
    if is_other.map_err(|error| of_state(arguments, error))? {
        talk.line("the results are of another build of the program, and are made anew");
    }
    Ok(state)
}

/// Waves wait for each other unless a card would wait with them.
fn pace(arguments: &Run, reader: &Reader) -> Pace {
    if arguments.ahead || reader.card_work().is_some() {
        Pace::Ahead
    } else {
        Pace::InTurn
    }
}

fn redo(arguments: &Run) -> Redo {
    match (arguments.force, arguments.retry_failed) {
        (true, _) => Redo::Everything,
        (false, true) => Redo::Failed,
        (false, false) => Redo::Nothing,
    }
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
    display.finish(RunState::Finished, progress, Some(&sentence));
    Ok(Exit::NoInput)
}
