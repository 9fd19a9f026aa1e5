//! Archives with summaries → documents to learn salience from.

use std::collections::{BTreeSet, HashMap};
use std::io::BufReader;
use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::cli::SummaryFile;
use crate::commands::bar::Bar;
use crate::commands::input;
use crate::hash::HashingReader;
use crate::ingest::jsonl::{ArchiveReader, BlankLines, Columns};
use crate::pipeline::{Content, Input, Prepared, Ranking, Reader, Wording};
use crate::rank::scorer::Length;
use crate::record::Source;
use crate::train::SalienceExample;

/// How many documents are read together.
const STEP: usize = 256;

/// From this many word pairs on, a unit that says nothing but what the reference says is worth as much as can be:
/// shorter ones agree by chance.
const SHORTEST: usize = 8;

/// A document with its summaries.
#[derive(Debug)]
pub(super) struct SummarisedDocument {
    pub(super) id: String,
    pub(super) prepared: Prepared,
    /// How many sentences a summary of it takes.
    pub(super) sentences: usize,
    pub(super) example: SalienceExample,
}

impl SummarisedDocument {
    /// What it has in common with others that it must not be split from: its id up to a `#`.
    pub(super) fn group(&self) -> &str {
        group_of(&self.id)
    }
}

/// What a line says besides its document.
#[derive(Debug, Deserialize)]
struct References {
    summary: Option<String>,
    #[serde(default)]
    summaries: Vec<String>,
}

/// What a document must not be split from: its id up to a `#`.
pub(super) fn group_of(id: &str) -> &str {
    id.split('#').next().unwrap_or_default()
}

/// A line of an archive to learn from.
pub(super) struct Line<T> {
    /// File and number.
    pub(super) place: String,
    /// Its document.
    pub(super) input: Input,
    /// What it says besides.
    pub(super) says: T,
}

/// A file of documents that were learnt from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(super) struct DocumentFile {
    /// Its path, as it was given.
    pub(super) path: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub(super) sha256: String,
    /// How many documents it has.
    pub(super) documents: usize,
}

/// Gives the lines of an archive to `take`; where one says something else than `T`, the error ends with `wanted`.
pub(super) fn for_each_line<T: DeserializeOwned>(
    path: &Path,
    wanted: &'static str,
    mut take: impl FnMut(Line<T>) -> Result<()>,
) -> Result<DocumentFile> {
    let name = path.display().to_string();
    let mut file = HashingReader::new(input::open(path)?);
    let buffer = BufReader::new(&mut file);
    let mut archive = ArchiveReader::new(buffer, Columns::default(), BlankLines::Passed);
    let mut documents = 0;
    while let Some(record) = archive.next() {
        let record = record.with_context(|| name.clone())?;
        let place = format!("{name}, line {}", record.line);
        let says = serde_json::from_slice(archive.line_bytes())
            .with_context(|| format!("{place}{wanted}"))?;
        let input = Input {
            id: record.id,
            source: Source::default(),
            content: Ok(Content::Document(Box::new(record.document))),
        };
        documents += 1;
        take(Line { place, input, says })?;
    }
    Ok(DocumentFile {
        path: name,
        sha256: file.sha256(),
        documents,
    })
}

/// Reads the documents of a file.
pub(super) fn read(
    file: &SummaryFile,
    reader: &Reader,
    bar: &Bar,
) -> Result<(Vec<SummarisedDocument>, DocumentFile)> {
    let mut step = Vec::with_capacity(STEP);
    let mut documents = Vec::new();
    let mut compare = |step: &mut Vec<(Input, Vec<String>)>| {
        let compared = step
            .par_drain(..)
            .filter_map(|(input, references)| document(input, &references, reader, file.sentences));
        documents.par_extend(compared);
    };
    let described = for_each_line::<References>(&file.path, "", |line| {
        let Line { place, input, says } = line;
        let References { summary, summaries } = says;
        let references = if summaries.is_empty() {
            summary.into_iter().collect()
        } else {
            summaries
        };
        anyhow::ensure!(!references.is_empty(), "{place}: no `summary`");
        step.push((input, references));
        if step.len() == STEP {
            bar.advance(STEP as u64);
            compare(&mut step);
        }
        Ok(())
    })?;
    compare(&mut step);
    Ok((weighed(documents), described))
}

/// A document with what each of its units shares with its references.
struct Compared {
    document: SummarisedDocument,
    shares: Vec<Shares>,
}

/// How much of a unit the references say, and how much of them it says: the share of its word pairs that a reference has,
/// and the harmonic mean of this share and that of the reference's pairs which it has (F1). Means over the references.
#[derive(Clone, Copy, Debug, Default)]
struct Shares {
    precision: f32,
    f1: f32,
}

