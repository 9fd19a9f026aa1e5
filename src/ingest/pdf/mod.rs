//! What do the pages of a PDF say? PDF bytes → blocks with fonts and page numbers.
//!
//! Running heads and page numbers are dropped, paragraphs that go on over a page are joined. The
//! text layer alone is read: a scan is [`ReadError::NeedsOcr`], never an empty success.

mod aside;
mod continuation;
mod depth;
mod double;
mod element;
mod forms;
mod furniture;
mod joining;
mod legible;
mod letterhead;
mod letters;
mod lines;
mod number_line;
mod omitted;
mod one_page;
mod page;
mod paragraph;
mod place;
mod region;
mod signature;
mod table;
#[cfg(test)]
mod tests;
mod turned;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::ops::ControlFlow;
use std::panic::resume_unwind;
use std::thread;

use unpdf::parser::backend::{PageId, PdfBackend, RawBackend};
use unpdf::parser::{PageStreamOptions, ParseEvent, PdfParser};
use unpdf::render::PageSelection;
use unpdf::{ErrorKind, ParseOptions};

use self::place::PageText;
use super::assemble::Source;
use super::error::ReadError;

/// More pages than any report; a damaged file may claim millions. The parser walks through all of them for each, and would
/// take a minute of the processor for so many, and a quarter of an hour for four times as many.
const MAX_PAGES: u32 = 5_000;
/// From how many pages on several threads read a file, and how many at most: below, other documents
/// keep the processor busy.
const PAGES_FOR_THREADS: usize = 64;
const MAX_THREADS: usize = 4;
/// How many pages are read before the next ones are looked at.
const PAGES_AT_ONCE: usize = 32;

/// Where a PDF begins in a file: mail, servers and editors have put headers, blank lines and marks before it. Places in
/// the file are counted from there.
pub(crate) fn beginning(bytes: &[u8]) -> Option<usize> {
    const MARK: &[u8] = b"%PDF-";
    /// So far viewers look for it.
    const REACH: usize = 1024;
    let head = &bytes[..bytes.len().min(REACH)];
    head.windows(MARK.len()).position(|window| window == MARK)
}

/// Reads the text layer of all pages.
///
/// A page that cannot be read, or is a scan, is named in `failed_pages`, as long as others can.
///
/// # Errors
///
/// [`ReadError::Encrypted`], [`ReadError::NeedsOcr`] where no page has text,
/// [`ReadError::TooLarge`], and [`ReadError::Corrupt`] where the file cannot be opened or no page
/// can be read.
pub(crate) fn read(bytes: &[u8]) -> Result<Source, ReadError> {
    let bytes = &bytes[beginning(bytes).unwrap_or(0)..];
    if depth::nests_too_deep(bytes) {
        return Err(ReadError::TooLarge(
            "its PDF objects nest too deep".to_owned(),
        ));
    }
    on_own_stack(|| Opened::open(bytes)?.read_all())
}

/// Runs `work` on a thread with a stack that the parser cannot easily use up.
fn on_own_stack<T: Send>(
    work: impl FnOnce() -> Result<T, ReadError> + Send,
) -> Result<T, ReadError> {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(depth::STACK_BYTES);
        let reader = thread
            .spawn_scoped(scope, work)
            .map_err(|error| no_thread(&error))?;
        reader.join().unwrap_or_else(|panic| resume_unwind(panic))
    })
}

fn no_thread(error: &std::io::Error) -> ReadError {
    ReadError::TooLarge(format!("no thread for it: {error}"))
}

/// A file whose pages can be read.
struct Opened {
    parser: PdfParser,
    backend: RawBackend,
}

/// What some neighbouring pages say.
#[derive(Debug, Default)]
struct Pages {
    read: Vec<PageText>,
    failed: Vec<u32>,
}

impl Opened {
    fn open(bytes: &[u8]) -> Result<Self, ReadError> {
        let options = ParseOptions::new().sequential();
        let parser = PdfParser::from_bytes_with_options(bytes, options);
        let parser = parser.map_err(|error| read_error(&error))?;
        let backend = RawBackend::load_bytes(bytes).map_err(|error| read_error(&error))?;
        match parser.page_count() {
            0 => Err(ReadError::Corrupt("PDF without pages".to_owned())),
            count if count > MAX_PAGES => {
                Err(ReadError::TooLarge(format!("it claims {count} pages")))
            }
            _ => Ok(Self { parser, backend }),
        }
    }

