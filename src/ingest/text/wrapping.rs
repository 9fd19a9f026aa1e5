//! Was a text wrapped at a width, and which of its lines go on? Lines → [`Wrapping`].

use std::collections::BTreeMap;

use super::line::{Line, columns};
use crate::ingest::item::{self, TightMarks};
use crate::ingest::shape::{self, Marker};

/// Narrower than this, lines are a list or a table, not prose cut at a width.
const MIN_WIDTH: usize = 40;
/// Wider than this, nobody wraps: e-mail wraps at 72–78 columns, PDF exports at up to about 150.
const MAX_WIDTH: usize = 180;
/// Of all neighbouring lines, how many must read as one sentence going on. In wrapped Vietnamese or
/// English prose it is most of them, in lists and in texts with a paragraph a line hardly any.
const MIN_CONTINUING_SHARE: f64 = 0.2;
/// The same where letterhead, recipients and signature are longer than the text: of the full lines alone, and only
/// where the next word had no room. A fifth would join rows of tables.
const MIN_FULL_SHARE: f64 = 0.34;
/// How full the lines are, on average and in percent, that seem to go on: wrapped ones 95, those that somebody ended by
/// hand about 86, and those of lists in small letters 70.
const MIN_FULL_ON_AVERAGE: usize = 82;
/// How many of the lines that look like lists are broken, in percent, where they were wrapped twice: half and more.
const MIN_BROKEN_SHARE: usize = 40;
/// Fewer are chance: the longest item of a list is the width.
const MIN_BROKEN: usize = 3;

/// How a text's paragraphs lie on its lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ingest) enum Wrapping {
    /// Each line is a paragraph.
    None,
    /// Lines were broken at `width` columns.
    At {
        width: usize,
        tight_marks: TightMarks,
    },
}

