//! What do the pages of a PDF say? PDF bytes → blocks with fonts and page numbers.
//!
//! Running heads and page numbers are dropped, paragraphs that go on over a page are joined. The
//! text layer alone is read: a scan is [`ReadError::NeedsOcr`], never an empty success.

mod depth;
mod furniture;
mod lines;
mod page;

use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;

use unpdf::parser::backend::{PageId, PdfBackend, RawBackend};
use unpdf::parser::{PageStreamOptions, ParseEvent, PdfParser};
use unpdf::render::PageSelection;
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
    if depth::nests_too_deep(bytes) {
        return Err(ReadError::TooLarge(
            "its PDF objects nest too deep".to_owned(),
        ));
    }
    let thread = thread::Builder::new().stack_size(depth::STACK_BYTES);
    thread::scope(|scope| {
        let reader = thread.spawn_scoped(scope, || read_pages(bytes));
        let reader =
            reader.map_err(|error| ReadError::TooLarge(format!("no thread for it: {error}")))?;
        reader.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn read_pages(bytes: &[u8]) -> Result<Source, ReadError> {
    let options = ParseOptions::new().sequential();
    let parser =
        PdfParser::from_bytes_with_options(bytes, options).map_err(|error| read_error(&error))?;
    let backend = RawBackend::load_bytes(bytes).map_err(|error| read_error(&error))?;
    let page_count = parser.page_count();
    if page_count == 0 {
        return Err(ReadError::Corrupt("PDF without pages".to_owned()));
    }
    if page_count > MAX_PAGES {
        return Err(ReadError::TooLarge(format!("it claims {page_count} pages")));
    }
    let (sound, mut failed_pages) = sound_pages(&backend);
    let mut pages = Vec::new();
    let options = PageStreamOptions {
        parallel: false,
        pages: PageSelection::Pages(sound),
        ..PageStreamOptions::default()
    };
    let mut take = |event| match event {
        ParseEvent::PageParsed(parsed) if page::is_unreadable(&parsed) => {
            failed_pages.push(parsed.number);
        }
        ParseEvent::PageParsed(parsed) => pages.push(page::blocks(&parsed, &backend)),
        ParseEvent::PageFailed { page, .. } => failed_pages.push(page),
        _ => {}
    };
    let done = parser.for_each_page(options, |event| {
        take(event);
        ControlFlow::Continue(())
    });
    done.map_err(|error| read_error(&error))?;
    failed_pages.sort_unstable();
    let blocks = furniture::join_pages(furniture::without_furniture(pages));
    match (blocks.is_empty(), failed_pages.is_empty()) {
        (true, true) => Err(ReadError::NeedsOcr { pages: page_count }),
        (true, false) => Err(ReadError::Corrupt(format!(
            "none of its {page_count} pages can be read"
        ))),
        (false, _) => Ok(Source {
            blocks,
            failed_pages,
            ..Source::default()
        }),
    }
}

/// The numbers of the pages whose content can be parsed safely, and of those whose cannot.
fn sound_pages(backend: &RawBackend) -> (Vec<u32>, Vec<u32>) {
    let is_sound = |page: PageId| {
        backend
            .page_content(page)
            .map_or(true, |content| !depth::content_nests_too_deep(&content))
    };
    let pages = backend.pages().into_iter();
    let (sound, failed): (Vec<_>, Vec<_>) = pages.partition(|(_, page)| is_sound(*page));
    let numbers = |pages: Vec<(u32, PageId)>| pages.into_iter().map(|(number, _)| number).collect();
    (numbers(sound), numbers(failed))
}

fn read_error(error: &unpdf::Error) -> ReadError {
    match error.kind() {
        ErrorKind::Encrypted | ErrorKind::InvalidPassword => ReadError::Encrypted,
        _ => ReadError::Corrupt(format!("PDF: {error}")),
    }
}
