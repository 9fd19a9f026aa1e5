//! How do paragraphs and tables of the stories (body, notes, text boxes) come together?

use super::state::Destination;
use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks, check_pieces};
use crate::ingest::error::ReadError;
use crate::ingest::script::Script;

/// The stories of a document.
#[derive(Debug, Default)]
pub(super) struct Stories {
    body: Story,
    notes: Story,
    /// The text boxes that we are in, innermost last, each with how many groups were open when it began.
    boxes: Vec<(usize, Story)>,
    /// How many runs, cells and rows all of them have.
    pieces: usize,
}

impl Stories {
    /// The story that text goes to.
    pub(super) fn of(&mut self, destination: Destination) -> &mut Story {
        match (destination, self.boxes.last_mut()) {
            (Destination::Note, _) => &mut self.notes,
            (Destination::TextBox, Some((_, text_box))) => text_box,
            _ => &mut self.body,
        }
    }

    /// Appends text to the open paragraph.
    pub(super) fn push(
        &mut self,
        destination: Destination,
        script: Script,
        text: &str,
        font: Option<&str>,
    ) {
        let open = &mut self.of(destination).open;
        let before = open.runs.len();
        open.push_at(script, text, font);
        let added = open.runs.len() - before;
        self.pieces += added;
    }

    pub(super) fn end_cell(&mut self, destination: Destination) {
        self.of(destination).blocks.end_cell();
        self.pieces += 1;
    }

    pub(super) fn end_row(&mut self, destination: Destination) {
        self.of(destination).blocks.begin_row();
        self.pieces += 1;
    }

    /// Takes a text that will follow the open paragraph.
    pub(super) fn add_aside(&mut self, destination: Destination, text: &str) {
        self.of(destination).asides.push(Block::of_text(text));
        self.pieces += 1;
    }

    /// Checks that there is not more to keep than any document has.
    ///
    /// # Errors
    ///
    /// As [`check_pieces`].
    pub(super) fn check_pieces(&self) -> Result<(), ReadError> {
        check_pieces(self.pieces)
    }

    pub(super) fn begin_box(&mut self, depth: usize) {
        self.boxes.push((depth, Story::default()));
    }

    /// Ends the text box that began at this depth, if one did: it will follow the paragraph that it is anchored in.
    pub(super) fn end_box(&mut self, depth: usize, anchor: Destination) {
        if let Some((_, text_box)) = self.boxes.pop_if(|(begun, _)| *begun == depth) {
            let blocks = text_box.finish();
            self.of(anchor).asides.extend(blocks);
        }
    }

    /// Ends all stories; their paragraphs, and the first of the body that was made the title.
    pub(super) fn finish(mut self) -> (Vec<Block>, Option<Block>) {
        self.body.end_paragraph(ParagraphKind::Body, 0);
        let title = self.body.blocks.take_title();
        let mut blocks = self.body.finish();
        blocks.extend(self.notes.finish());
        (blocks, title)
    }
}

/// One story, whose paragraphs tell only at their end whether they stood in a table.
#[derive(Debug, Default)]
pub(super) struct Story {
    blocks: Blocks,
    open: Block,
    /// What will follow the open paragraph.
    asides: Vec<Block>,
    is_title: bool,
    table_depth: i32,
}

impl Story {
    /// Makes the open paragraph the document's title, unless one before it is.
    pub(super) fn set_title(&mut self) {
        self.is_title = true;
    }

    /// Ends the open paragraph, which stands in so many tables.
    pub(super) fn end_paragraph(&mut self, kind: ParagraphKind, table_depth: i32) {
        self.enter_tables(table_depth);
        self.blocks.begin_paragraph(kind);
        if std::mem::take(&mut self.is_title) {
            self.blocks.set_title();
        }
        for run in std::mem::take(&mut self.open).runs {
            self.blocks
                .push_at(run.script, &run.text, run.font.as_deref());
        }
        if !self.asides.is_empty() {
            self.blocks.begin_aside();
            self.blocks.add_all(std::mem::take(&mut self.asides));
            self.blocks.end_aside();
        }
        self.blocks.end_paragraph();
    }

    /// Ends the story and gives its paragraphs.
    fn finish(mut self) -> Vec<Block> {
        self.end_paragraph(ParagraphKind::Body, 0);
        self.blocks.finish_parted()
    }

    /// Opens and closes tables until `depth` of them are open.
    fn enter_tables(&mut self, depth: i32) {
        const MAX_DEPTH: i32 = 32;
        let depth = depth.clamp(0, MAX_DEPTH);
        while self.table_depth > depth {
            self.blocks.end_table();
            self.table_depth -= 1;
        }
        while self.table_depth < depth {
            self.blocks.begin_table();
            self.table_depth += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_of_all_stories_are_counted() {
        let mut stories = Stories::default();
        for font in ["A", "B", "B"] {
            stories.push(Destination::Body, Script::Line, "lúa", Some(font));
        }
        stories.end_cell(Destination::Body);
        stories.end_row(Destination::Body);
        stories.push(Destination::Note, Script::Line, "ngô", None);
        stories.begin_box(1);
        stories.push(Destination::TextBox, Script::Line, "khoai", None);
        stories.end_box(1, Destination::Body);
        stories.add_aside(Destination::Body, "sắn");
        assert_eq!(stories.pieces, 7);
        assert!(stories.check_pieces().is_ok());
        stories.pieces = usize::MAX;
        assert_eq!(stories.check_pieces().unwrap_err().code(), "too_large");
    }
}
