//! Where on its page does a text stand? Running heads and page numbers are told by that.

use unpdf::parser::backend::PageBox;

use super::table::Row;
use crate::ingest::blocks::Block;

/// The top or the bottom of a page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Edge {
    Top,
    Bottom,
}

/// The first and the last line of a text on a page.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    /// Points from the upper edge of the page down to the first line, and to the last.
    first: f32,
    last: f32,
    /// The height of the page.
    height: f32,
}

impl Place {
    pub(super) fn of(first_baseline: f32, last_baseline: f32, page: PageBox) -> Self {
        Self {
            first: page.ury - first_baseline,
            last: page.ury - last_baseline,
            height: page.height(),
        }
    }

    /// The edge in whose margin all of the text stands, and how far off, where a margin is a `share` of the height.
    pub(super) fn edge(self, share: f32) -> Option<(Edge, f32)> {
        let margin = share * self.height;
        if self.last <= margin {
            Some((Edge::Top, self.first))
        } else if self.height - self.first <= margin {
            Some((Edge::Bottom, self.height - self.last))
        } else {
            None
        }
    }

    pub(super) fn is_in_upper_half(self) -> bool {
        2.0 * self.first < self.height
    }
}

/// Where a line stands on its page, in points.
#[derive(Clone, Copy, Debug)]
pub(super) struct Extent {
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) baseline: f32,
    /// How large its letters are.
    pub(super) size: f32,
}

impl Extent {
    pub(super) fn centre(self) -> f32 {
        f32::midpoint(self.left, self.right)
    }

    pub(super) fn is_beside(self, other: Self) -> bool {
        (self.baseline - other.baseline).abs() < 0.3 * self.size.min(other.size)
    }

    /// Whether it is a full line of text, at whose end the first word of what follows would have found no room.
    pub(super) fn is_full_before(self, next: &str, margins: Margins) -> bool {
        // Lines of text on a narrow page have 25 ems; what is alone on its page is as wide as that, too.
        const LEAST_EMS: f32 = 20.0;
        self.right - self.left > LEAST_EMS * self.size && !self.has_room_for(next, margins)
    }

    /// Whether the first word of what follows would have found room at the end of the line.
    pub(super) fn has_room_for(self, next: &str, margins: Margins) -> bool {
        let word = next.split_whitespace().next();
        let letters = word.map_or(0, |word| word.chars().count());
        // Half an em is about the width of a letter.
        margins.right - self.right > (letters + 1) as f32 * 0.5 * self.size
    }
}

/// What lines stand between.
#[derive(Clone, Copy, Debug)]
pub(super) struct Margins {
    pub(super) left: f32,
    /// The same for all lines of the page, where those at hand are some of them.
    pub(super) page_left: f32,
    pub(super) right: f32,
    /// Where the longest one ends of those at hand.
    pub(super) reach: f32,
    /// How far apart they usually are; 0 where they are too few to tell.
    pub(super) pitch: f32,
    /// How far below a full line the next one of its paragraph usually is; 0 where that is not known.
    pub(super) leading: f32,
}

impl Margins {
    pub(super) fn around<'a>(lines: impl Iterator<Item = &'a Extent>) -> Self {
        let none = Self {
            left: f32::INFINITY,
            page_left: f32::INFINITY,
            right: 0.0,
            reach: 0.0,
            pitch: 0.0,
            leading: 0.0,
        };
        lines.fold(none, |margins, line| Self {
            left: margins.left.min(line.left),
            page_left: margins.page_left.min(line.left),
            right: margins.right.max(line.right),
            reach: margins.reach.max(line.right),
            ..margins
        })
    }
}

/// A block of a page.
#[derive(Clone, Debug)]
pub(super) struct Placed {
    pub(super) block: Block,
    /// `None` for rows of tables, which are nobody's running heads, and where it is not known.
    pub(super) place: Option<Place>,
    /// `None` where its lines are not known.
    pub(super) lines: Option<EndLines>,
    /// `None` where it is no row of a table, or its cells are not known.
    pub(super) row: Option<Row>,
}

/// The first and the last line of a paragraph, between the margins of its page.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndLines {
    pub(super) first: Extent,
    pub(super) last: Extent,
    pub(super) page: Margins,
}

impl EndLines {
    /// Whether it may go on with another paragraph, `next`, by how the two are set: its last line is full, and no heading
    /// that stands alone at the margin; the other one is not indented.
    pub(super) fn may_go_on(self, other: Self, next: &str) -> bool {
        let left = self.page.left.min(other.page.left);
        let is_indented = |line: Extent| line.left > left + line.size;
        let has_lines = (self.first.baseline - self.last.baseline).abs() > 1.0;
        let is_resized = (self.last.size - other.first.size).abs() > 0.1 * self.last.size;
        (has_lines || is_indented(self.first))
            && !is_indented(other.first)
            && !is_resized
            && self.last.is_full_before(next, self.page)
    }

    /// Whether it is set smaller than another text, as notes are: by half a point at least, at the sizes of text. Word sets
    /// 10 points below 11.
    pub(super) fn is_smaller_than(self, other: Self) -> bool {
        self.first.size < 0.95 * other.first.size
    }
}

impl Placed {
    /// Whether it begins higher on the page than the other ends, as at the top of the next column.
    pub(super) fn begins_above_end_of(&self, other: &Self) -> bool {
        let places = self.place.zip(other.place);
        places.is_some_and(|(own, other)| own.first < other.last)
    }
}

impl From<Block> for Placed {
    fn from(block: Block) -> Self {
        Self {
            block,
            place: None,
            lines: None,
            row: None,
        }
    }
}

/// What a page says, in reading order.
#[derive(Clone, Debug, Default)]
pub(super) struct PageText {
    pub(super) number: u32,
    pub(super) blocks: Vec<Placed>,
    /// What stands at an angle between them.
    pub(super) asides: Vec<Block>,
    /// Whether a picture covers most of it, as in a scan.
    pub(super) is_picture: bool,
}

impl PageText {
    /// Whether it is a picture and says nothing.
    pub(super) fn needs_ocr(&self) -> bool {
        self.is_picture && self.blocks.is_empty()
    }
}
