//! What do readers hand over? Runs of text with their fonts, gathered into [`Block`]s.
//!
//! A reader tells [`Blocks`] where paragraphs, tables and asides begin and end; what becomes of a
//! table is decided here, once for all formats. Nothing here decodes or cleans text.

mod block;
mod bracket;
mod breaks;
mod repeat;
mod table;

use std::mem;

pub(crate) use self::block::{Block, MAX_FONT_BYTES, StyledRun};
pub(crate) use self::bracket::Place;
use self::table::{Row, Table};
use super::error::ReadError;
use super::script::Script;
use crate::document::ParagraphKind;

/// How deep tables, cells and asides may nest; deeper ones are read as if they were not there.
const MAX_FRAMES: usize = 64;
/// Readers whose files can say very much in a few bytes stop here. The longest books have a hundredth of it, and few
/// workbooks a half; each piece takes some 200 bytes, and 128 more where its font has a long name.
const MAX_PIECES: usize = 1_000_000;

/// Checks that so many pieces of text, rows and empty cells are not more than any document has.
///
/// # Errors
///
/// [`ReadError::TooLarge`] where they are.
pub(crate) fn check_pieces(count: usize) -> Result<(), ReadError> {
    if count <= MAX_PIECES {
        return Ok(());
    }
    let message = format!("it has more than {MAX_PIECES} pieces of text, rows and empty cells");
    Err(ReadError::TooLarge(message))
}

/// Gathers paragraphs and tables, in reading order.
///
/// Calls need not be balanced: an end without its beginning does nothing, and what is still open in
/// the end is closed.
#[derive(Debug)]
pub(crate) struct Blocks {
    frames: Vec<Frame>,
    page: Option<u32>,
    /// How many quoted texts we are in, one in the other.
    quotes: usize,
    title: Option<Block>,
    /// Of how many runs, rows and empty cells there is to keep.
    pieces: usize,
}

#[derive(Debug)]
enum Frame {
    /// Paragraphs one after the other: the document itself, a cell, an aside.
    Flow(Flow, FlowKind),
    Table(Table),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum FlowKind {
    Document,
    Cell,
    Aside,
}

#[derive(Debug, Default)]
struct Flow {
    finished: Vec<Block>,
    open: Option<Block>,
    /// Whether the open paragraph is the document's title.
    is_title: bool,
    /// Asides of the open paragraph, such as text boxes anchored in it.
    asides: Vec<Block>,
    has_table: bool,
}

impl Default for Blocks {
    fn default() -> Self {
        let document = Frame::Flow(Flow::default(), FlowKind::Document);
        Self {
            frames: vec![document],
            page: None,
            quotes: 0,
            title: None,
            pieces: 0,
        }
    }
}

impl Blocks {
    /// Names the page on which the next paragraphs start.
    pub(crate) fn set_page(&mut self, page: u32) {
        self.page = Some(page);
    }

    /// Ends the open paragraph, if any, and begins one of `kind`.
    pub(crate) fn begin_paragraph(&mut self, kind: ParagraphKind) {
        self.end_paragraph();
        self.open_block().kind = kind;
    }

    /// Begins a text that is quoted as a whole.
    pub(crate) fn begin_quote(&mut self) {
        self.end_paragraph();
        self.quotes += 1;
    }

    /// Ends the innermost quoted text.
    pub(crate) fn end_quote(&mut self) {
        self.end_paragraph();
        self.quotes = self.quotes.saturating_sub(1);
    }

    /// Changes what the open paragraph is; without one, begins it.
    pub(crate) fn set_kind(&mut self, kind: ParagraphKind) {
        self.open_block().kind = kind;
    }

    /// Makes the open paragraph the document's title, unless one before it is.
    pub(crate) fn set_title(&mut self) {
        self.flow().is_title = true;
    }

    /// Appends text to the open paragraph, line breaks as `\n`; without one, begins a body paragraph.
    pub(crate) fn push(&mut self, text: &str, font: Option<&str>) {
        self.push_at(Script::Line, text, font);
    }

    /// Appends text that may be raised or lowered.
    pub(crate) fn push_at(&mut self, script: Script, text: &str, font: Option<&str>) {
        let block = self.open_block();
        let before = block.runs.len();
        block.push_at(script, text, font);
        self.pieces += self.open_block().runs.len() - before;
    }

