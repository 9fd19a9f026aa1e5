//! Archives with the sentences that readers chose → documents to learn from what is quoted.

use std::io::Write;
use std::path::PathBuf;

use anyhow::Result;
use rayon::prelude::*;
use serde::Deserialize;
use unicode_normalization::UnicodeNormalization;

use super::documents::{DocumentFile, Line, for_each_line, group_of};
use crate::classify::{Features, Head};
use crate::commands::bar::Bar;
use crate::commands::output::{self, Talk};
use crate::pipeline::{Input, Prepared, Reader, Vectors};
use crate::train::QuotingExample;

/// How many documents are read together.
pub(super) const STEP: usize = 64;

/// What a sentence counts that would do as well.
pub(super) const ALSO: f32 = 0.5;

const NOTHING_QUOTED: &str = "no document has a sentence that is quoted, beside others that are not; `quoted` lists sentences as \
                              they stand in the document";

/// What a line says besides its document.
#[derive(Debug, Deserialize)]
struct Choices {
    quoted: Vec<String>,
    #[serde(default)]
    also: Vec<String>,
}

/// A document that a reader has quoted from.
#[derive(Debug)]
pub(super) struct QuotedDocument {
    pub(super) id: String,
    pub(super) prepared: Prepared,
    /// Its units that may be quoted; none of one that cannot be read.
    pub(super) units: Vec<QuotedUnit>,
    /// How many chosen sentences are in no unit.
    missed: usize,
}

/// A unit that may be quoted.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct QuotedUnit {
    /// Its index in the document.
    pub(super) unit: usize,
    /// How readily it was quoted, from 0 to 1.
    pub(super) target: f32,
}

impl QuotedDocument {
    /// Of choices that are plain.
    fn new(input: Input, choices: &Choices, reader: &Reader) -> Self {
        let id = input.id.clone();
        let prepared = reader.prepare(input);
        let said = Said::of_units(&prepared);
        let ranking = prepared.ranking();
        let is_candidate = ranking.map_or_else(Vec::new, |it| it.wording.quotable.is_candidate);
        let candidates = said.iter().zip(is_candidate).enumerate();
        let candidates = candidates.filter(|(_, (_, is_candidate))| *is_candidate);
        let units = candidates.map(|(unit, (said, _))| QuotedUnit {
            unit,
            target: choices.target(said),
        });
        Self {
            id,
            units: units.collect(),
            missed: choices.missed(&said),
            prepared,
        }
    }

    /// What it must not be split from: its id up to a `#`.
    pub(super) fn group(&self) -> &str {
        group_of(&self.id)
    }

    /// Its units with what a head sees of them.
    pub(super) fn examples(&self, vectors: &Vectors) -> Result<Vec<QuotingExample>> {
        let vectors = vectors.as_ref();
        let vectors = vectors.map_err(|error| anyhow::anyhow!("document {}: {error}", self.id))?;
        let example = |&QuotedUnit { unit, target }: &QuotedUnit| {
            let text = self.prepared.unit_text(unit).unwrap_or_default();
            let features = Features::new(text, vectors.mean(unit..unit + 1));
            QuotingExample { features, target }
        };
        Ok(self.units.iter().map(example).collect())
    }
}

/// Gives the documents of some files to `take`, a few at a time, and says on standard error how many chosen sentences are none
/// of their documents.
pub(super) fn for_each_step(
    paths: &[PathBuf],
    reader: &Reader,
    talk: Talk,
    mut take: impl FnMut(Vec<QuotedDocument>) -> Result<()>,
) -> Result<Vec<DocumentFile>> {
    let bar = Bar::new(None, talk);
    let mut missed = Missed::default();
    let mut read = |step: &mut Vec<(Input, Choices)>| {
        let document = |(input, choices)| QuotedDocument::new(input, &choices, reader);
        let documents: Vec<QuotedDocument> = step.par_drain(..).map(document).collect();
        for document in &documents {
            missed.add(document);
        }
        bar.advance(documents.len() as u64);
        take(documents)
    };
    let mut files = Vec::with_capacity(paths.len());
    for path in paths {
        let mut step: Vec<(Input, Choices)> = Vec::with_capacity(STEP);
        let described = for_each_line(path, ": a document with a list `quoted`", |line| {
            let Line { input, says, .. } = line;
            step.push((input, Choices::plain(says)));
            if step.len() == STEP {
                read(&mut step)?;
            }
            Ok(())
        })?;
        read(&mut step)?;
        files.push(described);
    }
    bar.finish();
    missed.tell();
    Ok(files)
}

/// Checks that there is something to learn from units of these targets.
pub(super) fn check(mut targets: impl Iterator<Item = f32> + Clone) -> Result<()> {
    let is_quoted = |target: f32| target > 0.0;
    let has_both = targets.clone().any(is_quoted) && !targets.all(is_quoted);
    anyhow::ensure!(has_both, NOTHING_QUOTED);
    Ok(())
}

