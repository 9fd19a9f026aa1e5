//! Is every quotation still where a record says it stands? Records and their sources → proofs.
//!
//! The text is read from the source again, and every offset is counted anew; nothing that the record
//! says of itself is believed.

use std::fmt;
use std::ops::AddAssign;

use rayon::prelude::*;
use serde::Serialize;

use crate::document::CountedText;
use crate::hash::sha256;
use crate::record::{Failure, Place, Quotation, Record, Status};
use crate::results::ResultsError;
use crate::sources::{self, Sources, Today};

/// What of a record is not proven.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Problem {
    /// The source cannot be read any more.
    Unreadable {
        /// The failure's code.
        reason: String,
        /// Why, for people.
        message: String,
    },
    /// The source's bytes are not those that were read.
    Changed {
        /// SHA-256 of the bytes that were read.
        was: Option<String>,
        /// SHA-256 of the source today.
        is: Option<String>,
    },
    /// The bytes are the same, but their text is not: another version of the program read them.
    OtherText,
    /// The text that the record carries is not the one that was read.
    StoredText,
    /// A quotation does not stand where the record says.
    Misquoted {
        /// Index of its paragraph.
        paragraph: usize,
        /// Index of its sentence within the paragraph.
        sentence: usize,
        /// What the record quotes.
        text: String,
    },
    /// The record quotes a document that, as it says, was not read or is a copy of another.
    QuotedUnread,
    /// A paragraph's offsets or those of its sentences are no place in the text.
    Misplaced {
        /// Index of the paragraph.
        paragraph: usize,
    },
}

/// What was found out about one record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The record's id.
    pub id: String,
    /// Its source.
    pub path: String,
    /// How many quotations it has.
    pub quotations: usize,
    /// How many of them stand in the source today, at their offsets and word for word.
    pub proven: usize,
    /// Empty where everything is proven.
    pub problems: Vec<Problem>,
}

/// What was found out about all records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Totals {
    /// Records in all.
    pub documents: usize,
    /// Those that had nothing to prove, because the run could not read them.
    pub unread: usize,
    /// Those that the run left out as copies of others, so that only their bytes are checked.
    pub copies: usize,
    /// Those with a problem.
    pub failed: usize,
    /// Quotations in all.
    pub quotations: usize,
    /// Quotations that stand in their sources today.
    pub proven: usize,
}

impl AddAssign for Totals {
    fn add_assign(&mut self, other: Self) {
        self.documents += other.documents;
        self.unread += other.unread;
        self.copies += other.copies;
        self.failed += other.failed;
        self.quotations += other.quotations;
        self.proven += other.proven;
    }
}

/// Records that are checked together, on all cores: a wave ends with the one that reaches one of these,
/// because each holds its source.
const WAVE_DOCUMENTS: usize = 256;
const WAVE_BYTES: u64 = 32 << 20;

/// Proves records one after another and hands over what does not hold, in their order.
///
/// # Errors
///
/// If the results cannot be read, or what `sink` reports.
pub fn verify<E: From<ResultsError>>(
    records: impl Iterator<Item = Result<Record, ResultsError>>,
    sources: &mut Sources,
    mut sink: impl FnMut(Finding) -> Result<(), E>,
) -> Result<Totals, E> {
    let mut totals = Totals::default();
    let mut records = records.peekable();
    while records.peek().is_some() {
        let (mut wave, mut bytes) = (Vec::new(), 0);
        while wave.len() < WAVE_DOCUMENTS
            && bytes < WAVE_BYTES
            && let Some(record) = records.next()
        {
            let record = record?;
            totals.documents += 1;
            totals.copies += usize::from(record.status == Status::Skipped);
            if record.status == Status::Failure && record.quotations().next().is_none() {
                totals.unread += 1;
                continue;
            }
            bytes += record.source.bytes;
            let today = sources.open(&record);
            wave.push((record, today));
        }
        let findings: Vec<Finding> = wave
            .into_par_iter()
            .map(|(record, today)| examine(&record, &today))
            .collect();
        for finding in findings {
            totals.quotations += finding.quotations;
            totals.proven += finding.proven;
            if !finding.problems.is_empty() {
                totals.failed += 1;
                sink(finding)?;
            }
        }
    }
    Ok(totals)
}

