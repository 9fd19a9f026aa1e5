//! Which documents are nearly the same? `MinHash` signatures → groups.
//!
//! A signature is the least hash of a text's runs of words under each of many hash functions; two texts
//! agree in as large a part of it as of their runs (Broder 1997, *On the resemblance and containment of
//! documents*). Documents that agree in a whole band of it are compared, band by band, so that nothing
//! grows with the number of pairs.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::state::{State, StateError};
use crate::hash::fnv1a;
use crate::random::{GOLDEN, mixed};

/// The name of the list of such groups within the output folder.
pub const FILE_NAME: &str = "duplicates.jsonl";

/// How many hash functions a signature has: a likeness of 0.8 is then told to within 0.05.
const HASHES: usize = 64;
/// Functions in a band: of two documents alike to 0.8, one of 16 bands agrees with probability 0.9998.
const BAND: usize = 4;
/// Bands in a signature.
const BANDS: usize = HASHES / BAND;
/// Words in a run.
const RUN: usize = 4;
/// A text with fewer words says too little: every "không có" would be the same report.
const MIN_WORDS: usize = 24;
/// From this share of equal runs on, two documents are near-duplicates.
const ALIKE: f64 = 0.8;
/// The most documents of which the hashes of all bands are kept in memory, 128 bytes each. Of more, those of one band
/// are at a time, and the state is asked for all signatures once a band.
const IN_MEMORY: usize = 200_000;

/// What a text is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature([u32; HASHES]);

impl Signature {
    /// The signature of a text, unless it is too short to tell.
    pub fn of(text: &str) -> Option<Self> {
        let words: Vec<u64> = text
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| !word.is_empty())
            .map(|word| fnv1a(word.to_lowercase().bytes()))
            .collect();
        if words.len() < MIN_WORDS {
            return None;
        }
        let mut least = [u32::MAX; HASHES];
        for run in words.windows(RUN) {
            let run = run
                .iter()
                .fold(0_u64, |sum, &word| mixed(sum.rotate_left(5) ^ word));
            for (index, least) in least.iter_mut().enumerate() {
                let value = (mixed(run ^ (index as u64).wrapping_mul(GOLDEN)) >> 32) as u32;
                *least = value.min(*least);
            }
        }
        Some(Self(least))
    }

    /// The share of equal runs, from 0 to 1.
    pub fn likeness(&self, other: &Self) -> f64 {
        let equal = self.0.iter().zip(&other.0).filter(|(a, b)| a == b).count();
        equal as f64 / HASHES as f64
    }

    pub(super) fn to_bytes(&self) -> Vec<u8> {
        self.0
            .iter()
            .flat_map(|value| value.to_le_bytes())
            .collect()
    }

    /// The signature of so many bytes; nothing of more or fewer.
    pub(super) fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (values, rest) = bytes.as_chunks::<4>();
        let values: &[[u8; 4]; HASHES] = values.try_into().ok()?;
        let signature = Self(values.map(u32::from_le_bytes));
        rest.is_empty().then_some(signature)
    }

    fn band(&self, band: usize) -> u64 {
        let values = &self.0[band * BAND..(band + 1) * BAND];
        values
            .iter()
            .fold(0, |sum, &value| mixed(sum ^ u64::from(value)))
    }
}

/// A document of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Member {
    /// The position of the first input that is this document.
    pub position: u64,
    /// Its number in the state.
    pub document: i64,
}

/// A document with those that say the same: a line of `duplicates.jsonl`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Group {
    /// The first of them.
    #[serde(flatten)]
    pub first: Named,
    /// The inputs that are, byte for byte, the first one again.
    pub exact: Vec<Named>,
    /// The other documents that say nearly the same.
    pub near: Vec<Near>,
}

/// An input by its name and place.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Named {
    /// Its name within the run.
    pub id: String,
    /// Where it lies.
    pub path: String,
}

/// A document that says nearly the same as the first of its group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Near {
    /// Its first input.
    #[serde(flatten)]
    pub first: Named,
    /// The share of equal runs of words with the group's first document, from 0 to 1, estimated.
    pub likeness: f64,
    /// The inputs that are, byte for byte, this document again.
    pub exact: Vec<Named>,
}

