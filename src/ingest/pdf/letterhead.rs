//! Who writes a letter? The body that does stands beside the state's name at its head.
//!
//! The layout analysis reads their lines across. Here the lines are divided, and the two sides become a row of a table, as
//! Word has them.

use unpdf::parser::TextLine;

use super::continuation::append_line;
use super::letters::decoded;
use super::lines::{Line, pieces, whole};
use super::place::{Extent, Placed};
use super::region::Region;
use crate::document::ParagraphKind;
use crate::ingest::official;
use crate::ingest::shape::{Marker, ends_sentence, is_capitals, marker};

/// The space between two cells; between two words it is half as wide.
const GAP_EMS: f32 = 0.5;
/// How far the middles of lines in one cell may be apart.
const CENTRE_EMS: f32 = 4.0;
/// How far the space between the cells may be from where it is on the state's line: a date may be wider, a body's name
/// narrower.
const CUT_EMS: f32 = 8.0;
/// How far apart lines of a letterhead are at most.
const APART_EMS: f32 = 3.5;
/// A letterhead has fewer lines than these, and so has the text above one.
const MAX_LINES: usize = 16;

/// A letterhead with two sides.
#[derive(Debug)]
pub(super) struct Letterhead {
    region: Region,
    /// The body that writes, the letter's number, and what it is about.
    left: Vec<Line>,
    /// The state, the Party or the Youth Union, and below it a motto, place and date.
    right: Vec<Line>,
}

/// The parts of a line on the two sides.
type Sides = (Option<Line>, Option<Line>);

/// The first line with the state's name.
struct StateLine {
    index: usize,
    left: Option<Line>,
    state: Line,
}

impl Letterhead {
    /// The letterhead among the lines of a page, if a body stands on its left side, and on its right one the state, the
    /// Party or the Youth Union.
    pub(super) fn of(lines: &[TextLine], page: u32) -> Option<Self> {
        let mut sorted: Vec<&TextLine> = lines.iter().collect();
        sorted.sort_by(|one, other| other.y.total_cmp(&one.y));
        let first = StateLine::find(&sorted, page)?;
        let (em, height) = (first.state.extent.size, first.state.extent.baseline);
        // The first line of the body may stand a little higher than the state.
        let above = sorted[..first.index].iter().rev();
        let start = first.index - above.take_while(|line| line.y - height < em).count();
        let head = Self::gather(&sorted[start..], start, first, page)?;
        let is_beside = |line: &Line| (line.extent.baseline - height).abs() < em;
        head.left.iter().any(is_beside).then_some(head)
    }

    /// The letterhead whose first line is the first one of these, which has the index `start`; `None` where it would be
    /// longer than any is.
    fn gather(lines: &[&TextLine], start: usize, first: StateLine, page: u32) -> Option<Self> {
        let top = lines.first()?.y;
        let mut head = Self {
            region: Region::from(top),
            left: Vec::new(),
            right: Vec::new(),
        };
        let apart = APART_EMS * first.state.extent.size;
        let mut cells = Cells::around(&first);
        let (state, mut first) = (first.index, Some((first.left, Some(first.state))));
        let mut before = top;
        for (index, line) in (start..).zip(lines) {
            let of_state = first.take_if(|_| index == state);
            let sides = of_state.or_else(|| cells.divide(line, page));
            let Some((left, right)) = sides.filter(|_| before - line.y < apart) else {
                head.region.ends_above(line.y);
                return Some(head);
            };
            if index - start >= MAX_LINES {
                return None;
            }
            cells.extend(left.as_ref(), right.as_ref());
            head.left.extend(left);
            head.right.extend(right);
            before = line.y;
        }
        Some(head)
    }

    /// Puts the letterhead in the place of the blocks that its lines were read as, where these hold nothing else.
    pub(super) fn put_into(self, blocks: &mut Vec<Placed>, lines: &[Line]) {
        let joined = |lines: Vec<Line>| {
            let blocks = lines.into_iter().map(|line| line.block);
            blocks.reduce(|mut joined, next| {
                append_line(&mut joined, next);
                joined
            })
        };
        let (Some(mut row), Some(right)) = (joined(self.left), joined(self.right)) else {
            return;
        };
        row.append(" | ", right);
        row.kind = ParagraphKind::Table;
        self.region.replace(blocks, lines, vec![Placed::from(row)]);
    }
}

impl StateLine {
    fn find(lines: &[&TextLine], page: u32) -> Option<Self> {
        let mut lines = lines.iter().take(MAX_LINES).enumerate();
        lines.find_map(|(index, line)| Self::divide(index, line, page))
    }

