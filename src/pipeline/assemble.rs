//! Vectors of one document → its record.

use std::collections::BTreeMap;
use std::ops::Range;

use super::places::Places;
use super::{Pipeline, PreparedContent, rounded};
use crate::classify::{Classifier, Decision, Features, LabelHead};
use crate::document::{Paragraph, ParagraphKind, Unit};
use crate::encode::DocumentVectors;
use crate::hash::sha256;
use crate::rank::scorer::Length;
use crate::rank::{self, Genre, Learnt, Ranker, TermSpace};
use crate::record::{
    Evidence, Failure, LabelScore, ParagraphRecord, Quotation, Record, SCHEMA_VERSION,
    SentenceRecord, Source, Status, Summary, Tokens,
};
use crate::segment::{self, Vocabulary, language::Language};
use crate::select::{self, Budget, Candidate, Concept, SelectOptions};

/// Units whose terms are this much alike tell the same fact in the same words: only one is quoted.
pub(super) const REPETITION: f32 = 0.8;

/// What lifts the units that stand for a label above all others: more than scores ever differ by.
const QUOTA: f32 = 100.0;

/// No title is longer; what is, would only cost time.
const TITLE_WORDS: usize = 200;

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
        title: content.title,
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
    classifier: &'a Classifier,
    options: &'a super::PipelineOptions,
    ranker: Ranker,
    places: Places<'a>,
    wording: Wording,
    /// For every unit, what a summary should tell of it.
    concepts: Vec<Vec<Concept>>,
    /// For every paragraph, the scores of all labels and what they decide.
    decisions: Vec<(Vec<f32>, Decision)>,
    /// For every unit, the scores of all labels.
    unit_scores: Vec<Vec<f32>>,
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
        let (document, units) = (&content.document, content.units.as_slice());
        let wording = Wording::new(content);
        // A paragraph has the words of its units: in no script that is written is a word cut by a sentence's end.
        let scores = |units: Range<usize>| {
            let words = wording.words[units.clone()].iter().flatten();
            let words = words.map(|&word| wording.vocabulary.word(word));
            classifier.scores(&Features::of_words(words, vectors.mean(units)))
        };
        let ranges = unit_ranges(units, document.paragraphs().len());
        let decide = |(paragraph, range): (&Paragraph, Range<usize>)| {
            let scores = scores(range);
            let decision = if paragraph.furniture || !is_labelled(paragraph.kind) {
                Decision::default()
            } else {
                classifier.decide(&scores)
            };
            (scores, decision)
        };
        let decisions: Vec<_> = document
            .paragraphs()
            .iter()
            .zip(ranges)
            .map(decide)
            .collect();
        let unit_scores: Vec<Vec<f32>> = (0..units.len())
            .map(|unit| scores(unit..unit + 1))
            .collect();
        let strongest = |scores: &Vec<f32>| scores.iter().copied().fold(0.0, f32::max);
        let label_strength: Vec<f32> = unit_scores.iter().map(strongest).collect();
        let evidence = wording.evidence(content, &label_strength);
        let ranker = pipeline.reader.ranker();
        let sentences = (pipeline.reader.options.budget).sentences(&wording.syllables);
        let learnt = pipeline.reader.scorer().map(|scorer| Learnt {
            scorer,
            genre: genre(content),
            length: Length::of(sentences),
        });
        let ranks = rank::rank(&evidence, ranker, learnt);
        let concepts = concepts(ranker, &wording.terms);
        Self {
            content,
            classifier,
            options: &pipeline.reader.options,
            ranker,
            places: Places::new(document.text()),
            wording,
            concepts,
            decisions,
            unit_scores,
            ranks,
        }
    }

    fn paragraphs(&self) -> Vec<ParagraphRecord> {
        let paragraphs = self.content.document.paragraphs();
        let ranges = unit_ranges(&self.content.units, paragraphs.len());
        let record = |(index, (paragraph, range)): (usize, (&Paragraph, Range<usize>))| {
            let (scores, decision) = &self.decisions[index];
            let sentences = paragraph
                .sentences
                .iter()
                .enumerate()
                .map(|(index, sentence)| SentenceRecord {
                    index,
                    place: self.places.place(sentence.span),
                });
            ParagraphRecord {
                index,
                kind: paragraph.kind,
                furniture: paragraph.furniture,
                place: self.places.place(paragraph.span),
                page: paragraph.page,
                labels: self.label_scores(scores, decision),
                abstained: decision.abstained,
                evidence: self.evidence(&range, decision),
                sentences: sentences.collect(),
            }
        };
        paragraphs
            .iter()
            .zip(ranges)
            .enumerate()
            .map(record)
            .collect()
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
            label: self.classifier.labels()[index].name.clone(),
            score: rounded(scores[index]),
        };
        shown.into_iter().map(score).collect()
    }

    fn evidence(&self, units: &Range<usize>, decision: &Decision) -> Vec<Evidence> {
        let strongest = |label: &usize| {
            let score = |unit: &usize| self.unit_scores[*unit][*label];
            let unit = units
                .clone()
                .max_by(|a, b| score(a).total_cmp(&score(b)).then(b.cmp(a)))?;
            Some(Evidence {
                label: self.classifier.labels()[*label].name.clone(),
                sentence: self.content.units[unit].sentence,
            })
        };
        decision.labels.iter().filter_map(strongest).collect()
    }

    fn summary(&self) -> Summary {
        let (low, high) = range_of(self.candidates(|unit| Some(self.ranks[unit])));
        let relative = |unit: usize| {
            if high > low {
                (self.ranks[unit] - low) / (high - low)
            } else {
                1.0
            }
        };
        let leaders = self.leaders(relative);
        let candidates = self.candidates(|unit| {
            let quota = f32::from(leaders.contains(&unit));
            Some(self.ranks[unit] + QUOTA * quota)
        });
        let picked = self.select(&candidates, self.options.budget, &self.concepts);
        let quote = |unit| self.quotation(unit, relative(unit));
        Summary {
            budget: self.options.budget.to_string(),
            sentences: picked.into_iter().map(quote).collect(),
        }
    }

    /// In a report, the unit that stands for each label that occurs: a summary tells all of what was
    /// achieved, ordered and tried before it says more of one. None where the ranker is a baseline.
    fn leaders(&self, relative: impl Fn(usize) -> f32) -> Vec<usize> {
        if !self.ranker.is_own() || genre(self.content) == Genre::News {
            return Vec::new();
        }
        let leader = |label: usize| {
            let value = |unit: usize| self.unit_scores[unit][label] * relative(unit);
            let candidates = self.candidates(|unit| self.carries(unit, label).then(|| value(unit)));
            let best = candidates.into_iter().reduce(|best, candidate| {
                if candidate.score > best.score {
                    candidate
                } else {
                    best
                }
            });
            best.map(|candidate| candidate.unit)
        };
        let labels = 0..self.classifier.labels().len();
        labels.filter_map(leader).collect()
    }

    /// Whether the label holds for the unit's paragraph and for the unit itself.
    fn carries(&self, unit: usize, label: usize) -> bool {
        let paragraph = self.content.units[unit].paragraph;
        self.decisions[paragraph].1.labels.contains(&label)
            && self.unit_scores[unit][label] >= self.classifier.labels()[label].threshold
    }

    fn by_label(&self) -> BTreeMap<String, Vec<Quotation>> {
        let quote = |(label, head): (usize, &LabelHead)| {
            let candidates = self.candidates(|unit| {
                let paragraph = self.content.units[unit].paragraph;
                let holds = self.decisions[paragraph].1.labels.contains(&label);
                holds.then(|| self.unit_scores[unit][label])
            });
            let budget = Budget::Sentences(self.options.quotations_per_label);
            let picked = self.select(&candidates, budget, &[]).into_iter();
            let quote = |unit| self.quotation(unit, self.unit_scores[unit][label]);
            (head.name.clone(), picked.map(quote).collect())
        };
        self.classifier
            .labels()
            .iter()
            .enumerate()
            .map(quote)
            .collect()
    }

    /// The units that may be quoted and to which `score` gives a score, in document order.
    fn candidates(&self, score: impl Fn(usize) -> Option<f32>) -> Vec<Candidate> {
        let candidate = |unit: usize| {
            let syllables = self.wording.syllables[unit];
            score(unit).map(|score| Candidate {
                unit,
                score,
                syllables,
            })
        };
        let quotable =
            (0..self.wording.syllables.len()).filter(|&unit| self.wording.is_candidate[unit]);
        quotable.filter_map(candidate).collect()
    }

    /// The units that fit, in document order.
    fn select(
        &self,
        candidates: &[Candidate],
        budget: Budget,
        concepts: &[Vec<Concept>],
    ) -> Vec<usize> {
        let options = SelectOptions {
            budget,
            document_syllables: self.wording.syllables.iter().sum(),
            redundancy_penalty: self.ranker.redundancy_penalty(),
            repetition: REPETITION,
        };
        let vectors = self.wording.terms.vectors();
        let similarity = |a: usize, b: usize| vectors[a].cosine(&vectors[b]);
        select::select(candidates, options, similarity, concepts)
    }

    fn quotation(&self, index: usize, score: f32) -> Quotation {
        let unit = self.content.units[index];
        let carried = |label: &&usize| self.carries(index, **label);
        let labels = self.decisions[unit.paragraph]
            .1
            .labels
            .iter()
            .filter(carried);
        Quotation {
            paragraph: unit.paragraph,
            sentence: unit.sentence,
            place: self.places.place(unit.span),
            text: self.content.document.text_at(unit.span).to_owned(),
            score: rounded(score),
            labels: labels
                .map(|&label| self.classifier.labels()[label].name.clone())
                .collect(),
        }
    }
}

