//! Which numbers does the layout analysis leave out, and what do they belong to?
//!
//! It takes bare numbers in the outer twentieth of a page for those of pages, without a look at other pages. With narrow
//! margins some are words of sentences there, and some are cells of tables.

use std::collections::BTreeMap;

use unpdf::parser::{TextLine, TextSpan};

use super::lines::Line;

/// A page has one or two, a page of figures some rows of them at each end; what has more is made to.
const MOST: usize = 200;
/// Words of a line stand closer together than that, and cells further apart.
const GAP_EMS: f32 = 0.8;

/// The numbers that were left out at one height of a page.
#[derive(Debug)]
pub(super) struct Omitted {
    numbers: Vec<Number>,
    /// What was not left out there, letter by letter without white space, each with where the piece begins that it is in.
    pub(super) letters: Vec<(char, f32)>,
}

#[derive(Debug)]
struct Number {
    line: Line,
    /// The index of the line in which it is a word.
    line_around: Option<usize>,
}

impl Omitted {
    pub(super) fn alone(line: Line) -> Self {
        let number = Number {
            line,
            line_around: None,
        };
        Self {
            numbers: vec![number],
            letters: Vec::new(),
        }
    }

    /// The numbers that are in no line which a paragraph has, from left to right.
    pub(super) fn outside<'a>(&'a self, lines: &'a [Line]) -> impl Iterator<Item = &'a Line> {
        let is_read = |number: &&Number| {
            let line = number.line_around.and_then(|index| lines.get(index));
            line.is_some_and(Line::is_used)
        };
        let numbers = self.numbers.iter().filter(move |number| !is_read(number));
        numbers.map(|number| &number.line)
    }
}

/// The numbers of a page, height by height, and those of its lines in which some are words, whole, by their indices.
pub(super) fn find(
    numbers: Vec<TextLine>,
    lines: &[TextLine],
    page: u32,
) -> (Vec<Omitted>, BTreeMap<usize, TextLine>) {
    let count: usize = numbers.iter().map(|line| line.spans.len()).sum();
    if count > MOST {
        let numbers = numbers.iter().map(|line| Line::of(line, page));
        return (numbers.map(Omitted::alone).collect(), BTreeMap::new());
    }
    let numbers = numbers.into_iter().flat_map(|line| line.spans);
    let numbers = numbers.map(|span| {
        let line = Line::of(&TextLine::from_spans(vec![span.clone()]), page);
        (span, line)
    });
    let mut numbers: Vec<(TextSpan, Line)> = numbers.collect();
    numbers.sort_by(|(_, one), (_, other)| {
        let (one, other) = (one.extent, other.extent);
        let by_height = other.baseline.total_cmp(&one.baseline);
        by_height.then(one.left.total_cmp(&other.left))
    });
    let mut finder = Finder {
        lines,
        whole: BTreeMap::new(),
    };
    let heights = numbers.chunk_by(|(_, one), (_, other)| one.extent.is_beside(other.extent));
    let omitted = heights.map(|numbers| finder.at_height(numbers));
    let omitted = omitted.collect();
    (omitted, finder.whole)
}

/// Finds what stands beside numbers.
struct Finder<'a> {
    lines: &'a [TextLine],
    whole: BTreeMap<usize, TextLine>,
}

impl Finder<'_> {
    fn at_height(&mut self, numbers: &[(TextSpan, Line)]) -> Omitted {
        let mut numbers: Vec<&(TextSpan, Line)> = numbers.iter().collect();
        numbers.sort_by(|(one, _), (other, _)| one.x.total_cmp(&other.x));
        let first = numbers.first().map(|(span, _)| self.beside(span));
        let beside = first.unwrap_or_default();
        let letters = beside.iter().flat_map(|index| letters(&self.lines[*index]));
        let letters = letters.collect();
        let numbers = numbers.into_iter().map(|(span, line)| Number {
            line: line.clone(),
            line_around: self.put_into_line(span, &beside),
        });
        Omitted {
            numbers: numbers.collect(),
            letters,
        }
    }

    /// The indices of the lines at the height of a number, from left to right.
    fn beside(&self, number: &TextSpan) -> Vec<usize> {
        const HEIGHT_EMS: f32 = 0.3;
        let is_beside = |index: &usize| {
            let line = &self.lines[*index];
            let em = line.font_size.min(number.font_size).max(1.0);
            (line.y - number.y).abs() < HEIGHT_EMS * em
                && line.spans.iter().all(|span| !span.is_rotated())
                && !line.text().trim().is_empty()
        };
        let mut beside: Vec<usize> = (0..self.lines.len()).filter(is_beside).collect();
        beside.sort_by(|one, other| self.lines[*one].x.total_cmp(&self.lines[*other].x));
        beside
    }

    /// Puts a number into the line in which it is a word, one of these, and returns that line's index.
    fn put_into_line(&mut self, number: &TextSpan, beside: &[usize]) -> Option<usize> {
        let line = |index: usize| self.whole.get(&index).unwrap_or(&self.lines[index]);
        let gaps = beside
            .iter()
            .map(|index| (*index, gap(line(*index), number)));
        let (nearest, gap) = gaps.min_by(|(_, one), (_, other)| one.total_cmp(other))?;
        if gap > GAP_EMS * number.font_size || number.is_rotated() {
            return None;
        }
        let mut spans = line(nearest).spans.clone();
        spans.push(number.clone());
        self.whole.insert(nearest, TextLine::from_spans(spans));
        Some(nearest)
    }
}

/// The space between a number and what stands nearest to it in a line.
fn gap(line: &TextLine, number: &TextSpan) -> f32 {
    let gap = |span: &TextSpan| {
        let (before, after) = (
            number.x - (span.x + span.width),
            span.x - (number.x + number.width),
        );
        before.max(after)
    };
    let spans = line
        .spans
        .iter()
        .filter(|span| !span.text.trim().is_empty());
    spans.map(gap).fold(f32::INFINITY, f32::min)
}

fn letters(line: &TextLine) -> impl Iterator<Item = (char, f32)> {
    line.spans.iter().flat_map(|span| {
        let visible = span.text.chars().filter(|letter| !letter.is_whitespace());
        visible.map(|letter| (letter, span.x))
    })
}
