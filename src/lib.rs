//! Labels the paragraphs of office reports and summarises them in verbatim, located quotations.
//!
//! One document passes through seven stages, each in a module of its own:
//!
//! 1. [`ingest`]    bytes         → `RawDocument`      what does the file say?
//! 2. [`segment`]   `RawDocument` → `Document`         where are its paragraphs and sentences?
//! 3. [`encode`]    `Document`    → `DocumentVectors`  what does the transformer make of them?
//! 4. [`classify`]  vectors       → `Decision`         what is each paragraph about? (`pipeline::labelling` weighs its place and
//!    decides who may have labels)
//! 5. [`rank`]      words, scores → a score a unit     which sentences matter?
//! 6. [`select`]    scores        → units              which fit, without repeating each other?
//! 7. [`render`]    `Record`      → bytes              how is it shown?
//!
//! [`phrases`] tells for `rank` and `pipeline` what a sentence says by its words alone. [`pipeline`] chains the stages for one
//! document, [`batch`] for thousands. Arrows point downwards only:
//! `tests/architecture.rs` holds the table of who may use whom.

pub mod batch;
pub mod classify;
pub mod cli;
pub mod commands;
pub mod digest;
pub mod document;
pub mod encode;
pub mod eval;
pub mod hash;
pub mod ingest;
pub mod lines;
pub mod model;
pub mod phrases;
pub mod pipeline;
pub mod random;
pub mod rank;
pub mod record;
pub mod render;
pub mod results;
pub mod segment;
pub mod select;
pub mod sources;
pub mod tokenize;
pub mod train;
pub mod verify;
