//! Vectors of one document → its record.

use std::collections::BTreeMap;

use super::labelling::Labelling;
use super::wording::Wording;
use super::{Pipeline, PreparedContent, rounded};
use crate::classify::Decision;
use crate::document::{CountedText, Paragraph, ParagraphKind, Span};
use crate::encode::DocumentVectors;
use crate::hash::sha256;
use crate::ingest::official;
use crate::rank::scorer::Length;
use crate::rank::{self, Bearing, Genre, Learnt, Ranker, TitleFigures};
use crate::record::{
    Evidence, Failure, LabelScore, ParagraphRecord, Place, Quotation, Record, SCHEMA_VERSION,
    SentenceRecord, Source, Status, Summary, Tokens,
};
use crate::segment::language::Language;
use crate::select::{Budget, Candidate, Concept};

/// What lifts the units that stand for a label, or for a paragraph, above all others: more than scores ever differ by.
const QUOTA: f32 = 100.0;

/// What a unit loses that needs one before or after it, one that refers to something before it, and what one gains that has a
/// figure of the title: parts of the spread of the scores, as large as they can be without a loss in what people put into
/// summaries of news (docs/quality.md).
const NEEDING: f32 = 0.5;
const REFERRING: f32 = 0.3;
const FIGURE: f32 = 0.5;

/// A document with as many headings has sections, as reports do and news does not.
const SECTIONS: usize = 2;

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
        text: pipeline.reader.options.with_text.then(|| text.to_owned()),
        paragraphs,
        summary,
        by_label,
        tokens: Tokens {
            total: content.windows.token_count,
            encoded: vectors.token_count(),
        },
        model: pipeline.reader.model.identity.clone(),
        title: content.shown_title,
        official: content.official,
    }
}

fn partial_failure(failed_pages: &[u32]) -> Option<Failure> {
    let pages: Vec<String> = failed_pages.iter().map(u32::to_string).collect();
    (!pages.is_empty()).then(|| Failure {
        code: "pages_failed".to_owned(),
        message: format!("these pages could not be read: {}", pages.join(", ")),
        retryable: false,
    })
}

/// Everything that is worked out of one document before its record is written.
struct Reading<'a> {
    content: &'a PreparedContent,
    labelling: Labelling<'a>,
    options: &'a super::PipelineOptions,
    genre: Genre,
    ranker: Ranker,
    text: CountedText<'a>,
    wording: Wording,
    /// For every unit, what a summary should tell of it.
    concepts: Vec<Vec<Concept>>,
    /// For every unit, how much it matters.
    ranks: Vec<f32>,
}

