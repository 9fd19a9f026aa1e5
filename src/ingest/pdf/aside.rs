//! Text at an angle to the lines of its page: watermarks, and stamps along its edge.
//!
//! The layout analysis reads it between the lines that it stands beside.

use std::collections::{BTreeMap, BTreeSet};

use unpdf::parser::{TextLine, TextSpan};

use super::lines::{Line, key};
use super::place::PageText;
use crate::ingest::blocks::Block;

/// Marks the lines at an angle, as the layout analysis has `seen` them, where they are the lesser part of their page. Where
/// they are not, nobody knows which ones are the text.
pub(super) fn mark(lines: &mut [Line], seen: &[TextLine]) {
    let is_aside = |line: &TextLine| line.spans.iter().all(TextSpan::is_rotated);
    let length = |line: &TextLine| -> usize {
        let texts = line.spans.iter().map(|span| span.text.trim().len());
        texts.sum()
    };
    let all: usize = seen.iter().map(length).sum();
    let aside: usize = seen.iter().filter(|line| is_aside(line)).map(length).sum();
    if 2 * aside < all {
        for (line, seen) in lines.iter_mut().zip(seen) {
            line.is_aside = is_aside(seen);
        }
    }
}

/// What stands at an angle in paragraphs, each text once: watermarks may be all over the page.
pub(super) fn once(lines: &[Line]) -> Vec<Block> {
    let mut texts = BTreeSet::new();
    let asides = lines.iter().filter(|line| line.is_found_aside());
    let new = asides.filter(|line| texts.insert(line.key.as_str()));
    new.map(|line| line.block.clone()).collect()
}

/// Leaves out what stands at an angle on most pages, or is all that a scan says.
pub(super) fn without_watermarks(pages: &mut [PageText]) {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for aside in pages.iter().flat_map(|page| &page.asides) {
        *counts.entry(key(&aside.text())).or_default() += 1;
    }
    let half = pages.len() / 2;
    for page in pages {
        let needs_ocr = page.needs_ocr();
        page.asides.retain(|aside| {
            let count = counts.get(&key(&aside.text())).copied();
            !needs_ocr && count.is_none_or(|count| count < 2 || count <= half)
        });
    }
}
