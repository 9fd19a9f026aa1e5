//! How do paragraphs and tables of one story (body, notes, text boxes) come together?

use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks};
use crate::ingest::script::Script;

/// One story, whose paragraphs tell only at their end whether they stood in a table.
#[derive(Debug, Default)]
pub(super) struct Story {
    blocks: Blocks,
    open: Block,
    is_title: bool,
    table_depth: i32,
}

impl Story {
    pub(super) fn push(&mut self, script: Script, text: &str, font: Option<&str>) {
        self.open.push_at(script, text, font);
    }

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
        self.blocks.end_paragraph();
    }

    pub(super) fn end_cell(&mut self) {
        self.blocks.end_cell();
    }

    pub(super) fn end_row(&mut self) {
        self.blocks.begin_row();
    }

    /// The first paragraph that was made the title.
    pub(super) fn take_title(&mut self) -> Option<Block> {
        self.end_paragraph(ParagraphKind::Body, 0);
        self.blocks.take_title()
    }

    /// Ends the story and gives its paragraphs.
    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_paragraph(ParagraphKind::Body, 0);
        self.blocks.finish()
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