/// What is told of a document's units by their words alone, one entry a unit in each list.
pub(super) struct Wording {
    pub(super) words: Vec<Vec<u32>>,
    pub(super) vocabulary: Vocabulary,
    pub(super) syllables: Vec<usize>,
    pub(super) terms: TermSpace,
    title: Option<Vec<u32>>,
    /// Whether it may be quoted.
    pub(super) is_candidate: Vec<bool>,
}

impl Wording {
    pub(super) fn new(content: &PreparedContent) -> Self {
        let (document, units) = (&content.document, content.units.as_slice());
        let texts = || units.iter().map(|unit| document.text_at(unit.span));
        let mut vocabulary = Vocabulary::default();
        let words: Vec<Vec<u32>> = texts().map(|text| vocabulary.read(text)).collect();
        let syllables: Vec<usize> = texts().map(segment::syllables).collect();
        let title = content.title.as_deref().map(|title| {
            let mut words = vocabulary.read(title);
            words.truncate(TITLE_WORDS);
            words
        });
        Self {
            title,
            terms: TermSpace::new(&words, vocabulary.words().len()),
            is_candidate: rank::candidates(document, units, &syllables),
            words,
            vocabulary,
            syllables,
        }
    }

    pub(super) fn evidence<'e>(
        &'e self,
        content: &'e PreparedContent,
        label_strength: &'e [f32],
    ) -> rank::Evidence<'e> {
        rank::Evidence {
            document: &content.document,
            units: &content.units,
            is_candidate: &self.is_candidate,
            words: &self.words,
            vocabulary: &self.vocabulary,
            syllables: &self.syllables,
            label_strength,
            terms: &self.terms,
            title: self.title.as_deref(),
        }
    }
}

