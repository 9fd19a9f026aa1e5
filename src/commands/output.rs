//! Standard output, standard error and the progress bar.

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use console::Term;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde::Serialize;
use tempfile::{Builder, NamedTempFile};

use crate::batch::UNFINISHED;
use crate::cli::FormatName;
use crate::record::{Failure, Record, SEPARATOR, Status};
use crate::render::{Format, TextOptions, View, one_line};
use crate::results::{self, Documents};

/// The layout of `view` on this standard output: colours and line breaks are for terminals only.
pub(super) fn format(name: FormatName, view: View) -> Format {
    match name {
        FormatName::Json => Format::Json,
        FormatName::Jsonl => Format::Jsonl,
        FormatName::Md => Format::Markdown(view),
        FormatName::Text => {
            let terminal = io::stdout().is_terminal();
            // `console` honours NO_COLOR, CLICOLOR and TERM=dumb (https://no-color.org).
            let color = terminal && console::colors_enabled();
            let width = terminal.then(|| usize::from(Term::stdout().size().1).min(100));
            Format::Text(TextOptions { view, color, width })
        }
    }
}

/// A bar over the steps of something long.
#[derive(Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    /// Shows a bar over `total` steps, if standard error is a terminal and people want one.
    pub(super) fn new(total: Option<u64>, quiet: bool) -> Self {
        let target = if quiet {
            ProgressDrawTarget::hidden()
        } else {
            ProgressDrawTarget::stderr()
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{wide_bar} {human_pos}/{human_len} · {per_sec} · {eta} left {msg}",
            None => "{spinner} {human_pos} · {per_sec} · {elapsed} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar }
    }

    /// A bar whose text says all.
    pub(super) fn with_text(total: Option<u64>) -> Self {
        let bar = Self::new(total, false);
        let template = match total {
            Some(_) => "{wide_bar} {msg}",
            None => "{spinner} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.bar.set_style(style);
        }
        bar
    }

    /// Moves the bar.
    pub(super) fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Moves the bar to `step`.
    pub(super) fn advance_to(&self, step: u64) {
        self.bar.set_position(step);
    }

    /// Moves the bar to a step, with a text beside it.
    pub(super) fn show(&self, step: u64, text: String) {
        self.advance_to(step);
        self.bar.set_message(text);
    }

    /// Writes one line above the bar.
    pub(super) fn line(&self, text: &str) {
        self.bar.suspend(|| line(text));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}

/// Standard output, whose errors name it.
#[derive(Debug)]
pub(super) struct StandardOutput(io::Stdout);

pub(super) fn stdout() -> StandardOutput {
    StandardOutput(io::stdout())
}

impl Write for StandardOutput {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .write(bytes)
            .map_err(|error| of_standard_output(&error))
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush().map_err(|error| of_standard_output(&error))
    }
}

fn of_standard_output(error: &io::Error) -> io::Error {
    // Whoever writes tries again after an interruption, and whoever reads may have seen enough: by the kind.
    io::Error::new(
        error.kind(),
        format!("cannot write to standard output: {error}"),
    )
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

/// Refuses to write a file over the results of runs, or the manifests beside them, that it is made of.
pub(super) fn keep_results<'a>(
    output: &Path,
    runs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<()> {
    let files = |run: &PathBuf| {
        let results = results::file_of(run);
        [results.with_file_name(results::MANIFEST), results]
    };
    refuse_to_overwrite(output, runs.into_iter().flat_map(files))
}

/// Refuses to write a file over one that is read for it, whatever way either was named.
pub(super) fn refuse_to_overwrite(
    output: &Path,
    inputs: impl IntoIterator<Item = PathBuf>,
) -> Result<()> {
    // Nothing is written over where no file is.
    let Ok(place) = output.canonicalize() else {
        return Ok(());
    };
    let is_output = |input: PathBuf| input.canonicalize().is_ok_and(|input| input == place);
    ensure!(
        !inputs.into_iter().any(is_output),
        "{} is read, and would be written over; name another place for the output",
        output.display()
    );
    Ok(())
}

/// Makes the folder that output goes to, if it is missing.
pub(super) fn make_folder(folder: &Path) -> Result<()> {
    ensure!(
        folder != Path::new("-"),
        "the output goes to a folder, and not to standard output; a folder of that name is ./-"
    );
    // The folder that one is in has no name.
    if folder.as_os_str().is_empty() {
        return Ok(());
    }
    fs::create_dir_all(folder)
        .with_context(|| format!("cannot make the output folder {}", folder.display()))
}

/// Makes the folder of a file, if it is missing.
pub(super) fn make_folder_of(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), make_folder)
}

