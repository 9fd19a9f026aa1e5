//! Any parts of an office package or streams of an OLE file, read in a sound container.

#![no_main]

use std::panic;

use libfuzzer_sys::fuzz_target;
use tomtat_fuzz::container::contain;

fuzz_target!(init: tomtat_fuzz::let_libraries_panic(), |parts: &[u8]| {
    // The library that writes OLE files does not stand every name.
    if let Ok(Some(file)) = panic::catch_unwind(|| contain(parts)) {
        tomtat_fuzz::check(&file);
    }
});
