//! Who is a letter sent to, and who signs it? The two stand side by side at its foot.
//!
//! The layout analysis reads their lines across. Here the lines are divided, and the left side is read before the
//! right one.

use unpdf::parser::TextLine;
use unpdf::parser::backend::PageBox;

use super::lines::{Line, margins};
use super::paragraph::{Traced, of_lines};
use super::place::{EndLines, Margins, Placed};

/// What stands over the recipients, in Unicode and in the bytes of TCVN3 and VNI.
const HEADS: [&str; 3] = ["Nơi nhận", "N¬i nhËn", "Nôi nhaän"];

/// The foot of a letter.
#[derive(Debug)]
pub(super) struct Foot {
    /// The height of its first line.
    top: f32,
    recipients: Vec<Line>,
    signature: Vec<Line>,
}

impl Foot {
    /// The foot of the page with these lines, if it has two sides.
    pub(super) fn of(lines: &[TextLine], page: u32) -> Option<Self> {
        let begins = |text: &str| HEADS.iter().any(|head| text.trim_start().starts_with(head));
        let is_head = |text: &str| HEADS.contains(&text.trim_end_matches([':', ' ']).trim_start());
        let mut heads = lines.iter().filter(|line| begins(&line.text()));
        let top = heads.find(|line| is_head(&sides(line).0.text()))?.y;
        let below = lines.iter().filter(|line| line.y <= top);
        let divided: Vec<_> = below.map(sides).collect();
        let rights = divided.iter().filter_map(|(_, right)| right.as_ref());
        let middle = rights.map(|right| right.x).min_by(f32::total_cmp)?;
        let (mut recipients, mut signature) = (Vec::new(), Vec::new());
        for (left, right) in divided {
            let side = if left.x < middle {
                &mut recipients
            } else {
                &mut signature
            };
            side.push(Line::of(&left, page));
            signature.extend(right.map(|right| Line::of(&right, page)));
        }
        Some(Self {
            top,
            recipients,
            signature,
        })
    }

    /// Puts the foot in the place of the blocks that its lines were read as. Does nothing where those hold other lines
    /// too, or where some of its lines are in no known block.
    pub(super) fn put_into(
        self,
        blocks: &mut Vec<Placed>,
        lines: &[Line],
        page: Option<PageBox>,
        page_margins: Margins,
    ) {
        let is_in = |baseline: f32| baseline <= self.top;
        let are_known = lines
            .iter()
            .all(|line| line.is_used() || !is_in(line.extent.baseline));
        let begins_in = |lines: EndLines| is_in(lines.first.baseline);
        let reaches_in = |lines: EndLines| is_in(lines.last.baseline) && !begins_in(lines);
        let is_of_foot = |placed: &Placed| placed.lines.is_some_and(begins_in);
        let is_mixed = blocks
            .iter()
            .any(|placed| placed.lines.is_some_and(reaches_in));
        let Some(place) = blocks.iter().position(is_of_foot) else {
            return;
        };
        if is_mixed || !are_known {
            return;
        }
        blocks.retain(|placed| !is_of_foot(placed));
        let recipients = of_lines(&self.recipients, margins(&self.recipients));
        // An office and a name have a line each.
        let signature = self.signature.iter().map(Traced::begin);
        let foot = recipients.into_iter().chain(signature);
        let foot: Vec<Placed> = foot
            .map(|paragraph| paragraph.on(page, page_margins))
            .collect();
        blocks.splice(place..place, foot);
    }
}

/// What stands on a line before a wide gap, and what after it.
fn sides(line: &TextLine) -> (TextLine, Option<TextLine>) {
    const GAP_EMS: f32 = 3.0;
    let mut end = line.x;
    for (index, span) in line.spans.iter().enumerate() {
        if span.text.trim().is_empty() {
            continue;
        }
        if index > 0 && span.x - end > GAP_EMS * line.font_size {
            let (left, right) = line.spans.split_at(index);
            let part = |spans: &[_]| TextLine::from_spans(spans.to_vec());
            return (part(left), Some(part(right)));
        }
        end = end.max(span.x + span.width);
    }
    (line.clone(), None)
}
