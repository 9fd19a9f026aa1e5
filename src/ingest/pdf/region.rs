//! Which blocks of a page are the lines between two heights?

use super::lines::Line;
use super::place::{EndLines, Extent, Placed};

/// A stripe of a page, over its whole width.
#[derive(Clone, Copy, Debug)]
pub(super) struct Region {
    /// The height of its first line.
    top: f32,
    /// The height of the line after its last one.
    bottom: f32,
}

impl Region {
    /// All lines from a height down to the end of the page.
    pub(super) fn from(top: f32) -> Self {
        Self {
            top,
            bottom: f32::NEG_INFINITY,
        }
    }

    pub(super) fn ends_above(&mut self, bottom: f32) {
        self.bottom = bottom;
    }

    fn has(self, line: Extent) -> bool {
        line.baseline <= self.top && line.baseline > self.bottom
    }

    /// Puts other blocks in the place of those that its lines were read as. Does nothing where those hold other lines too,
    /// or where some of its lines are in no known block.
    pub(super) fn replace(self, blocks: &mut Vec<Placed>, lines: &[Line], other: Vec<Placed>) {
        // Signs alone, such as the star of the Party's letters, are in no block.
        let says_nothing = |line: &Line| !line.key.contains(char::is_alphanumeric);
        let are_known = lines
            .iter()
            .all(|line| line.is_used() || says_nothing(line) || !self.has(line.extent));
        let is_above = |line: Extent| line.baseline > self.top;
        let is_partly_in = |lines: EndLines| {
            self.has(lines.first) != self.has(lines.last)
                || is_above(lines.first) != is_above(lines.last)
        };
        let is_in = |placed: &Placed| placed.lines.is_some_and(|lines| self.has(lines.first));
        let is_mixed = blocks
            .iter()
            .any(|placed| placed.lines.is_some_and(is_partly_in));
        let Some(place) = blocks.iter().position(is_in) else {
            return;
        };
        if is_mixed || !are_known {
            return;
        }
        blocks.retain(|placed| !is_in(placed));
        blocks.splice(place..place, other);
    }
}
