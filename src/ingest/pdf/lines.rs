//! Which lines of a page make up a paragraph?
//!
//! The layout analysis gives paragraphs without fonts and joins some that belong apart. Its lines
//! have both, so each of its paragraphs is traced back to the lines it was made of.

use unpdf::parser::{TextLine, TextSpan};

use super::paragraph::{self, Traced};
use super::place::{Extent, Margins};
use crate::ingest::blocks::Block;

/// A line of a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    /// Its characters without white space, by which it is found again.
    pub(super) key: String,
    pub(super) block: Block,
    pub(super) extent: Extent,
    /// The same line with the numbers that the layout analysis leaves out of it.
    whole: Option<Box<Line>>,
    /// Whether it stands at an angle to the lines of its page.
    pub(super) is_aside: bool,
    is_used: bool,
}

impl Line {
    pub(super) fn of(line: &TextLine, page: u32) -> Self {
        let ends = line.spans.iter().map(|span| span.x + span.width);
        Self {
            key: key(&line.text()),
            block: block(line, page),
            extent: Extent {
                left: line.x,
                right: ends.fold(line.x, f32::max),
                baseline: line.y,
                size: line.font_size.max(1.0),
            },
            whole: None,
            is_aside: false,
            is_used: false,
        }
    }

    /// The line, of which a paragraph that has it gets the `whole`.
    pub(super) fn part_of(self, whole: Line) -> Self {
        let whole = Line {
            key: self.key.clone(),
            ..whole
        };
        Self {
            whole: Some(Box::new(whole)),
            ..self
        }
    }

    /// Whether a paragraph was traced back to it though it is no part of one.
    pub(super) fn is_found_aside(&self) -> bool {
        self.is_aside && self.is_used
    }

    /// Whether it is in a paragraph that was traced back to its lines, or says nothing.
    pub(super) fn is_used(&self) -> bool {
        self.is_used || self.key.is_empty()
    }

    /// The line, to be found where the layout analysis has another one in its place.
    pub(super) fn found_as(self, seen: &TextLine) -> Self {
        Self {
            key: key(&seen.text()),
            ..self
        }
    }
}

/// What stands in a line between gaps that are wider than so many ems, such as those between cells.
pub(super) fn pieces(line: &TextLine, gap_ems: f32) -> Vec<TextLine> {
    let gap = gap_ems * line.font_size.max(1.0);
    let mut pieces: Vec<Vec<TextSpan>> = Vec::new();
    let mut end = f32::NEG_INFINITY;
    for span in line
        .spans
        .iter()
        .filter(|span| !span.text.trim().is_empty())
    {
        match pieces.last_mut() {
            Some(piece) if span.x - end <= gap => piece.push(span.clone()),
            _ => pieces.push(vec![span.clone()]),
        }
        end = end.max(span.x + span.width);
    }
    pieces.into_iter().map(TextLine::from_spans).collect()
}

/// The line that these pieces of one are together.
pub(super) fn whole(pieces: &[TextLine]) -> TextLine {
    let spans = pieces.iter().flat_map(|piece| piece.spans.iter().cloned());
    TextLine::from_spans(spans.collect())
}

/// The margins of the page that these lines fill.
pub(super) fn margins(lines: &[Line]) -> Margins {
    /// From so many on lines tell how far apart they usually are.
    const ENOUGH: usize = 4;
    let lines: Vec<&Line> = lines.iter().filter(|line| !line.is_aside).collect();
    let lines = || lines.iter().copied();
    let distances = lines().zip(lines().skip(1)).map(distance);
    let distances: Vec<f32> = distances.collect();
    let pitch = middle(distances, ENOUGH).unwrap_or_default();
    let margins = Margins {
        pitch,
        ..Margins::around(lines().map(|line| &line.extent))
    };
    Margins {
        leading: leading(lines(), margins).unwrap_or(pitch),
        ..margins
    }
}

/// How far apart full lines between these margins are from those right below them.
fn leading<'a>(lines: impl Iterator<Item = &'a Line> + Clone, margins: Margins) -> Option<f32> {
    let neighbours = lines.clone().zip(lines.skip(1));
    let goes_on =
        |(upper, lower): &(&Line, &Line)| upper.extent.is_full_before(&lower.block.text(), margins);
    middle(neighbours.filter(goes_on).map(distance).collect(), 1)
}

