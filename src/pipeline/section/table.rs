//! Of which section are the rows of a table? Of tasks, where two of three say so: the column of its header, other columns that
//! tell who does it or by when, and what stands above the table or the document's title. Of results, where the column says so.

use super::Section;
use super::outline::Outline;
use super::topic::{self, Topic};
use crate::document::ParagraphKind;
use crate::phrases::is_fragment;
use crate::segment::table::{Header, Told};

/// What stands above a table without being a heading that the outline knows.
#[derive(Debug)]
pub(super) struct Above {
    /// What the lines say that the table is about.
    topic: Topic,
    /// Whether the document gives directions, by its title or by that of an annex.
    directs: bool,
}

impl Above {
    pub(super) fn new(outline: &Outline) -> Self {
        Self {
            topic: Topic::Unsaid,
            directs: outline.around().1,
        }
    }

    /// Goes on to the next paragraph that is no row below a header and no heading that the outline knows.
    pub(super) fn pass(&mut self, outline: &Outline, kind: ParagraphKind, text: &str) {
        self.directs |= outline.around().1;
        let is_line = match kind {
            ParagraphKind::Heading | ParagraphKind::Caption => true,
            ParagraphKind::Table => !text.contains(" | "),
            ParagraphKind::Body | ParagraphKind::ListItem => is_fragment(text),
        };
        if text.starts_with('(') {
            self.directs |= topic::is_annexed_to_direction(text);
        } else if is_line {
            self.directs |= topic::directs(text);
            let said = Topic::of(text);
            if said != Topic::Unsaid {
                self.topic = said;
            }
        } else if kind != ParagraphKind::Table {
            self.topic = Topic::Unsaid;
        }
    }

    /// Forgets the lines: below them stands a heading, which the outline knows, or another document.
    pub(super) fn leave(&mut self) {
        self.topic = Topic::Unsaid;
    }

    /// Of which section the rows below a header are.
    pub(super) fn section(&self, outline: &Outline, header: &Header) -> Option<Section> {
        let topic = match self.topic {
            Topic::Unsaid => outline.around().0,
            said => said,
        };
        let is_said = match topic {
            Topic::Of(Section::Tasks) => true,
            Topic::Unsaid => self.directs,
            Topic::Of(Section::Results) | Topic::Other => false,
        };
        // What tasks cost stands below a heading of its own.
        let is_budget = header.has_money && topic == Topic::Other;
        let signs = [header.told == Told::Tasks, header.is_assigned, is_said];
        let is_of_tasks = signs.iter().filter(|&&sign| sign).count() >= 2;
        match header.told {
            Told::Results => Some(Section::Results),
            _ if topic == Topic::Of(Section::Results) || is_budget => None,
            Told::Tasks | Told::Contents => is_of_tasks.then_some(Section::Tasks),
        }
    }
}
