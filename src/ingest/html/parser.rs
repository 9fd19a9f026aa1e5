//! How is a page parsed without costing far more than it says? Markup → the parser's tree, or a refusal.
//!
//! The page is parsed in pieces, so that what the parser has in hand can be measured between them: counting tags
//! would be another parser, and every place where the two differ a way around the bounds.

use std::cell::Cell;

use html5ever::driver::{ParseOpts, Parser, parse_document};
use html5ever::interface::{Tracer, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use scraper::{Html, HtmlTreeSink};

use crate::ingest::error::ReadError;

/// How much is parsed between two measurements.
const PIECE_BYTES: usize = 1024;
/// Pages with more elements open at once are refused, formatting ones counted twice: the parser's time grows with the
/// square of it (100,000 open elements took it a minute). Carelessly unclosed tags come to a few dozen.
const MAX_OPEN: usize = 1_000;
/// How many nodes a page may have beyond its bytes. Markup takes more than two bytes for a node, but formatting that
/// never ends is opened again in each paragraph: 48 KB made eight million nodes.
const MORE_NODES: usize = 10_000;

/// Parses a page.
///
/// # Errors
///
/// [`ReadError::TooLarge`] where it nests or repeats its formatting beyond all measure.
pub(super) fn parse(page: &str) -> Result<Html, ReadError> {
    let sink = HtmlTreeSink::new(Html::new_document());
    let mut parser = parse_document(sink, ParseOpts::default());
    let mut end = 0;
    while end < page.len() {
        let start = end;
        end = page.ceil_char_boundary((start + PIECE_BYTES).min(page.len()));
        parser.process(StrTendril::from_slice(&page[start..end]));
        if open_elements(&parser) > MAX_OPEN {
            return Err(ReadError::TooLarge(format!(
                "HTML nests deeper than {MAX_OPEN}"
            )));
        }
        let nodes = parser.tokenizer.sink.sink.0.borrow().tree.nodes().len();
        if nodes > end + MORE_NODES {
            return Err(ReadError::TooLarge(
                "HTML with too much formatting that never ends".to_owned(),
            ));
        }
    }
    Ok(parser.finish())
}

/// Counts what the parser holds: the elements that are open, and those that it would open again.
#[derive(Debug, Default)]
struct Counter(Cell<usize>);

impl Tracer for Counter {
    type Handle = <HtmlTreeSink as TreeSink>::Handle;

    fn trace_handle(&self, _: &Self::Handle) {
        self.0.set(self.0.get() + 1);
    }
}

fn open_elements(parser: &Parser<HtmlTreeSink>) -> usize {
    let counter = Counter::default();
    parser.tokenizer.sink.trace_handles(&counter);
    counter.0.get()
}
