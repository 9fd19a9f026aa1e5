//! Quotations of one label as they come, those that say nearly the same in one group.

use std::collections::BTreeSet;

use super::bearing;
use super::similar::{Figures, Index, Shingles};
use super::{Group, Origin, Other};
use crate::record::{Quotation, Record};
use crate::segment;

/// Groups that are held for a label, at most: some 20 MB, more where many reports say them. Where there are more, those
/// least worth showing are forgotten, and one that comes again is counted from the start.
const MAX_GROUPS: usize = 20_000;

/// Quotations with the same figures that share this much of their word triples say the same: on a sentence of 30
/// words, one word changed leaves 0.8, two apart from each other 0.65.
const SAME: f64 = 0.7;

/// Listed beside the first that says something, of other documents or in other words; the others are counted.
const MAX_OTHERS: usize = 12;

/// What a quotation gains by each doubling of the documents that say it.
const REPETITION_GAIN: f64 = 0.02;

/// What is left of the worth of a quotation that its own document's summary does without.
const NOT_IN_SUMMARY: f64 = 0.9;

/// What is left of the worth of a quotation that begins with a word such as `Tuy nhiên`: it needs the sentence before
/// it, which is a click away. A little more than a summary's silence, so that one as good that stands by itself comes
/// first, and one far better still does not.
const NEEDS_BEFORE: f64 = 0.85;

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
    /// Adds a quotation, unless it is a list of addresses.
    pub(super) fn add(&mut self, found: Found<'_>) {
        if bearing::is_addresses(&found.quotation.text) {
            return;
        }
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
            quotations: 1,
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
        self.quotations += 1;
        let is_of_another = found.document != self.last_document;
        if is_of_another {
            self.last_document = found.document;
            self.documents += 1;
            self.found.insert((found.year, found.folder));
        }
        if self.others.len() < MAX_OTHERS {
            let other = self.other(found);
            let is_like = |it: &Other| it.document == other.document && it.text == other.text;
            let is_said = other.text.is_none() || self.others.iter().any(is_like);
            if is_of_another || !is_said {
                self.others.push(other);
            }
        }
    }

    fn other(&self, found: Found<'_>) -> Other {
        let text = &found.quotation.text;
        let has_same_words = segment::words(text).eq(segment::words(&self.text));
        Other {
            origin: Origin::new(found.record, found.quotation),
            text: (!has_same_words).then(|| text.clone()),
            document: found.document,
        }
    }

    /// How much it is worth showing.
    pub(super) fn worth(&self) -> f64 {
        self.weight + REPETITION_GAIN * libm::log2(self.documents as f64)
    }
}

fn weight(record: &Record, quotation: &Quotation) -> f64 {
    let mut summary = record.summary.sentences.iter();
    let is_in_summary = summary.any(|sentence| sentence.place.contains(&quotation.place));
    let needs_before = bearing::needs_before(&quotation.text);
    let left = |is_less: bool, left: f64| if is_less { left } else { 1.0 };
    quotation.score * left(!is_in_summary, NOT_IN_SUMMARY) * left(needs_before, NEEDS_BEFORE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::{Failure, ModelIdentity, Place, Source};

    fn added(texts: &[&str]) -> Vec<Group> {
        let (source, model) = (Source::default(), ModelIdentity::default());
        let failure = Failure::new("empty_document", "");
        let record = Record::failed("a".to_owned(), source, failure, model);
        let mut groups = Groups::default();
        for text in texts {
            let place = Place {
                start_char: 0,
                end_char: 1,
                start_byte: 0,
                end_byte: 1,
            };
            let quotation = Quotation {
                paragraph: 0,
                sentence: 0,
                place,
                text: (*text).to_owned(),
                score: 0.9,
                labels: Vec::new(),
            };
            groups.add(Found {
                document: 0,
                record: &record,
                quotation: &quotation,
                year: None,
                folder: 0,
            });
        }
        groups.into_groups()
    }

    #[test]
    fn other_words_are_kept_and_other_figures_stay_apart() {
        let said = |district: &str, share: usize| {
            format!(
                "Trong 6 tháng đầu năm, huyện {district} đã thu ngân sách nhà nước trên địa bàn đạt {share}% dự toán \
                 tỉnh giao, tăng 6% so với cùng kỳ năm trước, bảo đảm chi thường xuyên."
            )
        };
        let [first, other, less] = [said("Lâm", 95), said("Sơn", 95), said("Lâm", 87)];
        let loud = first.to_uppercase();
        let groups = added(&[&first, &loud, &other, &less, &other]);
        assert_eq!(groups.len(), 2);
        let [first_group, second_group] = &groups[..] else {
            panic!("two");
        };
        assert_eq!((&first_group.text, &second_group.text), (&first, &less));
        assert_eq!((first_group.documents, first_group.quotations), (1, 4));
        let others = first_group.others.iter().map(|it| it.text.as_ref());
        assert_eq!(others.collect::<Vec<_>>(), [Some(&other)]);
    }

    #[test]
    fn what_stands_by_itself_is_worth_more_and_addresses_nothing() {
        let groups = added(&[
            "Tuy nhiên, ba xã vùng cao chưa làm xong đường liên xã.",
            "Chín xã vùng thấp đã làm xong đường liên xã trước hạn.",
            "Xem https://lacbinh.example/tin/duong-lien-xa-xong-truoc-han",
        ]);
        assert_eq!(groups.len(), 2);
        assert!(groups[0].worth() < groups[1].worth());
    }
}
