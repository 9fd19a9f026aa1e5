//! Exit statuses, in one place.

use std::fmt;
use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Error, Result};
use thiserror::Error;

use super::input::InputError;
use super::{output, system};
use crate::record::{LostDevice, Record};
use crate::results::{self, ResultsError};

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

/// All devices are lost on which the transformer ran; exit status 1.
#[derive(Debug, Error)]
pub(super) struct DeviceLost {
    lost: LostDevice,
    /// How many documents a run has stored.
    kept: Option<u64>,
}

impl DeviceLost {
    pub(super) fn of(lost: LostDevice) -> Self {
        Self { lost, kept: None }
    }

    /// The records before the first one that a lost device left undone, and what all of them tell of it.
    pub(super) fn part(mut records: Vec<Record>) -> (Vec<Record>, Result<(), Self>) {
        let lost = LostDevice::told_by(&records);
        let is_undone = |record: &Record| record.lost_device().is_some();
        let answers = records.iter().position(is_undone);
        records.truncate(answers.unwrap_or(records.len()));
        (records, lost.map_or(Ok(()), |lost| Err(Self::of(lost))))
    }

    pub(super) fn of_run(lost: LostDevice, kept: u64) -> Self {
        Self {
            lost,
            kept: Some(kept),
        }
    }
}

impl fmt::Display for DeviceLost {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let LostDevice { problem, in_hand } = &self.lost;
        formatter.write_str(problem)?;
        if let Some(kept) = self.kept {
            write!(
                formatter,
                "; {kept} documents are done and kept, and the same command goes on from there"
            )?;
        }
        if in_hand.is_empty() {
            return Ok(());
        }
        let named = in_hand.iter().take(MOST_NAMED);
        let named: Vec<String> = named.map(|(id, path)| output::place(id, path)).collect();
        write!(
            formatter,
            "; if that happens again, leave out what was in hand: {}",
            named.join("; ")
        )?;
        match in_hand.len().saturating_sub(MOST_NAMED) {
            0 => Ok(()),
            more => write!(formatter, "; and {more} more"),
        }
    }
}

/// So many documents are named that a lost device had in hand: about a pass of reports of a page or two.
const MOST_NAMED: usize = 100;

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
            let _ = writeln!(io::stderr(), "tomtat: {}", told(&error));
            output::warn_of_altered(&altered_results(&error));
            ExitCode::from(status_of(&error))
        }
    }
}

/// What went wrong, from the outside in.
fn told(error: &Error) -> String {
    let told = error.chain().map(|cause| {
        let of_system = cause.downcast_ref().map(system::said);
        of_system.unwrap_or_else(|| cause.to_string())
    });
    told.collect::<Vec<_>>().join(": ")
}

/// The results that are no longer as their run wrote them, where that is why they cannot be read.
fn altered_results(error: &Error) -> Vec<PathBuf> {
    let Some(ResultsError::Line { path, .. }) = error.downcast_ref() else {
        return Vec::new();
    };
    let is_altered = results::are_altered(path).unwrap_or_default();
    is_altered.then(|| path.clone()).into_iter().collect()
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
            Some(ResultsError::Unfinished { .. } | ResultsError::NoRun { .. }) => {
                Some(io::ErrorKind::NotFound)
            }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_told_with_what_to_do() {
        let error = Error::new(io::Error::from(io::ErrorKind::StorageFull));
        assert_eq!(
            told(&error.context("cannot write bang/paragraphs.csv")),
            "cannot write bang/paragraphs.csv: the disk is full: make room and run the same command again"
        );
    }

    #[test]
    fn a_lost_device_is_told_once_with_what_is_kept_and_what_to_leave_out() {
        let lost = |count: usize| LostDevice {
            problem: "card cuda:0 is lost: it fell off the bus".to_owned(),
            in_hand: (0..count)
                .map(|index| (format!("{index}.txt"), format!("kho/{index}.txt")))
                .collect(),
        };
        assert_eq!(DeviceLost::of(lost(0)).to_string(), lost(0).problem);
        assert_eq!(
            DeviceLost::of_run(lost(2), 7).to_string(),
            "card cuda:0 is lost: it fell off the bus; 7 documents are done and kept, and the same command goes on \
             from there; if that happens again, leave out what was in hand: kho/0.txt; kho/1.txt"
        );
        let many = DeviceLost::of(lost(MOST_NAMED + 3)).to_string();
        assert!(many.ends_with("kho/99.txt; and 3 more"), "{many}");
    }
}
