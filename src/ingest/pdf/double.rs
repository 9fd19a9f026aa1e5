//! Text that is drawn twice, a hair apart, to look bold.

use std::collections::{BTreeMap, BTreeSet};

use unpdf::parser::{TextLine, TextSpan};

use super::lines::{Line, key, length_with};

/// How far apart the two stand at most, as a share of the font's size: a point at the sizes of letters. The
/// narrowest letter is twice as wide.
const SHIFT: f32 = 0.12;

/// The texts that a page draws twice, and all that it draws, without white space.
#[derive(Debug, Default)]
pub(super) struct Doubled {
    twice: BTreeSet<String>,
    drawn: BTreeSet<String>,
}

impl Doubled {
    pub(super) fn is_empty(&self) -> bool {
        self.twice.is_empty()
    }

    /// The first half of a text that is its second half too, where such a text was drawn twice, and none that is all
    /// of it. Figures may well repeat, and so may one or two plain letters (`II`).
    pub(super) fn once<'a>(&self, text: &'a str) -> &'a str {
        if self.is_empty() {
            return text;
        }
        let whole = key(text);
        let half = whole.get(..whole.len() / 2).unwrap_or_default();
        let is_twice = self.twice.contains(half)
            && whole.len() == 2 * half.len()
            && whole.ends_with(half)
            && !self.drawn.contains(&whole)
            && (half.chars().nth(2).is_some() || !half.is_ascii())
            && half.bytes().any(|byte| !byte.is_ascii_digit());
        if is_twice {
            &text[..length_with(text, half.chars().count())]
        } else {
            text
        }
    }
}

/// The spans without those that repeat another one nearly in its place, and the texts of these.
pub(super) fn without_doubles(spans: &[TextSpan]) -> (Vec<TextSpan>, Doubled) {
    let mut doubled = Doubled::default();
    // By text and place in cells as wide as a shift may be, so that one looks at neighbouring cells alone.
    let mut drawn: BTreeMap<(&str, i64, i64), Vec<&TextSpan>> = BTreeMap::new();
    let mut once = Vec::with_capacity(spans.len());
    for span in spans {
        let (column, row) = (cell(span.x, span), cell(span.y, span));
        let is_double = (-1..=1).any(|right| {
            (-1..=1).any(|up| {
                let key = (span.text.as_str(), column + right, row + up);
                drawn
                    .get(&key)
                    .is_some_and(|others| others.iter().any(|other| is_double(other, span)))
            })
        });
        if is_double {
            doubled.twice.insert(key(&span.text));
        } else {
            let others = drawn.entry((span.text.as_str(), column, row)).or_default();
            // Of different sizes; more than a few make no text.
            if others.len() < 8 {
                others.push(span);
            }
            once.push(span.clone());
        }
    }
    if !doubled.is_empty() {
        doubled.drawn = once.iter().map(|span| key(&span.text)).collect();
    }
    (once, doubled)
}

fn cell(place: f32, span: &TextSpan) -> i64 {
    (place / (SHIFT * span.font_size.max(1.0))).floor() as i64
}

fn is_double(one: &TextSpan, other: &TextSpan) -> bool {
    let shift = SHIFT * one.font_size.min(other.font_size);
    let is_near = |one: f32, other: f32| (one - other).abs() <= shift;
    !one.text.trim().is_empty()
        && (one.font_size - other.font_size).abs() < 0.1
        && is_near(one.x, other.x)
        && is_near(one.y, other.y)
        && one.is_rotated() == other.is_rotated()
}

/// The lines as the layout analysis has `seen` them, by which they are found again, with the text that is there
/// `once`.
pub(super) fn read_once(seen: &[TextLine], once: &[TextLine], page: u32) -> Vec<Line> {
    // Lines begin further apart than this, and those of one text less.
    const POINTS: f32 = 3.0;
    let cell = |line: &TextLine| {
        (
            (line.x / POINTS).floor() as i64,
            (line.y / POINTS).floor() as i64,
        )
    };
    let by_place: BTreeMap<(i64, i64), &TextLine> =
        once.iter().map(|line| (cell(line), line)).collect();
    let lines = seen.iter().map(|line| {
        let (column, row) = cell(line);
        let near = (-1..=1).flat_map(|right| (-1..=1).map(move |up| (column + right, row + up)));
        let near = near.filter_map(|place| by_place.get(&place));
        let distance = |other: &&&TextLine| libm::hypotf(other.x - line.x, other.y - line.y);
        let nearest = near.min_by(|one, other| distance(one).total_cmp(&distance(other)));
        match nearest.filter(|other| distance(other) <= POINTS) {
            Some(other) => Line::of(other, page).found_as(line),
            None => Line::of(line, page),
        }
    });
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_and_texts_that_repeat_by_themselves_are_kept() {
        let doubled = Doubled {
            twice: ["8", "Sốhộ", "125,5", "ha"].map(str::to_owned).into(),
            drawn: ["8", "Sốhộ", "125,5", "ha", "haha"]
                .map(str::to_owned)
                .into(),
        };
        for (text, once) in [
            ("Số hộSố hộ", "Số hộ"),
            ("125,5125,5", "125,5"),
            ("88", "88"),
            ("ha ha", "ha ha"),
            ("Tên xãTên xã", "Tên xãTên xã"),
        ] {
            assert_eq!(doubled.once(text), once);
        }
    }
}
