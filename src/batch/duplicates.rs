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

/// How many hash functions a signature has: a likeness of 0.8 is then told to within 0.05.
const HASHES: usize = 64;
/// Functions in a band: of two documents alike to 0.8, one of 16 bands agrees with probability 0.9998.
const BAND: usize = 4;
/// Words in a run.
const RUN: usize = 4;
/// A text with fewer words says too little: every "không có" would be the same report.
const MIN_WORDS: usize = 24;
/// From this share of equal runs on, two documents are near-duplicates.
const ALIKE: f64 = 0.8;

/// What a text is compared by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature(Vec<u32>);

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
        let mut least = vec![u32::MAX; HASHES];
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

    pub(super) fn from_bytes(bytes: &[u8]) -> Self {
        let (values, _) = bytes.as_chunks::<4>();
        let mut values: Vec<u32> = values
            .iter()
            .map(|value| u32::from_le_bytes(*value))
            .collect();
        values.resize(HASHES, 0);
        Self(values)
    }

    fn band(&self, band: usize) -> u64 {
        let values = &self.0[band * BAND..(band + 1) * BAND];
        values
            .iter()
            .fold(0, |sum, &value| mixed(sum ^ u64::from(value)))
    }
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
    let mut members: BTreeMap<u64, Vec<(u64, i64)>> = BTreeMap::new();
    for (position, document) in state.repeated()? {
        members.insert(position, vec![(position, document)]);
    }
    for (first, others) in near(state)? {
        members.insert(first.0, [vec![first], others].concat());
    }
    // A repeated document that is a member of another's group is told there.
    let inner: BTreeSet<u64> = members
        .values()
        .flat_map(|group| &group[1..])
        .map(|member| member.0)
        .collect();
    members.retain(|first, _| !inner.contains(first));
    for group in members.values() {
        each(&describe(state, group)?)?;
    }
    Ok(members.len())
}

fn describe(state: &State, group: &[(u64, i64)]) -> Result<Group, StateError> {
    let named = |document| -> Result<(Named, Vec<Named>), StateError> {
        let inputs = state.inputs_of(document)?.into_iter();
        let mut inputs = inputs.map(|(id, path)| Named { id, path });
        let first = inputs
            .next()
            .ok_or_else(|| StateError::Damaged("a document without an input".to_owned()))?;
        Ok((first, inputs.collect()))
    };
    let leader = state.signature(group[0].1)?;
    let (first, exact) = named(group[0].1)?;
    let mut near = Vec::with_capacity(group.len() - 1);
    for (_, document) in &group[1..] {
        let likeness = leader.likeness(&state.signature(*document)?);
        let (first, exact) = named(*document)?;
        near.push(Near {
            first,
            likeness: (likeness * 100.0).round() / 100.0,
            exact,
        });
    }
    Ok(Group { first, exact, near })
}

type Member = (u64, i64);

/// The groups of near-duplicates: the first member of each, and the others.
fn near(state: &State) -> Result<Vec<(Member, Vec<Member>)>, StateError> {
    let mut documents: Vec<Member> = Vec::new();
    state.signatures(|signed| documents.push((signed.position, signed.document)))?;
    let mut groups = Groups::new(documents.len());
    for band in 0..HASHES / BAND {
        let mut hashes: Vec<(u64, usize)> = Vec::with_capacity(documents.len());
        state.signatures(|signed| hashes.push((signed.signature.band(band), hashes.len())))?;
        hashes.sort_unstable();
        for equal in hashes.chunk_by(|a, b| a.0 == b.0) {
            let (first, others) = (equal[0].1, &equal[1..]);
            if others.iter().all(|&(_, other)| groups.same(first, other)) {
                continue;
            }
            let signature = state.signature(documents[first].1)?;
            for &(_, other) in others {
                if !groups.same(first, other)
                    && signature.likeness(&state.signature(documents[other].1)?) >= ALIKE
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
    use super::*;

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
        assert_eq!(Signature::from_bytes(&report.to_bytes()), report);
    }
}
