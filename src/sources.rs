//! What do the documents of earlier results say today? A record → its document's bytes and text again.

use std::borrow::Cow;
use std::iter;
use std::ops::AddAssign;
use std::path::{Path, PathBuf};

use crate::batch::SourceOptions;
use crate::batch::sources::{Reopener, files_behind, joined};
use crate::hash::sha256;
use crate::ingest::encoding::EncodingChoice;
use crate::ingest::encoding::tone::TonePlacement;
use crate::ingest::jsonl::Columns;
use crate::ingest::{self, RawDocument, ReadError, ReadOptions};
use crate::pipeline::Content;
use crate::record::{Failure, Record, SEPARATOR};
use crate::results;
use crate::segment;

/// Finds again what the records of one run were made of.
#[derive(Debug)]
pub struct Sources {
    root: PathBuf,
    reopener: Reopener,
    missing: Missing,
}

/// How many sources are not where they are looked for. Standard input is gone for good, and looked for nowhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Missing {
    /// Those with relative paths, which another root may help.
    pub relative: usize,
    /// Those with absolute ones.
    pub absolute: usize,
}

impl Missing {
    fn add(&mut self, path: &str) {
        let is_standard_input = path.split(SEPARATOR).next() == Some("-");
        if Path::new(path).is_absolute() {
            self.absolute += 1;
        } else if !is_standard_input {
            self.relative += 1;
        }
    }
}

impl AddAssign for Missing {
    fn add_assign(&mut self, other: Self) {
        self.relative += other.relative;
        self.absolute += other.absolute;
    }
}

/// What a record's source holds today.
#[derive(Debug)]
pub struct Today {
    /// SHA-256 of the document's own bytes, in hexadecimal.
    pub sha256: Option<String>,
    /// What it holds, or why that cannot be had.
    pub content: Result<Content, Failure>,
}

impl Today {
    /// Whether the bytes are those that a record was made of.
    pub fn is_same(&self, record: &Record) -> bool {
        self.sha256 == record.source.sha256
    }
}

impl Sources {
    /// The sources of a run, whose relative paths start from `root`. Which columns of tables it read, the
    /// manifest beside its `results` tells; the usual ones where there is none.
    pub fn new(root: &Path, results: &Path) -> Self {
        let options = SourceOptions {
            columns: columns_of(results).unwrap_or_default(),
            ..SourceOptions::default()
        };
        Self {
            root: root.to_owned(),
            reopener: Reopener::new(options),
            missing: Missing::default(),
        }
    }

    /// How many of those that were opened are not there.
    pub fn missing(&self) -> Missing {
        self.missing
    }

    /// Opens a record's source. In the order of the records, each container is read once.
    pub fn open(&mut self, record: &Record) -> Today {
        let input = self.reopener.reopen(&self.path(record));
        let failure = input.content.as_ref().err();
        if failure.is_some_and(|failure| failure.code == Failure::NOT_FOUND) {
            self.missing.add(&record.source.path);
        }
        Today {
            sha256: input.source.sha256,
            content: input.content,
        }
    }

    /// The files that a record's source may lie in, as far as they are where they were.
    pub fn files(&self, record: &Record) -> impl Iterator<Item = PathBuf> {
        let path = iter::once(self.path(record));
        path.flat_map(|path| files_behind(&path).collect::<Vec<_>>())
    }

    /// Where a record's source is looked for.
    fn path<'a>(&self, record: &'a Record) -> Cow<'a, str> {
        let path = &record.source.path;
        if self.root == Path::new(".") {
            Cow::Borrowed(path)
        } else {
            Cow::Owned(joined(&self.root, path))
        }
    }

    /// The text of a record: its own where it carries it, else its source's, if that is still as it was.
    pub fn text<'a>(&mut self, record: &'a Record) -> Option<Cow<'a, str>> {
        if let Some(text) = &record.text {
            return Some(Cow::Borrowed(text));
        }
        let expected = record.text_sha256.as_deref()?;
        let today = self.open(record);
        if !today.is_same(record) {
            return None;
        }
        let text = text_of(record, &today).ok()?;
        (sha256(text.as_bytes()) == expected).then_some(Cow::Owned(text))
    }
}

/// The columns that a run read, by its manifest.
fn columns_of(results: &Path) -> Option<Columns> {
    let settings = results::Manifest::beside(results)?.settings;
    Some(Columns {
        id: settings.id_column,
        title: settings.title_column,
        text: settings.text_column,
    })
}

/// Reads a record's document again: its paragraphs joined as all offsets index them.
///
/// How text is read can be chosen in a run, and records do not say how it was. So the ways are tried
/// until the text is the one that the record knows by its hash; the usual way's text if none is, or if the bytes are others.
///
/// # Errors
///
/// Why the document cannot be read.
pub fn text_of(record: &Record, today: &Today) -> Result<String, Failure> {
    let content = today.content.as_ref().map_err(Clone::clone)?;
    let text = |options| -> Result<String, Failure> {
        let raw = read(record, content, &options)?;
        Ok(segment::split(&raw).text().to_owned())
    };
    let is_same =
        |text: &String| record.text_sha256.as_deref() == Some(sha256(text.as_bytes()).as_str());
    let usual = text(ReadOptions::default());
    if !today.is_same(record) || usual.as_ref().is_ok_and(is_same) {
        return usual;
    }
    let others = other_ways(record).filter_map(|options| text(options).ok());
    others.into_iter().find(is_same).map_or(usual, Ok)
}

fn read(
    record: &Record,
    content: &Content,
    options: &ReadOptions,
) -> Result<RawDocument, ReadError> {
    match content {
        Content::Bytes(bytes) => ingest::read(bytes, Some(&record.source.path), options),
        Content::Document(document) => {
            let mut document = document.clone();
            document.complete(options);
            Ok(*document)
        }
        Content::Read(document) => Ok((**document).clone()),
    }
}

/// How else than usual a run may have read it.
fn other_ways(record: &Record) -> impl Iterator<Item = ReadOptions> {
    let named = record.source.encoding.as_deref();
    let named = named.and_then(|name| name.parse::<EncodingChoice>().ok());
    let encodings = [Some(EncodingChoice::Auto), named];
    let tones = [None, Some(TonePlacement::New), Some(TonePlacement::Old)];
    let options = move |encoding| {
        tones.map(|tone_placement| ReadOptions {
            encoding,
            tone_placement,
            ..ReadOptions::default()
        })
    };
    // The first is the usual way.
    encodings.into_iter().flatten().flat_map(options).skip(1)
}
