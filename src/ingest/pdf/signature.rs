//! Who is a letter sent to, and who signs it? The two stand side by side at its foot.
//!
//! The layout analysis reads their lines across. Here the lines are divided, and the left side is read before the
//! right one.

use unpdf::parser::TextLine;
use unpdf::parser::backend::PageBox;

use super::letters::decoded;
use super::lines::{Line, margins, pieces, whole};
use super::paragraph::{Traced, of_lines};
use super::place::{Extent, Margins, Placed};
use super::region::Region;
use crate::ingest::official;
use crate::ingest::shape::{self, Marker};

/// What stands over the recipients, in Unicode and in the bytes of TCVN3 and VNI.
const HEADS: [&str; 3] = ["Nơi nhận", "N¬i nhËn", "Nôi nhaän"];

/// What an office begins with that signs for another, in all encodings.
const SIGNS_FOR: [&str; 8] = ["TM", "T/M", "KT", "K/T", "TL", "T/L", "TUQ", "Q"];

/// The foot of a letter.
#[derive(Debug)]
pub(super) struct Foot {
    region: Region,
    recipients: Vec<Line>,
    signature: Vec<Line>,
}

impl Foot {
    /// The foot among the lines of a page, if it has two sides, and an office on the right one.
    pub(super) fn of(lines: &[TextLine], page: u32) -> Option<Self> {
        // Six empty lines leave room for a seal.
        const GAP_EMS: f32 = 8.0;
        let is_head = |text: &str| HEADS.contains(&text.trim_end_matches([':', ' ']).trim_start());
        let mut heads = lines.iter().filter(|line| heads_recipients(&line.text()));
        let head = heads.find(|line| is_head(&parts(line).0.text()))?;
        let mut below: Vec<&TextLine> = lines.iter().filter(|line| line.y <= head.y).collect();
        below.sort_by(|one, other| other.y.total_cmp(&one.y));
        let mut sides = Sides::under(Line::of(&parts(head).0, page).extent);
        let mut foot = Self {
            region: Region::from(head.y),
            recipients: Vec::new(),
            signature: Vec::new(),
        };
        let mut before = head.y;
        for line in below {
            let is_far = before - line.y > GAP_EMS * line.font_size;
            let (first, second) = parts(line);
            let first = Line::of(&first, page);
            let side = sides.side_of(&first).filter(|_| !is_far);
            let Some(side) = side else {
                foot.region.ends_above(line.y);
                break;
            };
            let second = second.map(|second| Line::of(&second, page));
            sides.extend(side, &first, second.as_ref());
            match side {
                Side::Left => foot.recipients.push(first),
                Side::Right => foot.signature.push(first),
            }
            foot.signature.extend(second);
            before = line.y;
        }
        foot.has_office(lines, head, &sides).then_some(foot)
    }

    /// Whether an office stands on its right side, or a line or two above `Nơi nhận`, under which recipients are listed; that
    /// of a form is no list.
    fn has_office(&self, lines: &[TextLine], head: &TextLine, sides: &Sides) -> bool {
        const OFFICE_EMS: f32 = 3.0;
        let stands_above = |line: &TextLine| {
            let distance = line.y - head.y;
            let is_near = distance > 0.0 && distance < OFFICE_EMS * line.font_size;
            let line = &Line::of(line, 0);
            is_near && sides.has_right(line.extent) && is_office(line)
        };
        self.signature.iter().any(is_office)
            || (!self.signature.is_empty()
                && self.recipients.iter().any(begins_item)
                && lines.iter().any(stands_above))
    }

