//! Many documents, one after another, in bounded memory.

pub mod sources;

use std::io;

use crate::pipeline::{Input, Pipeline};
use crate::record::Record;

pub use sources::{Inputs, SourceOptions, discover, files};

/// A wave ends with the document that reaches one of these: enough documents to fill the
/// transformer's passes on every core, few enough to hold.
const WAVE_DOCUMENTS: usize = 256;
const WAVE_BYTES: u64 = 2 << 20;

/// Processes inputs in waves and hands the records over in the order of the inputs.
///
/// What a wave holds is given up before the next one is read.
///
/// # Errors
///
/// What `sink` reports; the rest is then left undone.
pub fn process(
    pipeline: &Pipeline<'_>,
    inputs: impl Iterator<Item = Input>,
    mut sink: impl FnMut(Record) -> io::Result<()>,
) -> io::Result<()> {
    let mut inputs = inputs.peekable();
    while inputs.peek().is_some() {
        for record in pipeline.process(next_wave(&mut inputs)) {
            sink(record)?;
        }
    }
    Ok(())
}

/// The inputs that are processed together next; empty at the end.
pub fn next_wave(inputs: &mut impl Iterator<Item = Input>) -> Vec<Input> {
    let mut wave = Vec::new();
    let mut bytes = 0;
    while wave.len() < WAVE_DOCUMENTS
        && bytes < WAVE_BYTES
        && let Some(input) = inputs.next()
    {
        bytes += input.source.bytes;
        wave.push(input);
    }
    wave
}
