//! Folders, files and glob patterns → the files of a run, in a fixed order.

use std::collections::{BTreeSet, VecDeque};
use std::path::{Path, PathBuf, is_separator};

use globset::{GlobBuilder, GlobMatcher};
use thiserror::Error;
use tracing::subscriber::{NoSubscriber, with_default};

use super::walk::Walk;
use super::{Entry, Inputs, STANDARD_INPUT, SourceOptions, folder_of, told_from_standard_input};
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
/// leave beside them is not, and neither is the folder `output`, nor what earlier runs wrote. Files of a
/// folder are named by their path within it (of several, by the whole path) and come sorted by it. A path
/// that does not exist is an input that fails; one that is named twice is read once.
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

/// The inputs that `paths` name, files and glob patterns, whatever is in them; `-` is standard input.
///
/// A name that no pattern can be, such as one with a bracket that is never closed, is that of a file.
pub fn files(paths: &[PathBuf], options: &SourceOptions) -> Inputs {
    let mut entries = VecDeque::new();
    for path in paths {
        if is_pattern(path) {
            let found = matching(path, Path::new(""));
            entries.extend(found.unwrap_or_else(|_| vec![Entry::of(path)]));
        } else {
            entries.push_back(Entry::of(path));
        }
    }
    Inputs::start(entries, options)
}

/// The files in `folder` and below it that [`discover`] would read for `paths`, by their paths in it, however they were
/// named: a link to such a file names it too.
///
/// # Errors
///
/// If a glob pattern cannot be read.
pub fn documents_below(
    folder: &Path,
    paths: &[PathBuf],
    output: &Path,
) -> Result<BTreeSet<PathBuf>, DiscoverError> {
    let real = |path: &Path| path.canonicalize().ok();
    let folder = real(folder);
    let place = |path: &Path| {
        let parent = real(folder_of(path)?)?;
        Some(parent.join(path.file_name()?))
    };
    // What there is to say of links, `discover` says.
    let entries = with_default(NoSubscriber::default(), || entries(paths, output))?.into_iter();
    let files = entries.filter(|entry| entry.failure.is_none() && entry.path.is_file());
    let places = files.flat_map(|entry| [place(&entry.path), real(&entry.path)]);
    let below = |path: PathBuf| Some(path.strip_prefix(folder.as_ref()?).ok()?.to_owned());
    Ok(places.flatten().filter_map(below).collect())
}

/// The folder that the names which [`discover`] gives to files begin with: the one that holds all that `paths` name.
pub fn shared_folder(paths: &[PathBuf]) -> PathBuf {
    if let [path] = paths
        && path.is_dir()
    {
        return PathBuf::new();
    }
    let named = paths
        .iter()
        .filter(|path| path.as_os_str() != STANDARD_INPUT);
    let folders = named.map(|path| {
        let path = path.strip_prefix("./").unwrap_or(path);
        if path.is_dir() {
            path.to_owned()
        } else if is_pattern(path) {
            fixed_prefix(path)
        } else {
            path.parent().unwrap_or(path).to_owned()
        }
    });
    let common = |one: PathBuf, other: PathBuf| -> PathBuf {
        let both = one.components().zip(other.components());
        both.take_while(|(one, other)| one == other)
            .map(|(part, _)| part)
            .collect()
    };
    folders.reduce(common).unwrap_or_default()
}

fn entries(paths: &[PathBuf], output: &Path) -> Result<VecDeque<Entry>, DiscoverError> {
    let output = output.canonicalize().unwrap_or_else(|_| output.to_owned());
    let mut entries = VecDeque::new();
    for path in paths {
        if path.as_os_str() == STANDARD_INPUT {
            entries.push_back(Entry::of(path));
            continue;
        }
        // A leading `./` says nothing, and would keep patterns and names from matching.
        let path = path.strip_prefix("./").unwrap_or(path);
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        if path.is_dir() {
            let root = (paths.len() == 1).then_some(path);
            entries.extend(Walk::new(&output, None, root).files(path));
        } else if is_pattern(path) {
            entries.extend(matching(path, &output)?);
        } else {
            entries.push_back(Entry::of(&told_from_standard_input(path)));
        }
    }
    Ok(entries)
}

