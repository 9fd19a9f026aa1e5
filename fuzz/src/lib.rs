//! The readers of the program, and the law that whatever they read keeps.
//!
//! They are built from the program's own sources, without the rest of it.

pub mod container;
#[path = "../../src/document.rs"]
pub mod document;
#[path = "../../src/ingest/mod.rs"]
pub mod ingest;

use std::panic;
use std::process;

use ingest::encoding::tone::TonePlacement;
use ingest::encoding::{EncodingChoice, LegacyEncoding};
use ingest::jsonl::{self, Columns};
use ingest::{ReadError, ReadOptions};

/// Lets the panics of libraries unwind to where `ingest::read` catches them, as in the program; a panic
/// of the readers themselves ends the process, and is found.
pub fn let_libraries_panic() {
    let report = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        let is_library = panic
            .location()
            .is_some_and(|place| place.file().contains("registry"));
        if !is_library {
            report(panic);
            process::abort();
        }
    }));
}

/// Reads a file, and asserts what holds for every document.
pub fn check(bytes: &[u8]) {
    if bytes.starts_with(b"{") {
        let _ = jsonl::read_record(bytes, 0, &Columns::default());
    }
    let document = match ingest::read(bytes, None, &options(bytes.len())) {
        Ok(document) => document,
        Err(ReadError::Corrupt(reason)) => return assert!(!reason.is_empty()),
        Err(_) => return,
    };
    assert!(!document.paragraphs.is_empty());
    for paragraph in &document.paragraphs {
        assert!(!paragraph.text.is_empty() && !paragraph.text.contains('\n'));
        assert_eq!(paragraph.text.trim(), paragraph.text);
    }
}

/// Mostly those of the program, now and then others; the length decides, so that a file is always read alike.
fn options(length: usize) -> ReadOptions {
    let encoding = match length % 16 {
        1 => EncodingChoice::Unicode,
        2 => EncodingChoice::Legacy(LegacyEncoding::ALL[length / 16 % LegacyEncoding::ALL.len()]),
        _ => EncodingChoice::Auto,
    };
    let tone_placement = match length % 5 {
        1 => Some(TonePlacement::Old),
        2 => Some(TonePlacement::New),
        _ => None,
    };
    ReadOptions {
        encoding,
        tone_placement,
        ..ReadOptions::default()
    }
}
