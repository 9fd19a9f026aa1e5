//! Which numbers did the layout analysis take for marks of items without a text?
//!
//! A sentence whose last line is but a number (`tuyển sinh vào lớp` | `10.`) loses it there.

use super::continuation::append_line;
use super::lines::Line;
use super::place::{EndLines, Margins, Placed};
use crate::ingest::shape;

/// Puts numbers that are a line of their own back at the ends of the sentences right above them.
pub(super) fn put_back(lines: &[Line], blocks: &mut [Placed], margins: Margins) {
    // A page has one or two; what has thousands is made to.
    const MOST: usize = 100;
    let are_left_out = |line: &&Line| !line.is_used() && is_number(&line.key);
    for number in lines.iter().filter(are_left_out).take(MOST) {
        let goes_on = |placed: &&mut Placed| {
            let is_above = |lines: EndLines| is_right_below(number, lines, margins);
            placed.block.kind.is_prose()
                && placed.lines.is_some_and(is_above)
                && !shape::ends_sentence(&placed.block.text())
        };
        if let Some(placed) = blocks.iter_mut().find(goes_on) {
            append_line(&mut placed.block, number.block.clone());
            if let Some(lines) = &mut placed.lines {
                lines.last = number.extent;
            }
        }
    }
}

fn is_number(key: &str) -> bool {
    let digits = key.trim_end_matches(['.', ')', ';']);
    digits.len() < key.len()
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a number stands where a paragraph with these lines goes on: below a long one, no further right than that.
fn is_right_below(number: &Line, lines: EndLines, margins: Margins) -> bool {
    // A line that breaks off is not much shorter than the longest one.
    const SHARE: f32 = 0.7;
    let distance = lines.last.baseline - number.extent.baseline;
    (0.0..2.2 * number.extent.size).contains(&distance)
        && number.extent.left <= lines.last.left + 1.0
        && lines.last.right - margins.left > SHARE * (margins.reach - margins.left)
}
