//! What is one line of a plain text? Its indent, its width, how it ends.

use std::collections::BTreeSet;

use unicode_normalization::char::is_combining_mark;

use crate::ingest::page_number::{counting_marks, page_mark};

/// A line with something on it.
#[derive(Debug)]
pub(super) struct Line<'a> {
    /// Without the white space around it.
    pub(super) text: &'a str,
    /// Columns of white space before it.
    pub(super) indent: usize,
    /// Columns that it takes, the indent included.
    pub(super) width: usize,
    /// Whether a blank line stands before it.
    pub(super) after_blank: bool,
}

/// How a line's end divides a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Division {
    None,
    /// A hyphen right after a letter.
    Hyphen,
    /// A soft hyphen, which never shows elsewhere.
    Soft,
}

/// Splits a text at any of the line ends in use and leaves blank lines and page numbers out.
pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut after_blank = false;
    let mut feet = Vec::new();
    for (number, page) in (1..).zip(text.split('\u{c}')) {
        let first_of_page = lines.len();
        for raw in split_page(page) {
            let line = Line::of(raw, after_blank);
            after_blank = line.text.is_empty();
            lines.extend(Some(line).filter(|line| !line.text.is_empty()));
        }
        if let Some(first) = lines.get_mut(first_of_page) {
            // Blank lines at the end of a page part nothing within a sentence.
            first.after_blank &= number == 1 || !begins_inside(first.text);
            feet.push((number, lines.len() - 1));
        }
    }
    if text.contains('\u{c}') {
        drop_page_numbers(&mut lines, &feet);
    }
    lines
}

/// Drops those last lines of pages that number them.
fn drop_page_numbers(lines: &mut Vec<Line<'_>>, feet: &[(u32, usize)]) {
    let marks = feet.iter().filter_map(|&(page, index)| {
        let mark = page_mark(lines[index].text)?;
        Some((page, mark, index))
    });
    let marks: Vec<_> = marks.collect();
    let counting = counting_marks(marks.iter().map(|&(page, mark, _)| (page, mark)).collect());
    let numbers = marks
        .into_iter()
        .filter(|&(page, mark, _)| counting.contains(&(page, mark)));
    let numbers: BTreeSet<usize> = numbers.map(|(_, _, index)| index).collect();
    let mut index = 0..;
    lines.retain(|_| index.next().is_none_or(|index| !numbers.contains(&index)));
}

/// Whether a line begins as no sentence does, and is no number of a page.
fn begins_inside(text: &str) -> bool {
    let first = text.chars().next();
    first.is_some_and(|first| first.is_alphanumeric() && !first.is_uppercase())
        && page_mark(text).is_none()
}

fn split_page(page: &str) -> impl Iterator<Item = &str> {
    const OTHER_ENDS: [char; 5] = ['\r', '\u{b}', '\u{85}', '\u{2028}', '\u{2029}'];
    // Files that were copied as text twice have "\r\r\n", which is one end.
    page.strip_suffix('\n')
        .unwrap_or(page)
        .split('\n')
        .flat_map(|line| line.trim_end_matches('\r').split(OTHER_ENDS))
}

impl<'a> Line<'a> {
    fn of(raw: &'a str, after_blank: bool) -> Self {
        let text =
            raw.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'));
        let before = raw.find(text).unwrap_or(0);
        let indent = raw[..before]
            .chars()
            .map(|c| if c == '\t' { 8 } else { 1 })
            .sum();
        Self {
            text,
            indent,
            width: indent + columns(text),
            after_blank,
        }
    }
}

/// How many columns a text takes in a fixed-width font: two for each wide East Asian character.
pub(super) fn columns(text: &str) -> usize {
    if text.is_ascii() {
        return text.len();
    }
    text.chars()
        .map(|character| match character {
            '\u{1100}'..='\u{115F}'
            | '\u{2E80}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FE30}'..='\u{FE6F}'
            | '\u{FF00}'..='\u{FF60}'
            | '\u{20000}'..='\u{3FFFD}' => 2,
            mark if is_combining_mark(mark) => 0,
            _ => 1,
        })
        .sum()
}

/// How the end of a line divides a word.
pub(super) fn division(text: &str) -> Division {
    let mut last = text.chars().rev();
    match (last.next(), last.next()) {
        (Some('\u{ad}'), _) => Division::Soft,
        (Some('-' | '\u{2010}'), Some(before)) if before.is_alphanumeric() => Division::Hyphen,
        _ => Division::None,
    }
}

/// Whether two lines meet in a script that writes no spaces between words.
pub(super) fn is_unspaced(before: &str, after: &str) -> bool {
    let is_unspaced = |character: char| {
        matches!(character,
            '\u{E00}'..='\u{EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
            | '\u{2E80}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{FF00}'..='\u{FF60}'
            | '\u{20000}'..='\u{3FFFD}')
    };
    before.chars().next_back().is_some_and(is_unspaced)
        && after.chars().next().is_some_and(is_unspaced)
}

/// Whether a text is Vietnamese: one letter in a hundred is one that no other language writes.
pub(super) fn is_vietnamese(text: &str) -> bool {
    const SAMPLE_CHARS: usize = 20_000;
    let (mut letters, mut vietnamese) = (0usize, 0usize);
    for character in text
        .chars()
        .take(SAMPLE_CHARS)
        .filter(|character| character.is_alphabetic())
    {
        letters += 1;
        vietnamese += usize::from(matches!(
            character,
            'đ' | 'Đ' | 'ă' | 'Ă' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | '\u{1EA0}'..='\u{1EF9}'
        ));
    }
    vietnamese > 0 && vietnamese * 100 >= letters
}
