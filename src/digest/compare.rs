//! What of a digest did an earlier run have already, and what is gone since?
//!
//! Kept quotations of one run are looked for among all sentences of the other, so that an order counts as repeated
//! even where the other run did not quote it.

use std::path::PathBuf;

use super::similar::{Figures, Index, Shingles};
use super::{Change, Digest, Group, Origin, Texts, collect, each_record, folders};
use crate::record::Record;
use crate::results::ResultsError;
use crate::segment;

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
    for (group, known) in groups_mut(digest).zip(known.best) {
        group.change = Some(known.unwrap_or(Change::New));
    }
    for (group, still) in groups_mut(&mut before).zip(still_there.best) {
        group.change = Some(still.unwrap_or(Change::Gone));
    }
    share_folders(digest, &mut before);
    for (label, mut earlier) in before.labels {
        earlier
            .groups
            .retain(|group| group.change == Some(Change::Gone));
        digest.labels.entry(label).or_default().gone = earlier.groups;
    }
    digest.is_compared = true;
    Ok(())
}

/// Gives both the same folders, with the same numbers.
fn share_folders(digest: &mut Digest, before: &mut Digest) {
    let later = digest.folders.names_beside(&before.folders);
    let earlier = before.folders.names_beside(&digest.folders);
    let names = later.iter().chain(&earlier).map(String::as_str);
    let shared = folders::in_order(names.collect());
    renumber(digest, &later, &shared);
    renumber(before, &earlier, &shared);
    digest.folders.names = shared;
}

/// Numbers folders, which are called `names`, by their places in `shared`.
fn renumber(digest: &mut Digest, names: &[String], shared: &[String]) {
    let number = |name| shared.iter().position(|known| known == name);
    let numbers: Vec<usize> = names.iter().filter_map(number).collect();
    debug_assert_eq!(numbers.len(), names.len(), "all are shared");
    for group in groups_mut(digest) {
        let found = group.found.iter();
        group.found = found
            .map(|&(year, folder)| (year, numbers[folder]))
            .collect();
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

/// For every group of the digest, the sentence of the runs that is most like it, if one is enough so.
fn find(digest: &Digest, runs: &[PathBuf], texts: Texts<'_>) -> Result<Found, ResultsError> {
    let mut search = Search::default();
    for group in groups(digest) {
        search
            .index
            .add(Shingles::of(&group.text, Figures::AreAlike));
        search.best.push((group, None));
    }
    each_record(runs, |_, run, record| {
        if let Some(text) = texts(run, record) {
            search.look_through(record, &text);
        } else {
            search.without_text += usize::from(record.was_read());
            search.look_at_quotations(record);
        }
    })?;
    let best = search.best.into_iter();
    Ok(Found {
        best: best
            .map(|(_, best)| best.map(|(_, change)| change))
            .collect(),
        without_text: search.without_text,
    })
}

struct Found {
    /// For every group, what has become of it if there is a sentence like it.
    best: Vec<Option<Change>>,
    /// Documents that were looked through without their texts.
    without_text: usize,
}

#[derive(Debug, Default)]
struct Search<'a> {
    index: Index,
    /// For every group, how like it the best sentence is, and that sentence.
    best: Vec<(&'a Group, Option<(Likeness, Change)>)>,
    without_text: usize,
}

/// How like a group a sentence is that has enough of it; what comes first counts most.
///
/// Offices write their reports by one template, so that a sentence often has all words of many: that of the same
/// office is the earlier one, even if it has fewer.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
struct Likeness {
    is_of_same_office: bool,
    contained: f64,
    is_of_same_name: bool,
    /// Figures included.
    has_same_words: bool,
}

impl Likeness {
    fn of(group: &Group, contained: f64, text: &str, origin: &Origin) -> Self {
        Self {
            is_of_same_office: is_same_office(&group.origin, origin),
            contained,
            is_of_same_name: group.origin.id == origin.id,
            has_same_words: segment::words(&group.text).eq(segment::words(text)),
        }
    }
}

/// Whether two documents are of one office: by their issuers, else by the folders that they are named in.
fn is_same_office(one: &Origin, other: &Origin) -> bool {
    match (&one.official.issuer, &other.official.issuer) {
        (Some(one), Some(other)) => one.to_lowercase() == other.to_lowercase(),
        _ => folders::parent(&one.id) == folders::parent(&other.id),
    }
}

impl Search<'_> {
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
            if found < least {
                continue;
            }
            let origin = origin();
            let (group, best) = &mut self.best[number];
            let likeness = Likeness::of(group, found, text, &origin);
            if best.as_ref().is_none_or(|(most, _)| likeness > *most) {
                let text = text.to_owned();
                *best = Some((
                    likeness,
                    Change::Repeated {
                        text,
                        origin: Box::new(origin),
                    },
                ));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::record::{Official, Place};

    const SAID: &str =
        "Trong 6 tháng đầu năm, toàn huyện đã làm mới 14 km đường liên xã, tăng 6% so với cùng kỳ.";

    fn origin(issuer: Option<&str>, id: &str) -> Origin {
        Origin {
            id: id.to_owned(),
            path: id.to_owned(),
            title: None,
            official: Official {
                issuer: issuer.map(str::to_owned),
                ..Official::default()
            },
            paragraph: 0,
            sentence: 0,
            page: None,
        }
    }

    fn group(origin: Origin) -> Group {
        Group {
            text: SAID.to_owned(),
            weight: 1.0,
            origin,
            others: Vec::new(),
            documents: 1,
            quotations: 1,
            found: BTreeSet::new(),
            context: None,
            change: None,
            document: 0,
            place: Place {
                start_char: 0,
                end_char: 0,
                start_byte: 0,
                end_byte: 0,
            },
            last_document: 0,
        }
    }

    /// Which of earlier sentences is taken for the earlier one of a group.
    fn earlier(group: &Group, said: &[(&str, Origin)]) -> Option<String> {
        let mut search = Search::default();
        search
            .index
            .add(Shingles::of(&group.text, Figures::AreAlike));
        search.best.push((group, None));
        for (text, origin) in said {
            search.look_at(text, || origin.clone());
        }
        match search.best.remove(0).1?.1 {
            Change::Repeated { text, .. } => Some(text),
            Change::New | Change::Gone => None,
        }
    }

    #[test]
    fn of_reports_by_one_template_the_earlier_one_is_of_the_same_office() {
        let [lam, son] = [Some("UBND huyện Lâm"), Some("UBND huyện Sơn")];
        let [of_lam, of_son] = [SAID.replace("14", "40"), SAID.replace("14", "12")];
        let son_less = of_son.replace("toàn huyện", "huyện");
        let later = group(origin(son, "bc.docx"));
        let found = earlier(
            &later,
            &[
                (&of_lam, origin(lam, "a.docx")),
                (&son_less, origin(son, "b.docx")),
                (SAID, origin(lam, "bc.docx")),
            ],
        );
        assert_eq!(found, Some(son_less));
        // Where no letter tells, by the folder, then by the name, then by the figures.
        let later = group(origin(None, "sơn/bc.docx"));
        let first = (of_son.as_str(), origin(None, "sơn/b.docx"));
        for (second, expected) in [
            ((SAID, origin(None, "lâm/bc.docx")), of_son.as_str()),
            ((&of_lam, origin(None, "sơn/bc.docx")), of_lam.as_str()),
            ((SAID, origin(None, "sơn/c.docx")), SAID),
        ] {
            let found = earlier(&later, &[first.clone(), second]);
            assert_eq!(found.as_deref(), Some(expected));
        }
    }
}
