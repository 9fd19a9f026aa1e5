//! Quotations of one label as they come, those that say nearly the same in one group.

use std::collections::BTreeSet;

use super::similar::{Figures, Index, Shingles};
use super::{Group, Origin};
use crate::record::{Quotation, Record};

/// Groups that are held for a label, at most: some 20 MB. Where there are more, those least worth showing are
/// forgotten, and one that comes again is counted from the start.
const MAX_GROUPS: usize = 20_000;

/// Quotations that share this much of their word triples say the same: on a sentence of 30 words, one word changed
/// leaves 0.8, two apart from each other 0.65.
const SAME: f64 = 0.7;

/// Documents listed beside the first that says something; the others are counted.
const MAX_OTHERS: usize = 12;

/// What a quotation gains by each doubling of the documents that say it.
const REPETITION_GAIN: f64 = 0.02;

/// What is left of the worth of a quotation that its own document's summary does without.
const NOT_IN_SUMMARY: f64 = 0.9;

/// The groups of one label.
#[derive(Clone, Debug, Default)]
pub(super) struct Groups {
    groups: Vec<Group>,
    index: Index,
}

/// A quotation on its way into a group.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found<'a> {
    pub(super) document: u64,
    pub(super) record: &'a Record,
    pub(super) quotation: &'a Quotation,
    pub(super) year: Option<u16>,
    pub(super) folder: usize,
}

impl Groups {
    pub(super) fn add(&mut self, found: Found<'_>) {
        let shingles = Shingles::of(&found.quotation.text, Figures::Count);
        if let Some(number) = self.index.nearest(&shingles, SAME) {
            self.groups[number].join(found);
            return;
        }
        if self.groups.len() >= MAX_GROUPS {
            self.forget();
        }
        self.index.add(shingles);
        self.groups.push(Group::new(found));
    }

    pub(super) fn into_groups(self) -> Vec<Group> {
        self.groups
    }

    /// Forgets the half least worth showing.
    fn forget(&mut self) {
        let mut order: Vec<usize> = (0..self.groups.len()).collect();
        order.sort_by(|&a, &b| {
            self.groups[b]
                .worth()
                .total_cmp(&self.groups[a].worth())
                .then(a.cmp(&b))
        });
        order.truncate(MAX_GROUPS / 2);
        order.sort_unstable();
        let mut index = Index::default();
        for &number in &order {
            index.add(self.index.text(number).clone());
        }
        let kept: BTreeSet<usize> = order.into_iter().collect();
        let mut number = 0;
        self.groups.retain(|_| {
            number += 1;
            kept.contains(&(number - 1))
        });
        self.index = index;
    }
}

impl Group {
    fn new(found: Found<'_>) -> Self {
        let Found {
            document,
            record,
            quotation,
            year,
            folder,
        } = found;
        Self {
            text: quotation.text.clone(),
            weight: weight(record, quotation),
            origin: Origin::new(record, quotation),
            others: Vec::new(),
            documents: 1,
            found: BTreeSet::from([(year, folder)]),
            context: None,
            change: None,
            document,
            place: quotation.place,
            last_document: document,
        }
    }

    fn join(&mut self, found: Found<'_>) {
        self.weight = self.weight.max(weight(found.record, found.quotation));
        if found.document == self.last_document {
            return;
        }
        self.last_document = found.document;
        self.documents += 1;
        self.found.insert((found.year, found.folder));
        if self.others.len() < MAX_OTHERS {
            self.others.push(Origin::new(found.record, found.quotation));
        }
    }

    /// How much it is worth showing.
    pub(super) fn worth(&self) -> f64 {
        self.weight + REPETITION_GAIN * (self.documents as f64).log2()
    }
}

fn weight(record: &Record, quotation: &Quotation) -> f64 {
    let mut summary = record.summary.sentences.iter();
    if summary.any(|sentence| sentence.place == quotation.place) {
        quotation.score
    } else {
        quotation.score * NOT_IN_SUMMARY
    }
}
