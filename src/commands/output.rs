//! What is said on standard output and standard error.

use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use anyhow::Result;
use console::Term;
use serde::Serialize;
use serde_json::{Value, json};

use super::system;
use crate::cli::{Cli, Command, FormatName, ProgressName};
use crate::record::{Failure, Record, SEPARATOR, Status};
use crate::render::{Format, TextOptions, View, one_line};
use crate::results::{self, Documents};
use crate::sources::Missing;

/// The layout of `view` in the file `to`, or on this standard output: colours and line breaks are for terminals only.
pub(super) fn format(name: FormatName, view: View, to: &Path) -> Format {
    match name {
        FormatName::Json => Format::Json,
        FormatName::Jsonl => Format::Jsonl,
        FormatName::Md => Format::Markdown(view),
        FormatName::Text => {
            let terminal = is_standard_output(to) && io::stdout().is_terminal();
            // `console` honours NO_COLOR, CLICOLOR and TERM=dumb (https://no-color.org).
            let color = terminal && console::colors_enabled();
            let width = terminal.then(|| usize::from(Term::stdout().size().1).min(100));
            Format::Text(TextOptions { view, color, width })
        }
    }
}

/// Whether an output that was asked for is standard output.
pub(super) fn is_standard_output(path: &Path) -> bool {
    path == Path::new("-")
}

/// An output whose errors name it.
#[derive(Debug)]
pub(super) struct Named<W> {
    output: W,
    /// What it is in the middle of a sentence.
    name: String,
}

/// Standard output, whose errors name it.
pub(super) type StandardOutput = Named<io::Stdout>;

pub(super) fn stdout() -> StandardOutput {
    Named::new(io::stdout(), "standard output")
}

impl<W> Named<W> {
    pub(super) fn new(output: W, name: impl Into<String>) -> Self {
        let name = name.into();
        Self { output, name }
    }
}

impl<W: Write> Write for Named<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.output.write(bytes);
        written.map_err(|error| cannot_write(&self.name, &error))
    }

    fn flush(&mut self) -> io::Result<()> {
        let flushed = self.output.flush();
        flushed.map_err(|error| cannot_write(&self.name, &error))
    }
}

fn cannot_write(name: &str, error: &io::Error) -> io::Error {
    // Whoever writes tries again after an interruption, and whoever reads may have seen enough: by the kind.
    io::Error::new(
        error.kind(),
        format!("cannot write to {name}: {}", system::said(error)),
    )
}

/// What is said on standard error besides errors.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Talk {
    /// How far it is, and what came of it.
    Aloud,
    /// The same, as events for programs.
    Events,
    /// Nothing.
    Quiet,
}

impl Talk {
    pub(super) fn of(cli: &Cli) -> Self {
        if cli.verbosity.quiet {
            Self::Quiet
        } else if is_for_programs(&cli.command) {
            Self::Events
        } else {
            Self::Aloud
        }
    }

    /// Says one line.
    pub(super) fn line(self, text: &str) {
        match self {
            Self::Aloud => line(text),
            Self::Events => event("message", json!({"message": text})),
            Self::Quiet => {}
        }
    }
}

/// Whether programs read what a command says on standard error.
pub(super) fn is_for_programs(command: &Command) -> bool {
    matches!(command, Command::Run(run) if run.progress == ProgressName::Json)
}

/// Writes one event to standard error: a JSON object on a line, which has its name besides `fields`.
pub(super) fn event(name: impl Serialize, mut fields: Value) {
    fields["event"] = json!(name);
    line(&fields.to_string());
}

/// Writes one line to standard error.
pub(super) fn line(text: &str) {
    // Nothing can be done if standard error is closed.
    let _ = writeln!(io::stderr(), "{text}");
}

/// Why a document failed, or what of it is missing; nothing of one that went well.
pub(super) fn failure_line(record: &Record) -> Option<String> {
    match (record.status, &record.error) {
        (Status::Failure | Status::PartialSuccess, Some(failure)) => {
            Some(complaint(&record.id, &record.source.path, failure))
        }
        _ => None,
    }
}

/// One line that says why a document failed.
pub(super) fn complaint(id: &str, path: &str, failure: &Failure) -> String {
    let Failure { message, code, .. } = failure;
    format!(
        "tomtat: {}: {} [{code}]",
        place(id, path),
        one_line(message)
    )
}

/// Where a document lies, on one line; with its own name where that is another, as rows of tables have.
pub(super) fn place(id: &str, path: &str) -> String {
    let is_end = |before: &str| before.is_empty() || before.ends_with(['/', SEPARATOR]);
    if path.strip_suffix(id).is_some_and(is_end) {
        one_line(path)
    } else {
        one_line(&format!("{path}, {id}"))
    }
}

/// So many of something, in words: `1 document`, `2 documents`.
pub(super) fn counted(count: u64, what: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {what}{plural}")
}

/// The documents that were read, in words, and how many there are besides.
pub(super) fn documents(counts: Documents) -> String {
    let Documents {
        read,
        copies,
        unread,
    } = counts;
    let copy = if copies == 1 { "copy" } else { "copies" };
    let besides = [(copies, copy), (unread, "not read")].into_iter();
    let besides = besides.filter(|(count, _)| *count > 0);
    let besides: Vec<String> = besides
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
    let documents = counted(read as u64, "document");
    if besides.is_empty() {
        return documents;
    }
    format!("{documents} (and {})", besides.join(", "))
}

/// Paths in words.
pub(super) fn listed(paths: &[PathBuf]) -> String {
    let paths = paths.iter().map(|path| one_line(&path.to_string_lossy()));
    paths.collect::<Vec<_>>().join(", ")
}

/// What helps where sources are missing, by how most of them were named.
pub(super) fn remedy(missing: Missing) -> Option<&'static str> {
    let Missing { relative, absolute } = missing;
    if relative + absolute == 0 {
        None
    } else if absolute > relative {
        Some(
            "if the archive was moved, the same `tomtat run` over its new place costs nothing: what is known is not processed \
             again",
        )
    } else {
        Some("if the run was started in another folder, --root names it")
    }
}

/// Says which results are not those, or not all those, that their runs were to give.
pub(super) fn warn_of_doubtful<'a>(runs: impl IntoIterator<Item = &'a PathBuf>) -> Result<()> {
    let (mut altered, mut unfinished) = (Vec::new(), Vec::new());
    for run in runs {
        if results::are_altered(run)? {
            altered.push(run.clone());
        } else if results::Manifest::beside(run).is_some_and(|run| !run.is_finished()) {
            unfinished.push(run.clone());
        }
    }
    warn_of_altered(&altered);
    if !unfinished.is_empty() {
        line(&format!(
            "{}: the run did not come to all its inputs, and these are its results so far; the same `tomtat run` again goes \
             on with it",
            listed(&unfinished)
        ));
    }
    Ok(())
}

/// Says which results were changed since they were written.
pub(super) fn warn_of_altered(runs: &[PathBuf]) {
    if !runs.is_empty() {
        line(&format!(
            "{}: the results are not as run.json beside them says that they were written; the same `tomtat run` again \
             writes them anew",
            listed(runs)
        ));
    }
}

/// Writes JSON that people read too.
pub(super) fn as_json(value: &impl Serialize, output: &mut dyn Write) -> Result<()> {
    serde_json::to_writer_pretty(&mut *output, value).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}