/// Finds the groups of a run and hands them over in the order of their first inputs; how many there are.
///
/// # Errors
///
/// What the state and `each` say.
pub fn groups(
    state: &State,
    mut each: impl FnMut(&Group) -> std::io::Result<()>,
) -> Result<usize, StateError> {
    let mut members: BTreeMap<u64, Vec<Member>> = BTreeMap::new();
    for member in state.repeated()? {
        members.insert(member.position, vec![member]);
    }
    for (first, others) in near(state, IN_MEMORY)? {
        members.insert(first.position, [vec![first], others].concat());
    }
    // A repeated document that is a member of another's group is told there.
    let inner: BTreeSet<u64> = members
        .values()
        .flat_map(|group| &group[1..])
        .map(|member| member.position)
        .collect();
    members.retain(|first, _| !inner.contains(first));
    for group in members.values() {
        each(&describe(state, group)?)?;
    }
    Ok(members.len())
}

fn describe(state: &State, group: &[Member]) -> Result<Group, StateError> {
    let named = |member: &Member| -> Result<(Named, Vec<Named>), StateError> {
        let inputs = state.inputs_of(member.document)?.into_iter();
        let mut inputs = inputs.map(|(id, path)| Named { id, path });
        let first = inputs
            .next()
            .ok_or_else(|| StateError::Damaged("a document without an input".to_owned()))?;
        Ok((first, inputs.collect()))
    };
    let (first, exact) = named(&group[0])?;
    let others = &group[1..];
    let mut near = Vec::with_capacity(others.len());
    // A document that is only repeated may be too short for a signature.
    if !others.is_empty() {
        let leader = state.signature(group[0].document)?;
        for member in others {
            let likeness = leader.likeness(&state.signature(member.document)?);
            let (first, exact) = named(member)?;
            near.push(Near {
                first,
                likeness: (likeness * 100.0).round() / 100.0,
                exact,
            });
        }
    }
    Ok(Group { first, exact, near })
}

/// The documents of a run that have a signature, in order, and the hashes of their bands.
struct Banded<'a> {
    state: &'a State,
    documents: Vec<Member>,
    /// Of every document, or of none where there are too many.
    hashes: Vec<[u64; BANDS]>,
}

impl<'a> Banded<'a> {
    /// Reads the documents, and the hashes of up to `in_memory` of them.
    fn read(state: &'a State, in_memory: usize) -> Result<Self, StateError> {
        let (mut documents, mut hashes) = (Vec::new(), Vec::new());
        state.signatures(|signed| {
            documents.push(signed.member);
            if documents.len() <= in_memory {
                hashes.push(std::array::from_fn(|band| signed.signature.band(band)));
            }
        })?;
        if documents.len() > in_memory {
            hashes = Vec::new();
        }
        Ok(Self {
            state,
            documents,
            hashes,
        })
    }

    /// The hash of one band of every document, with the document's index.
    fn band(&self, band: usize) -> Result<Vec<(u64, usize)>, StateError> {
        if self.hashes.len() == self.documents.len() {
            let of_document = |(index, hashes): (usize, &[u64; BANDS])| (hashes[band], index);
            return Ok(self.hashes.iter().enumerate().map(of_document).collect());
        }
        let mut hashes = Vec::with_capacity(self.documents.len());
        let mut push = |hash| hashes.push((hash, hashes.len()));
        self.state
            .signatures(|signed| push(signed.signature.band(band)))?;
        Ok(hashes)
    }
}

/// The groups of near-duplicates: the first member of each, and the others. Hashes are kept of up to `in_memory` documents.
fn near(state: &State, in_memory: usize) -> Result<Vec<(Member, Vec<Member>)>, StateError> {
    let banded = Banded::read(state, in_memory)?;
    let documents = &banded.documents;
    let mut groups = Groups::new(documents.len());
    for band in 0..BANDS {
        let mut hashes = banded.band(band)?;
        hashes.sort_unstable();
        for equal in hashes.chunk_by(|a, b| a.0 == b.0) {
            let (first, others) = (equal[0].1, &equal[1..]);
            if others.iter().all(|&(_, other)| groups.same(first, other)) {
                continue;
            }
            let signature = state.signature(documents[first].document)?;
            for &(_, other) in others {
                if !groups.same(first, other)
                    && signature.likeness(&state.signature(documents[other].document)?) >= ALIKE
                {
                    groups.join(first, other);
                }
            }
        }
    }
    let mut members: BTreeMap<usize, Vec<Member>> = BTreeMap::new();
    for (index, document) in documents.iter().enumerate() {
        members
            .entry(groups.leader(index))
            .or_default()
            .push(*document);
    }
    let several = members.into_values().filter(|group| group.len() > 1);
    Ok(several
        .map(|group| (group[0], group[1..].to_vec()))
        .collect())
}

