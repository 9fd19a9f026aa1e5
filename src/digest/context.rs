//! In what paragraph does a quotation stand?

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use super::{Digest, Group, Texts, each_wanted};
use crate::record::{Record, beginning};
use crate::results::ResultsError;

/// Characters that are shown before and after a quotation, at most: a long paragraph of prose on either side.
const MAX_CHARS: usize = 1200;

/// The rest of the paragraph that a quotation stands in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Context {
    /// What stands before it; begins with an ellipsis where more does.
    pub before: String,
    /// What stands after it; ends with an ellipsis where more does.
    pub after: String,
}

/// Reads the runs once more and gives every quotation the paragraph around it.
pub(super) fn complete(
    digest: &mut Digest,
    runs: &[PathBuf],
    texts: Texts<'_>,
) -> Result<(), ResultsError> {
    let mut wanted: BTreeMap<u64, Vec<&mut Group>> = BTreeMap::new();
    for group in digest.labels.values_mut().flat_map(|it| &mut it.groups) {
        wanted.entry(group.document).or_default().push(group);
    }
    let numbers: BTreeSet<u64> = wanted.keys().copied().collect();
    let is_wanted = |number| numbers.contains(&number);
    let mut without_text = 0;
    each_wanted(runs, is_wanted, |number, run, record| {
        let Some(text) = texts(run, record) else {
            without_text += usize::from(record.was_read());
            return;
        };
        for group in wanted.remove(&number).into_iter().flatten() {
            group.context = Context::of(group, record, &text);
        }
    })?;
    digest.without_text = without_text;
    Ok(())
}

impl Context {
    fn of(group: &Group, record: &Record, text: &str) -> Option<Self> {
        let paragraph = record.paragraphs.get(group.origin.paragraph)?.place;
        let place = group.place;
        let is_there = text.get(place.start_byte..place.end_byte)? == group.text;
        let before = text.get(paragraph.start_byte..place.start_byte)?;
        let after = text.get(place.end_byte..paragraph.end_byte)?;
        is_there.then(|| Self {
            before: last(before),
            after: beginning(after, MAX_CHARS),
        })
    }
}

/// The end of a text, with an ellipsis where more stands before it.
fn last(text: &str) -> String {
    match text.char_indices().rev().nth(MAX_CHARS - 1) {
        Some((start, _)) if start > 0 => format!("…{}", &text[start..]),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_text_is_cut_where_it_is_too_long() {
        let text = |count: usize| "ợ".repeat(count);
        assert_eq!(last(&text(MAX_CHARS)), text(MAX_CHARS));
        let cut = format!("…{}", text(MAX_CHARS));
        assert_eq!(last(&text(MAX_CHARS + 1)), cut);
    }
}
