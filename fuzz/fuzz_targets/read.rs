//! Any bytes, read as a file of whatever format they look like.

#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(init: tomtat_fuzz::let_libraries_panic(), |bytes: &[u8]| tomtat_fuzz::check(bytes));
