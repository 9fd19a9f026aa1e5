//! Who writes a letter? The body that does stands beside the state's name at its head.
//!
//! The layout analysis reads their lines across. Here the lines are divided, and the two sides become a row of a table, as
//! Word has them.

use unpdf::parser::TextLine;

use super::continuation::append_line;
use super::letters::decoded;
use super::lines::{Line, pieces};
use super::place::{Extent, Placed};
use super::region::Region;
use crate::document::ParagraphKind;
use crate::ingest::official;

/// The space between two cells; between two words it is half as wide.
const GAP_EMS: f32 = 0.5;
/// How far the middles of lines in one cell may be apart.
const CENTRE_EMS: f32 = 4.0;
/// How far the space between the cells may be from where it is on the state's line: a date may be wider, a body's name
/// narrower.
const CUT_EMS: f32 = 8.0;
/// How far apart lines of a letterhead are at most.
const APART_EMS: f32 = 3.5;
/// A letterhead has no more lines than these; neither does the text above one.
const MAX_LINES: usize = 16;

/// A letterhead with two sides.
#[derive(Debug)]
pub(super) struct Letterhead {
    region: Region,
    body: Vec<Line>,
    state: Vec<Line>,
}

/// The parts of a line on the two sides.
type Sides = (Option<Line>, Option<Line>);

impl Letterhead {
    /// The letterhead among the lines of a page, if a body stands on its left side, and on its right one the state, the
    /// Party or the Youth Union.
    pub(super) fn of(lines: &[TextLine], page: u32) -> Option<Self> {
        let mut sorted: Vec<&TextLine> = lines.iter().collect();
        sorted.sort_by(|one, other| other.y.total_cmp(&one.y));
        let mut first = sorted.iter().take(MAX_LINES).enumerate();
        let (index, (body, state)) =
            first.find_map(|(index, line)| Some((index, divide_at_state(line, page)?)))?;
        let (em, height) = (state.extent.size, state.extent.baseline);
        // The first line of the body may stand a little higher than the state.
        let above = sorted[..index].iter().rev();
        let start = index - above.take_while(|line| line.y - height < em).count();
        let mut head = Self {
            region: Region::from(sorted[start].y),
            body: Vec::new(),
            state: Vec::new(),
        };
        let mut cells = Cells::around(body.as_ref(), &state);
        let mut state = Some((body, Some(state)));
        let mut before = sorted[start].y;
        for (place, line) in sorted.iter().enumerate().skip(start).take(MAX_LINES) {
            let is_far = before - line.y > APART_EMS * em;
            let of_state = state.take_if(|_| place == index);
            let sides = of_state.or_else(|| cells.divide(line, page));
            let Some((body, state)) = sides.filter(|_| !is_far) else {
                head.region.ends_above(line.y);
                break;
            };
            cells.extend(body.as_ref(), state.as_ref());
            head.body.extend(body);
            head.state.extend(state);
            before = line.y;
        }
        let is_beside = |line: &Line| (line.extent.baseline - height).abs() < em;
        head.body.iter().any(is_beside).then_some(head)
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
        let (Some(mut row), Some(state)) = (joined(self.body), joined(self.state)) else {
            return;
        };
        row.append(" | ", state);
        row.kind = ParagraphKind::Table;
        self.region.replace(blocks, lines, vec![Placed::from(row)]);
    }
}

/// The parts of a line before the state's name and from there on.
fn divide_at_state(line: &TextLine, page: u32) -> Option<(Option<Line>, Line)> {
    let is_full = |start: &usize| !line.spans[*start].text.trim().is_empty();
    let starts = (0..line.spans.len()).filter(is_full).take(MAX_LINES);
    let first = starts.clone().next()?;
    let part = |spans: &[_]| Line::of(&TextLine::from_spans(spans.to_vec()), page);
    let state = |start: usize| {
        let state = part(&line.spans[start..]);
        let text = decoded(&state.block);
        let is_state = official::begins_with_state(&text)
            || (start > first && official::begins_with_youth_union(&text));
        is_state.then_some((start, state))
    };
    let (start, state) = starts.clone().find_map(state)?;
    let body = (start > first).then(|| part(&line.spans[..start]));
    Some((body, state))
}

/// Where the two cells of a letterhead stand, by its lines so far.
#[derive(Debug)]
struct Cells {
    /// The middle of the space between them on the state's line.
    between: f32,
    state: Extent,
    /// The first line of the body.
    body: Option<Extent>,
    /// The last line on the state's side.
    last: Extent,
}

impl Cells {
    fn around(body: Option<&Line>, state: &Line) -> Self {
        let left = state.extent.left;
        let end = body.map_or(left, |body| body.extent.right);
        Self {
            between: f32::midpoint(left, end),
            state: state.extent,
            body: None,
            last: state.extent,
        }
    }

    /// The parts of a line on the two sides; `None` for what stands below the letterhead.
    fn divide(&self, line: &TextLine, page: u32) -> Option<Sides> {
        let pieces = pieces(line, GAP_EMS);
        let part = |pieces: &[TextLine]| {
            let spans = pieces.iter().flat_map(|piece| piece.spans.clone());
            Line::of(&TextLine::from_spans(spans.collect()), page)
        };
        let distance = |cut: usize| {
            let (left, right) = (part(&pieces[..cut]).extent, part(&pieces[cut..]).extent);
            (f32::midpoint(left.right, right.left) - self.between).abs()
        };
        let cuts = (1..pieces.len().min(MAX_LINES)).map(|cut| (distance(cut), cut));
        let nearest = cuts.min_by(|(one, _), (other, _)| one.total_cmp(other));
        match nearest {
            Some((distance, cut)) if distance < CUT_EMS * self.state.size => {
                Some((Some(part(&pieces[..cut])), Some(part(&pieces[cut..]))))
            }
            _ => self.side_of(part(&pieces)),
        }
    }

    /// The side that a line with nothing beside it stands on.
    fn side_of(&self, line: Line) -> Option<Sides> {
        let text = decoded(&line.block);
        if official::is_kind(text.trim()) || text.trim_start().starts_with("Kính gửi") {
            return None;
        }
        let own = line.extent;
        let reach = CENTRE_EMS * self.state.size;
        let has_middle_of = |one: Extent| (own.centre() - one.centre()).abs() < reach;
        let begins_below = |one: Extent| (own.left - one.left).abs() < 2.0;
        let is_right = has_middle_of(self.state)
            || (own.left > self.between && (begins_below(self.state) || begins_below(self.last)));
        let is_of_body = |body: Extent| has_middle_of(body) || begins_below(body);
        if is_right {
            Some((None, Some(line)))
        } else if own.right < self.state.left + own.size && self.body.is_none_or(is_of_body) {
            Some((Some(line), None))
        } else {
            None
        }
    }

    fn extend(&mut self, body: Option<&Line>, state: Option<&Line>) {
        self.body = self.body.or_else(|| body.map(|body| body.extent));
        self.last = state.map_or(self.last, |state| state.extent);
    }
}
