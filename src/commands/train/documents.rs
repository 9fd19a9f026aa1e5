//! Archives with summaries → documents to learn salience from.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::BufReader;

use anyhow::{Context, Result};
use half::f16;
use rayon::prelude::*;
use serde::Deserialize;

use super::vectors::KeptVectors;
use crate::cli::SummaryFile;
use crate::commands::output::Bar;
use crate::hash::sha256;
use crate::ingest::jsonl::{ArchiveReader, BlankLines, Columns};
use crate::pipeline::{Content, Input, Prepared, Ranking, Reader};
use crate::rank::baseline::oracle_gains;
use crate::record::Source;
use crate::segment;
use crate::train::SalienceExample;

/// How many documents are encoded together.
const STEP: usize = 64;

/// A document with its summaries.
#[derive(Debug)]
pub(super) struct SummarisedDocument {
    pub(super) id: String,
    pub(super) prepared: Prepared,
    pub(super) references: Vec<String>,
    /// How many sentences a summary of it takes.
    pub(super) sentences: usize,
    pub(super) example: SalienceExample,
}

impl SummarisedDocument {
    /// What it has in common with others that it must not be split from: its id up to a `#`.
    pub(super) fn group(&self) -> &str {
        self.id.split('#').next().unwrap_or_default()
    }

    /// Whether there is anything to learn from it.
    pub(super) fn teaches(&self) -> bool {
        self.example.weight > 0.0 && self.example.gains.iter().any(|gain| *gain > 0.0)
    }
}

/// What a line says besides its document.
#[derive(Debug, Deserialize)]
struct References {
    summary: Option<String>,
    #[serde(default)]
    summaries: Vec<String>,
}

/// Where vectors come from.
pub(super) struct VectorSource<'a> {
    pub(super) reader: &'a Reader,
    /// None where the scorer is to learn without.
    pub(super) kept: Option<KeptVectors>,
}

/// Reads the documents of a file and adds them to `documents`.
pub(super) fn read(
    file: &SummaryFile,
    source: &mut VectorSource<'_>,
    documents: &mut Vec<SummarisedDocument>,
    bar: &Bar,
) -> Result<()> {
    let name = file.path.display();
    let input = File::open(&file.path).with_context(|| format!("cannot read {name}"))?;
    let input = BufReader::new(input);
    let mut archive = ArchiveReader::new(input, Columns::default(), BlankLines::Passed);
    let mut step = Vec::with_capacity(STEP);
    while let Some(record) = archive.next() {
        let record = record.with_context(|| name.to_string())?;
        let line = || format!("{name}, line {}", record.line);
        let references: References =
            serde_json::from_slice(archive.line_bytes()).with_context(line)?;
        let References { summary, summaries } = references;
        let references = if summaries.is_empty() {
            summary.into_iter().collect()
        } else {
            summaries
        };
        anyhow::ensure!(!references.is_empty(), "{}: no `summary`", line());
        let input = Input {
            id: record.id,
            source: Source::default(),
            content: Ok(Content::Document(Box::new(record.document))),
        };
        step.push((input, references));
        if step.len() == STEP {
            bar.advance(STEP as u64);
            documents.extend(take_step(&mut step, source, file.sentences)?);
        }
    }
    documents.extend(take_step(&mut step, source, file.sentences)?);
    Ok(())
}

fn take_step(
    step: &mut Vec<(Input, Vec<String>)>,
    source: &mut VectorSource<'_>,
    sentences: usize,
) -> Result<Vec<SummarisedDocument>> {
    let (inputs, references): (Vec<Input>, Vec<Vec<String>>) = step.drain(..).unzip();
    let ids: Vec<String> = inputs.iter().map(|input| input.id.clone()).collect();
    let prepare = |input| source.reader.prepare(input);
    let prepared: Vec<Prepared> = inputs.into_par_iter().map(prepare).collect();
    let vectors = vectors(source, &prepared)?;
    let parts = ids
        .into_iter()
        .zip(prepared)
        .zip(references.into_iter().zip(vectors));
    let document =
        |((id, prepared), (references, vectors)): ((String, Prepared), (Vec<String>, Vec<f16>))| {
            let ranking = prepared.ranking()?;
            let example = example(&ranking, &references, vectors, sentences);
            Some(SummarisedDocument {
                id,
                prepared,
                references,
                sentences,
                example,
            })
        };
    Ok(parts.filter_map(document).collect())
}

/// The mean states of each document's units, end to end; nothing where none are wanted.
fn vectors(source: &mut VectorSource<'_>, prepared: &[Prepared]) -> Result<Vec<Vec<f16>>> {
    let Some(kept) = &mut source.kept else {
        return Ok(vec![Vec::new(); prepared.len()]);
    };
    let hashes: Vec<String> = prepared
        .iter()
        .map(|prepared| sha256(prepared.text().unwrap_or_default().as_bytes()))
        .collect();
    let unknown = || {
        hashes
            .iter()
            .zip(prepared)
            .filter(|(hash, _)| !kept.has(hash))
    };
    let new: Vec<&String> = unknown().map(|(hash, _)| hash).collect();
    let encoded = source
        .reader
        .encode(unknown().map(|(_, prepared)| prepared));
    let mut found = BTreeMap::new();
    for (hash, encoded) in new.into_iter().zip(encoded) {
        let encoded = encoded.map_err(|error| anyhow::anyhow!("{error}"))?;
        let means = (0..encoded.unit_count()).flat_map(|unit| encoded.mean(unit..unit + 1));
        let means: Vec<f16> = means.map(f16::from_f32).collect();
        found.insert(hash, (encoded.unit_count(), means));
    }
    for (hash, (units, means)) in &found {
        kept.keep(hash, *units, means)?;
    }
    let look_up = |hash: &String| {
        let known = found.get(hash).map(|(_, means)| means.clone());
        known.or_else(|| kept.take(hash)).unwrap_or_default()
    };
    Ok(hashes.iter().map(look_up).collect())
}

/// What is to be learnt: the mean gains over the references, counting as much as the document's own words make up
/// the references.
fn example(
    ranking: &Ranking,
    references: &[String],
    vectors: Vec<f16>,
    sentences: usize,
) -> SalienceExample {
    let candidates: Vec<usize> = (0..ranking.words.len())
        .filter(|&unit| ranking.is_candidate[unit])
        .collect();
    let words: Vec<Vec<&str>> = candidates
        .iter()
        .map(|&unit| ranking.words[unit].iter().map(String::as_str).collect())
        .collect();
    let mut gains = vec![0.0; ranking.words.len()];
    let mut weight = 0.0;
    for reference in references {
        let reference: Vec<String> = segment::words(reference).collect();
        let reference: Vec<&str> = reference.iter().map(String::as_str).collect();
        let found = oracle_gains(&words, &reference, sentences);
        for (&unit, gain) in candidates.iter().zip(found) {
            gains[unit] += gain;
        }
        weight += share_of_pairs(&words, &reference).powi(2) / references.len() as f32;
    }
    SalienceExample {
        features: ranking.features.clone(),
        vectors,
        is_candidate: ranking.is_candidate.clone(),
        gains,
        weight,
    }
}

/// The share of the reference's word pairs that some unit has.
fn share_of_pairs(units: &[Vec<&str>], reference: &[&str]) -> f32 {
    let pairs = units.iter().flat_map(|unit| unit.windows(2));
    let known: BTreeSet<&[&str]> = pairs.collect();
    let wanted = reference.windows(2);
    let all = wanted.len().max(1) as f32;
    wanted.filter(|pair| known.contains(pair)).count() as f32 / all
}