/// How many chosen sentences are none of their documents.
#[derive(Debug, Default)]
struct Missed {
    count: usize,
    /// The first document that lacks one.
    first: Option<String>,
}

impl Missed {
    fn add(&mut self, document: &QuotedDocument) {
        self.count += document.missed;
        if document.missed > 0 && self.first.is_none() {
            self.first = Some(document.id.clone());
        }
    }

    fn tell(&self) {
        let Self { count, first } = self;
        if let Some(first) = first {
            output::line(&format!(
                "{count} chosen sentences are no sentences of their documents, and are passed over; the first is of {first}"
            ));
        }
    }
}

/// Of the sentences that heads score highest, as many as were quoted of each document, how many were.
#[derive(Debug, Default)]
pub(super) struct Agreement {
    found: usize,
    /// How many would be by chance.
    expected: f64,
    wanted: usize,
}

impl Agreement {
    /// Adds a document of these units, of which `head` has seen none.
    pub(super) fn add(&mut self, head: &Head, units: &[QuotingExample]) {
        let quoted = |unit: &&QuotingExample| unit.target >= 1.0;
        let take = units.iter().filter(quoted).count();
        let mut ranked: Vec<&QuotingExample> = units.iter().collect();
        ranked.sort_by(|a, b| head.logit(&b.features).total_cmp(&head.logit(&a.features)));
        self.found += ranked.into_iter().take(take).filter(quoted).count();
        self.expected += (take * take) as f64 / units.len().max(1) as f64;
        self.wanted += take;
    }

    /// Prints it after `heading`, or says on standard error that it is about nothing.
    pub(super) fn tell(&self, heading: &str) -> Result<()> {
        if self.wanted == 0 {
            output::line("the documents are too few to tell how good the head is");
            return Ok(());
        }
        let percent = |part: f64| 100.0 * part / self.wanted as f64;
        writeln!(
            output::stdout(),
            "{heading}: of the sentences that score highest, as many as were quoted, {:.1} % were quoted ({:.1} % by chance)",
            percent(self.found as f64),
            percent(self.expected),
        )?;
        Ok(())
    }
}

/// What a unit says, and its sentence; both plain.
struct Said {
    unit: String,
    sentence: String,
}

impl Said {
    /// All units of a document.
    fn of_units(prepared: &Prepared) -> Vec<Self> {
        let said = |unit: usize| {
            Some(Self {
                unit: plain(prepared.unit_text(unit)?),
                sentence: plain(prepared.sentence_text(unit)?),
            })
        };
        (0..).map_while(said).collect()
    }

    /// Whether it is what a reader chose, or a clause of a sentence that was chosen whole.
    fn is_of(&self, chosen: &str) -> bool {
        let is_whole = chosen.len() >= self.sentence.len();
        is_part(&self.unit, chosen) || (is_whole && is_part(&self.sentence, chosen))
    }
}

impl Choices {
    /// The same as [`Said`] has it.
    fn plain(self) -> Self {
        let all = |list: Vec<String>| list.iter().map(|chosen| plain(chosen)).collect();
        Self {
            quoted: all(self.quoted),
            also: all(self.also),
        }
    }

    /// How many chosen sentences are in no unit of a document.
    fn missed(&self, units: &[Said]) -> usize {
        let is_missed = |chosen: &&String| !units.iter().any(|unit| unit.is_of(chosen));
        self.quoted
            .iter()
            .chain(&self.also)
            .filter(is_missed)
            .count()
    }

    fn target(&self, unit: &Said) -> f32 {
        let has = |list: &[String]| list.iter().any(|chosen| unit.is_of(chosen));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_quoted_as_a_whole_or_for_the_greater_part() {
        let choices = Choices {
            quoted: vec!["Xã trồng mới 85 ha rừng,  đạt 110% kế hoạch.".to_owned()],
            also: vec!["Giao Phòng Kinh tế theo dõi.".to_owned()],
        }
        .plain();
        let of_sentence = |unit: &str, sentence: &str| {
            let (unit, sentence) = (unit.to_owned(), sentence.to_owned());
            (choices.target(&Said { unit, sentence }) * 10.0) as i32
        };
        let target = |text| of_sentence(text, text);
        assert_eq!(target("Xã trồng mới 85 ha rừng, đạt 110% kế hoạch."), 10);
        assert_eq!(target("Xã trồng mới 85 ha rừng,"), 10);
        assert_eq!(target("đạt 110%"), 0);
        assert_eq!(target("Giao Phòng Kinh tế theo dõi."), 5);
        assert_eq!(target(""), 0);
        let whole = "Xã trồng mới 85 ha rừng, đạt 110% kế hoạch.";
        assert_eq!(of_sentence("đạt 110%", whole), 10, "a clause of it");
        let longer = "Xã trồng mới 85 ha rừng, đạt 110% kế hoạch. Chợ mở từ sáng.";
        assert_eq!(of_sentence("Chợ mở từ sáng.", longer), 0);
    }
}
