//! Exit statuses, in one place.

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::{Error, Result};
use thiserror::Error;

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
    // EX_UNAVAILABLE of sysexits.h.
    if error.is::<ModelUnavailable>() {
        69
    } else {
        1
    }
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
