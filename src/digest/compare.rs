//! What of a digest did an earlier run have already, and what is gone since?
//!
//! Kept quotations of one run are looked for among all sentences of the other, so that an order counts as repeated
//! even where the other run did not quote it.

use std::path::PathBuf;

use super::similar::{Figures, Index, Shingles};
use super::{Change, Digest, Group, Origin, Texts, collect, each_record};
use crate::record::Record;
use crate::results::ResultsError;

/// A sentence that has this much of a quotation's word triples, figures aside, says the same: on a sentence of
/// 30 words, two words changed apart from each other leave 0.79. At 0.6, phrases of office prose with another
/// office's name in them counted as repeated.
const SAME: f64 = 0.7;

/// Of a quotation with fewer triples, a chance phrase would be as much; it has to be found nearly whole.
const FEW: usize = 8;
const SAME_OF_FEW: f64 = 0.9;

/// Tells what of a digest the run `earlier` had already, and adds what of that is gone.
///
/// # Errors
///
/// If results cannot be read.
pub fn since(
    digest: &mut Digest,
    runs: &[PathBuf],
    earlier: &PathBuf,
    per_label: usize,
    texts: Texts<'_>,
) -> Result<(), ResultsError> {
    let earlier = std::slice::from_ref(earlier);
    let mut before = collect(earlier, per_label, texts)?;
    let known = find(digest, earlier, texts)?;
    let still_there = find(&before, runs, texts)?;
    digest.without_text = known.without_text + still_there.without_text;
    for (group, (_, known)) in groups_mut(digest).zip(known.best) {
        group.change = Some(known.unwrap_or(Change::New));
    }
    for (group, (_, still)) in groups_mut(&mut before).zip(still_there.best) {
        group.change = Some(still.unwrap_or(Change::Gone));
    }
    share_choices(digest, &mut before);
    for (label, mut earlier) in before.labels {
        earlier
            .groups
            .retain(|group| group.change == Some(Change::Gone));
        digest.labels.entry(label).or_default().gone = earlier.groups;
    }
    digest.is_compared = true;
    Ok(())
}

/// Gives both the same numbers for folders, and the later one the earlier one's years to choose from.
fn share_choices(digest: &mut Digest, before: &mut Digest) {
    let names = &mut digest.folders;
    let mut number = |name: &String| {
        let known = names.iter().position(|known| known == name);
        known.unwrap_or_else(|| {
            names.push(name.clone());
            names.len() - 1
        })
    };
    let numbers: Vec<usize> = before.folders.iter().map(&mut number).collect();
    for group in groups_mut(before) {
        let found = group.found.iter();
        group.found = found
            .map(|&(year, folder)| (year, numbers[folder]))
            .collect();
    }
    for year in before.years.keys() {
        digest.years.entry(*year).or_default();
    }
}

fn groups(digest: &Digest) -> impl Iterator<Item = &Group> {
    digest.labels.values().flat_map(|label| &label.groups)
}

fn groups_mut(digest: &mut Digest) -> impl Iterator<Item = &mut Group> {
    digest
        .labels
        .values_mut()
        .flat_map(|label| &mut label.groups)
}

/// For every group of the digest, the sentence of the runs that says most of it, if one says enough.
fn find(digest: &Digest, runs: &[PathBuf], texts: Texts<'_>) -> Result<Search, ResultsError> {
    let mut search = Search::default();
    for group in groups(digest) {
        search
            .index
            .add(Shingles::of(&group.text, Figures::AreAlike));
        search.best.push((0.0, None));
    }
    each_record(runs, |_, run, record| {
        if let Some(text) = texts(run, record) {
            search.look_through(record, &text);
        } else {
            search.without_text += usize::from(record.was_read());
            search.look_at_quotations(record);
        }
    })?;
    Ok(search)
}

#[derive(Debug, Default)]
struct Search {
    index: Index,
    /// For every group, how much of it the best sentence has, and that sentence.
    best: Vec<(f64, Option<Change>)>,
    /// Documents that were looked through without their texts.
    without_text: usize,
}

impl Search {
    fn look_through(&mut self, record: &Record, text: &str) {
        let paragraphs = record.paragraphs.iter().filter(|it| !it.furniture);
        for paragraph in paragraphs {
            for sentence in &paragraph.sentences {
                let range = sentence.place.start_byte..sentence.place.end_byte;
                if let Some(text) = text.get(range) {
                    self.look_at(text, || Origin::at(record, paragraph.index, sentence.index));
                }
            }
        }
    }

    fn look_at_quotations(&mut self, record: &Record) {
        for quotation in record.quotations() {
            self.look_at(&quotation.text, || Origin::new(record, quotation));
        }
    }

    fn look_at(&mut self, text: &str, origin: impl Fn() -> Origin) {
        let shingles = Shingles::of(text, Figures::AreAlike);
        for (number, at_most) in self.index.candidates(&shingles) {
            let wanted = self.index.text(number);
            let least = if wanted.len() < FEW {
                SAME_OF_FEW
            } else {
                SAME
            };
            if (at_most as f64) < least * wanted.len() as f64 - 0.5 {
                continue;
            }
            let found = wanted.containment(&shingles);
            if found >= least && found > self.best[number].0 {
                let text = text.to_owned();
                let origin = origin();
                self.best[number] = (found, Some(Change::Repeated { text, origin }));
            }
        }
    }
}