/// A report if the document is built like one: an official letter, one with sections, or one without the title that
/// news never lacks.
fn genre(content: &PreparedContent) -> Genre {
    let paragraphs = content.document.paragraphs().iter();
    let headings = paragraphs.filter(|paragraph| paragraph.kind == ParagraphKind::Heading);
    if content.official.is_some() || content.title.is_none() || headings.count() >= SECTIONS {
        Genre::Report
    } else {
        Genre::News
    }
}

/// For every unit, what a summary should tell of it.
pub(super) fn concepts(ranker: Ranker, terms: &TermSpace) -> Vec<Vec<Concept>> {
    let concept = |(id, worth)| Concept { id, worth };
    let of_unit = |worths: Vec<(u32, f32)>| worths.into_iter().map(concept).collect();
    ranker.worths(terms).into_iter().map(of_unit).collect()
}

/// Whether labels are for paragraphs of this kind. The words of captions, table rows and letter furniture
/// only look as if they reported something.
fn is_labelled(kind: ParagraphKind) -> bool {
    !matches!(kind, ParagraphKind::Table | ParagraphKind::Caption)
}

/// For every paragraph, the range of its units.
fn unit_ranges(units: &[Unit], paragraph_count: usize) -> Vec<Range<usize>> {
    let mut ranges = Vec::with_capacity(paragraph_count);
    let mut start = 0;
    for paragraph in 0..paragraph_count {
        let length = units[start..]
            .iter()
            .take_while(|unit| unit.paragraph == paragraph)
            .count();
        ranges.push(start..start + length);
        start += length;
    }
    ranges
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
