//! `tomtat train quoting`.

use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use rayon::prelude::*;
use serde::Deserialize;
use serde_json::json;
use unicode_normalization::UnicodeNormalization;

use super::documents::{DocumentFile, Line, for_each_line, group_of};
use super::made::Made;
use crate::classify::{Features, QuotingHead, quoting};
use crate::cli::TrainQuoting;
use crate::commands::bar::Bar;
use crate::commands::exit::Exit;
use crate::commands::files;
use crate::commands::output::{self, Talk};
use crate::commands::session;
use crate::hash::sha256;
use crate::pipeline::{Input, PipelineOptions, Prepared, Reader, Vectors};
use crate::train::{self, QuotingExample};

/// How many documents are encoded together.
const STEP: usize = 64;

/// What a sentence counts that would do as well.
const ALSO: f32 = 0.5;

const NOTHING_QUOTED: &str = "no document has a sentence that is quoted, beside others that are not; `quoted` lists sentences as \
                              they stand in the document";

/// What a line says besides its document.
#[derive(Debug, Deserialize)]
struct Choices {
    quoted: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

/// A document's units that may be quoted.
struct ReadDocument {
    id: String,
    units: Vec<QuotingExample>,
    /// How many chosen sentences are none of the units.
    missed: usize,
}

impl ReadDocument {
    /// What it must not be split from: its id up to a `#`.
    fn group(&self) -> &str {
        group_of(&self.id)
    }
}

pub(super) fn train(arguments: &TrainQuoting, talk: Talk) -> Result<Exit> {
    session::start_threads(arguments.threads)?;
    files::make_folder(&arguments.output)?;
    let reader = session::reader(&arguments.model, PipelineOptions::default())?;
    super::keep_encoder(&arguments.output, &reader.model().identity.sha256)?;
    let bar = Bar::new(None, talk);
    let (mut documents, mut files) = (Vec::new(), Vec::new());
    for file in &arguments.data {
        let (mut read, described) = read(file, &reader, &bar)?;
        documents.append(&mut read);
        files.push(described);
    }
    bar.finish();
    let targets = || documents.iter().flat_map(|document| &document.units);
    let is_quoted = |unit: &QuotingExample| unit.target > 0.0;
    anyhow::ensure!(
        targets().any(is_quoted) && !targets().all(is_quoted),
        NOTHING_QUOTED
    );
    tell_missed(&documents);
    report(arguments, &documents)?;
    let head = train::quoting(&targets().collect::<Vec<_>>())?;
    let head = QuotingHead::new(head, &reader.model().identity.sha256);
    let path = arguments.output.join(quoting::FILE_NAME);
    let bytes = head.to_bytes()?;
    files::write_bytes(&path, &bytes)?;
    let options = json!({ "also": ALSO });
    Made::new(
        Some(&reader.model().identity),
        &files,
        options,
        sha256(&bytes),
    )
    .write(&path.with_extension("json"))?;
    writeln!(output::stdout(), "Head written to {}", path.display())?;
    Ok(Exit::Done)
}

/// Says on standard error how many chosen sentences no document has.
fn tell_missed(documents: &[ReadDocument]) {
    let missed: usize = documents.iter().map(|document| document.missed).sum();
    if let Some(first) = documents.iter().find(|document| document.missed > 0) {
        output::line(&format!(
            "{missed} chosen sentences are no sentences of their documents, and are passed over; the first is of {}",
            first.id
        ));
    }
}

/// Reads and encodes the documents of a file.
fn read(path: &Path, reader: &Reader, bar: &Bar) -> Result<(Vec<ReadDocument>, DocumentFile)> {
    let mut step = Vec::with_capacity(STEP);
    let mut documents = Vec::new();
    let described = for_each_line(path, ": a document with a list `quoted`", |line| {
        let Line { input, says, .. } = line;
        step.push((input, says));
        if step.len() == STEP {
            documents.append(&mut encode(reader, std::mem::take(&mut step))?);
            bar.advance(STEP as u64);
        }
        Ok(())
    })?;
    documents.append(&mut encode(reader, step)?);
    Ok((documents, described))
}

fn encode(reader: &Reader, step: Vec<(Input, Choices)>) -> Result<Vec<ReadDocument>> {
    let (inputs, choices): (Vec<Input>, Vec<Choices>) = step.into_iter().unzip();
    let ids: Vec<String> = inputs.iter().map(|input| input.id.clone()).collect();
    let encoded = reader.read_and_encode(inputs).into_par_iter();
    let read = encoded.zip(ids).zip(choices);
    read.map(|((encoded, id), choices)| {
        let units = units(&encoded, &choices).with_context(|| format!("document {id}"))?;
        let missed = choices.missed(&encoded.0);
        Ok(ReadDocument { id, units, missed })
    })
    .collect()
}

/// The units of a document that may be quoted, with what a reader said of them; none of one that cannot be read.
fn units(
    (prepared, vectors): &(Prepared, Vectors),
    choices: &Choices,
) -> Result<Vec<QuotingExample>> {
    let Some(ranking) = prepared.ranking() else {
        return Ok(Vec::new());
    };
    let vectors = vectors
        .as_ref()
        .map_err(|error| anyhow::anyhow!("{error}"))?;
    let is_candidate = ranking.wording.quotable.is_candidate.iter().enumerate();
    let candidates = is_candidate.filter_map(|(unit, &is_candidate)| is_candidate.then_some(unit));
    let example = |unit: usize| {
        let text = prepared.unit_text(unit).unwrap_or_default();
        QuotingExample {
            features: Features::new(text, vectors.mean(unit..unit + 1)),
            target: choices.target(text),
        }
    };
    Ok(candidates.map(example).collect())
}

impl Choices {
    /// How many chosen sentences are in no unit of a document.
    fn missed(&self, prepared: &Prepared) -> usize {
        let units = (0..).map_while(|unit| prepared.unit_text(unit).map(plain));
        let units: Vec<String> = units.collect();
        let is_missed = |chosen: &&String| {
            let chosen = plain(chosen);
            !units.iter().any(|unit| is_part(unit, &chosen))
        };
        self.quoted
            .iter()
            .chain(&self.also)
            .filter(is_missed)
            .count()
    }