fn distance((upper, lower): (&Line, &Line)) -> f32 {
    upper.extent.baseline - lower.extent.baseline
}

/// The middle one of the distances downwards, the smaller one of two, if they are `enough`.
fn middle(mut distances: Vec<f32>, enough: usize) -> Option<f32> {
    distances.retain(|distance| *distance > 1.0);
    distances.sort_by(f32::total_cmp);
    let middle = distances.len().checked_sub(1)? / 2;
    (distances.len() >= enough).then_some(distances[middle])
}

/// The text of a line in the fonts of its spans; the line says where spaces are.
fn block(line: &TextLine, page: u32) -> Block {
    let mut block = Block {
        page: Some(page),
        ..Block::default()
    };
    let text = line.text();
    let mut rest = text.as_str();
    for span in &line.spans {
        let end = length_with(rest, count(&span.text));
        block.push(&rest[..end], font(span));
        rest = &rest[end..];
    }
    block.push(rest, line.spans.last().and_then(font));
    block
}

fn font(span: &TextSpan) -> Option<&str> {
    Some(span.font_name.as_str()).filter(|name| !name.is_empty())
}

fn count(text: &str) -> usize {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .count()
}

/// The length of the shortest beginning with so many characters that are no white space.
pub(super) fn length_with(text: &str, count: usize) -> usize {
    if count == 0 {
        return 0;
    }
    let mut visible = text
        .char_indices()
        .filter(|(_, character)| !character.is_whitespace());
    visible
        .nth(count - 1)
        .map_or(text.len(), |(at, character)| at + character.len_utf8())
}

pub(super) fn key(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_whitespace())
        .collect()
}

/// Splits a paragraph of the layout analysis into the paragraphs that its lines show between the margins of their
/// page; `None` where it cannot be traced back to lines. Lines at an angle are left out, and may be all that it has.
pub(super) fn paragraphs(lines: &mut [Line], text: &str, page: Margins) -> Option<Vec<Traced>> {
    let mut found = trace(lines, &key(text))?;
    for index in &found {
        let line = &mut lines[*index];
        if let Some(whole) = line.whole.take() {
            *line = *whole;
        }
        line.is_used = true;
    }
    let is_after_aside = found.first().is_some_and(|first| lines[*first].is_aside);
    found.retain(|index| !lines[*index].is_aside);
    let of_paragraph = || found.iter().map(|index| &lines[*index]);
    let around = Margins::around(of_paragraph().map(|line| &line.extent));
    let column = Margins {
        left: around.left,
        reach: around.reach,
        right: column_end(lines, &found, around.right).unwrap_or(page.right),
        ..page
    };
    let margins = Margins {
        leading: leading(of_paragraph(), column).unwrap_or(page.leading),
        ..column
    };
    let mut paragraphs = paragraph::of_lines(of_paragraph(), margins);
    if let Some(first) = paragraphs.first_mut() {
        first.is_after_aside = is_after_aside;
    }
    Some(paragraphs)
}

/// Where lines end at most in the column that lines up to `right` are in, if another column is beside them.
fn column_end(lines: &[Line], found: &[usize], right: f32) -> Option<f32> {
    let (first, last) = (lines[*found.first()?].extent, lines[*found.last()?].extent);
    let heights = last.baseline - last.size..first.baseline + first.size;
    let upright = || lines.iter().filter(|line| !line.is_aside);
    let extents = || upright().map(|line| line.extent);
    let beside = extents().filter(|line| line.left >= right && heights.contains(&line.baseline));
    let next_column = beside.map(|line| line.left).reduce(f32::min)?;
    let own = extents().filter(|line| line.right <= next_column);
    own.map(|line| line.right).reduce(f32::max)
}

/// The unused lines, in order and one right after the other, that together are `wanted`.
fn trace(lines: &[Line], wanted: &str) -> Option<Vec<usize>> {
    // Short lines that begin as a paragraph does are few, but for those of files made to have many.
    const MAX_STARTS: usize = 32;
    let starts = free(lines, 0).filter_map(|start| {
        let rest = strip_first(wanted, &lines[start].key)?;
        Some((start, rest))
    });
    let mut traced = starts
        .take(MAX_STARTS)
        .filter_map(|(start, rest)| trace_from(lines, start, rest));
    traced.next()
}

