//! Any bytes, read as a file of whatever format they look like: an error or a document, never a panic
//! past the reader, and a document keeps the law of its paragraphs.
//!
//!     cargo install cargo-fuzz
//!     cp -r tests/fixtures/formats fuzz/corpus/read
//!     cargo fuzz run read -- -max_len=262144 -timeout=2 -rss_limit_mb=512

#![no_main]

use libfuzzer_sys::fuzz_target;
use tomtat::ingest::{self, ReadOptions};

fuzz_target!(|bytes: &[u8]| {
    let Ok(document) = ingest::read(bytes, None, &ReadOptions::default()) else { return };
    assert!(!document.paragraphs.is_empty());
    for paragraph in &document.paragraphs {
        assert!(!paragraph.text.is_empty() && !paragraph.text.contains('\n'));
        assert_eq!(paragraph.text.trim(), paragraph.text);
    }
});
