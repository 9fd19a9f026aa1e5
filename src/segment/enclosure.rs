//! What is inside quotation marks or brackets?

use std::ops::Range;

/// A kind of quotation mark or bracket: what opens it and what closes it.
const PAIRS: [(char, char); 14] = [
    ('(', ')'),
    ('[', ']'),
    ('{', '}'),
    ('“', '”'),
    ('„', '“'),
    ('«', '»'),
    ('「', '」'),
    ('『', '』'),
    ('《', '》'),
    ('〈', '〉'),
    ('（', '）'),
    ('【', '】'),
    ('‹', '›'),
    // The typewriter's mark opens and closes; its surroundings tell which.
    ('"', '"'),
];

const TYPEWRITER_QUOTE: usize = PAIRS.len() - 1;

/// Whether `character` can close a quotation or a bracket.
pub(super) fn is_closer(character: char) -> bool {
    matches!(character, '"' | '\'' | '’' | '”' | '»' | '›')
        || PAIRS
            .iter()
            .any(|&(_, close)| close == character && close != '“')
}

/// Whether `character` can open a quotation or a bracket.
pub(super) fn is_opener(character: char) -> bool {
    matches!(character, '\'' | '‘') || PAIRS.iter().any(|&(open, _)| open == character)
}

/// Whether `character` opens a quotation or a bracket and never closes one.
pub(super) fn is_only_opener(character: char) -> bool {
    is_opener(character) && !is_closer(character)
}

/// The quotations and brackets of a text that are both opened and closed, in order of their ends.
///
/// What is opened and never closed, or closed and never opened, encloses nothing.
#[derive(Debug)]
pub(super) struct Enclosures(Vec<Range<usize>>);

impl Enclosures {
    /// Finds the enclosures of `text` in one pass.
    pub(super) fn of(text: &str) -> Self {
        let mut reader = Reader::default();
        let mut previous = ' ';
        let mut characters = text.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            let next = characters.peek().map_or(' ', |&(_, next)| next);
            reader.read(offset, character, (previous, next));
            previous = character;
        }
        Self(reader.enclosures)
    }

    /// The disjoint stretches of text that lie inside an enclosure for which `holds` is true, in
    /// order. Each runs from its opening mark to its closing one, both inclusive.
    pub(super) fn stretches(&self, holds: impl Fn(&Range<usize>) -> bool) -> Stretches {
        let mut held: Vec<_> = self
            .0
            .iter()
            .filter(|range| holds(range))
            .cloned()
            .collect();
        held.sort_unstable_by_key(|range| (range.start, range.end));
        let mut merged: Vec<Range<usize>> = Vec::new();
        for range in held {
            match merged.last_mut() {
                Some(last) if range.start < last.end => last.end = last.end.max(range.end),
                _ => merged.push(range),
            }
        }
        Stretches(merged)
    }
}

/// Disjoint stretches of text, in order.
#[derive(Debug)]
pub(super) struct Stretches(Vec<Range<usize>>);

impl Stretches {
    /// Whether a cut at `offset` would cut through one of them.
    pub(super) fn are_cut_at(&self, offset: usize) -> bool {
        let index = self.0.partition_point(|range| range.end <= offset);
        self.0.get(index).is_some_and(|range| range.start < offset)
    }
}

#[derive(Default)]
struct Reader {
    /// The kind and the place of each mark still open.
    open: Vec<(usize, usize)>,
    /// How many marks of each kind are open, so that one without a partner is passed over at once.
    open_of_kind: [usize; PAIRS.len()],
    enclosures: Vec<Range<usize>>,
}

impl Reader {
    fn read(&mut self, offset: usize, character: char, (previous, next): (char, char)) {
        if character == '"' {
            let is_open = self.open_of_kind[TYPEWRITER_QUOTE] > 0;
            let follows_space = previous.is_whitespace() || is_opener(previous);
            if is_open && (next.is_whitespace() || !follows_space) {
                self.close(TYPEWRITER_QUOTE, offset + 1);
            } else if follows_space || !next.is_whitespace() {
                self.push(TYPEWRITER_QUOTE, offset);
            }
            return;
        }
        let end = offset + character.len_utf8();
        let closed = (0..TYPEWRITER_QUOTE)
            .find(|&kind| PAIRS[kind].1 == character && self.open_of_kind[kind] > 0);
        if let Some(kind) = closed {
            self.close(kind, end);
        } else if let Some(kind) = (0..TYPEWRITER_QUOTE).find(|&kind| PAIRS[kind].0 == character) {
            self.push(kind, offset);
        }
    }

    fn push(&mut self, kind: usize, offset: usize) {
        self.open.push((kind, offset));
        self.open_of_kind[kind] += 1;
    }

    /// Closes the last open mark of `kind`; marks opened since have no partner.
    fn close(&mut self, kind: usize, end: usize) {
        while let Some((open_kind, start)) = self.open.pop() {
            self.open_of_kind[open_kind] -= 1;
            if open_kind == kind {
                self.enclosures.push(start..end);
                return;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        text: &'static str,
        enclosed: &'static [&'static str],
    }

    #[test]
    fn pairs_marks_as_a_reader_does() {
        let cases = [
            Case {
                text: "mô hình “Dân vận khéo” mới",
                enclosed: &["“Dân vận khéo”"],
            },
            Case {
                text: "đề án \"Số hóa\" và \"Một cửa\"",
                enclosed: &["\"Số hóa\"", "\"Một cửa\""],
            },
            Case {
                text: "(theo (1) và (2))",
                enclosed: &["(1)", "(2)", "(theo (1) và (2))"],
            },
            Case {
                text: "a) một; b) hai",
                enclosed: &[],
            },
            Case {
                text: "mở “ngoặc không đóng",
                enclosed: &[],
            },
            Case {
                text: "“Anh (viết thiếu” nhé)",
                enclosed: &["“Anh (viết thiếu”"],
            },
            Case {
                text: "màn hình 15\" và \"máy in\"",
                enclosed: &["\"máy in\""],
            },
            Case {
                text: "er sagte „ja“ und ging",
                enclosed: &["„ja“"],
            },
        ];
        for Case { text, enclosed } in cases {
            let found: Vec<&str> = Enclosures::of(text)
                .0
                .into_iter()
                .map(|range| &text[range])
                .collect();
            assert_eq!(found, enclosed, "{text:?}");
        }
    }

    #[test]
    fn a_cut_at_the_edge_of_a_stretch_does_not_cut_it() {
        let stretches = Enclosures::of("ab (cd) ef").stretches(|_| true);
        assert!(!stretches.are_cut_at(3));
        assert!(stretches.are_cut_at(4));
        assert!(stretches.are_cut_at(6));
        assert!(!stretches.are_cut_at(7));
    }
}