/// The lines from one on that are in no paragraph yet.
fn free(lines: &[Line], from: usize) -> impl Iterator<Item = usize> {
    (from..lines.len()).filter(|index| !lines[*index].is_used())
}

/// A line and those after it that together are `rest`, if they are.
fn trace_from(lines: &[Line], start: usize, mut rest: &str) -> Option<Vec<usize>> {
    let mut found = vec![start];
    let mut after = free(lines, start + 1);
    while !rest.is_empty() {
        let next = after.next()?;
        rest = rest.strip_prefix(lines[next].key.as_str())?;
        found.push(next);
    }
    Some(found)
}

/// What follows a paragraph's first line, of which the layout analysis takes the mark of a list off.
fn strip_first<'a>(wanted: &'a str, line: &str) -> Option<&'a str> {
    wanted
        .strip_prefix(line)
        .or_else(|| wanted.strip_prefix(without_mark(line)?))
}

/// What follows the mark of a list: a number with its sign, or one sign.
fn without_mark(line: &str) -> Option<&str> {
    let words = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let rest = if words.len() < line.len() {
        words.strip_prefix(['.', ')'])
    } else {
        line.strip_prefix(|c: char| !c.is_alphabetic())
    };
    rest.filter(|rest| !rest.is_empty())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A line in letters of 12 points that are half as wide, from a place and a height on.
    pub(in super::super) fn line(left: f32, baseline: f32, text: &str) -> Line {
        Line {
            key: key(text),
            block: Block::of_text(text),
            extent: Extent {
                left,
                right: left + 6.0 * text.chars().count() as f32,
                baseline,
                size: 12.0,
            },
            whole: None,
            is_aside: false,
            is_used: false,
        }
    }

    #[test]
    fn a_paragraph_is_found_behind_lines_that_begin_like_it() {
        let mut lines = vec![
            line(85.0, 700.0, "TT"),
            line(85.0, 680.0, "2. Tổng chi"),
            line(85.0, 650.0, "1. Tình hình thu ngân sách trên địa"),
            line(85.0, 634.0, "bàn huyện có chuyển biến."),
            line(85.0, 618.0, "2. Tổng chi ngân sách đạt 120 tỷ đồng."),
        ];
        let mut texts = |wanted: &str| {
            let margins = margins(&lines);
            let paragraphs = paragraphs(&mut lines, wanted, margins).unwrap_or_default();
            let texts = paragraphs.iter().map(|paragraph| paragraph.block.text());
            texts.collect::<Vec<_>>()
        };
        assert_eq!(
            texts("Tình hình thu ngân sách trên địa bàn huyện có chuyển biến."),
            ["1. Tình hình thu ngân sách trên địa bàn huyện có chuyển biến."]
        );
        assert_eq!(
            texts("Tổng chi ngân sách đạt 120 tỷ đồng."),
            ["2. Tổng chi ngân sách đạt 120 tỷ đồng."]
        );
    }

    #[test]
    fn sentences_that_end_with_a_line_of_the_left_column_part_nothing() {
        let left = [
            "Công an huyện đã làm rõ 58 vụ.",
            "Các xã đều làm tốt việc này và",
            "được khen thưởng cuối năm.",
        ];
        let right = [
            "Trong thời gian tới, huyện chỉ",
            "đạo các ngành làm tốt công tác",
            "phòng ngừa tội phạm.",
        ];
        let column = |x: f32, texts: [&str; 3]| {
            let heights = [700.0, 684.0, 668.0].into_iter();
            heights
                .zip(texts)
                .map(move |(y, text)| line(x, y, text))
                .collect::<Vec<_>>()
        };
        let mut lines = column(50.0, left);
        lines.extend(column(310.0, right));
        let page = margins(&lines);
        let paragraphs = paragraphs(&mut lines, &left.concat(), page).unwrap();
        assert_eq!(paragraphs.len(), 1, "{paragraphs:?}");
    }
}
