//! Many documents, one after another, in bounded memory.

pub mod duplicates;
pub mod lock;
pub mod manifest;
mod memory;
pub mod progress;
pub mod run;
pub mod sources;
pub mod state;
pub mod survey;
pub mod worker;

use std::time::Duration;

use crate::pipeline::{Input, Pipeline};
use crate::record::Record;
use sources::Next;

pub use sources::{
    Inputs, SourceOptions, discover, documents_below, files, lines, open_file, shared_folder,
};

/// A wave ends with the document that reaches one of these: enough text to fill the transformer's passes on
/// every core, little enough to lose, to wait for and to hold.
const WAVE_DOCUMENTS: usize = 64;
const WAVE_BYTES_A_THREAD: u64 = 256 << 10;

/// A stream that says nothing for so long waits for an answer.
const PAUSE: Duration = Duration::from_millis(5);

/// What the names of files begin and end with that are being written. One that is left was a killed program's.
pub const UNFINISHED: [&str; 2] = [".tomtat-", ".part"];

fn is_unfinished(name: &str) -> bool {
    let [prefix, suffix] = UNFINISHED;
    name.starts_with(prefix) && name.ends_with(suffix)
}

fn wave_bytes() -> u64 {
    WAVE_BYTES_A_THREAD * rayon::current_num_threads() as u64
}

/// Processes inputs in waves and hands the records over in the order of the inputs.
///
/// What a wave holds is given up before the next one is read.
///
/// # Errors
///
/// What `sink` reports; the rest is then left undone.
pub fn process<E>(
    pipeline: &Pipeline<'_>,
    inputs: impl Iterator<Item = Input>,
    mut sink: impl FnMut(Vec<Record>) -> Result<(), E>,
) -> Result<(), E> {
    let mut inputs = inputs.peekable();
    while inputs.peek().is_some() {
        sink(pipeline.process(next_wave(&mut inputs)))?;
    }
    Ok(())
}

/// The inputs that are processed together next; empty at the end.
pub fn next_wave(inputs: &mut impl Iterator<Item = Input>) -> Vec<Input> {
    wave_of(|_| inputs.next())
}

/// What of a stream is processed together next: what has come, so that nobody waits for a full wave whose
/// own next input waits for an answer. Empty at the end.
pub fn next_lines(inputs: &mut Inputs) -> Vec<Input> {
    wave_of(|is_first| {
        if is_first {
            return inputs.next();
        }
        match inputs.next_within(PAUSE) {
            Next::Input(input) => Some(input),
            Next::NotYet | Next::End => None,
        }
    })
}

/// Gathers what `next` gives until it gives nothing or the wave is full; it is told whether its input is
/// the wave's first.
fn wave_of(mut next: impl FnMut(bool) -> Option<Input>) -> Vec<Input> {
    let mut wave = Vec::new();
    let mut bytes = 0;
    while wave.len() < WAVE_DOCUMENTS
        && bytes < wave_bytes()
        && let Some(input) = next(wave.is_empty())
    {
        bytes += input.source.bytes;
        wave.push(input);
    }
    wave
}
