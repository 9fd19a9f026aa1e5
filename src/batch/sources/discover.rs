//! Folders, files and glob patterns → the files of a run, in a fixed order.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;

use globset::{GlobBuilder, GlobMatcher};
use ignore::{DirEntry, WalkBuilder};
use thiserror::Error;

use super::{Entry, Inputs, SourceOptions, is_debris, name_of};
use crate::record::Failure;

/// A glob pattern that cannot be read.
#[derive(Debug, Error)]
#[error("{pattern} is no pattern of paths")]
pub struct DiscoverError {
    /// As given.
    pattern: String,
    /// What is wrong with it.
    source: globset::Error,
}

/// Finds the files that `paths` name: folders with all that is in them, files, glob patterns.
///
/// Hidden and git-ignored files are reports like any other; what office programs and file managers
/// leave beside them is not, and neither is the folder `output`. Files of a folder are named by their
/// path within it (of several, by the whole path) and come sorted by it. A path that does not exist
/// is an input that fails; one that is named twice is read once.
///
/// # Errors
///
/// If a glob pattern cannot be read.
pub fn discover(
    paths: &[PathBuf],
    output: &Path,
    options: &SourceOptions,
) -> Result<Inputs, DiscoverError> {
    let mut entries = entries(paths, output)?;
    if paths.len() > 1 {
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert(entry.path.clone()));
    }
    Ok(Inputs::start(entries, options))
}

fn entries(paths: &[PathBuf], output: &Path) -> Result<VecDeque<Entry>, DiscoverError> {
    let output = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    let mut entries = VecDeque::new();
    for path in paths {
        // A leading `./` says nothing, and would keep patterns and names from matching.
        let path = path.strip_prefix("./").unwrap_or(path);
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        let pattern = path.to_string_lossy();
        if path.is_dir() {
            let root = (paths.len() == 1).then_some(path);
            entries.extend(walk(path, &output, |_| true, root));
        } else if !path.exists() && pattern.contains(WILDCARDS) {
            let matcher = matcher(&pattern)?;
            let is_match = |path: &Path| matcher.is_match(path);
            let mut found = walk(&fixed_prefix(path), &output, is_match, None);
            found.retain(|entry| entry.failure.is_none() || may_match(&matcher, path, &entry.path));
            if found.is_empty() {
                entries.push_back(nothing_matches(path));
            }
            entries.extend(found);
        } else {
            entries.push_back(Entry::of(path));
        }
    }
    Ok(entries)
}

/// The characters that begin a wildcard of a pattern.
const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

/// What a run and those who read its results leave in its output folder.
const OUTPUTS: [&str; 12] = [
    "results.jsonl",
    "run.json",
    "run.lock",
    "run.sqlite",
    "run.sqlite-wal",
    "run.sqlite-shm",
    "duplicates.jsonl",
    "digest.html",
    "paragraphs.parquet",
    "summaries.parquet",
    "paragraphs.csv",
    "summaries.csv",
];

/// A pattern that no file matches, as an input that does not exist.
fn nothing_matches(pattern: &Path) -> Entry {
    Entry {
        failure: Some(Failure::new("not_found", "no file matches the pattern")),
        ..Entry::of(pattern)
    }
}

fn matcher(pattern: &str) -> Result<GlobMatcher, DiscoverError> {
    let glob = GlobBuilder::new(pattern).literal_separator(true).build();
    let error = |source| DiscoverError {
        pattern: pattern.to_owned(),
        source,
    };
    Ok(glob.map_err(error)?.compile_matcher())
}

/// Whether what cannot be read at `path` may be, or hold, what the pattern asks for.
fn may_match(matcher: &GlobMatcher, pattern: &Path, path: &Path) -> bool {
    let path = path.strip_prefix("./").unwrap_or(path);
    let depth = |path: &Path| path.components().count();
    let is_above = || depth(path) < depth(pattern) || pattern.to_string_lossy().contains("**");
    matcher.is_match(path) || (path.is_dir() && is_above())
}

