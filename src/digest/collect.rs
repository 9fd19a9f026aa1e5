//! The records of runs → a digest.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::slice;

use super::folders::Folders;
use super::groups::{Found, Groups};
use super::overlap::Overlap;
use super::period::Period;
use super::{Digest, LabelDigest, Texts, context, each_record, keep};
use crate::record::{Quotation, Record};
use crate::results::ResultsError;

/// Collects the best quotations of runs: `per_label` of each label, and some of every year and folder.
///
/// The results are read three times: for the folders, for the quotations and for the paragraphs around those
/// that are kept. The memory is bounded whatever their number, but for 32 bytes for each document of all runs but the
/// last: what a run has that one before it has too is counted once.
///
/// # Errors
///
/// If results cannot be read.
pub fn collect(
    runs: &[PathBuf],
    per_label: usize,
    texts: Texts<'_>,
) -> Result<Digest, ResultsError> {
    let mut collector = Collector {
        folders: Folders::of(runs)?,
        digest: Digest::default(),
        labels: BTreeMap::new(),
        next_document: 0,
        overlap: Overlap::default(),
    };
    for (index, run) in runs.iter().enumerate() {
        collector.overlap.begin(index + 1 == runs.len());
        each_record(slice::from_ref(run), |_, _, record| collector.add(record))?;
    }
    let mut digest = collector.finish(per_label);
    context::complete(&mut digest, runs, texts)?;
    Ok(digest)
}

struct Collector {
    folders: Folders,
    digest: Digest,
    /// Of every label, what is sure and what is doubtful.
    labels: BTreeMap<String, [Quotations; 2]>,
    /// The number of the next document within the runs.
    next_document: u64,
    overlap: Overlap,
}

/// Some quotations of one label.
#[derive(Default)]
struct Quotations {
    count: usize,
    groups: Groups,
}

impl Collector {
    fn add(&mut self, record: &Record) {
        let document = self.next_document;
        self.next_document += 1;
        if self.overlap.has(record) {
            return;
        }
        let digest = &mut self.digest;
        digest.documents.add(record.status);
        let period = Period::of(record);
        let year = period.map(|period| period.year);
        if record.was_read() {
            digest.years.extend(year);
        }
        count_labels(digest, record, period);
        let folder = self.folders.number(record);
        for (label, quotations) in &record.by_label {
            let of_label = self.labels.entry(label.clone()).or_default();
            for quotation in quotations {
                let found = &mut of_label[usize::from(is_doubtful(record, quotation))];
                found.count += 1;
                found.groups.add(Found {
                    document,
                    record,
                    quotation,
                    year,
                    folder,
                });
            }
        }
    }

    fn finish(self, per_label: usize) -> Digest {
        let mut digest = self.digest;
        digest.folders = self.folders;
        for (label, [sure, doubtful]) in self.labels {
            // What is doubtful is shown where nothing is sure, as in the digest of few documents.
            let found = if sure.count > 0 { sure } else { doubtful };
            let of_label = digest.labels.entry(label).or_default();
            of_label.quotations = found.count;
            of_label.groups = keep::best(found.groups.into_groups(), per_label);
        }
        digest
    }
}

/// Whether the labels of a quotation's paragraph are doubtful.
fn is_doubtful(record: &Record, quotation: &Quotation) -> bool {
    let paragraph = record.paragraphs.get(quotation.paragraph);
    paragraph.is_some_and(|paragraph| paragraph.abstained)
}

/// Counts the labels of paragraphs. Evidence is given for the labels that hold; `labels` may hold all.
fn count_labels(digest: &mut Digest, record: &Record, period: Option<Period>) {
    let mut seen = BTreeSet::new();
    let evidence = record.paragraphs.iter().flat_map(|it| &it.evidence);
    for label in evidence.map(|evidence| &evidence.label) {
        let is_first = usize::from(seen.insert(label));
        let counted: &mut LabelDigest = digest.labels.entry(label.clone()).or_default();
        let count = counted.periods.entry(period).or_default();
        count.paragraphs += 1;
        count.documents += is_first;
        counted.paragraphs += 1;
        counted.documents += is_first;
    }
}