    fn target(&self, unit: &str) -> f32 {
        let unit = plain(unit);
        let has = |list: &[String]| list.iter().any(|chosen| is_part(&unit, &plain(chosen)));
        if has(&self.quoted) {
            1.0
        } else if has(&self.also) {
            ALSO
        } else {
            0.0
        }
    }
}

/// Whether one of two texts is part of the other, and at least half of it: a sentence may be cut otherwise today.
fn is_part(a: &str, b: &str) -> bool {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    !short.is_empty() && 2 * short.len() >= long.len() && long.contains(short)
}

/// A text as documents have it, composed, with one space for all white space.
fn plain(text: &str) -> String {
    let text: String = text.nfc().collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Prints how many of the sentences that heads which saw nothing of a document score highest were quoted, of as many as were.
fn report(arguments: &TrainQuoting, documents: &[ReadDocument]) -> Result<()> {
    let groups = documents.iter().map(ReadDocument::group);
    let count = usize::from(arguments.folds);
    let folds = train::folds_of_groups(groups, count, arguments.seed);
    let (mut found, mut expected, mut wanted) = (0, 0.0, 0);
    for fold in 0..count {
        let others = documents.iter().zip(&folds).filter(|(_, of)| **of != fold);
        let others: Vec<&QuotingExample> =
            others.flat_map(|(document, _)| &document.units).collect();
        if others.is_empty() {
            continue;
        }
        let head = train::quoting(&others)?;
        for (document, _) in documents.iter().zip(&folds).filter(|(_, of)| **of == fold) {
            let quoted = |unit: &&QuotingExample| unit.target >= 1.0;
            let take = document.units.iter().filter(quoted).count();
            let mut ranked: Vec<&QuotingExample> = document.units.iter().collect();
            ranked.sort_by(|a, b| head.logit(&b.features).total_cmp(&head.logit(&a.features)));
            found += ranked.into_iter().take(take).filter(quoted).count();
            expected += (take * take) as f64 / document.units.len().max(1) as f64;
            wanted += take;
        }
    }
    if wanted == 0 {
        output::line("the documents are too few to tell how good the head is");
        return Ok(());
    }
    let percent = |part: f64| 100.0 * part / wanted as f64;
    writeln!(
        output::stdout(),
        "Cross-validated by document on {} readings: of the sentences that score highest, as many as were quoted, {:.1} % \
         were quoted ({:.1} % by chance)",
        documents.len(),
        percent(found as f64),
        percent(expected),
    )?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_quoted_as_a_whole_or_for_the_greater_part() {
        let choices = Choices {
            quoted: vec!["Xã trồng mới 85 ha rừng,  đạt 110% kế hoạch.".to_owned()],
            also: vec!["Giao Phòng Kinh tế theo dõi.".to_owned()],
        };
        let target = |text| (choices.target(text) * 10.0) as i32;
        assert_eq!(target("Xã trồng mới 85 ha rừng, đạt 110% kế hoạch."), 10);
        assert_eq!(target("Xã trồng mới 85 ha rừng,"), 10);
        assert_eq!(target("đạt 110%"), 0);
        assert_eq!(target("Giao Phòng Kinh tế theo dõi."), 5);
        assert_eq!(target(""), 0);
    }
}
