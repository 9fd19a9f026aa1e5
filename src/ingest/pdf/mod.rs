//! What do the pages of a PDF say? PDF bytes → blocks with fonts and page numbers.
//!
//! Running heads and page numbers are dropped, paragraphs that go on over a page are joined. The
//! text layer alone is read: a scan is [`ReadError::NeedsOcr`], never an empty success.

mod furniture;
mod lines;
mod page;

use std::ops::ControlFlow;

use unpdf::parser::backend::RawBackend;
use unpdf::parser::{PageStreamOptions, ParseEvent, PdfParser};
use unpdf::{ErrorKind, ParseOptions};

use super::assemble::Source;
use super::error::ReadError;

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
    let backend = RawBackend::load_bytes(bytes).map_err(|error| read_error(&error))?;
    let page_count = parser.page_count();
    if page_count > MAX_PAGES {
        return Err(ReadError::TooLarge(format!("it claims {page_count} pages")));
    }
    let mut pages = Vec::new();
    let mut failed_pages = Vec::new();
    let options = PageStreamOptions { parallel: false, ..PageStreamOptions::default() };
    let mut take = |event| match event {
        ParseEvent::PageParsed(parsed) if page::is_unreadable(&parsed) => failed_pages.push(parsed.number),
        ParseEvent::PageParsed(parsed) => pages.push(page::blocks(&parsed, &backend)),
        ParseEvent::PageFailed { page, .. } => failed_pages.push(page),
        _ => {}
    };
    let done = parser.for_each_page(options, |event| {
        take(event);
        ControlFlow::Continue(())
    });
    done.map_err(|error| read_error(&error))?;
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