impl Wrapping {
    /// Tells how a text is wrapped from the widths of its lines and from how neighbours end and begin.
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let width = usual_width(lines);
        if !(MIN_WIDTH..=MAX_WIDTH).contains(&width) || are_records(lines) {
            return Self::None;
        }
        if reads_on_often(lines, width) {
            let is_below_short =
                |before: &Line<'_>, line: &Line<'_>| is_tight_below_short(before, line, width);
            let tight_marks = item::tight_marks(lines, |line| line.text, is_below_short);
            Self::At { width, tight_marks }
        } else {
            Self::None
        }
    }

    /// Whether a line goes on with the paragraph of the line above it.
    ///
    /// A sentence that is not over goes on if the line above is about full. After the end of a
    /// sentence, a new paragraph begins unless the next word had no room left on the line above.
    pub(super) fn continues(self, lines: &[Line<'_>], index: usize) -> bool {
        let Self::At { width, tight_marks } = self else {
            return false;
        };
        let [Some(before), Some(line)] = [index.wrapping_sub(1), index].map(|at| lines.get(at))
        else {
            return false;
        };
        if line.after_blank
            || is_tight_below_short(before, line, width)
            || (item::begins(before.text, line.text, tight_marks)
                && (!is_inner_dash(before, line, width) || self.has_later_item(lines, index)))
            || [before, line].iter().all(|line| has_columns(line.text))
        {
            return false;
        }
        let ended = shape::ends_sentence(before.text);
        let begins_inside = begins_inside_sentence(line.text);
        if shape::is_capitals(before.text) != shape::is_capitals(line.text) {
            return !shape::is_capitals(before.text) && !ended && is_about_full(before, width, 85);
        }
        let is_indented = line.indent > before.indent + 1;
        match (ended, begins_inside) {
            (false, true) => is_about_full(before, width, 50),
            (true, true) => is_about_full(before, width, 85),
            (false, false) => !is_indented && is_about_full(before, width, 85),
            (true, false) => !is_indented && had_no_room(before, line, width),
        }
    }

    /// Whether the line whose dash may be one of a sentence begins a list, by another item in it further down.
    fn has_later_item(self, lines: &[Line<'_>], index: usize) -> bool {
        const MOST_LINES: usize = 30;
        let later = (index + 1..lines.len().min(index + MOST_LINES))
            .take_while(|later| !lines[*later].after_blank);
        for later in later {
            let (before, line) = (lines[later - 1].text, lines[later].text);
            if item::is_later_item(before, line) {
                return true;
            }
            // What goes on below the end of the paragraph is another list.
            if !item::is_small_dash(line) && !self.continues(lines, later) {
                return false;
            }
        }
        false
    }
}

/// Whether a dash within a sentence was put first by the end of a full line.
fn is_inner_dash(before: &Line<'_>, line: &Line<'_>, width: usize) -> bool {
    is_about_full(before, width, 85) && item::is_inner_dash(before.text, line.text)
}

/// Whether a mark touches its word below a line that had room, or a blank one.
fn is_tight_below_short(before: &Line<'_>, line: &Line<'_>, width: usize) -> bool {
    shape::is_tight(line.text) && (line.after_blank || !is_about_full(before, width, 85))
}

/// The width that 19 of 20 lines keep, so that a stray long line does not count.
fn usual_width(lines: &[Line<'_>]) -> usize {
    let mut widths: Vec<usize> = lines.iter().map(|line| line.width).collect();
    if widths.is_empty() {
        return 0;
    }
    let place = (widths.len() - 1) * 95 / 100;
    // Of a handful of lines the longest decides, which the rank above would pass over.
    let place = if widths.len() < 20 {
        widths.len() - 1
    } else {
        place
    };
    *widths.select_nth_unstable(place).1
}

/// Whether enough lines plainly go on in the next one, of all or of those that are full and whose next is no item.
fn reads_on_often(lines: &[Line<'_>], width: usize) -> bool {
    let is_full = |line: &Line<'_>| is_about_full(line, width, 60);
    let (mut all, mut full) = (0u32, 0u32);
    for pair in lines.windows(2).filter(|pair| !pair[1].after_blank) {
        all += 1;
        full += u32::from(is_full(&pair[0]) && shape::marker(pair[1].text) == Marker::None);
    }
    let (mut continuing, mut filling, mut ends) = (0u32, 0u32, false);
    let runs = lines.chunk_by(goes_on);
    let (lists, wrapped): (Vec<_>, Vec<_>) = runs.partition(|run| is_list(run, width));
    let lists = Some(lists).filter(|lists| were_broken(lists, width));
    let runs = wrapped.into_iter().chain(lists.into_iter().flatten());
    for pair in runs.flat_map(|run| run.windows(2)) {
        continuing += u32::from(is_full(&pair[0]));
        if is_full(&pair[0]) && had_no_room(&pair[0], &pair[1], width) {
            filling += 1;
            ends |= shape::ends_sentence(pair[1].text);
        }
    }
    // One long line among short ones is no width, and one pair no habit, unless a sentence ends there.
    let is_width = || {
        let wide = lines.iter().filter(|line| is_about_full(line, width, 90));
        wide.count() > 1
    };
    let is_share =
        |part: u32, whole: u32, least: f64| part > 0 && f64::from(part) >= least * f64::from(whole);
    is_share(continuing, all, MIN_CONTINUING_SHARE)
        || (is_share(filling, full, MIN_FULL_SHARE) && (ends || (filling > 1 && is_width())))
}

/// Whether `line` seems to go on in the middle of the sentence of `before`.
pub(super) fn goes_on(before: &Line<'_>, line: &Line<'_>) -> bool {
    !line.after_blank
        && !shape::ends_sentence(before.text)
        && begins_inside_sentence(line.text)
        && shape::marker(line.text) == Marker::None
}

/// Whether lines that seem to go on are rather listed, in small letters: wrapped ones are about as wide as the widest,
/// unless they were broken.
fn is_list(run: &[Line<'_>], width: usize) -> bool {
    let widest = run.iter().map(|line| line.width).max().unwrap_or_default();
    let filled = run.windows(2).map(|pair| {
        if is_broken(pair, width) {
            widest
        } else {
            pair[0].width
        }
    });
    let wrapped = run.len().saturating_sub(1);
    filled.sum::<usize>() * 100 < wrapped * widest * MIN_FULL_ON_AVERAGE
}

/// Whether what looks like lists was wrapped twice, at two widths: every other line is short.
fn were_broken(lists: &[&[Line<'_>]], width: usize) -> bool {
    let (mut all, mut broken) = (0, 0);
    for pair in lists.iter().flat_map(|run| run.windows(2)) {
        all += 1;
        broken += usize::from(is_broken(pair, width));
    }
    broken >= MIN_BROKEN && broken * 100 >= all * MIN_BROKEN_SHARE
}

/// Whether a line ends at a comma, or where the next word had no room.
fn is_broken(pair: &[Line<'_>], width: usize) -> bool {
    pair[0].text.ends_with(',') || had_no_room(&pair[0], &pair[1], width)
}

/// Whether a line has gaps as between columns, two or more: those of justified lines are all alike.
fn has_columns(text: &str) -> bool {
    let spaces = text.split(|c| c != ' ').map(str::len);
    let gaps: Vec<usize> = spaces.filter(|spaces| *spaces > 0).collect();
    let (least, most) = (gaps.iter().min(), gaps.iter().max());
    let is_alike = least.zip(most).is_none_or(|(least, most)| most - least < 2);
    !is_alike && gaps.iter().filter(|gap| **gap >= 3).count() >= 2
}

/// Whether the lines are records: four of five have as many values between commas or semicolons without a space.
fn are_records(lines: &[Line<'_>]) -> bool {
    const LEAST_LINES: usize = 3;
    let mut by_count = BTreeMap::new();
    for line in lines {
        *by_count.entry(dividers(line.text)).or_insert(0usize) += 1;
    }
    let alike = by_count.range(2..).map(|(_, lines)| *lines).max();
    lines.len() >= LEAST_LINES && alike.unwrap_or(0) * 5 >= lines.len() * 4
}

/// How many commas and semicolons a line has that no space follows, outside quotation marks; none where all may be
/// those of decimals in prose.
fn dividers(text: &str) -> usize {
    let mut is_quoted = false;
    let (mut count, mut decimal) = (0, 0);
    let mut before = ' ';
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let next = characters.peek().copied().unwrap_or_default();
        let is_divider = matches!(character, ',' | ';') && !is_quoted && next != ' ';
        is_quoted ^= character == '"';
        count += usize::from(is_divider);
        decimal += usize::from(is_divider && before.is_ascii_digit() && next.is_ascii_digit());
        before = character;
    }
    let is_prose = count == decimal && text.contains(' ');
    if is_prose { 0 } else { count }
}

fn is_about_full(line: &Line<'_>, width: usize, percent: usize) -> bool {
    line.width * 100 >= width * percent
}

fn had_no_room(before: &Line<'_>, line: &Line<'_>, width: usize) -> bool {
    let first_word = line.text.split_whitespace().next().map_or(0, columns);
    before.width + 1 + first_word > width
}

/// Whether the first letter is one that cannot begin a sentence, or has no case.
fn begins_inside_sentence(text: &str) -> bool {
    text.chars()
        .next()
        .is_some_and(|character| character.is_alphabetic() && !character.is_uppercase())
}
