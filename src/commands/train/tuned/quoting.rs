//! What is quoted of reports, learnt along with the labels.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::{Context, Result};

use super::Parts;
use crate::classify::{Features, Head};
use crate::cli::{Learning, TrainJoint};
use crate::commands::bar::Bar;
use crate::commands::output::Talk;
use crate::commands::train::documents::{DocumentFile, group_of};
use crate::commands::train::quoted::{self, ALSO, Agreement, QuotedDocument};
use crate::commands::train::quoting;
use crate::commands::train::record::QuotingRecord;
use crate::encode::windows::{Part, Window};
use crate::hash::sha256;
use crate::pipeline::Reader;
use crate::train::{self, Example, Question, QuotingExample, TuningItem, VectorHead};

const OF_THOSE_LEARNT: &str =
    "nothing is left to learn what is quoted from; give documents besides those that are held out";

/// Documents that readers have quoted from.
pub(super) struct Readings {
    documents: Parts<QuotedDocument>,
    files: Vec<DocumentFile>,
    /// How much a unit counts.
    weight: f32,
}

/// What was quoted of documents, and a head that has learnt it on the encoder as it was.
pub(super) struct Quoting {
    readings: Readings,
    head: Head,
}

impl Readings {
    /// Reads the documents. Those of which paragraphs are labelled are held out with these, and a fold of the others.
    pub(super) fn read(
        arguments: &TrainJoint,
        reader: &Reader,
        examples: &Parts<Example>,
        talk: Talk,
    ) -> Result<Self> {
        let mut documents = Vec::new();
        let files = quoted::for_each_step(&arguments.quoted, reader, talk, |mut step| {
            documents.append(&mut step);
            Ok(())
        })?;
        quoted::check(targets(&documents))?;
        let documents = split(&arguments.learning, documents, examples);
        quoted::check(targets(&documents.learnt)).context(OF_THOSE_LEARNT)?;
        Ok(Self {
            documents,
            files,
            weight: arguments.quoted_weight as f32,
        })
    }

    /// Lets a head learn from those that are not held out, and says how well it agrees with the readers of the others.
    pub(super) fn learn(self, reader: &Reader, talk: Talk) -> Result<Quoting> {
        let learnt = encoded(reader, &self.documents.learnt, talk)?;
        let learnt: Vec<&QuotingExample> = learnt.iter().flatten().collect();
        let found = Quoting {
            head: train::quoting(&learnt)?,
            readings: self,
        };
        found.report("Before the encoder learns", &found.head, reader, talk)?;
        Ok(found)
    }
}

impl Quoting {
    /// Says how well `head` agrees with the readers of the documents held out.
    fn report(&self, when: &str, head: &Head, reader: &Reader, talk: Talk) -> Result<()> {
        let held_out = &self.readings.documents.held_out;
        let mut agreement = Agreement::default();
        for units in encoded(reader, held_out, talk)? {
            agreement.add(head, &units);
        }
        let count = held_out.len();
        agreement.tell(&format!("{when}, on {count} readings held out by document"))
    }

    /// What the head starts from.
    pub(super) fn first(&self) -> VectorHead {
        VectorHead::of(&self.head)
    }

    /// Paragraphs in tokens, with what the head of this index is to tell of their units.
    pub(super) fn items(&self, head: usize) -> Parts<TuningItem> {
        let of = |documents: &[QuotedDocument]| {
            let items = documents.iter().flat_map(|it| self.items_of(it, head));
            items.collect()
        };
        Parts {
            learnt: of(&self.readings.documents.learnt),
            held_out: of(&self.readings.documents.held_out),
        }
    }

    fn items_of(&self, document: &QuotedDocument, head: usize) -> Vec<TuningItem> {
        let question = |part: &Part| {
            let units = &document.units;
            let found = units.binary_search_by_key(&part.unit, |it| it.unit).ok()?;
            let text = document.prepared.unit_text(part.unit).unwrap_or_default();
            let words = Features::new(text, Vec::new());
            Some(Question {
                tokens: vec![part.tokens.clone()],
                head,
                targets: vec![units[found].target],
                offsets: vec![self.head.words_logit(&words)],
                weight: self.readings.weight,
            })
        };
        let item = |window: &Window| TuningItem {
            sequences: vec![window.tokens.clone()],
            questions: window.parts.iter().filter_map(question).collect(),
        };
        let items = document.prepared.windows().iter().map(item);
        items.filter(|item| !item.questions.is_empty()).collect()
    }

