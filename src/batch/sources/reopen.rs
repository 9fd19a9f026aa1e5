//! A record's source → what was read from it.

use std::collections::VecDeque;

use super::name::path_of;
use super::{Entry, Inputs, STANDARD_INPUT, SourceOptions};
use crate::pipeline::Input;
use crate::record::{Failure, SEPARATOR, Source};

/// Reads again what the paths of records name, members of containers and rows of tables too.
///
/// Paths that are asked for in the order of the records cost one reading of each container; in any other
/// order, one each.
#[derive(Debug)]
pub struct Reopener {
    options: SourceOptions,
    open: Option<(String, Inputs)>,
}

impl Reopener {
    /// Reads with the columns and limits that the run had.
    pub fn new(options: SourceOptions) -> Self {
        Self {
            options,
            open: None,
        }
    }

    /// What stands at `path`, as [`Source::path`] gives it: its bytes or its archive's document in
    /// `content`, their size and hash in `source`. Its `id` is that of the input, without the run's root.
    ///
    /// Where nothing stands there any more, `content` is the failure `not_found`; standard input is gone for
    /// good and gives the same, and so does a file of which only the parts are documents.
    pub fn reopen(&mut self, path: &str) -> Input {
        let found = files_of(path).find_map(|file| self.find(file, path));
        found.unwrap_or_else(|| missing(path))
    }

    fn find(&mut self, file: &str, path: &str) -> Option<Input> {
        if let Some((open, inputs)) = &mut self.open
            && open == file
            && let Some(found) = inputs.find(|input| input.source.path == path)
        {
            return Some(found);
        }
        let mut inputs = Inputs::start(VecDeque::from([Entry::of(&path_of(file))]), &self.options);
        let found = inputs.find(|input| input.source.path == path);
        self.open = (file != path).then(|| (file.to_owned(), inputs));
        found
    }
}

/// The files on disk that a path may lead to: all of it, or what stands before one of its separators. Those that say
/// most come first, because a file `a` may lie beside one that is called `a!b.txt`.
fn files_of(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.rmatch_indices(SEPARATOR).map(|(end, _)| end);
    let candidates = [path.len()].into_iter().chain(ends);
    candidates
        .map(|end| &path[..end])
        .filter(|candidate| *candidate != STANDARD_INPUT && path_of(candidate).is_file())
}

fn missing(path: &str) -> Input {
    let first = path.split(SEPARATOR).next();
    let message = if first == Some(STANDARD_INPUT) {
        "it came from standard input, and is gone"
    } else if path_of(path).is_file() {
        // Such as a mailbox that a former version read as one document.
        "what stands there is read as several documents now; run again"
    } else {
        "nothing stands there any more"
    };
    let source = Source {
        path: path.to_owned(),
        ..Source::default()
    };
    Input {
        id: path.to_owned(),
        source,
        content: Err(Failure::new(Failure::NOT_FOUND, message)),
    }
}