    /// The parts of a line before the state's name and from there on; the name stands apart, or is all in capitals.
    fn divide(index: usize, line: &TextLine, page: u32) -> Option<Self> {
        let is_full = |start: &usize| !line.spans[*start].text.trim().is_empty();
        let mut starts = (0..line.spans.len()).filter(is_full).take(MAX_LINES);
        let first = starts.clone().next()?;
        let part = |spans: &[_]| Line::of(&TextLine::from_spans(spans.to_vec()), page);
        let state = |start: usize| {
            let state = part(&line.spans[start..]);
            let text = decoded(&state.block);
            let is_state = official::begins_with_state_or_party(&text)
                || (start > first && official::begins_with_youth_union(&text));
            is_state.then_some((start, state, text))
        };
        let (start, state, text) = starts.find_map(state)?;
        let left = (start > first).then(|| part(&line.spans[..start]));
        let is_apart = left
            .as_ref()
            .is_none_or(|left| state.extent.left - left.extent.right > GAP_EMS * state.extent.size);
        (is_apart || is_capitals(&text)).then_some(Self { index, left, state })
    }
}

/// Where the two cells of a letterhead stand, by its lines so far.
#[derive(Debug)]
struct Cells {
    /// The middle of the space between them on the state's line.
    between: f32,
    state: Extent,
    /// The first line on the left side.
    left: Option<Extent>,
    /// The last line on the right side.
    right: Extent,
    /// What the left side says so far.
    has_number: bool,
    has_subject: bool,
}

impl Cells {
    fn around(first: &StateLine) -> Self {
        let state = first.state.extent;
        let end = first
            .left
            .as_ref()
            .map_or(state.left, |left| left.extent.right);
        Self {
            between: f32::midpoint(state.left, end),
            state,
            left: None,
            right: state,
            has_number: false,
            has_subject: false,
        }
    }

    /// The parts of a line on the two sides; `None` for what stands below the letterhead.
    fn divide(&self, line: &TextLine, page: u32) -> Option<Sides> {
        let pieces = pieces(line, GAP_EMS);
        let part = |pieces: &[TextLine]| Line::of(&whole(pieces), page);
        let all = part(&pieces);
        let text = decoded(&all.block);
        // `Kính gửi:`, `Họ và tên:`.
        let names_other = text.contains(':') && !official::begins_with_number_or_subject(&text);
        if names_other || official::is_kind(text.trim()) {
            return None;
        }
        let distance = |cut: usize| {
            let (left, right) = (part(&pieces[..cut]).extent, part(&pieces[cut..]).extent);
            (f32::midpoint(left.right, right.left) - self.between).abs()
        };
        let cuts = (1..pieces.len().min(MAX_LINES)).map(|cut| (distance(cut), cut));
        let nearest = cuts.min_by(|(one, _), (other, _)| one.total_cmp(other));
        match nearest {
            Some((distance, cut)) if distance < CUT_EMS * self.state.size => {
                let right = part(&pieces[cut..]);
                let may_stand_there = official::stands_below_state(&decoded(&right.block));
                may_stand_there.then(|| (Some(part(&pieces[..cut])), Some(right)))
            }
            _ => self.side_of(all, &text),
        }
    }

    /// The side that a line with nothing beside it stands on.
    fn side_of(&self, line: Line, text: &str) -> Option<Sides> {
        let own = line.extent;
        let em = self.state.size;
        let has_middle_of = |one: Extent| (own.centre() - one.centre()).abs() < CENTRE_EMS * em;
        let begins_below = |one: Extent| (own.left - one.left).abs() < 2.0;
        let is_of_right = own.left > self.between - 2.0 * em
            && (has_middle_of(self.state) || begins_below(self.state) || begins_below(self.right));
        let is_of_left = own.right < self.state.left + em
            && self
                .left
                .is_none_or(|left| has_middle_of(left) || begins_below(left));
        if is_of_right && official::stands_below_state(text) {
            Some((None, Some(line)))
        } else if is_of_left && self.may_name_more(text) {
            Some((Some(line), None))
        } else {
            None
        }
    }

    /// Whether a line with nothing beside it may be of the left side: below the number only what the letter is about, stamps
    /// and signs.
    fn may_name_more(&self, text: &str) -> bool {
        let text = text.trim();
        let is_item =
            marker(text) != Marker::None && !official::begins_with_number_or_subject(text);
        let is_sentence = ends_sentence(text) || text.ends_with(',');
        let is_of_number = !self.has_number
            || self.has_subject
            || is_capitals(text)
            || text.starts_with('(')
            || official::begins_with_number_or_subject(text)
            || !text.contains(char::is_alphanumeric);
        is_of_number && (!is_sentence || self.has_subject) && !is_item
    }

    fn extend(&mut self, left: Option<&Line>, right: Option<&Line>) {
        let text = left.map(|left| decoded(&left.block)).unwrap_or_default();
        if official::begins_with_number_or_subject(&text) {
            self.has_subject |= !text.trim_start().to_lowercase().starts_with("số");
            self.has_number = true;
        }
        self.left = self.left.or_else(|| left.map(|left| left.extent));
        self.right = right.map_or(self.right, |right| right.extent);
    }
}
