//! Which quotations are shown? The best of all, and the best of every year and folder.

use std::collections::{BTreeMap, BTreeSet};

use super::Group;

/// Every year, every folder, and what several documents say keep as many, so that no filter finds nothing.
const PER_CHOICE: usize = 20;

/// With many folders, each keeps fewer, so that the page stays light.
const FOR_ALL_CHOICES: usize = 600;

/// The groups worth showing, best first.
pub(super) fn best(mut groups: Vec<Group>, per_label: usize) -> Vec<Group> {
    groups.sort_by(|a, b| {
        let order = b.worth().total_cmp(&a.worth());
        order
            .then(a.document.cmp(&b.document))
            .then(a.place.start_byte.cmp(&b.place.start_byte))
    });
    let choices: BTreeSet<Choice> = groups.iter().flat_map(choices_of).collect();
    let per_choice = (FOR_ALL_CHOICES / choices.len().max(1)).clamp(2, PER_CHOICE);
    let mut kept_of: BTreeMap<Choice, usize> = BTreeMap::new();
    let mut rank = 0;
    groups.retain(|group| {
        let mut is_kept = rank < per_label;
        rank += 1;
        for choice in choices_of(group) {
            let kept = kept_of.entry(choice).or_default();
            *kept += 1;
            is_kept |= *kept <= per_choice.min(per_label);
        }
        is_kept
    });
    groups
}

/// What a reader may choose.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Choice {
    Year(Option<u16>),
    Folder(usize),
    Repeated,
}

fn choices_of(group: &Group) -> BTreeSet<Choice> {
    let found = group.found.iter();
    let mut choices: BTreeSet<Choice> = found
        .flat_map(|&(year, folder)| [Choice::Year(year), Choice::Folder(folder)])
        .collect();
    if group.documents > 1 {
        choices.insert(Choice::Repeated);
    }
    choices
}