/// Whether a path is a glob pattern, and not the name of a file.
fn is_pattern(path: &Path) -> bool {
    path.to_string_lossy().contains(WILDCARDS) && !path.exists()
}

/// The files that match a pattern, but for those of the folder `output`; if there are none, an input that fails.
fn matching(pattern: &Path, output: &Path) -> Result<Vec<Entry>, DiscoverError> {
    let given = pattern.strip_prefix("./").unwrap_or(pattern);
    // It asks for folders, and patterns find files.
    if given.to_string_lossy().ends_with(is_separator) {
        return Ok(vec![nothing_matches(given)]);
    }
    // As files are called that are found: no `.` within, and one separator between folders.
    let pattern: PathBuf = given.components().collect();
    let start = fixed_prefix(&pattern);
    let matcher = matcher(&pattern, &start)?;
    let walk = Walk::new(output, Some((&pattern, &matcher)), None);
    let mut found = walk.files(&start);
    found.retain(|entry| entry.failure.is_none() || may_match(&matcher, &pattern, &entry.path));
    if found.is_empty() {
        found.push(nothing_matches(given));
    }
    Ok(found)
}

/// The characters that begin a wildcard of a pattern.
const WILDCARDS: [char; 4] = ['*', '?', '[', '{'];

/// A pattern that no file matches, as an input that does not exist.
fn nothing_matches(pattern: &Path) -> Entry {
    Entry {
        failure: Some(Failure::new(
            Failure::NOT_FOUND,
            "no file matches the pattern",
        )),
        ..Entry::of(pattern)
    }
}

/// What tells the files of a pattern that the search for begins in the folder `start`, which is named as it is.
fn matcher(pattern: &Path, start: &Path) -> Result<GlobMatcher, DiscoverError> {
    let glob = match pattern.strip_prefix(start) {
        Ok(rest) => Path::new(&escaped(start)).join(rest),
        // The current folder, which paths of files do not name.
        Err(_) => pattern.to_owned(),
    };
    let glob = glob.to_string_lossy();
    let mut glob = GlobBuilder::new(&glob);
    // As the system's own names: `*.doc` finds `BAOCAO.DOC` on Windows.
    glob.literal_separator(true).case_insensitive(cfg!(windows));
    let glob = glob.build();
    let error = |source| DiscoverError {
        pattern: pattern.display().to_string(),
        source,
    };
    Ok(glob.map_err(error)?.compile_matcher())
}

/// A folder's path as a pattern that matches it alone.
fn escaped(folder: &Path) -> String {
    let escaped = globset::escape(&folder.to_string_lossy());
    if is_separator('\\') {
        return escaped;
    }
    // Elsewhere it would take the meaning of the character behind it.
    escaped.replace('\\', r"[\]")
}

/// Whether what cannot be read at `path` may be, or hold, what the pattern asks for.
fn may_match(matcher: &GlobMatcher, pattern: &Path, path: &Path) -> bool {
    let depth = |path: &Path| path.components().count();
    let is_above = || depth(path) < depth(pattern) || pattern.to_string_lossy().contains("**");
    matcher.is_match(path) || (path.is_dir() && is_above())
}

/// The folders of a pattern before its first wildcard. Brackets and braces are none where a folder has just this name.
fn fixed_prefix(pattern: &Path) -> PathBuf {
    let mut prefix = PathBuf::new();
    for part in pattern {
        let name = part.to_string_lossy();
        let next = prefix.join(part);
        let is_name = !name.contains(['*', '?']) && next.is_dir();
        if name.contains(WILDCARDS) && !is_name {
            break;
        }
        prefix = next;
    }
    if prefix.as_os_str().is_empty() {
        PathBuf::from(".")
    } else {
        prefix
    }
}
