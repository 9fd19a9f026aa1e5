//! A folder → the files in it and below it, sorted by their names. Links are followed, but no folder is entered through
//! them that is read anyway.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::fs::{self, DirEntry};
use std::io;
use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};

use super::{Entry, folder_of, is_debris, name_of, told_from_standard_input};
use crate::batch::{duplicates, lock};
use crate::record::Failure;
use crate::results;

/// What a run and those who read its results leave in its output folder, which is no document of the next run.
pub const OUTPUTS: [&str; 14] = [
    results::FILE_NAME,
    results::MANIFEST,
    lock::FILE_NAME,
    results::STATE,
    "run.sqlite-wal",
    "run.sqlite-shm",
    duplicates::FILE_NAME,
    "digest.html",
    "paragraphs.parquet",
    "summaries.parquet",
    "failures.parquet",
    "paragraphs.csv",
    "summaries.csv",
    "failures.csv",
];

/// A way through folders.
#[derive(Debug)]
pub(super) struct Walk<'a> {
    /// The folder that is passed over, as the system calls it.
    output: &'a Path,
    /// Which files are wanted; all of them where it says nothing.
    pattern: Option<Pattern<'a>>,
    /// What ids begin behind.
    root: Option<&'a Path>,
    /// Where it began, as the system calls it.
    top: PathBuf,
    /// The folders that links led to, and those below them, as the system calls them.
    entered: BTreeSet<PathBuf>,
    /// The links that were not followed because what they lead to is read anyway.
    needless: Vec<PathBuf>,
    found: Vec<Entry>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        output: &'a Path,
        pattern: Option<(&'a Path, &'a GlobMatcher)>,
        root: Option<&'a Path>,
    ) -> Self {
        Self {
            output,
            pattern: pattern.map(|(path, matcher)| Pattern::new(path, matcher)),
            root,
            top: PathBuf::new(),
            entered: BTreeSet::new(),
            needless: Vec::new(),
            found: Vec::new(),
        }
    }

    /// The files of `folder`; none if there is no such folder.
    pub(super) fn files(mut self, folder: &Path) -> Vec<Entry> {
        if !folder.is_dir() {
            return Vec::new();
        }
        self.top = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        // A leading `.` says nothing in the paths of files.
        self.folder(folder.strip_prefix(".").unwrap_or(folder));
        if let Some(first) = self.needless.first() {
            let first = name_of(first).replace(char::is_control, "\u{fffd}");
            let more = match self.needless.len() {
                1 => String::new(),
                count => format!(" (and {} other links)", count - 1),
            };
            tracing::warn!(
                "{first} leads to a folder that is read anyway, and is not followed{more}"
            );
        }
        self.found
    }

    fn folder(&mut self, folder: &Path) {
        let here = if folder.as_os_str().is_empty() {
            Path::new(".")
        } else {
            folder
        };
        let mut entries = Vec::new();
        match fs::read_dir(here) {
            Ok(listed) => {
                for entry in listed {
                    match entry {
                        Ok(entry) => entries.push(entry),
                        Err(error) => self.add(here, Some(Failure::reading(&error))),
                    }
                }
            }
            Err(error) => self.add(here, Some(Failure::reading(&error))),
        }
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            let name = entry.file_name();
            if !is_debris(&name.to_string_lossy()) {
                self.entry(&entry, &folder.join(name));
            }
        }
    }

    fn entry(&mut self, entry: &DirEntry, path: &Path) {
        let is_link = entry.file_type().is_ok_and(|kind| kind.is_symlink());
        if is_link && is_for_old_programs(entry) {
            return;
        }
        let kind = if is_link {
            path.metadata().map(|metadata| metadata.file_type())
        } else {
            entry.file_type()
        };
        match kind {
            Ok(kind) if kind.is_dir() => {
                if self.enters(path, is_link) {
                    self.folder(path);
                }
            }
            Ok(kind) if kind.is_file() => {
                let pattern = self.pattern.as_ref();
                let is_wanted = pattern.is_none_or(|pattern| pattern.matcher.is_match(path));
                if is_wanted && !is_result(path, self.output) {
                    self.add(path, None);
                }
            }
            Ok(_) => {}
            Err(error) if is_link && error.kind() == io::ErrorKind::NotFound => {
                self.add(path, Some(Failure::new("io_error", "a link to nothing")));
            }
            Err(error) => self.add(path, Some(Failure::reading(&error))),
        }
    }

    /// Whether the walk goes into a folder that it met.
    fn enters(&mut self, path: &Path, is_link: bool) -> bool {
        let pattern = self.pattern.as_ref();
        if pattern.is_some_and(|pattern| !pattern.may_be_below(path)) {
            return false;
        }
        let Ok(target) = path.canonicalize() else {
            return true;
        };
        if target == self.output {
            return false;
        }
        if is_link && self.is_above(&target, path) {
            let message = "it is a link to a folder above it, and is not followed";
            self.add(path, Some(Failure::new("io_error", message)));
            return false;
        }
        let is_inside = target.starts_with(&self.top);
        let is_read_anyway = match (is_inside, is_link) {
            (true, false) => false,
            // A pattern may ask for what a link's own name leads to.
            (true, true) if self.pattern.is_none() => true,
            _ => !self.entered.insert(target),
        };
        if is_read_anyway {
            self.needless.push(path.to_owned());
        }
        !is_read_anyway
    }

    /// Whether a folder is the one that a link stands in, the one where the walk began, or above either.
    fn is_above(&self, target: &Path, link: &Path) -> bool {
        let place = link.parent().and_then(|place| place.canonicalize().ok());
        let place = place.as_deref().unwrap_or(&self.top);
        place.starts_with(target) || self.top.starts_with(target)
    }

    fn add(&mut self, path: &Path, failure: Option<Failure>) {
        let name = self.root.and_then(|root| path.strip_prefix(root).ok());
        // The folder itself has no name within it.
        let name = name.filter(|name| !name.as_os_str().is_empty());
        self.found.push(Entry {
            id: name_of(name.unwrap_or(path)),
            path: told_from_standard_input(path),
            failure,
        });
    }
}

