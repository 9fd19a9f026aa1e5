//! Files that appear only when they are whole, and never in place of what is read.

use std::fs::{self, File};
use std::io::{self, Write};
use std::mem;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context, Result, bail, ensure};
use serde::Serialize;
use tempfile::{Builder, NamedTempFile};

use super::also;
use super::output::as_json;
use super::system::{is_held, telling};
use crate::batch::UNFINISHED;
use crate::batch::sources::OUTPUTS;
use crate::results;

/// Refuses to write a file over what runs wrote, or where a run would: it would take the state for its own. What `--also` makes
/// may be made otherwise.
pub(super) fn keep_results<'a>(
    output: &Path,
    runs: impl IntoIterator<Item = &'a PathBuf>,
) -> Result<()> {
    let results: Vec<PathBuf> = runs.into_iter().map(|run| results::file_of(run)).collect();
    let manifests = results
        .iter()
        .map(|results| results.with_file_name(results::MANIFEST));
    refuse_to_overwrite(output, results.iter().cloned().chain(manifests))?;
    let name = output.file_name().unwrap_or_default().to_string_lossy();
    let is_also = |also: &String| also.eq_ignore_ascii_case(&name);
    let is_of_run = OUTPUTS
        .iter()
        .any(|output| output.eq_ignore_ascii_case(&name))
        && !also::files_but_of(&[]).iter().any(is_also);
    let folder = folder_of(output);
    let has_run = || {
        let is_same = |other: &Path| folder.canonicalize().ok() == other.canonicalize().ok();
        let signs = [results::MANIFEST, results::STATE];
        signs.iter().any(|sign| folder.join(sign).exists())
            || results.iter().any(|results| is_same(folder_of(results)))
    };
    ensure!(
        !(is_of_run && has_run()),
        "{} is a file of a run; name another place for the output",
        output.display()
    );
    Ok(())
}

/// The folder that a file stands in.
pub(super) fn folder_of(path: &Path) -> &Path {
    let folder = path.parent();
    let folder = folder.filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// Refuses to write a file over one that is read for it, whatever way either was named.
pub(super) fn refuse_to_overwrite(
    output: &Path,
    inputs: impl IntoIterator<Item = PathBuf>,
) -> Result<()> {
    Replaced::by([output]).refuse(inputs)
}

/// Files that others are written over, as the system calls them.
#[derive(Debug)]
pub(super) struct Replaced(Vec<PathBuf>);

impl Replaced {
    /// Those that stand where output goes. Nothing is written over where no file is.
    pub(super) fn by<'a>(outputs: impl IntoIterator<Item = &'a Path>) -> Self {
        let outputs = outputs.into_iter();
        Self(outputs.filter_map(|it| it.canonicalize().ok()).collect())
    }

    /// Refuses to write over what is read for it, whatever way either was named.
    pub(super) fn refuse(&self, inputs: impl IntoIterator<Item = PathBuf>) -> Result<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let is_replaced = |input: &PathBuf| {
            let place = input.canonicalize();
            place.is_ok_and(|place| self.0.contains(&place))
        };
        match inputs.into_iter().find(is_replaced) {
            None => Ok(()),
            Some(input) => bail!(
                "{} is read, and would be written over; name another place for the output",
                input.display()
            ),
        }
    }
}

/// Refuses to write a file where a folder is, or is named, before any work is done for it.
pub(super) fn refuse_folder(output: &Path) -> Result<()> {
    let name = output.to_string_lossy();
    ensure!(
        !name.ends_with(std::path::is_separator) && !output.is_dir(),
        "{name} is a folder; name a file in it"
    );
    Ok(())
}

/// When a file was written, in seconds since 1970 (UTC), by the clock of its drive. In milliseconds, which come back from JSON
/// as they went.
pub(super) fn changed_unix(path: &Path) -> Option<f64> {
    let changed = fs::metadata(path).and_then(|file| file.modified()).ok()?;
    let since_1970 = changed.duration_since(UNIX_EPOCH).ok()?;
    Some(since_1970.as_millis() as f64 / 1000.0)
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
        .map_err(telling)
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
    place: Place,
}

/// Where a new file is written.
#[derive(Debug)]
enum Place {
    Temporary(NamedTempFile),
    /// To what is no file, such as `/dev/null` or a pipe: a file of its name would take its place for everybody.
    Device(File),
}