/// Disjoint sets whose leader is their first member (Cormen et al., *Introduction to Algorithms*, 19.3).
struct Groups(Vec<u32>);

impl Groups {
    fn new(count: usize) -> Self {
        Self((0..count as u32).collect())
    }

    fn leader(&mut self, mut member: usize) -> usize {
        while self.0[member] as usize != member {
            self.0[member] = self.0[self.0[member] as usize];
            member = self.0[member] as usize;
        }
        member
    }

    fn same(&mut self, a: usize, b: usize) -> bool {
        self.leader(a) == self.leader(b)
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.leader(a), self.leader(b));
        self.0[a.max(b)] = a.min(b) as u32;
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::batch::state::{Entry, Finished, Form, Key, Redo, Setup};
    use crate::record::{Failure, ModelIdentity, Record, Source};

    const REPORT: &str = "Sáu tháng đầu năm, Công an huyện đã điều tra, làm rõ 58/64 vụ phạm tội về trật tự \
        xã hội, đạt tỷ lệ 90,6%, cao hơn cùng kỳ năm trước; trong đó toàn bộ vụ án rất nghiêm trọng được \
        làm rõ ngay trong tuần đầu. Các xã, thị trấn tiếp tục duy trì 46 mô hình tự quản về an ninh trật tự.";

    #[test]
    fn a_changed_number_leaves_texts_alike_and_another_text_is_not() {
        let report = Signature::of(REPORT).expect("long enough");
        let changed = Signature::of(&REPORT.replace("cùng kỳ", "CÙNG  KỲ").replace("46", "47"));
        let likeness = report.likeness(&changed.expect("long enough"));
        assert!((0.75..1.0).contains(&likeness), "{likeness}");
        let other: String = REPORT.split(' ').rev().collect::<Vec<_>>().join(" ");
        assert!(report.likeness(&Signature::of(&other).expect("long enough")) < 0.2);
        assert_eq!(Signature::of("Không có."), None);
    }

    #[test]
    fn a_signature_survives_its_bytes() {
        let report = Signature::of(REPORT).expect("long enough");
        let mut bytes = report.to_bytes();
        assert_eq!(Signature::from_bytes(&bytes), Some(report));
        bytes.push(0);
        assert_eq!(Signature::from_bytes(&bytes), None);
        bytes.truncate(bytes.len() - 2);
        assert_eq!(Signature::from_bytes(&bytes), None);
    }

    /// A state with documents of these texts, each one input.
    fn state_of(folder: &Path, texts: &[String]) -> State {
        let setup = Setup {
            settings: "settings".to_owned(),
            model: "model".to_owned(),
            program: "program".to_owned(),
        };
        let mut state = State::open(folder, &setup, Redo::Nothing).expect("a new state");
        let document = |(index, text): (usize, &String)| {
            let (id, source) = (format!("{index}"), Source::default());
            let key = Key {
                content: id.clone(),
                form: Form::File,
            };
            let model = ModelIdentity::default();
            let record = Record::failed(id.clone(), source, Failure::new("none", ""), model);
            let entry = Entry::Document {
                path: id.clone(),
                id,
                key: key.clone(),
            };
            (Finished::new(key, record, Signature::of(text), 0), entry)
        };
        let (finished, entries): (Vec<_>, Vec<_>) = texts.iter().enumerate().map(document).unzip();
        state.store(&finished, &entries).expect("there is room");
        state
    }

    #[test]
    fn groups_are_the_same_whether_the_hashes_of_all_bands_are_in_memory_or_not() {
        let words: Vec<&str> = REPORT.split(' ').collect();
        // Five kinds of reports, which differ within a kind by a word or many.
        let text = |index: usize| {
            let mut words = words.clone();
            words.rotate_left(11 * (index % 5));
            let changed = if index.is_multiple_of(7) { 9 } else { 1 };
            for place in 0..changed {
                words[(index * 13 + place * 5) % 45] = ["mới", "cũ", "khác"][index % 3];
            }
            words.join(" ")
        };
        let mut texts: Vec<String> = (0..60).map(text).collect();
        texts.push("Không có.".to_owned());
        let folder = tempfile::tempdir().expect("a folder");
        let state = state_of(folder.path(), &texts);
        let expected = near(&state, 60).expect("it can be read");
        assert!(expected.len() >= 5, "{expected:?}");
        assert!(expected.iter().any(|(_, others)| others.len() > 3));
        for in_memory in [0, 1, 59, 61, IN_MEMORY] {
            let found = near(&state, in_memory).expect("it can be read");
            assert_eq!(found, expected, "{in_memory}");
        }
    }
}