/// Whether Windows keeps a link for programs that look where older systems had a folder (`My Music` within `Documents`). Nobody
/// may list what it leads to.
#[cfg(windows)]
fn is_for_old_programs(link: &DirEntry) -> bool {
    use std::os::windows::fs::MetadataExt;

    // https://learn.microsoft.com/en-us/windows/win32/fileio/file-attribute-constants
    const HIDDEN_AND_SYSTEM: u32 = 0x2 | 0x4;
    let attributes = link.metadata().map(|link| link.file_attributes());
    attributes.is_ok_and(|attributes| attributes & HIDDEN_AND_SYSTEM == HIDDEN_AND_SYSTEM)
}

#[cfg(not(windows))]
fn is_for_old_programs(_: &DirEntry) -> bool {
    false
}

/// A pattern of paths.
#[derive(Debug)]
struct Pattern<'a> {
    matcher: &'a GlobMatcher,
    /// The parts that it begins with, as they were given and as they match.
    parts: Vec<(OsString, GlobMatcher)>,
    /// Whether anything may follow these parts.
    is_open: bool,
}

impl<'a> Pattern<'a> {
    fn new(path: &Path, matcher: &'a GlobMatcher) -> Self {
        // Braces and brackets may hold separators: then a part alone is no pattern.
        let part = |part: &OsStr| {
            let glob = part.to_string_lossy();
            let glob_of_part = GlobBuilder::new(&glob)
                .case_insensitive(cfg!(windows))
                .build();
            let matcher = glob_of_part.ok()?.compile_matcher();
            (!glob.contains("**")).then(|| (part.to_owned(), matcher))
        };
        let parts: Vec<_> = path.iter().map_while(part).collect();
        Self {
            matcher,
            is_open: parts.len() < path.iter().count(),
            parts,
        }
    }

    /// Whether files that it asks for may lie below a folder.
    fn may_be_below(&self, folder: &Path) -> bool {
        let mut wanted = self.parts.iter();
        for part in folder {
            let Some((name, matcher)) = wanted.next() else {
                return self.is_open;
            };
            if part != name && !matcher.is_match(part) {
                return false;
            }
        }
        self.is_open || wanted.next().is_some()
    }
}

/// Whether a file is what a run wrote, into `output` or the folder of an earlier one. Documents beside it are read.
fn is_result(path: &Path, output: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    OUTPUTS.contains(&&*name)
        && folder_of(path).is_some_and(|folder| {
            let is_output = folder.canonicalize().is_ok_and(|folder| folder == output);
            is_output || is_output_of_run(|name| folder.join(name).is_file())
        })
}

/// Whether a run left its results in a folder, or what it had done when it was killed, by the files that this one `has`.
pub(super) fn is_output_of_run(has: impl Fn(&str) -> bool) -> bool {
    let has_ended = has(results::MANIFEST) && (has(results::STATE) || has(results::FILE_NAME));
    has_ended || (has(results::STATE) && has(lock::FILE_NAME))
}

/// A file in a folder that is called as what a run writes, but for `others`, where no run was in that folder.
pub fn foreign_output(folder: &Path, others: &[String]) -> Option<PathBuf> {
    let has = |name: &&str| folder.join(name).symlink_metadata().is_ok();
    let signs = [results::MANIFEST, results::STATE, lock::FILE_NAME];
    if signs.iter().any(has) {
        return None;
    }
    let is_other = |name: &str| others.iter().any(|other| other == name);
    let found = OUTPUTS.iter().find(|name| !is_other(name) && has(name));
    found.map(|name| folder.join(name))
}
