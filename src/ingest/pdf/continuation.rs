//! How does a paragraph go on in another line, column or page?

use super::letters::begins_small;
use super::paragraph::{font_after, font_of};
use super::place::{EndLines, Placed};
use crate::document::ParagraphKind;
use crate::ingest::blocks::Block;
use crate::ingest::encoding::syllable::is_syllable;
use crate::ingest::shape::{self, Marker};

/// Appends a block that goes on with the sentence: with a space, but for a hyphen right after a word, which stays
/// unless it divides one.
pub(super) fn append_line(block: &mut Block, next: Block) {
    let before = block.runs.last().map_or("", |run| run.text.trim_end());
    let is_word = |c: char| c.is_alphanumeric() || c > '\u{A0}';
    let word = before.strip_suffix(['-', '\u{2010}']);
    let Some(word) = word.filter(|word| word.ends_with(is_word)) else {
        block.append(" ", next);
        return;
    };
    let divides = divides_word(word, &next.text());
    if let Some(last) = block.runs.last_mut() {
        last.text.truncate(last.text.trim_end().len());
        if divides {
            last.text.pop();
        }
    }
    block.append("", next);
}

/// Whether a hyphen between two lines divides a word: one of two parts in ASCII letters, all small but for the first, is no
/// syllable of Vietnamese, in which hyphens stand between words, and divide none.
fn divides_word(before: &str, after: &str) -> bool {
    let is_letter = |c: char| c.is_alphanumeric() || c > '\u{A0}';
    let left = before.rsplit(|c| !is_letter(c)).next().unwrap_or_default();
    let right = after
        .trim_start()
        .split(|c| !is_letter(c))
        .next()
        .unwrap_or_default();
    let is_plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    is_plain(left)
        && is_plain(right)
        && !left.chars().skip(1).any(char::is_uppercase)
        && right.starts_with(|c: char| c.is_ascii_lowercase())
        && !(is_syllable(left) && is_syllable(right))
}

/// Puts the rest of a paragraph, from the top of another column or page, after its beginning.
pub(super) fn append_rest(start: &mut Placed, rest: Placed) {
    append_line(&mut start.block, rest.block);
    start.place = rest.place;
    start.lines = match (start.lines, rest.lines) {
        (Some(start), Some(rest)) => Some(EndLines {
            first: start.first,
            ..rest
        }),
        _ => None,
    };
}

/// Whether a paragraph breaks off in a sentence, inside which the next one begins.
pub(super) fn goes_on(last: &Placed, next: &Placed) -> bool {
    may_go_on(last, next) && begins_small(&next.block)
}

/// Whether a paragraph breaks off, and the next page's first one goes on with it.
pub(super) fn goes_on_over_page(last: &Placed, next: &Placed) -> bool {
    if shape::ends_sentence(&last.block.text()) {
        return ends_with_clause(last) && begins_small(&next.block) && is_between_lines(last, next);
    }
    may_go_on(last, next) && (begins_small(&next.block) || fills_its_line(last, next))
}

fn may_go_on(last: &Placed, next: &Placed) -> bool {
    are_prose(last, next) && !shape::ends_sentence(&last.block.text())
}

fn are_prose(last: &Placed, next: &Placed) -> bool {
    // A few words alone on their page may look like a heading, but none begins with a small letter.
    let is_body = match next.block.kind {
        ParagraphKind::Heading => begins_small(&next.block),
        kind => kind == ParagraphKind::Body,
    };
    last.block.kind.is_prose() && is_body
}

fn ends_with_clause(last: &Placed) -> bool {
    last.block.text().trim_end().ends_with(';')
}

/// Whether a paragraph has a full last line, so that the next one may go on with it though it begins with a capital or
/// a number. Headings and captions may be as wide as a line of text.
fn fills_its_line(last: &Placed, next: &Placed) -> bool {
    let text = next.block.text();
    let is_title = shape::is_capitals(&text)
        || shape::is_capitals(&last.block.text())
        || font_after(&last.block) != font_of(&next.block);
    // Running heads that are not known as such end as no sentence does.
    !is_title && shape::ends_sentence(&text) && is_between_lines(last, next)
}

/// Whether a page ends between two lines of one paragraph, by how they are set: the upper one is full, and no item begins with the
/// lower one.
fn is_between_lines(last: &Placed, next: &Placed) -> bool {
    let text = next.block.text();
    let lines = last.lines.zip(next.lines);
    are_prose(last, next)
        && shape::marker(text.trim()) == Marker::None
        && lines.is_some_and(|(last, next)| last.may_go_on(next, &text))
}