    fn read_all(&self) -> Result<Source, ReadError> {
        let (sound, mut failed_pages) = sound_pages(&self.backend);
        let mut pages = Vec::with_capacity(sound.len());
        for part in self.read_in_parts(&sound)? {
            pages.extend(part.read);
            failed_pages.extend(part.failed);
        }
        let page_count = self.parser.page_count();
        let mut pages = furniture::without_furniture(pages);
        aside::without_watermarks(&mut pages);
        let scans = pages.iter().filter(|page| page.needs_ocr());
        let scans: Vec<u32> = scans.map(|page| page.number).collect();
        let blocks = furniture::join_pages(pages);
        match (blocks.is_empty(), failed_pages.is_empty()) {
            (true, true) => Err(ReadError::NeedsOcr { pages: page_count }),
            (true, false) => Err(ReadError::Corrupt(format!(
                "none of its {page_count} pages can be read"
            ))),
            (false, _) => {
                failed_pages.extend(scans);
                failed_pages.sort_unstable();
                Ok(Source {
                    blocks,
                    failed_pages,
                    ..Source::default()
                })
            }
        }
    }

    /// Reads pages, those of a long file by several threads; the parts are in order.
    fn read_in_parts(&self, pages: &[u32]) -> Result<Vec<Pages>, ReadError> {
        let threads = thread::available_parallelism()
            .map_or(1, NonZero::get)
            .min(MAX_THREADS);
        if threads == 1 || pages.len() < PAGES_FOR_THREADS {
            return Ok(vec![self.read_part(pages)?]);
        }
        thread::scope(|scope| {
            let mut readers = Vec::with_capacity(threads);
            for part in pages.chunks(pages.len().div_ceil(threads)) {
                let thread = thread::Builder::new().stack_size(depth::STACK_BYTES);
                let reader = thread.spawn_scoped(scope, || self.read_part(part));
                readers.push(reader.map_err(|error| no_thread(&error))?);
            }
            let results = readers
                .into_iter()
                .map(|reader| reader.join().unwrap_or_else(|panic| resume_unwind(panic)));
            results.collect()
        })
    }

    fn read_part(&self, pages: &[u32]) -> Result<Pages, ReadError> {
        let mut part = Pages::default();
        let ids = self.backend.pages();
        for some in pages.chunks(PAGES_AT_ONCE) {
            self.read_some(some, &ids, &mut part)?;
        }
        Ok(part)
    }

    /// Reads pages few enough that the lines of all of them are held.
    fn read_some(
        &self,
        pages: &[u32],
        ids: &BTreeMap<u32, PageId>,
        part: &mut Pages,
    ) -> Result<(), ReadError> {
        let mut lines = BTreeMap::new();
        for page in pages {
            match page::lines_of(*page, ids.get(page).copied(), &self.backend) {
                Some(found) => drop(lines.insert(*page, found)),
                None => part.failed.push(*page),
            }
        }
        let options = PageStreamOptions {
            parallel: false,
            pages: PageSelection::Pages(lines.keys().copied().collect()),
            ..PageStreamOptions::default()
        };
        let done = self.parser.for_each_page(options, |event| {
            match event {
                ParseEvent::PageParsed(parsed) if page::is_unreadable(&parsed) => {
                    part.failed.push(parsed.number);
                }
                ParseEvent::PageParsed(parsed) => {
                    let lines = lines.remove(&parsed.number).unwrap_or_default();
                    part.read.push(page::blocks(&parsed, lines));
                }
                ParseEvent::PageFailed { page, .. } => part.failed.push(page),
                _ => {}
            }
            ControlFlow::Continue(())
        });
        done.map_err(|error| read_error(&error))?;
        Ok(())
    }
}

/// The numbers of the pages whose content can be parsed safely, and of those whose cannot.
fn sound_pages(backend: &RawBackend) -> (Vec<u32>, Vec<u32>) {
    let is_sound = |page: PageId| {
        backend.page_content(page).map_or(true, |content| {
            forms::written_out(backend, page, &content) <= depth::MAX_OPERATORS
        })
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
