//! Vectors of one document → its record.

use std::collections::BTreeMap;
use std::ops::Range;

use super::labelling::{Labelled, Labelling};
use super::prepared::PreparedContent;
use super::wording::{Wording, alone};
use super::{Pipeline, rounded};
use crate::classify::Decision;
use crate::document::{CountedText, Paragraph, Span};
use crate::encode::DocumentVectors;
use crate::hash::sha256;
use crate::ingest::official;
use crate::rank::scorer::Length;
use crate::rank::{self, Genre, Learnt, Ranker};
use crate::record::{
    Evidence, Failure, LabelScore, ParagraphRecord, Place, Quotation, Record, SCHEMA_VERSION,
    SentenceRecord, Source, Status, Tokens,
};
use crate::segment::language::Language;
use crate::select::{Budget, Candidate, Concept};

/// What lifts the units that stand for a label, or for a paragraph, above all others: more than scores ever differ by.
pub(super) const QUOTA: f32 = 100.0;

/// News has labels where they hold for as many of its paragraphs, and for half of them; fewer may be chance (docs/quality.md).
const LABELLED: usize = 5;

pub(super) fn record(
    pipeline: &Pipeline<'_>,
    id: String,
    source: Source,
    content: PreparedContent,
    vectors: &DocumentVectors,
) -> Record {
    let text = content.document.text();
    let language = Language::of(text).map(Language::code);
    let reading = Reading::new(pipeline, &content, vectors, language);
    let paragraphs = reading.paragraphs();
    let summary = reading.summary();
    let by_label = reading.by_label();
    let error = partial_failure(&content.failed_pages);
    Record {
        schema_version: SCHEMA_VERSION,
        id,
        status: if error.is_some() {
            Status::PartialSuccess
        } else {
            Status::Success
        },
        error,
        source,
        language: language.map(str::to_owned),
        text_sha256: Some(sha256(text.as_bytes())),
        text: pipeline.reader.options().with_text.then(|| text.to_owned()),
        paragraphs,
        summary,
        by_label,
        tokens: Tokens {
            total: content.windows.token_count,
            encoded: vectors.token_count(),
        },
        model: pipeline.reader.model().identity.clone(),
        title: content.shown_title,
        official: content.official,
    }
}

fn partial_failure(failed_pages: &[u32]) -> Option<Failure> {
    let pages: Vec<String> = failed_pages.iter().map(u32::to_string).collect();
    let message = format!("these pages could not be read: {}", pages.join(", "));
    (!pages.is_empty()).then(|| Failure::new("pages_failed", &message))
}

/// Everything that is worked out of one document before its record is written.
pub(super) struct Reading<'a> {
    pub(super) content: &'a PreparedContent,
    pub(super) labelling: Labelling<'a>,
    pub(super) options: &'a super::PipelineOptions,
    pub(super) genre: Genre,
    pub(super) ranker: Ranker,
    text: CountedText<'a>,
    pub(super) wording: Wording,
    /// For every unit, what a summary should tell of it.
    pub(super) concepts: Vec<Vec<Concept>>,
    /// For every unit, how much it matters.
    pub(super) ranks: Vec<f32>,
}

impl<'a> Reading<'a> {
    fn new(
        pipeline: &Pipeline<'a>,
        content: &'a PreparedContent,
        vectors: &DocumentVectors,
        language: Option<&str>,
    ) -> Self {
        let heads = pipeline.classifier.for_language(language);
        let wording = Wording::new(content);
        let quoting = pipeline.reader.quoting();
        let labelling = Labelling::new(heads, quoting, content, &wording, vectors);
        let strengths = labelling.strengths();
        let evidence = wording.evidence(content, &strengths, labelling.quoting.as_deref());
        let labelled = labelling.labelled();
        let genre = genre(content, labelled.is_some());
        let ranker = pipeline.reader.ranker();
        let sentences = (pipeline.reader.options().budget).sentences(&wording.syllables);
        let scorer = pipeline.reader.scorer_and_maker();
        let learnt = scorer.map(|&(ref scorer, maker)| Learnt {
            scorer,
            maker,
            genre,
            length: Length::of(sentences),
            has_title: wording.has_title(),
            has_labels: labelled.is_some_and(|count| count >= LABELLED)
                && labelling.has_standard_labels(),
        });
        let ranks = rank::rank(&evidence, ranker, learnt);
        let concepts = wording.concepts(ranker);
        Self {
            content,
            labelling,
            options: pipeline.reader.options(),
            genre,
            ranker,
            text: CountedText::new(content.document.text()),
            wording,
            concepts,
            ranks,
        }
    }

