//! How the documents of an archive are found and read: what `run`, `scan`, `pipe` and `extract` share.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
#[cfg(unix)]
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};

use super::exit::Exit;
use super::{output, session};
use crate::batch::SourceOptions;
use crate::batch::worker::{self, Limits, Workers};
use crate::cli::{self, ColumnNames, DocumentLimits, ReadDocuments, TextOptions};
use crate::ingest::jsonl::Columns;

/// How the sources of a run are read.
pub(super) fn source_options(names: &ColumnNames) -> SourceOptions {
    let ColumnNames {
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
    #[cfg(unix)]
    leave_signals_to_the_run()?;
    let options = session::read_options(arguments.text);
    worker::serve(io::stdin(), io::stdout().lock(), arguments.memory, &options)?;
    Ok(Exit::Done)
}

/// Has a worker end with its standard input alone: who stops programs by their name or as a group means the run, which
/// finishes what its workers have in hand.
#[cfg(unix)]
fn leave_signals_to_the_run() -> Result<()> {
    for signal in [SIGHUP, SIGINT, SIGTERM] {
        signal_hook::flag::register(signal, Arc::default())
            .context("cannot leave signals to the run")?;
    }
    Ok(())
}

pub(super) fn nothing_in(paths: &[PathBuf]) -> String {
    format!(
        "there are no documents in {}: nothing is there but what a run leaves out",
        output::listed(paths)
    )
}