    /// Writes the head that has learnt beside its encoder, by which `reader` reads, and says how well it agrees with the readers of
    /// the documents held out.
    pub(super) fn write(
        self,
        folder: &Path,
        reader: &Reader,
        tuned: &VectorHead,
        talk: Talk,
    ) -> Result<QuotingRecord> {
        let words = self.head.gram_weights().to_vec();
        let head = Head::new(tuned.weights.clone(), words, tuned.bias)?;
        self.report("With the encoder that has learnt", &head, reader, talk)?;
        let bytes = quoting::write(folder, head, &reader.model().identity.sha256)?;
        quoting::forget_record(folder)?;
        Ok(QuotingRecord {
            learnt: self.readings.documents.learnt.len(),
            held_out: self.readings.documents.held_out.len(),
            also: ALSO,
            weight: self.readings.weight,
            data: self.readings.files,
            sha256: sha256(&bytes),
        })
    }
}

/// How readily the units of documents were quoted.
fn targets(documents: &[QuotedDocument]) -> impl Iterator<Item = f32> + Clone {
    let units = documents.iter().flat_map(|document| &document.units);
    units.map(|unit| unit.target)
}

/// What is learnt from, and what is held out: a document with a paragraph that is held out, those of a fold of the documents without
/// labelled paragraphs.
fn split(
    arguments: &Learning,
    documents: Vec<QuotedDocument>,
    examples: &Parts<Example>,
) -> Parts<QuotedDocument> {
    let [learnt, held_out] = [&examples.learnt, &examples.held_out].map(|it| Labelled::of(it));
    let is_dealt = |document: &&QuotedDocument| !learnt.has(document) && !held_out.has(document);
    let groups = documents.iter().filter(is_dealt).map(QuotedDocument::group);
    let folds = usize::from(arguments.folds);
    let dealt = train::folds_of_groups(groups.clone(), folds, arguments.seed);
    let dealt = groups.zip(dealt);
    let dealt = dealt.filter(|(_, fold)| *fold == usize::from(arguments.fold));
    let dealt: BTreeSet<String> = dealt.map(|(group, _)| group.to_owned()).collect();
    let is_held_out =
        |document: &QuotedDocument| held_out.has(document) || dealt.contains(document.group());
    let (held_out, learnt) = documents.into_iter().partition(is_held_out);
    Parts { learnt, held_out }
}

/// Documents of which paragraphs are labelled.
struct Labelled<'a> {
    documents: BTreeSet<&'a str>,
    texts: BTreeSet<String>,
}

impl<'a> Labelled<'a> {
    fn of(examples: &'a [Example]) -> Self {
        let texts = examples
            .iter()
            .map(|example| train::text_key(&example.text));
        Self {
            documents: examples.iter().map(|it| group_of(&it.doc)).collect(),
            texts: texts.collect(),
        }
    }

    /// Whether a document is one of them, by its name or by what it says.
    fn has(&self, document: &QuotedDocument) -> bool {
        let mut texts = document.prepared.paragraph_texts();
        self.documents.contains(document.group())
            || texts.any(|text| self.texts.contains(&train::text_key(text)))
    }
}

/// The units of documents with what a head sees of them.
fn encoded(
    reader: &Reader,
    documents: &[QuotedDocument],
    talk: Talk,
) -> Result<Vec<Vec<QuotingExample>>> {
    let bar = Bar::new(Some(documents.len() as u64), talk);
    let mut examples = Vec::with_capacity(documents.len());
    for step in documents.chunks(quoted::STEP) {
        let vectors = reader.encode(step.iter().map(|document| &document.prepared));
        for (document, vectors) in step.iter().zip(&vectors) {
            examples.push(document.examples(vectors)?);
        }
        bar.advance(step.len() as u64);
    }
    bar.finish();
    Ok(examples)
}
