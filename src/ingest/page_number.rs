//! Is a line nothing but the number of its page?
//!
//! A cover's year and a sum in a line of its own look the same. Only by counting is a number known as a page's.

use std::collections::{BTreeMap, BTreeSet};

/// A line that may be the number of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct PageMark {
    number: u32,
    /// Whether a word or a sign says that it is one.
    is_dressed: bool,
}

/// Whether a word names a page, in any case.
pub(crate) fn is_page_word(word: &str) -> bool {
    PAGE_WORDS.contains(&word.to_lowercase().as_str())
}

const PAGE_WORDS: [&str; 2] = ["trang", "page"];

/// Reads `12`, `- 12 -`, `Trang 3/10`, `Page 3 of 10`.
pub(crate) fn page_mark(text: &str) -> Option<PageMark> {
    // A dot says nothing: numbers of items have one too.
    let text = text.trim_matches(|c: char| c.is_whitespace() || c == '.');
    let bare =
        text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '-' | '–' | '—' | '.' | '|'));
    let lower = bare.to_lowercase();
    let named = PAGE_WORDS.iter().find_map(|word| lower.strip_prefix(word));
    let number = named.unwrap_or(&lower).trim();
    let divided = number.split_once('/').or_else(|| number.split_once(" of "));
    let own = divided.map_or(number, |(own, _)| own.trim());
    let total = divided.map(|(_, total)| total.trim());
    if !is_short_number(own) || !total.is_none_or(is_short_number) {
        return None;
    }
    Some(PageMark {
        number: own.parse().ok()?,
        is_dressed: bare != text || named.is_some() || total.is_some(),
    })
}

fn is_short_number(digits: &str) -> bool {
    (1..=5).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Which of these lines, each with the count of its page from 1, number the pages: those that rise by one from a
/// page to the next, others that count from the same start, and those that are their page's own, from the second
/// page on or with a sign of what they are.
pub(crate) fn counting_marks(marks: Vec<(u32, PageMark)>) -> BTreeSet<(u32, PageMark)> {
    let mut by_start: BTreeMap<i64, BTreeSet<(u32, PageMark)>> = BTreeMap::new();
    for (page, mark) in marks {
        let start = i64::from(mark.number) - i64::from(page);
        by_start.entry(start).or_default().insert((page, mark));
    }
    let mut counting = BTreeSet::new();
    for (start, marks) in by_start {
        let pages = marks.iter().map(|(page, _)| *page);
        let follows = |(page, next): (u32, u32)| next == page + 1;
        let counts = pages.clone().zip(pages.skip(1)).any(follows);
        let is_own = |(page, mark): &(u32, PageMark)| start == 0 && (*page > 1 || mark.is_dressed);
        counting.extend(marks.into_iter().filter(|mark| counts || is_own(mark)));
    }
    counting
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_short_numbers_with_or_without_signs() {
        for text in [
            "7",
            " - 7 - ",
            "Trang 7",
            "TRANG 7/12",
            "page 7 of 12",
            "7.",
        ] {
            assert_eq!(page_mark(text).map(|mark| mark.number), Some(7), "{text}");
        }
        for text in [
            "", "12 450", "12.450", "7,5", "Trang", "7 trang", "1234567", "7/",
        ] {
            assert_eq!(page_mark(text), None, "{text}");
        }
    }

    #[test]
    fn numbers_that_do_not_count_are_no_page_numbers() {
        let count = |numbers: &[(u32, &str)]| {
            let marks = numbers.iter();
            let marks = marks.filter_map(|(page, text)| Some((*page, page_mark(text)?)));
            counting_marks(marks.collect()).len()
        };
        assert_eq!(count(&[(1, "2005")]), 0);
        assert_eq!(count(&[(1, "1245"), (2, "623")]), 0);
        assert_eq!(count(&[(1, "5"), (2, "6"), (4, "8"), (5, "1990")]), 3);
        assert_eq!(count(&[(1, "1"), (1, "1.")]), 0);
        assert_eq!(count(&[(1, "- 1 -"), (3, "3")]), 2);
    }
}