    /// Of how many pieces of text, rows and empty cells there is to keep.
    pub(crate) fn pieces(&self) -> usize {
        self.pieces
    }

    /// Checks that there is not more to keep than any document has.
    ///
    /// # Errors
    ///
    /// As [`check_pieces`].
    pub(crate) fn check_pieces(&self) -> Result<(), ReadError> {
        check_pieces(self.pieces)
    }

    /// Drops what the open paragraph says so far.
    pub(crate) fn clear_paragraph(&mut self) {
        self.open_block().runs.clear();
    }

    /// Takes the last character of the open paragraph off, such as a hyphen at a line's end.
    pub(crate) fn trim_last_char(&mut self) {
        if let Some(run) = self.open_block().runs.last_mut() {
            run.text.pop();
        }
    }

    /// Whether the open paragraph has any text yet.
    pub(crate) fn has_open_text(&self) -> bool {
        match self.frames.last() {
            Some(Frame::Flow(flow, _)) => flow.open.as_ref().is_some_and(|block| !block.is_blank()),
            _ => false,
        }
    }

    /// The last character of the open paragraph so far.
    pub(crate) fn last_char(&self) -> Option<char> {
        match self.frames.last() {
            Some(Frame::Flow(flow, _)) => flow.open.as_ref().and_then(Block::last_char),
            _ => None,
        }
    }

    /// Whether a paragraph is open, with text or without.
    pub(crate) fn is_open(&self) -> bool {
        matches!(
            self.frames.last(),
            Some(Frame::Flow(Flow { open: Some(_), .. }, _))
        )
    }

    /// Whether the last thing in the open paragraph, but for white space, is a line break.
    pub(crate) fn ends_with_break(&self) -> bool {
        let Some(Frame::Flow(
            Flow {
                open: Some(block), ..
            },
            _,
        )) = self.frames.last()
        else {
            return false;
        };
        let text = block
            .runs
            .iter()
            .rev()
            .flat_map(|run| run.text.chars().rev());
        text.take_while(|character| character.is_whitespace())
            .any(|character| character == '\n')
    }

    /// Ends the open paragraph, if any.
    pub(crate) fn end_paragraph(&mut self) {
        if let Some(Frame::Flow(flow, _)) = self.frames.last_mut() {
            flow.close(&mut self.title);
        }
    }

    /// Adds a whole paragraph in one font.
    pub(crate) fn add(&mut self, kind: ParagraphKind, text: &str, font: Option<&str>) {
        self.begin_paragraph(kind);
        self.push(text, font);
        self.end_paragraph();
    }

    /// Adds whole paragraphs.
    pub(crate) fn add_all(&mut self, blocks: Vec<Block>) {
        self.end_paragraph();
        self.pieces += blocks.iter().map(|block| block.runs.len()).sum::<usize>();
        self.flow().finished.extend(blocks);
    }

    /// Begins paragraphs that stand apart from the open one; they will follow it.
    pub(crate) fn begin_aside(&mut self) {
        if self.frames.len() >= MAX_FRAMES {
            return;
        }
        self.frames
            .push(Frame::Flow(Flow::default(), FlowKind::Aside));
    }

    /// Ends the innermost aside, and any table left open within.
    pub(crate) fn end_aside(&mut self) {
        self.end_flow(FlowKind::Aside);
    }

    /// Begins a table, which may stand in a cell of another.
    pub(crate) fn begin_table(&mut self) {
        self.end_paragraph();
        if self.frames.len() >= MAX_FRAMES {
            return;
        }
        self.frames.push(Frame::Table(Table::default()));
    }

    /// Begins a row of the innermost table.
    pub(crate) fn begin_row(&mut self) {
        self.end_cell();
        if let Some(Frame::Table(table)) = self.frames.last_mut() {
            table.rows.push(Row::default());
            self.pieces += 1;
        }
    }

    /// Leaves the row that has just begun out of the table.
    pub(crate) fn drop_row(&mut self) {
        self.end_cell();
        if let Some(Frame::Table(table)) = self.frames.last_mut()
            && let Some(row) = table.rows.last_mut()
        {
            row.is_dropped = true;
        }
    }

    /// Begins a cell of the innermost row.
    pub(crate) fn begin_cell(&mut self) {
        self.end_cell();
        if matches!(self.frames.last(), Some(Frame::Table(_))) {
            self.frames
                .push(Frame::Flow(Flow::default(), FlowKind::Cell));
        }
    }