    /// Puts the foot in the place of the blocks that its lines were read as, where these hold nothing else.
    pub(super) fn put_into(
        self,
        blocks: &mut Vec<Placed>,
        lines: &[Line],
        page: Option<PageBox>,
        page_margins: Margins,
    ) {
        let items = self.recipients.chunk_by(|_, next| !begins_item(next));
        let page_of_recipients = margins(&self.recipients);
        let recipients = items.flat_map(|item| of_lines(item, page_of_recipients));
        // An office and a name have a line each.
        let signature = self.signature.iter().map(Traced::begin);
        let foot = recipients.chain(signature);
        let foot: Vec<Placed> = foot
            .map(|paragraph| paragraph.on(page, page_margins))
            .collect();
        self.region.replace(blocks, lines, foot);
    }
}

#[derive(Clone, Copy, Debug)]
enum Side {
    Left,
    Right,
}

/// Where the two sides of a foot stand, by its lines so far.
#[derive(Debug)]
struct Sides {
    /// Where `Nơi nhận` ends.
    head_end: f32,
    /// Where the left side ends on the lines that have both.
    left_end: f32,
    /// Where the right side begins and ends.
    right: Option<(f32, f32)>,
}

impl Sides {
    fn under(head: Extent) -> Self {
        Self {
            head_end: head.right,
            left_end: head.right,
            right: None,
        }
    }

    /// The side that a line, or its part before a gap, stands on; `None` for what stands below the foot: it goes on far into
    /// the right side, or is a title. A name may be wider than the office that it stands under, and a recipient reach below
    /// a wide office.
    fn side_of(&self, line: &Line) -> Option<Side> {
        let Extent { left, right, .. } = line.extent;
        if let Some((begin, end)) = self.right {
            let is_beyond = left > self.head_end && self.has_right(line.extent);
            if is_beyond {
                return Some(Side::Right);
            }
            if 2.0 * right > begin + end || is_title(line) {
                return None;
            }
        }
        let is_right = left > self.left_end;
        Some(if is_right { Side::Right } else { Side::Left })
    }

    /// Whether the middle of a line is on the right side.
    fn has_right(&self, line: Extent) -> bool {
        let begin = self.right.map(|(begin, _)| begin);
        begin.is_some_and(|begin| line.left + line.right > 2.0 * begin)
    }

    /// Takes the parts of a line in, the first of which is on this side.
    fn extend(&mut self, side: Side, first: &Line, second: Option<&Line>) {
        let right = match side {
            Side::Left => second,
            Side::Right => Some(first),
        };
        if let Some(Extent { left, right, .. }) = right.map(|line| line.extent) {
            let (begin, end) = self.right.unwrap_or((left, right));
            self.right = Some((begin.min(left), end.max(right)));
        }
        if matches!(side, Side::Left) && second.is_some() {
            self.left_end = self.left_end.max(first.extent.right);
        }
    }
}

/// Whether a line begins with what stands over the recipients.
pub(super) fn heads_recipients(text: &str) -> bool {
    HEADS.iter().any(|head| text.trim_start().starts_with(head))
}

/// Whether a line begins an item of a list.
fn begins_item(line: &Line) -> bool {
    shape::marker(line.block.text().trim()) != Marker::None
}

/// Whether a line is in capitals, and no item of a list.
fn is_title(line: &Line) -> bool {
    let text = decoded(&line.block);
    shape::is_capitals(text.trim()) && shape::marker(text.trim()) == Marker::None
}

/// Whether a line names an office.
fn is_office(line: &Line) -> bool {
    let text = decoded(&line.block);
    shape::is_capitals(text.trim()) || signs_for(&text) || official::is_office(text.trim())
}

/// Whether a line names an office that signs for another one, or for a body.
pub(super) fn signs_for(text: &str) -> bool {
    let first = text.trim().split(['.', ' ']).next().unwrap_or_default();
    SIGNS_FOR.contains(&first)
}

/// What stands on a line before a wide gap, and what after it.
fn parts(line: &TextLine) -> (TextLine, Option<TextLine>) {
    const GAP_EMS: f32 = 3.0;
    let pieces = pieces(line, GAP_EMS);
    match pieces.split_first() {
        Some((first, rest)) if !rest.is_empty() => (first.clone(), Some(whole(rest))),
        _ => (line.clone(), None),
    }
}