/// The folders of a pattern before its first wildcard.
fn fixed_prefix(pattern: &Path) -> PathBuf {
    let is_fixed = |part: &&std::ffi::OsStr| !part.to_string_lossy().contains(WILDCARDS);
    let prefix: PathBuf = pattern.iter().take_while(is_fixed).collect();
    if prefix.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        prefix
    }
}

fn walk(
    folder: &Path,
    output: &Path,
    is_match: impl Fn(&Path) -> bool,
    root: Option<&Path>,
) -> Vec<Entry> {
    let skipped = output.to_owned();
    let top = folder.canonicalize().ok();
    let (sender, links_above) = channel();
    let walker = WalkBuilder::new(folder)
        .standard_filters(false)
        .follow_links(true)
        .sort_by_file_name(std::cmp::Ord::cmp)
        .filter_entry(move |entry| {
            if top.as_deref().is_some_and(|top| leads_above(entry, top)) {
                // Somebody receives as long as the walk goes on.
                let _ = sender.send(entry.path().to_owned());
                return false;
            }
            !is_output(entry, &skipped) && !is_debris(&entry.file_name().to_string_lossy())
        })
        .build();
    let mut found = Vec::new();
    for result in walker {
        found.extend(links_above.try_iter().map(|link| looping(&link)));
        match result {
            Ok(entry) if entry.file_type().is_some_and(|kind| kind.is_file()) => {
                let path = entry.path().strip_prefix("./").unwrap_or(entry.path());
                if is_match(path) && !is_result(path, output) {
                    let name = root
                        .and_then(|root| path.strip_prefix(root).ok())
                        .unwrap_or(path);
                    found.push(Entry {
                        id: name_of(name),
                        path: path.to_owned(),
                        failure: None,
                    });
                }
            }
            Ok(_) => {}
            Err(error) if !folder.exists() => {
                tracing::debug!("{error}");
            }
            Err(error) => found.push(unreadable(folder, &error)),
        }
    }
    found.extend(links_above.try_iter().map(|link| looping(&link)));
    found
}

/// Whether an entry is a link to the folder `top`, where the walk began, or to one above it. The walk itself sees only
/// those that lead back to a folder that it came through.
fn leads_above(entry: &DirEntry, top: &Path) -> bool {
    entry.depth() > 0
        && entry.path_is_symlink()
        && entry
            .path()
            .canonicalize()
            .is_ok_and(|target| top.starts_with(target))
}

/// A link that leads back to a folder above it, as an input that cannot be read.
fn looping(link: &Path) -> Entry {
    let message = "it is a link to a folder above it, and is not followed";
    Entry {
        failure: Some(Failure::new("io_error", message)),
        ..Entry::of(link)
    }
}

fn is_output(entry: &DirEntry, output: &Path) -> bool {
    entry.file_type().is_some_and(|kind| kind.is_dir())
        && entry.path().canonicalize().is_ok_and(|path| path == output)
}

/// Whether a file is what an earlier run wrote, where the output folder is itself one of the inputs.
fn is_result(path: &Path, output: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    OUTPUTS.contains(&&*name)
        && path
            .parent()
            .and_then(|folder| folder.canonicalize().ok())
            .is_some_and(|folder| folder == output)
}

fn unreadable(folder: &Path, error: &ignore::Error) -> Entry {
    let path = path_of(error).unwrap_or(folder).to_owned();
    if is_loop(error) {
        return looping(&path);
    }
    Entry {
        failure: Some(Failure::new("io_error", &error.to_string())),
        ..Entry::of(&path)
    }
}

fn is_loop(error: &ignore::Error) -> bool {
    match error {
        ignore::Error::WithPath { err, .. } | ignore::Error::WithDepth { err, .. } => is_loop(err),
        error => matches!(error, ignore::Error::Loop { .. }),
    }
}

/// The path that an error of the walk is about.
fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } => path_of(err),
        ignore::Error::Loop { child, .. } => Some(child),
        _ => None,
    }
}
