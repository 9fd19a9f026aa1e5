//! How long is the signature that begins here? The next pieces of a body → how many of them, by the line that sets it
//! apart.

use super::heads;
use super::older::Piece;
use crate::ingest::shape::{Marker, marker};

/// Signatures with their legal notices are shorter; what is longer are the messages of a digest.
const MOST_PIECES: usize = 80;

/// How many pieces the signature takes that begins with the first one.
///
/// Some programs and people leave out the space at the end of the line, which may then part anything: there has to be
/// one such line only, and below it less than above, in few short lines that are no list.
pub(super) fn signature(
    pieces: &[Piece<'_>],
    words_above: usize,
    is_first_mark: bool,
) -> Option<usize> {
    let mark = pieces.first().filter(|piece| is_mark(piece))?;
    let ends = |(index, piece): (usize, &Piece<'_>)| {
        let is_next = piece.depth > 0 || is_mark(piece);
        is_next || heads::head(&pieces[index..]).is_some()
    };
    let inside = pieces.iter().enumerate().skip(1);
    let end = inside.take(MOST_PIECES).find(|it| ends(*it));
    let length = end.map_or(pieces.len(), |(index, _)| index);
    if length > MOST_PIECES {
        return None;
    }
    let is_only_mark = || is_first_mark && !end.is_some_and(|(_, piece)| is_mark(piece));
    let is_sure = mark.text == "-- " || is_only_mark() && is_short(&pieces[1..length], words_above);
    is_sure.then_some(length)
}

fn is_short(pieces: &[Piece<'_>], words_above: usize) -> bool {
    const MOST_LINES: usize = 10;
    const MOST_WORDS: usize = 10;
    let words = pieces.iter().map(Piece::words).filter(|words| *words > 0);
    let words: Vec<usize> = words.collect();
    words.len() <= MOST_LINES
        && words.iter().all(|words| *words <= MOST_WORDS)
        && words.iter().sum::<usize>() < words_above
        && !is_list(pieces)
}

/// Whether lines list what was done: two of them do, or one of two where none says how to reach somebody.
///
/// By itself, a number before a word may be that of a floor, and a dash may stand before what somebody is, below a name.
fn is_list(pieces: &[Piece<'_>]) -> bool {
    let lines = pieces.iter().map(|piece| piece.text.trim());
    let lines: Vec<&str> = lines.filter(|line| !line.is_empty()).collect();
    let others = lines.iter().filter(|line| !names_contact(line));
    let others: Vec<&str> = others.copied().collect();
    let lists = |line: &&&str| is_item(line) || tells_amount(line) || counts(line);
    let is_one_of_two = || {
        let is_first_item = others.first().is_some_and(|line| is_item(line));
        lines.len() <= 2
            && others.len() == lines.len()
            && (is_first_item || others.iter().any(|line| tells_amount(line)))
    };
    others.iter().filter(lists).count() > 1 || is_one_of_two()
}

fn is_item(line: &str) -> bool {
    // A letter and a full stop may begin a name.
    !matches!(marker(line), Marker::None | Marker::Section)
}

/// Whether a line says of something how much or how many it is: `Lúa ngập: 45 ha`.
fn tells_amount(line: &str) -> bool {
    let amount = line.split_once(':').map(|(_, amount)| amount);
    line.contains('%') || amount.is_some_and(|amount| begins_with_count(&words(amount)))
}

/// Whether a line says how many or how much of something.
fn counts(line: &str) -> bool {
    let words = words(line);
    (0..words.len()).any(|index| begins_with_count(&words[index..]))
}

/// Whether words begin with a number and what it counts; in addresses, a name follows.
fn begins_with_count(words: &[&str]) -> bool {
    let [number, counted, rest @ ..] = words else {
        return false;
    };
    number.starts_with(|c: char| c.is_ascii_digit())
        && counted.starts_with(char::is_lowercase)
        && !rest.iter().any(|word| word.contains(char::is_uppercase))
}

fn words(line: &str) -> Vec<&str> {
    line.split_whitespace().collect()
}

/// Whether a line has an address of mail or a number of a telephone: one with a zero before it, or longer than years.
fn names_contact(line: &str) -> bool {
    const LEAST_WITH_ZERO: usize = 4;
    const LEAST_DIGITS: usize = 8;
    let is_number = |run: &str| {
        let digits = run.chars().filter(char::is_ascii_digit).count();
        let mut start = run.chars().skip_while(|c| !c.is_ascii_digit());
        let begins_with_zero =
            start.next() == Some('0') && start.next().is_some_and(|c| c.is_ascii_digit());
        let run = run.trim_matches([' ', '.', '(', ')']);
        (begins_with_zero && digits >= LEAST_WITH_ZERO && !begins_with_day(run))
            || (digits >= LEAST_DIGITS && !are_thousands(run) && !begins_with_day(run))
    };
    let parts = line.split(|c: char| !c.is_ascii_digit() && !matches!(c, ' ' | '.' | '(' | ')'));
    line.contains('@') || parts.into_iter().any(is_number)
}

/// Whether a run of digits begins with a day: `05.06.2024`.
fn begins_with_day(run: &str) -> bool {
    let day = run.split(' ').next().unwrap_or_default();
    let lengths: Vec<usize> = day.split('.').map(str::len).collect();
    matches!(lengths[..], [1..=2, 1..=2, 4])
}

/// Whether the digits of a number stand in groups of three: `12.500.000`, `12 500 000`.
fn are_thousands(number: &str) -> bool {
    let mut groups = number.split(['.', ' ']);
    groups.next().is_some_and(|first| first.len() <= 3) && groups.all(|group| group.len() == 3)
}

/// Whether a piece is the line above a signature, with or without its space.
pub(super) fn is_mark(piece: &Piece<'_>) -> bool {
    piece.depth == 0 && piece.text.trim_end() == "--"
}
