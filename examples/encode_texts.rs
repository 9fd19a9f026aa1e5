//! Encodes the lines of a file as often as it is told to: one of the programs that `scripts/bench` compares.
//!
//! ```sh
//! encode_texts TEXTS --encoder engine|candle|avx512-vnni|avx-vnni|avx2|neon-dotprod|portable [--model FOLDER] [--threads N]
//! ```
//!
//! It says `ready`, then takes one command a line: `round` encodes all texts and says how many tokens they
//! have, `ids PATH` writes their token ids as JSON, `vectors PATH` writes the mean of each text's states as
//! little-endian `f32`.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, Write as _};
use std::path::Path;

use rayon::prelude::*;
use tomtat::encode::candle::CandleEncoder;
use tomtat::encode::{self, Encoder, TokenBatch};
use tomtat::model::Bundle;

/// Tokens of a batch, padding included: what Candle was fastest with.
const BATCH_TOKENS: usize = 1024;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let texts = arguments.next().ok_or("name a file of texts")?;
    let (mut name, mut model, mut threads) = ("engine".to_owned(), None, 1);
    while let Some(option) = arguments.next() {
        let value = arguments.next().ok_or("every option has a value")?;
        match option.as_str() {
            "--encoder" => name = value,
            "--model" => model = Some(value),
            "--threads" => threads = value.parse()?,
            _ => return Err(format!("there is no option {option}").into()),
        }
    }
    rayon::ThreadPoolBuilder::new()
        .num_threads(threads)
        .build_global()?;
    let bundle = match model {
        Some(folder) => Bundle::open(Path::new(&folder))?,
        None => Bundle::embedded()?,
    };
    let encoder: Box<dyn Encoder> = match name.as_str() {
        "engine" => Box::new(encode::of_bundle(&bundle)?),
        "candle" => Box::new(CandleEncoder::of_bundle(&bundle)?),
        instructions => Box::new(encode::of_bundle_with(&bundle, instructions)?),
    };
    let sequences = tokenize(&bundle, &fs::read_to_string(texts)?);
    serve(encoder.as_ref(), &sequences)
}

/// The ids of every line, special tokens included, cut at the model's longest sequence.
fn tokenize(bundle: &Bundle, texts: &str) -> Vec<Vec<u32>> {
    let tokenizer = bundle.tokenizer();
    let specials = tokenizer.specials();
    let longest = bundle.config().max_position_embeddings;
    let ids = |text: &str| {
        let mut ids = vec![specials.bos];
        tokenizer.encode_into(text, &mut ids);
        ids.truncate(longest - 1);
        ids.push(specials.eos);
        ids
    };
    texts.lines().map(ids).collect()
}

/// Obeys the commands of standard input.
fn serve(encoder: &dyn Encoder, sequences: &[Vec<u32>]) -> Result<(), Box<dyn Error>> {
    let mut output = io::stdout();
    writeln!(output, "ready")?;
    for line in io::stdin().lock().lines() {
        let line = line?;
        match line.split_once(' ') {
            None => {
                vectors(encoder, sequences)?;
            }
            Some(("ids", path)) => fs::write(path, json(sequences)?)?,
            Some((_, path)) => {
                let vectors = vectors(encoder, sequences)?.concat();
                let bytes: Vec<u8> = vectors.iter().flat_map(|x| x.to_le_bytes()).collect();
                fs::write(path, bytes)?;
            }
        }
        let tokens: usize = sequences.iter().map(Vec::len).sum();
        writeln!(output, "done {tokens}")?;
    }
    Ok(())
}

fn json(sequences: &[Vec<u32>]) -> Result<String, std::fmt::Error> {
    let mut json = "[".to_owned();
    for (index, ids) in sequences.iter().enumerate() {
        write!(json, "{}{ids:?}", if index > 0 { "," } else { "" })?;
    }
    Ok(json + "]")
}

/// The mean state of every sequence; batches of like lengths run side by side.
fn vectors(encoder: &dyn Encoder, sequences: &[Vec<u32>]) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
    let mut order: Vec<usize> = (0..sequences.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(sequences[index].len()));
    let mut batches: Vec<Vec<usize>> = Vec::new();
    for index in order {
        let full =
            |batch: &Vec<usize>| sequences[batch[0]].len() * (batch.len() + 1) > BATCH_TOKENS;
        if batches.last().is_none_or(full) {
            batches.push(Vec::new());
        }
        batches.last_mut().ok_or("there is a batch")?.push(index);
    }
    let encoded: Result<Vec<_>, _> = batches
        .par_iter()
        .map(|batch| means(encoder, sequences, batch))
        .collect();
    let mut vectors = vec![Vec::new(); sequences.len()];
    for (batch, means) in batches.iter().zip(encoded?) {
        for (&index, mean) in batch.iter().zip(means) {
            vectors[index] = mean;
        }
    }
    Ok(vectors)
}

fn means(
    encoder: &dyn Encoder,
    sequences: &[Vec<u32>],
    batch: &[usize],
) -> Result<Vec<Vec<f32>>, encode::EncodeError> {
    let mut tokens = TokenBatch::default();
    for &index in batch {
        tokens.push(&sequences[index]);
    }
    let states = encoder.encode(&tokens)?;
    let mut first = 0;
    let mean = |&length: &usize| {
        let rows = states.rows(first..first + length);
        first += length;
        let mut mean = vec![0.0; states.hidden_size()];
        for row in rows.chunks_exact(mean.len()) {
            mean.iter_mut()
                .zip(row)
                .for_each(|(mean, x)| *mean += x / length as f32);
        }
        mean
    };
    Ok(tokens.lengths().iter().map(mean).collect())
}