impl NewFile {
    pub(super) fn create(path: &Path) -> Result<Self> {
        let place = if is_device(path) {
            let device = File::options().write(true).open(path);
            Place::Device(
                device
                    .map_err(telling)
                    .with_context(|| format!("cannot write {}", path.display()))?,
            )
        } else {
            let file = temporary_files()
                .tempfile_in(folder_of(path))
                // Its own message has the temporary name.
                .map_err(|error| telling(error.kind().into()))
                .with_context(|| format!("cannot write to the folder of {}", path.display()))?;
            Place::Temporary(file)
        };
        let path = path.to_owned();
        Ok(Self { path, place })
    }

    /// Where to write.
    pub(super) fn file(&self) -> &File {
        match &self.place {
            Place::Temporary(file) => file.as_file(),
            Place::Device(device) => device,
        }
    }

    /// What an error of writing is about.
    pub(super) fn cannot_write(&self) -> String {
        format!("cannot write {}", self.path.display())
    }

    /// Gives the file its own name, in place of what had it before, once it is on the disk.
    pub(super) fn keep(self) -> Result<()> {
        if let Place::Temporary(file) = &self.place {
            let synced = file.as_file().sync_all();
            synced.with_context(|| self.cannot_write())?;
        }
        self.rename()
    }

    fn rename(self) -> Result<()> {
        let message = self.cannot_write();
        if let Place::Temporary(file) = self.place {
            let (file, temporary) = file.into_parts();
            drop(file);
            replace(&temporary, &self.path)
                .map_err(telling)
                .context(message)?;
            // Nothing has that name any more.
            mem::forget(temporary);
        }
        Ok(())
    }
}

/// Gives a file another's name. On Windows that fails while anybody reads the other, as programs that look for viruses do for a
/// moment.
fn replace(temporary: &Path, path: &Path) -> io::Result<()> {
    let mut renamed = fs::rename(temporary, path);
    for _ in 0..RENAMES {
        if !renamed.as_ref().is_err_and(is_held) {
            break;
        }
        thread::sleep(PAUSE);
        renamed = fs::rename(temporary, path);
    }
    renamed
}

/// How often that is tried again, and after how long: a second in all.
const RENAMES: usize = 10;
const PAUSE: Duration = Duration::from_millis(100);

/// Whether something has this name that is neither a file nor a folder.
fn is_device(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
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

    #[test]
    fn a_folder_is_no_place_for_a_file() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let new = folder.path().join("moi");
        assert!(refuse_folder(folder.path()).is_err());
        assert!(refuse_folder(&new.join("")).is_err(), "it ends as a folder");
        assert!(refuse_folder(&new).is_ok());
        assert!(refuse_folder(Path::new("-")).is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_file_is_written_to_and_not_replaced() {
        use std::os::unix::fs::symlink;
        use std::os::unix::net::UnixListener;

        let folder = tempfile::tempdir().expect("a temporary folder");
        let null = folder.path().join("null");
        symlink("/dev/null", &null).expect("the folder is writable");
        write_bytes(&null, b"a").expect("it takes everything");
        assert!(null.is_symlink());
        let socket = folder.path().join("socket");
        let _listener = UnixListener::bind(&socket).expect("the folder is writable");
        assert!(
            write_bytes(&socket, b"a").is_err(),
            "nobody can write to it so"
        );
        assert!(is_device(&socket), "it is still there");
    }

    #[test]
    fn nothing_is_written_over_what_a_run_writes_but_what_may_be_made_otherwise() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let [run, other] = ["ra", "khac"].map(|name| folder.path().join(name));
        for folder in [&run, &other] {
            fs::create_dir(folder).expect("the folder is writable");
        }
        fs::write(run.join(results::FILE_NAME), "").expect("the folder is writable");
        let keep = |folder: &Path, name: &str| keep_results(&folder.join(name), [&run]);
        // None of them is there yet.
        for name in [
            "run.sqlite",
            "run.sqlite-wal",
            "duplicates.jsonl",
            "run.lock",
        ] {
            assert!(keep(&run, name).is_err(), "{name}");
            assert!(keep(&other, name).is_ok(), "{name}");
        }
        assert!(keep(&run, results::FILE_NAME).is_err());
        for name in ["digest.html", "summaries.csv", "trang.html"] {
            assert!(keep(&run, name).is_ok(), "{name}");
        }
        fs::write(other.join(results::MANIFEST), "{}").expect("the folder is writable");
        assert!(keep(&other, "duplicates.jsonl").is_err(), "of another run");
    }
}