fn examine(record: &Record, today: &Today) -> Finding {
    let mut finding = Finding {
        id: record.id.clone(),
        path: record.source.path.clone(),
        quotations: record.quotations().count(),
        proven: 0,
        problems: Vec::new(),
    };
    let is_changed = !today.is_same(record);
    if today.sha256.is_some() && is_changed {
        finding.problems.push(Problem::Changed {
            was: record.source.sha256.clone(),
            is: today.sha256.clone(),
        });
    }
    if matches!(record.status, Status::Failure | Status::Skipped) {
        finding.examine_unread(today);
        return finding;
    }
    match sources::text_of(record, today) {
        Ok(text) => finding.compare(record, &text, is_changed),
        Err(failure) => finding.problems.push(failure.into()),
    }
    finding
}

impl Finding {
    /// Notes what does not hold of a document that was not read, or is a copy: it has no text of its own to compare.
    fn examine_unread(&mut self, today: &Today) {
        if let (None, Err(failure)) = (&today.sha256, &today.content) {
            self.problems.push(failure.clone().into());
        }
        if self.quotations > 0 {
            self.problems.push(Problem::QuotedUnread);
        }
    }

    /// Notes what of a record does not hold in its document's text of today.
    fn compare(&mut self, record: &Record, text: &str, is_changed: bool) {
        let hash_of = |text: &str| Some(sha256(text.as_bytes()));
        let is_same_text = hash_of(text) == record.text_sha256;
        if !is_same_text && !is_changed {
            self.problems.push(Problem::OtherText);
        }
        let stored = record.text.as_deref();
        if stored.is_some_and(|text| hash_of(text) != record.text_sha256) {
            self.problems.push(Problem::StoredText);
        }
        let text = CountedText::new(text);
        let is_proven = |it: &&Quotation| proves(&text, it) && is_in_its_sentence(record, it);
        let misquoted: Vec<&Quotation> = record.quotations().filter(|it| !is_proven(it)).collect();
        self.proven = self.quotations - misquoted.len();
        // In another text, offsets that are off say nothing more.
        if is_same_text {
            let misquoted = misquoted.into_iter().map(Problem::from);
            self.problems.extend(misquoted);
            self.problems.extend(misplaced(record, &text));
        }
    }
}

/// Whether a quotation is within the sentence whose numbers it has, which is what readers are told.
fn is_in_its_sentence(record: &Record, quotation: &Quotation) -> bool {
    let paragraph = record.paragraphs.get(quotation.paragraph);
    let sentence = paragraph.and_then(|paragraph| paragraph.sentences.get(quotation.sentence));
    sentence.is_some_and(|sentence| sentence.place.contains(&quotation.place))
}

/// The paragraphs whose offsets, or those of their sentences, are no place in the text.
fn misplaced(record: &Record, text: &CountedText<'_>) -> Vec<Problem> {
    let is_sound = |place: &Place| slice(text, place).is_some();
    let paragraphs = record.paragraphs.iter().filter(|paragraph| {
        let sentences = paragraph.sentences.iter();
        !is_sound(&paragraph.place) || !sentences.map(|it| &it.place).all(is_sound)
    });
    paragraphs
        .map(|paragraph| Problem::Misplaced {
            paragraph: paragraph.index,
        })
        .collect()
}

/// The text at a place, if its characters and its bytes say the same.
fn slice<'t>(text: &CountedText<'t>, place: &Place) -> Option<&'t str> {
    let found = text.text().get(place.start_byte..place.end_byte)?;
    let start = text.characters_before(place.start_byte);
    let end = text.characters_before(place.end_byte);
    ((start, end) == (place.start_char, place.end_char)).then_some(found)
}

fn proves(text: &CountedText<'_>, quotation: &Quotation) -> bool {
    slice(text, &quotation.place) == Some(quotation.text.as_str())
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        Self::Unreadable {
            reason: failure.code,
            message: failure.message,
        }
    }
}

impl From<&Quotation> for Problem {
    fn from(quotation: &Quotation) -> Self {
        Self::Misquoted {
            paragraph: quotation.paragraph,
            sentence: quotation.sentence,
            text: quotation.text.clone(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { message, .. } => write!(formatter, "cannot be read: {message}"),
            Self::Changed { .. } => formatter.write_str("its bytes have changed since the run"),
            Self::OtherText => formatter.write_str(
                "its bytes are the same but its text is read otherwise; was the run made by another \
                 version? Run it again",
            ),
            Self::StoredText => {
                formatter.write_str("the text in its record is not the one that was read")
            }
            Self::Misquoted {
                paragraph,
                sentence,
                text,
            } => write!(
                formatter,
                "does not say “{text}” in paragraph {}, sentence {}",
                paragraph + 1,
                sentence + 1
            ),
            Self::QuotedUnread => formatter
                .write_str("its record says that it was not read, or is a copy, and quotes it all the same"),
            Self::Misplaced { paragraph } => {
                write!(formatter, "paragraph {} is out of place", paragraph + 1)
            }
        }
    }
}