    fn paragraphs(&self) -> Vec<ParagraphRecord> {
        let paragraphs = self.content.document.paragraphs().iter().enumerate();
        paragraphs
            .map(|(index, paragraph)| self.paragraph(index, paragraph))
            .collect()
    }

    fn paragraph(&self, index: usize, paragraph: &Paragraph) -> ParagraphRecord {
        let Labelled {
            scores, decision, ..
        } = &self.labelling.paragraphs[index];
        let sentences = paragraph.sentences.iter().enumerate();
        let sentences = sentences.map(|(index, sentence)| SentenceRecord {
            index,
            place: self.place(sentence.span),
        });
        ParagraphRecord {
            index,
            kind: paragraph.kind,
            furniture: paragraph.furniture,
            place: self.place(paragraph.span),
            page: paragraph.page,
            labels: self.label_scores(scores, decision),
            abstained: decision.abstained,
            evidence: self.evidence(index, decision),
            sentences: sentences.collect(),
        }
    }

    fn label_scores(&self, scores: &[f32], decision: &Decision) -> Vec<LabelScore> {
        let mut shown = decision.labels.clone();
        if self.options.all_scores {
            let mut others: Vec<usize> = (0..scores.len())
                .filter(|index| !shown.contains(index))
                .collect();
            others.sort_by(|&a, &b| scores[b].total_cmp(&scores[a]));
            shown.extend(others);
        }
        let score = |index: usize| LabelScore {
            label: self.label_name(index),
            score: rounded(scores[index]),
        };
        shown.into_iter().map(score).collect()
    }

    fn place(&self, span: Span) -> Place {
        Place {
            start_char: self.text.characters_before(span.start()),
            end_char: self.text.characters_before(span.end()),
            start_byte: span.start(),
            end_byte: span.end(),
        }
    }

    fn label_name(&self, label: usize) -> String {
        self.labelling.heads.labels()[label].name.clone()
    }

    fn evidence(&self, paragraph: usize, decision: &Decision) -> Vec<Evidence> {
        let of_label = |&label: &usize| {
            let units = self.labelling.ranges[paragraph].clone();
            let unit = self.labelling.strongest(units, label)?;
            Some(Evidence {
                label: self.label_name(label),
                sentence: self.content.units[unit].sentence,
            })
        };
        decision.labels.iter().filter_map(of_label).collect()
    }

    fn by_label(&self) -> BTreeMap<String, Vec<Quotation>> {
        let quote = |label: usize| {
            let scores = &self.labelling.unit_scores;
            let speakers = self.labelling.speakers(label, &self.wording.quotable);
            let candidate = |(unit, cost): (usize, f32)| {
                let worth = self.labelling.worth(unit, label);
                self.wording.candidate(unit, worth - cost)
            };
            let best = speakers.best.into_iter().map(|unit| (unit, 0.0));
            let more = speakers.more.into_iter().map(|unit| (unit, QUOTA));
            let candidates: Vec<Candidate> = best.chain(more).map(candidate).collect();
            let budget = Budget::Sentences(self.options.quotations_per_label);
            let picked = (self.wording).select(&candidates, self.ranker, budget, &[], alone);
            let quotations = picked.into_iter();
            let quotations =
                quotations.map(|unit| self.quotation(alone(unit), scores[unit][label]));
            (self.label_name(label), quotations.collect())
        };
        (0..self.labelling.count()).map(quote).collect()
    }

    /// What is quoted: some units of one sentence, one after the other.
    pub(super) fn quotation(&self, units: Range<usize>, score: f32) -> Quotation {
        let (first, last) = (
            self.content.units[units.start],
            self.content.units[units.end - 1],
        );
        let span = Span::new(first.span.start(), last.span.end());
        let carried =
            |&label: &usize| (units.clone()).any(|unit| self.labelling.carries(unit, label));
        let labels = self.labelling.paragraphs[first.paragraph]
            .decision
            .labels
            .iter();
        Quotation {
            paragraph: first.paragraph,
            sentence: first.sentence,
            place: self.place(span),
            text: self.content.document.text_at(span).to_owned(),
            score: rounded(score),
            labels: (labels.copied().filter(carried))
                .map(|label| self.label_name(label))
                .collect(),
        }
    }
}

/// A report if the document is built like one: an official letter, or one with sections. Without a title, which news
/// seldom lacks, or with one that begins like a report's, it is one as well if at least half of its paragraphs have labels,
/// as few of news have.
fn genre(content: &PreparedContent, is_dense: bool) -> Genre {
    let is_built = content.official.is_some() || content.document.has_sections();
    let title = content.title.as_deref();
    let may_be = title.is_none_or(official::begins_as_report);
    if is_built || (may_be && is_dense) {
        Genre::Report
    } else {
        Genre::News
    }
}
