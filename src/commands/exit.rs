//! Exit statuses, in one place.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Error, Result};
use thiserror::Error;

use super::input::InputError;
use crate::results::ResultsError;

/// How a command ended that could run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    /// All done.
    Done,
    /// Finished, but some documents failed.
    SomeFailed,
    /// A check came out negative.
    Negative,
    /// None of the inputs named exists.
    NoInput,
    /// Ended by the user before all was done.
    Interrupted,
}

/// The model that was asked for is not to be had; exit status 69.
#[derive(Debug, Error)]
#[error("{0}")]
pub(super) struct ModelUnavailable(pub(super) String);

impl Exit {
    fn status(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeFailed => 3,
            Self::Negative => 4,
            // EX_NOINPUT of sysexits.h.
            Self::NoInput => 66,
            // As shells say of a process that SIGINT ended.
            Self::Interrupted => 130,
        }
    }
}

/// Turns a command's end into the program's exit status, and says on standard error what went wrong.
pub(super) fn report(result: Result<Exit>) -> ExitCode {
    match result {
        Ok(exit) => ExitCode::from(exit.status()),
        Err(error) if is_broken_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // Nothing can be done if standard error is closed.
            let _ = writeln!(io::stderr(), "tomtat: {error:#}");
            ExitCode::from(status_of(&error))
        }
    }
}

fn status_of(error: &Error) -> u8 {
    if error.is::<ModelUnavailable>() {
        // EX_UNAVAILABLE of sysexits.h.
        69
    } else if is_missing_input(error) {
        Exit::NoInput.status()
    } else {
        1
    }
}

/// Whether a file that was to be read does not exist. One that cannot be written has no folder, which is another matter.
fn is_missing_input(error: &Error) -> bool {
    let reading = |cause: &(dyn std::error::Error + 'static)| {
        let source = match cause.downcast_ref() {
            Some(ResultsError::Read { source, .. }) => Some(source.kind()),
            _ => None,
        };
        let input = cause.downcast_ref::<InputError>();
        source.or(input.map(|error| error.source.kind()))
    };
    error
        .chain()
        .filter_map(reading)
        .any(|kind| kind == io::ErrorKind::NotFound)
}

/// A reader such as `head` that has seen enough is not an error.
fn is_broken_pipe(error: &Error) -> bool {
    let kinds = error
        .chain()
        .filter_map(|cause| cause.downcast_ref::<io::Error>());
    kinds
        .into_iter()
        .any(|cause| cause.kind() == io::ErrorKind::BrokenPipe)
}
