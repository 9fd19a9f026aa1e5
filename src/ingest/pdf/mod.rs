//! What do the pages of a PDF say? PDF bytes → [`Block`]s with fonts and page numbers.
//!
//! Running heads and page numbers are dropped, paragraphs that go on over a page are joined. The
//! text layer alone is read: a scan is [`ReadError::NeedsOcr`], never an empty success.

mod furniture;

use std::ops::ControlFlow;

use unpdf::model::{Block as PageBlock, InlineContent, Page, Paragraph, Table};
use unpdf::parser::{PageStreamOptions, ParseEvent, PdfParser};
use unpdf::{ErrorKind, ParseOptions};

use super::assemble::Source;
use super::blocks::{Block, Blocks};
use super::error::ReadError;
use crate::document::ParagraphKind;

/// More pages than any report; a damaged file may claim millions.
const MAX_PAGES: u32 = 20_000;

/// Reads the text layer of all pages.
///
/// A page that cannot be read is named in `failed_pages`, as long as others can.
///
/// # Errors
///
/// [`ReadError::Encrypted`], [`ReadError::NeedsOcr`] where no page has text,
/// [`ReadError::TooLarge`], and [`ReadError::Corrupt`] where the file cannot be opened or no page
/// can be read.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let options = ParseOptions::new().sequential();
    let parser = PdfParser::from_bytes_with_options(bytes, options).map_err(|error| read_error(&error))?;
    let page_count = parser.page_count();
    if page_count > MAX_PAGES {
        return Err(ReadError::TooLarge(format!("it claims {page_count} pages")));
    }
    let mut pages = Vec::new();
    let mut failed_pages = Vec::new();
    let options = PageStreamOptions { parallel: false, ..PageStreamOptions::default() };
    parser
        .for_each_page(options, |event| {
            match event {
                ParseEvent::PageParsed(page) if page.undecodable_content_streams > 0 && page.elements.is_empty() => {
                    failed_pages.push(page.number);
                }
                ParseEvent::PageParsed(page) => pages.push(page_blocks(&page)),
                ParseEvent::PageFailed { page, .. } => failed_pages.push(page),
                _ => {}
            }
            ControlFlow::Continue(())
        })
        .map_err(|error| read_error(&error))?;
    let blocks = furniture::join_pages(furniture::without_furniture(pages));
    match (blocks.is_empty(), failed_pages.is_empty()) {
        (true, true) => Err(ReadError::NeedsOcr { pages: page_count }),
        (true, false) => Err(ReadError::Corrupt(format!("none of its {page_count} pages can be read"))),
        (false, _) => Ok(Source { blocks, failed_pages, ..Source::default() }),
    }
}

fn read_error(error: &unpdf::Error) -> ReadError {
    match error.kind() {
        ErrorKind::Encrypted | ErrorKind::InvalidPassword => ReadError::Encrypted,
        _ => ReadError::Corrupt(format!("PDF: {error}")),
    }
}

fn page_blocks(page: &Page) -> Vec<Block> {
    let mut blocks = Blocks::default();
    blocks.set_page(page.number);
    for element in &page.elements {
        match element {
            PageBlock::Paragraph(paragraph) => add_paragraph(&mut blocks, paragraph),
            PageBlock::Table(table) => add_table(&mut blocks, table),
            _ => {}
        }
    }
    blocks.finish()
}

fn add_paragraph(blocks: &mut Blocks, paragraph: &Paragraph) {
    let style = &paragraph.style;
    blocks.begin_paragraph(match (style.heading_level, &style.list_info) {
        (Some(_), _) => ParagraphKind::Heading,
        (None, Some(_)) => ParagraphKind::ListItem,
        (None, None) => ParagraphKind::Body,
    });
    for content in &paragraph.content {
        match content {
            InlineContent::Text(run) => blocks.push(&run.text, run.style.font_name.as_deref()),
            InlineContent::Link { text, style, .. } => blocks.push(text, style.font_name.as_deref()),
            InlineContent::LineBreak => blocks.push(" ", None),
            InlineContent::Image { .. } => {}
        }
    }
    blocks.end_paragraph();
}

fn add_table(blocks: &mut Blocks, table: &Table) {
    blocks.begin_table();
    for row in &table.rows {
        blocks.begin_row();
        for cell in &row.cells {
            blocks.begin_cell();
            cell.content.iter().for_each(|paragraph| add_paragraph(blocks, paragraph));
            blocks.end_cell();
        }
    }
    blocks.end_table();
}