fn document(
    input: Input,
    references: &[String],
    reader: &Reader,
    sentences: usize,
) -> Option<Compared> {
    let id = input.id.clone();
    let prepared = reader.prepare(input);
    let Ranking { features, wording } = prepared.ranking()?;
    let has_title = wording.has_title();
    let Wording {
        words,
        mut vocabulary,
        quotable,
        ..
    } = wording;
    let read = |reference: &String| vocabulary.read(reference);
    let references: Vec<Vec<u32>> = references.iter().map(read).collect();
    let example = SalienceExample {
        features,
        is_candidate: quotable.is_candidate,
        worths: Vec::new(),
        length: Length::of(sentences),
        has_title,
        weight: weight_of(&words, &references),
    };
    Some(Compared {
        document: SummarisedDocument {
            id,
            prepared,
            sentences,
            example,
        },
        shares: mean_shares(&words, &references),
    })
}

/// How much a document counts: the square of the share of a reference's word pairs that it has, the mean over the references.
fn weight_of(units: &[Vec<u32>], references: &[Vec<u32>]) -> f32 {
    let count = references.len() as f32;
    let weights = references
        .iter()
        .map(|reference| share_of_pairs(units, reference).powi(2) / count);
    weights.sum()
}

/// What each unit shares with the references.
fn mean_shares(units: &[Vec<u32>], references: &[Vec<u32>]) -> Vec<Shares> {
    let count = references.len() as f32;
    let mut means = vec![Shares::default(); units.len()];
    for reference in references {
        for (mean, shares) in means.iter_mut().zip(shares_of(units, reference)) {
            mean.precision += shares.precision / count;
            mean.f1 += shares.f1 / count;
        }
    }
    means
}

/// What each unit shares with a reference.
fn shares_of(units: &[Vec<u32>], reference: &[u32]) -> Vec<Shares> {
    let wanted = counted(reference);
    let all = reference.len().saturating_sub(1);
    let shares = |words: &Vec<u32>| {
        let own = words.len().saturating_sub(1);
        let shared: usize = counted(words)
            .into_iter()
            .map(|(pair, count)| count.min(wanted.get(pair).copied().unwrap_or_default()))
            .sum();
        Shares {
            precision: shared as f32 / own.max(SHORTEST) as f32,
            f1: 2.0 * shared as f32 / (all + own).max(1) as f32,
        }
    };
    units.iter().map(shares).collect()
}

/// How often each pair of words occurs.
fn counted(words: &[u32]) -> HashMap<&[u32], usize> {
    let mut counts = HashMap::new();
    for pair in words.windows(2) {
        *counts.entry(pair).or_default() += 1;
    }
    counts
}

/// The documents of a file with what their units are worth: both shares, each over its spread in this file, so that they
/// count alike whether summaries are short or long.
fn weighed(documents: Vec<Compared>) -> Vec<SummarisedDocument> {
    let shares = || documents.iter().flat_map(|compared| &compared.shares);
    let precision_spread = spread(shares().map(|shares| shares.precision));
    let f1_spread = spread(shares().map(|shares| shares.f1));
    let worth = |shares: &Shares| shares.precision / precision_spread + shares.f1 / f1_spread;
    let weigh = |compared: Compared| {
        let mut document = compared.document;
        document.example.worths = compared.shares.iter().map(worth).collect();
        document
    };
    documents.into_iter().map(weigh).collect()
}

/// The standard deviation; 1 where all values are the same.
fn spread(values: impl Iterator<Item = f32> + Clone) -> f32 {
    let count = values.clone().count().max(1) as f64;
    let mean = values.clone().map(f64::from).sum::<f64>() / count;
    let variance = values
        .map(|value| (f64::from(value) - mean).powi(2))
        .sum::<f64>()
        / count;
    if variance > 0.0 {
        variance.sqrt() as f32
    } else {
        1.0
    }
}

/// The share of the reference's word pairs that some unit has.
fn share_of_pairs(units: &[Vec<u32>], reference: &[u32]) -> f32 {
    let pairs = units.iter().flat_map(|unit| unit.windows(2));
    let known: BTreeSet<&[u32]> = pairs.collect();
    let wanted = reference.windows(2);
    let all = wanted.len().max(1) as f32;
    wanted.filter(|pair| known.contains(pair)).count() as f32 / all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::Vocabulary;

    #[test]
    fn a_pair_is_shared_as_often_as_both_have_it() {
        let mut vocabulary = Vocabulary::default();
        let unit = vocabulary.read("một hai ba bốn năm sáu bảy tám chín một hai");
        let reference = vocabulary.read("một hai ba mười");
        let found = shares_of(std::slice::from_ref(&unit), &reference)[0];
        assert!((found.precision - 2.0 / 10.0).abs() < 1e-6);
        assert!((found.f1 - 2.0 * 2.0 / 13.0).abs() < 1e-6);
        assert!((share_of_pairs(&[unit], &reference) - 2.0 / 3.0).abs() < 1e-6);
        let empty = shares_of(&[Vec::new()], &[])[0];
        assert!(empty.precision == 0.0 && empty.f1 == 0.0);
    }

    #[test]
    fn equal_values_have_no_spread_to_divide_by() {
        assert!((spread([1.0, 3.0].into_iter()) - 1.0).abs() < 1e-6);
        assert!((spread([2.0, 2.0].into_iter()) - 1.0).abs() < 1e-6);
        assert!((spread(std::iter::empty()) - 1.0).abs() < 1e-6);
    }
}
