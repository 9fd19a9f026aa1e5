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
        && !pieces.iter().any(|piece| lists(piece.text.trim()))
}

/// Whether a line is an item of a list, or says how many or how much of something; in addresses, a name follows.
fn lists(line: &str) -> bool {
    let words: Vec<&str> = line.split_whitespace().collect();
    let counts = |index: usize| {
        let [number, counted, rest @ ..] = &words[index..] else {
            return false;
        };
        number.starts_with(|c: char| c.is_ascii_digit())
            && counted.starts_with(char::is_lowercase)
            && !rest.iter().any(|word| word.contains(char::is_uppercase))
    };
    // A letter and a full stop may begin a name.
    let is_item = !matches!(marker(line), Marker::None | Marker::Section);
    is_item || line.contains('%') || (0..words.len()).any(counts)
}

/// Whether a piece is the line above a signature, with or without its space.
pub(super) fn is_mark(piece: &Piece<'_>) -> bool {
    piece.depth == 0 && piece.text.trim_end() == "--"
}