    /// Ends the innermost cell.
    pub(crate) fn end_cell(&mut self) {
        if matches!(self.frames.last(), Some(Frame::Flow(_, FlowKind::Cell))) {
            self.end_flow(FlowKind::Cell);
        }
    }

    /// Ends the innermost table.
    pub(crate) fn end_table(&mut self) {
        self.end_cell();
        if matches!(self.frames.last(), Some(Frame::Table(_))) {
            self.close_top();
        }
    }

    /// The first paragraph that was made the title, once it has ended.
    pub(crate) fn take_title(&mut self) -> Option<Block> {
        self.end_paragraph();
        self.title.take()
    }

    /// Closes everything and gives the paragraphs; none is blank.
    pub(crate) fn finish(mut self) -> Vec<Block> {
        while self.frames.len() > 1 {
            self.close_top();
        }
        self.end_paragraph();
        match self.frames.pop() {
            Some(Frame::Flow(flow, _)) => flow.finished,
            _ => Vec::new(),
        }
    }

    /// Closes everything and gives the paragraphs, parted where the line breaks in them do so.
    pub(crate) fn finish_parted(self) -> Vec<Block> {
        breaks::part(self.finish())
    }

    fn end_flow(&mut self, kind: FlowKind) {
        let begun = self
            .frames
            .iter()
            .rposition(|frame| matches!(frame, Frame::Flow(_, found) if *found == kind));
        let Some(position) = begun else { return };
        while self.frames.len() > position {
            self.close_top();
        }
    }

    /// Takes the innermost frame off and gives its paragraphs to the one around it.
    fn close_top(&mut self) {
        if self.frames.len() <= 1 {
            return;
        }
        match self.frames.pop() {
            Some(Frame::Flow(mut flow, kind)) => {
                flow.close(&mut self.title);
                self.receive_flow(flow, kind);
            }
            Some(Frame::Table(table)) => {
                let blocks = table.into_blocks();
                let flow = self.flow();
                flow.has_table = true;
                flow.finished.extend(blocks);
            }
            None => {}
        }
    }

    fn receive_flow(&mut self, flow: Flow, kind: FlowKind) {
        match self.frames.last_mut() {
            Some(Frame::Flow(outer, _)) => {
                outer.asides.extend(flow.finished);
                if outer.open.is_none() {
                    outer.finished.append(&mut outer.asides);
                }
            }
            Some(Frame::Table(table)) if kind == FlowKind::Cell => {
                if table.rows.is_empty() {
                    table.rows.push(Row::default());
                }
                if let Some(row) = table.rows.last_mut() {
                    let mut cell = flow.finished;
                    // Most have one paragraph, and room for four.
                    cell.shrink_to_fit();
                    self.pieces += usize::from(cell.is_empty());
                    row.has_table |= flow.has_table;
                    row.cells.push(cell);
                }
            }
            Some(Frame::Table(table)) => table.captions.extend(flow.finished),
            None => {}
        }
    }

    fn open_block(&mut self) -> &mut Block {
        let (page, is_quoted) = (self.page, self.quotes > 0);
        let open = &mut self.flow().open;
        open.get_or_insert_with(|| Block {
            page,
            is_quoted,
            ..Block::default()
        })
    }

    /// The innermost flow; in a table outside any cell, a new cell.
    fn flow(&mut self) -> &mut Flow {
        if matches!(self.frames.last(), Some(Frame::Table(_)) | None) {
            self.frames
                .push(Frame::Flow(Flow::default(), FlowKind::Cell));
        }
        match self.frames.last_mut() {
            Some(Frame::Flow(flow, _)) => flow,
            _ => unreachable!("a flow has just been pushed"),
        }
    }
}

impl Flow {
    /// Ends the open paragraph; `title` is set where it is the first title.
    fn close(&mut self, title: &mut Option<Block>) {
        let is_title = mem::take(&mut self.is_title);
        let mut closed = self.open.take().filter(|block| !block.is_blank());
        if let Some(block) = &mut closed {
            block.put_on_line();
            // Most have one run, and room for four.
            block.runs.shrink_to_fit();
            if is_title {
                title.get_or_insert_with(|| block.clone());
            }
        }
        self.finished.extend(closed);
        self.finished.append(&mut self.asides);
    }
}

#[cfg(test)]
mod tests;