/// Writes a file under a temporary name and renames it once it is whole.
pub(super) fn write_whole(
    path: &Path,
    write: impl FnOnce(&mut dyn Write) -> Result<()>,
) -> Result<()> {
    let file = NewFile::create(path)?;
    {
        let mut buffer = io::BufWriter::new(file.file());
        write(&mut buffer).with_context(|| file.cannot_write())?;
        buffer.flush().with_context(|| file.cannot_write())?;
    }
    file.keep()
}

/// Writes a file of these bytes likewise.
pub(super) fn write_bytes(path: &Path, bytes: &[u8]) -> Result<()> {
    write_whole(path, |file| Ok(file.write_all(bytes)?))
}

/// Writes a file of JSON likewise, to be read by people too.
pub(super) fn write_json(path: &Path, value: &impl Serialize) -> Result<()> {
    write_whole(path, |file| as_json(value, file))
}

/// Writes JSON that people read too.
pub(super) fn as_json(value: &impl Serialize, output: &mut dyn Write) -> Result<()> {
    serde_json::to_writer_pretty(&mut *output, value).map_err(io::Error::from)?;
    Ok(writeln!(output)?)
}

/// Writes a file of these bytes likewise, one of so many that when they reach the disk is left to the system.
pub(super) fn write_one_of_many(path: &Path, bytes: &[u8]) -> Result<()> {
    let file = NewFile::create(path)?;
    let written = file.file().write_all(bytes);
    written.with_context(|| file.cannot_write())?;
    file.rename()
}

/// A file under a temporary name, which gets its own once it is whole.
#[derive(Debug)]
pub(super) struct NewFile {
    path: PathBuf,
    file: NamedTempFile,
}

impl NewFile {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        let file = temporary_files()
            .tempfile_in(folder.unwrap_or(Path::new(".")))
            // Its own message has the temporary name.
            .map_err(|error| io::Error::from(error.kind()))
            .with_context(|| format!("cannot write to the folder of {}", path.display()))?;
        let path = path.to_owned();
        Ok(Self { path, file })
    }

    /// Where to write.
    pub(super) fn file(&self) -> &File {
        self.file.as_file()
    }

    /// What an error of writing is about.
    pub(super) fn cannot_write(&self) -> String {
        format!("cannot write {}", self.path.display())
    }

    /// Gives the file its own name, in place of what had it before, once it is on the disk.
    pub(super) fn keep(self) -> Result<()> {
        let synced = self.file().sync_all();
        synced.with_context(|| self.cannot_write())?;
        self.rename()
    }

    fn rename(self) -> Result<()> {
        let message = self.cannot_write();
        let kept = self.file.persist(&self.path);
        // Its own message repeats its cause.
        kept.map_err(|error| error.error).context(message)?;
        Ok(())
    }
}

/// Temporary files that are known as such, with the rights of ordinary ones: those that the user's umask leaves.
fn temporary_files() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    let [prefix, suffix] = UNFINISHED;
    builder.prefix(prefix).suffix(suffix);
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_read_is_not_written_over() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("results.jsonl");
        fs::write(&path, "").expect("the folder is writable");
        fs::create_dir(folder.path().join("ra")).expect("the folder is writable");
        let roundabout = folder.path().join("ra/../results.jsonl");
        assert!(refuse_to_overwrite(&roundabout, [path.clone()]).is_err());
        let other = folder.path().join("digest.html");
        assert!(refuse_to_overwrite(&other, [path.clone(), other.clone()]).is_ok());
        assert!(refuse_to_overwrite(&path, [other]).is_ok());
    }
}