impl<'a> Reading<'a> {
    fn new(
        pipeline: &Pipeline<'a>,
        content: &'a PreparedContent,
        vectors: &DocumentVectors,
        language: Option<&str>,
    ) -> Self {
        let classifier = pipeline.classifier.for_language(language);
        let wording = Wording::new(content);
        let quoting = pipeline.reader.quoting.as_ref();
        let labelling = Labelling::new(classifier, quoting, content, &wording, vectors);
        let strengths = labelling.strengths();
        let evidence = wording.evidence(content, &strengths, labelling.quoting.as_deref());
        let genre = genre(content, &labelling);
        let ranker = pipeline.reader.ranker();
        let sentences = (pipeline.reader.options.budget).sentences(&wording.syllables);
        let learnt = pipeline.reader.scorer().map(|scorer| Learnt {
            scorer,
            is_own: pipeline.reader.has_own_scorer,
            genre,
            length: Length::of(sentences),
            has_title: wording.has_title(),
        });
        let ranks = rank::rank(&evidence, ranker, learnt);
        let concepts = wording.concepts(ranker);
        Self {
            content,
            labelling,
            options: &pipeline.reader.options,
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
        let (scores, decision) = &self.labelling.decisions[index];
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
        self.labelling.classifier.labels()[label].name.clone()
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

    fn summary(&self) -> Summary {
        let (low, high) = range_of(self.wording.candidates(|unit| Some(self.ranks[unit])));
        let relative = |unit: usize| {
            if high > low {
                (self.ranks[unit] - low) / (high - low)
            } else {
                1.0
            }
        };
        let leaders = self.leaders(relative);
        let title = self.content.title.as_deref().unwrap_or_default();
        let figures = TitleFigures::of(title);
        let scored = |unit: usize| {
            let quota = QUOTA * f32::from(leaders.contains(&unit));
            self.ranks[unit] + quota + self.standing(unit, &figures)
        };
        let mut candidates =
            (self.wording).candidates(|unit| (!self.is_last(unit)).then(|| scored(unit)));
        let budget = self.options.budget;
        if !self.wording.fill(&candidates, budget) {
            candidates = self
                .wording
                .candidates(|unit| Some(scored(unit) - QUOTA * f32::from(self.is_last(unit))));
        }
        let picked = self
            .wording
            .select(&candidates, self.ranker, budget, &self.concepts);
        let quote = |unit| self.quotation(unit, relative(unit));
        Summary {
            budget: self.options.budget.to_string(),
            sentences: picked.into_iter().map(quote).collect(),
        }
    }

    /// Whether a unit is quoted only where nothing else is left.
    fn is_last(&self, unit: usize) -> bool {
        let text = self.content.document.text_at(self.content.units[unit].span);
        self.ranker.is_own() && self.wording.quotable.bearings[unit].is_last(self.genre, text)
    }

    /// What a unit gains or loses by how it can be understood alone. Baselines are left as they were published.
    fn standing(&self, unit: usize, figures: &TitleFigures) -> f32 {
        if !self.ranker.is_own() {
            return 0.0;
        }
        let text = self.content.document.text_at(self.content.units[unit].span);
        let cost = match self.wording.quotable.bearings[unit] {
            Bearing::Refers => REFERRING,
            Bearing::IsItem | Bearing::GoesOn | Bearing::Leads | Bearing::Asks => NEEDING,
            Bearing::Alone | Bearing::Announces | Bearing::Copies => 0.0,
        };
        FIGURE * f32::from(figures.are_in(text)) - cost
    }

    /// In a report, the unit that stands for each label that occurs: a summary tells all of what was
    /// achieved, ordered and tried before it says more of one. None where the ranker is a baseline.
    fn leaders(&self, relative: impl Fn(usize) -> f32) -> Vec<usize> {
        if !self.ranker.is_own() || self.genre == Genre::News {
            return Vec::new();
        }
        let leader = |label: usize| {
            let stands = |unit: usize| self.labelling.carries(unit, label) && !self.is_last(unit);
            let candidates = self
                .wording
                .candidates(|unit| stands(unit).then(|| relative(unit)));
            let best = candidates.into_iter().reduce(|best, candidate| {
                if candidate.score > best.score {
                    candidate
                } else {
                    best
                }
            });
            best.map(|candidate| candidate.unit)
        };
        (0..self.labelling.count()).filter_map(leader).collect()
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
            let picked = self.wording.select(&candidates, self.ranker, budget, &[]);
            let quotations = picked.into_iter();
            let quotations = quotations.map(|unit| self.quotation(unit, scores[unit][label]));
            (self.label_name(label), quotations.collect())
        };
        (0..self.labelling.count()).map(quote).collect()
    }

    fn quotation(&self, index: usize, score: f32) -> Quotation {
        let unit = self.content.units[index];
        let labels = self.labelling.carried(index);
        Quotation {
            paragraph: unit.paragraph,
            sentence: unit.sentence,
            place: self.place(unit.span),
            text: self.content.document.text_at(unit.span).to_owned(),
            score: rounded(score),
            labels: labels.map(|label| self.label_name(label)).collect(),
        }
    }
}

/// A report if the document is built like one: an official letter, or one with sections. Without a title, which news
/// seldom lacks, or with one that begins like a report's, it is one as well if at least half of its paragraphs have labels,
/// as few of news have.
fn genre(content: &PreparedContent, labelling: &Labelling<'_>) -> Genre {
    let paragraphs = content.document.paragraphs().iter();
    let headings = paragraphs.filter(|paragraph| paragraph.kind == ParagraphKind::Heading);
    let is_built = content.official.is_some() || headings.count() >= SECTIONS;
    let title = content.title.as_deref();
    let may_be = title.is_none_or(official::begins_as_report);
    if is_built || (may_be && labelling.is_dense(content.document.paragraphs())) {
        Genre::Report
    } else {
        Genre::News
    }
}

/// The least and the greatest score; (0, 0) where there is no candidate.
fn range_of(candidates: Vec<Candidate>) -> (f32, f32) {
    let scores = candidates.into_iter().map(|candidate| candidate.score);
    let widen = |(low, high): (f32, f32), score: f32| (low.min(score), high.max(score));
    scores
        .map(|score| (score, score))
        .reduce(|range, (score, _)| widen(range, score))
        .unwrap_or((0.0, 0.0))
}
