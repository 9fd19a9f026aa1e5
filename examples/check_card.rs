//! Checks the encoder on a card, step by step and as a whole, and measures it: `scripts/gpu-check.sh` runs it.
//!
//! ```sh
//! check_card MODEL TEXTS [steps|parity|full|speed|profile|workspaces|ids=PATH ...]
//! ```
//!
//! TEXTS has a text a line. Lines that begin with `FAIL` say what is wrong; the exit status is 1 then.

#![expect(
    clippy::print_stdout,
    reason = "what it finds is read by people and by a script"
)]

use std::error::Error;
use std::fs;
use std::num::NonZeroUsize;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use tomtat::encode::candle::CandleEncoder;
use tomtat::encode::card::{Kernels, Norm, Pass, PlainKernels, Sizes, Slot, check};
use tomtat::encode::cuda::{self, CudaOptions};
use tomtat::encode::engine::NetworkShape;
use tomtat::encode::windows::{Part, Window};
use tomtat::encode::{self, Encoder};
use tomtat::model::Bundle;
use tomtat::model::device::Precision;
use tomtat::random::Generator;

type Anything = Result<bool, Box<dyn Error>>;

/// Vectors on the card must be as near to exact ones as this.
const LEAST_COSINE: f64 = 0.9995;

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            println!("FAIL {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Anything {
    let mut arguments = std::env::args().skip(1);
    let model = arguments.next().ok_or("name the model's folder")?;
    let texts = arguments.next().ok_or("name a file of texts")?;
    let mut checks: Vec<String> = arguments.collect();
    if checks.is_empty() {
        checks = ["steps", "parity", "full", "profile", "workspaces", "speed"]
            .map(str::to_owned)
            .to_vec();
    }
    let bundle = Bundle::open(Path::new(&model))?;
    let windows = tokenize(&bundle, &fs::read_to_string(texts)?);
    let mut all_is_well = true;
    for check in checks {
        println!("## {check}");
        let started = Instant::now();
        let result = match check.as_str() {
            "steps" => steps(&bundle),
            "parity" => parity(&bundle, &windows),
            "full" => full(&bundle, &windows),
            "profile" => profile(&bundle, &windows),
            "workspaces" => workspaces(&bundle, &windows),
            "speed" => Ok(speed(&bundle, &windows)),
            other if other.starts_with("ids=") => ids(&windows, &other["ids=".len()..]),
            _ => Err(format!("there is no check {check}").into()),
        };
        all_is_well &= result.unwrap_or_else(|error| {
            println!("FAIL {check}: {error}");
            false
        });
        println!("({:.1} s)", started.elapsed().as_secs_f64());
    }
    Ok(all_is_well)
}

/// A window a line that has any token, cut at the model's longest sequence; its one part is all its text.
///
/// Of a line without tokens there is no vector, and none to compare.
fn tokenize(bundle: &Bundle, texts: &str) -> Vec<Window> {
    let tokenizer = bundle.tokenizer();
    let specials = tokenizer.specials();
    let longest = bundle.config().max_position_embeddings;
    let window = |text: &str| {
        let mut tokens = vec![specials.bos];
        tokenizer.encode_into(text, &mut tokens);
        tokens.truncate(longest - 1);
        tokens.push(specials.eos);
        let part = Part {
            unit: 0,
            tokens: 1..tokens.len() - 1,
        };
        Window {
            tokens,
            parts: vec![part],
        }
    };
    let lines = texts.lines().filter(|line| !line.trim().is_empty());
    let windows = lines.map(window);
    windows
        .filter(|window| !window.parts[0].tokens.is_empty())
        .collect()
}

/// Writes the token ids of the first windows as JSON, for `scripts/bench/card.py`.
fn ids(windows: &[Window], path: &str) -> Anything {
    let rows = repeated(windows, 1_000_000);
    let rows: Vec<String> = rows
        .iter()
        .map(|window| format!("{:?}", window.tokens))
        .collect();
    fs::write(path, format!("[{}]", rows.join(",")))?;
    Ok(true)
}

fn options(precision: Precision, pass_tokens: Option<usize>, lanes: usize) -> CudaOptions {
    CudaOptions {
        precision,
        pass_tokens,
        lanes: NonZeroUsize::new(lanes).unwrap_or(NonZeroUsize::MIN),
    }
}

fn open(bundle: &Bundle, options: CudaOptions) -> Result<Box<dyn Encoder>, Box<dyn Error>> {
    let shape = encode::shape(bundle.config());
    Ok(cuda::open(&[0], shape, bundle.weights(), options)?)
}

/// Every kernel against its plain twin, also for heads and widths of other models.
fn steps(bundle: &Bundle) -> Anything {
    let ours = NetworkShape {
        vocabulary: 1000,
        ..encode::shape(bundle.config())
    };
    let other = |hidden_size, head_count| NetworkShape {
        hidden_size,
        head_count,
        intermediate_size: 256,
        ..ours
    };
    let mut good = true;
    for precision in [Precision::F16, Precision::Bf16, Precision::F32] {
        for shape in [ours, other(96, 6), other(192, 4), other(768, 12)] {
            let mut card = cuda::kernels(0, shape, precision)?;
            let mut plain = PlainKernels::new(shape, precision);
            for step in check::compare(&mut card, &mut plain, shape)? {
                let verdict = if step.wrong == 0 { "ok  " } else { "FAIL" };
                good &= step.wrong == 0;
                println!(
                    "{verdict} {precision} {}x{} {:22} largest difference {:.5} of {:.3}, wrong {} of {}",
                    shape.head_count,
                    shape.head_size(),
                    step.step,
                    step.largest,
                    step.size,
                    step.wrong,
                    step.count,
                );
            }
        }
    }
    Ok(good)
}

/// Pooled vectors on the card against those of candle-transformers in f32; two runs, and windows alone.
fn parity(bundle: &Bundle, windows: &[Window]) -> Anything {
    let windows: Vec<&Window> = windows.iter().take(500).collect();
    let exact = pooled(&CandleEncoder::of_bundle(bundle)?, &windows)?;
    let engine = pooled(&encode::of_bundle(bundle)?, &windows)?;
    let mut good = report("cpu engine", &exact, &engine).is_finite();
    for precision in [Precision::F32, Precision::F16, Precision::Bf16] {
        let card = open(bundle, options(precision, None, 2))?;
        let first = pooled(card.as_ref(), &windows)?;
        let worst = report(&precision.to_string(), &exact, &first);
        let again = pooled(card.as_ref(), &windows)?;
        let reversed: Vec<&Window> = windows.iter().rev().copied().take(100).collect();
        let mut alone = pooled(card.as_ref(), &reversed)?;
        alone.reverse();
        let same = first == again;
        let invariant = alone[..] == first[first.len() - alone.len()..];
        println!("{precision}: two runs equal {same}, the same in another pass {invariant}");
        let near = worst >= LEAST_COSINE || precision == Precision::Bf16;
        good &= same && invariant && worst.is_finite() && near;
    }
    println!("{}", if good { "ok" } else { "FAIL parity" });
    Ok(good)
}

fn pooled(encoder: &dyn Encoder, windows: &[&Window]) -> Result<Vec<Vec<f32>>, Box<dyn Error>> {
    let sums = encoder.pool(windows, 1024);
    let vectors = sums.into_iter().map(|sums| sums.map(|sums| sums.to_vec()));
    Ok(vectors.collect::<Result<_, _>>()?)
}

/// Prints the cosines of two sets of vectors and gives the worst, which is no finite number where any is none.
fn report(name: &str, exact: &[Vec<f32>], found: &[Vec<f32>]) -> f64 {
    let cosines: Vec<f64> = exact.iter().zip(found).map(|(a, b)| cosine(a, b)).collect();
    let worst =
        cosines.iter().copied().fold(
            f64::INFINITY,
            |a, b| if a.is_nan() || a < b { a } else { b },
        );
    let mean = cosines.iter().sum::<f64>() / cosines.len() as f64;
    println!(
        "{name}: cosine to f32 mean {mean:.6}, worst {worst:.6} of {}",
        cosines.len()
    );
    worst
}

fn cosine(a: &[f32], b: &[f32]) -> f64 {
    let dot = |a: &[f32], b: &[f32]| -> f64 {
        a.iter()
            .zip(b)
            .map(|(a, b)| f64::from(*a) * f64::from(*b))
            .sum()
    };
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// `windows`, as often as makes `tokens` tokens.
fn repeated(windows: &[Window], tokens: usize) -> Vec<&Window> {
    let (mut taken, mut count) = (Vec::new(), 0);
    for window in windows.iter().cycle() {
        count += window.tokens.len();
        if count > tokens {
            break;
        }
        taken.push(window);
    }
    taken
}

/// A pass that no card has room for is halved until it fits, and nothing is lost.
fn full(bundle: &Bundle, windows: &[Window]) -> Anything {
    let windows = repeated(windows, 300_000);
    let usual = open(bundle, CudaOptions::default())?;
    let expected = pooled(usual.as_ref(), &windows)?;
    drop(usual);
    let card = open(bundle, options(Precision::F16, Some(1 << 26), 2))?;
    let found = pooled(card.as_ref(), &windows)?;
    let work = card.card_work().unwrap_or_default();
    let good = found == expected && work.halvings > 0;
    let verdict = if good { "ok" } else { "FAIL" };
    println!(
        "{verdict} halved {} times, equal {}",
        work.halvings,
        found == expected
    );
    Ok(good)
}

/// Tokens a second of the encoder alone.
fn speed(bundle: &Bundle, windows: &[Window]) -> bool {
    let windows = repeated(windows, 3_000_000);
    let tokens: usize = windows.iter().map(|window| window.tokens.len()).sum();
    println!(
        "{} windows, {:.1} tokens each",
        windows.len(),
        tokens as f64 / windows.len() as f64
    );
    let mut good = true;
    for (pass_tokens, lanes) in [
        (65_536, 2),
        (131_072, 2),
        (32_768, 2),
        (65_536, 1),
        (16_384, 4),
        (262_144, 2),
    ] {
        let options = options(Precision::F16, Some(pass_tokens), lanes);
        match timed(bundle, &windows, options) {
            Ok((seconds, busy)) => println!(
                "pass {pass_tokens}, {lanes} lanes: {:.0} tokens/s, busy {:.0} %",
                tokens as f64 / seconds,
                100.0 * busy / seconds,
            ),
            Err(error) => {
                good = false;
                println!("FAIL pass {pass_tokens}, {lanes} lanes: {error}");
            }
        }
    }
    good
}

/// How long the card takes for windows, and how long it is busy with them; none of them may fail.
fn timed(
    bundle: &Bundle,
    windows: &[&Window],
    options: CudaOptions,
) -> Result<(f64, f64), Box<dyn Error>> {
    let card = open(bundle, options)?;
    let busy = || card.card_work().unwrap_or_default().busy_seconds;
    let warmed = card.pool(&windows[..windows.len() / 8], 0);
    warmed.into_iter().collect::<Result<Vec<_>, _>>()?;
    let before = busy();
    let started = Instant::now();
    let sums = card.pool(windows, 0);
    let seconds = started.elapsed().as_secs_f64();
    let busy = busy() - before;
    sums.into_iter().collect::<Result<Vec<_>, _>>()?;
    Ok((seconds, busy))
}

/// One launch.
type Step<'a> =
    Box<dyn Fn(&mut cuda::CudaKernels) -> Result<(), tomtat::encode::card::PassError> + 'a>;

/// How long each step of a pass takes, with random numbers: a card is faster with zeros, and what is all the same is zero
/// behind a layer normalisation.
fn profile(bundle: &Bundle, windows: &[Window]) -> Anything {
    const ROUNDS: u32 = 50;
    let shape = encode::shape(bundle.config());
    let pass = Pass::of(&repeated(windows, 65_536));
    let tokens = pass.token_count();
    let (width, inner) = (shape.hidden_size, shape.intermediate_size);
    let mut card = cuda::kernels(0, shape, Precision::F16)?;
    card.reserve(tokens)?;
    card.begin(&pass)?;
    let mut random = Generator::new(20_261_128);
    let mut random = |count, size| check::numbers(&mut random, count, size);
    let weights = card.matrix(&random(shape.vocabulary * width, 0.05))?;
    let vector = card.vector(&random(shape.max_tokens * width, 0.05))?;
    let norm = Norm {
        weight: card.vector(&vec![1.0; width])?,
        bias: card.vector(&random(width, 0.05))?,
    };
    let bias = card.vector(&random(inner, 0.05))?;
    let product = |inputs, outputs, from, to| -> Step<'_> {
        let weights = &weights;
        Box::new(move |card| card.product(weights, Sizes { inputs, outputs }, from, to))
    };
    let steps: Vec<(&str, f64, Step<'_>)> = vec![
        ("begin", 0.0, Box::new(|card| card.begin(&pass))),
        (
            "embed",
            0.0,
            Box::new(|card| card.embed(&weights, &vector, &norm)),
        ),
        (
            "queries",
            (3 * width * width) as f64,
            product(width, 3 * width, Slot::States, Slot::Wide),
        ),
        ("attend", 0.0, Box::new(|card| card.attend(&vector))),
        (
            "context",
            (width * width) as f64,
            product(width, width, Slot::Context, Slot::Product),
        ),
        (
            "add",
            0.0,
            Box::new(|card| card.add_and_normalize(&bias, &norm)),
        ),
        (
            "intermediate",
            (width * inner) as f64,
            product(width, inner, Slot::States, Slot::Wide),
        ),
        (
            "output",
            (width * inner) as f64,
            product(inner, width, Slot::Wide, Slot::Product),
        ),
        // Last, as it changes what it reads: fifty rounds of it leave next to nothing for a product.
        ("gelu", 0.0, Box::new(|card| card.gelu(&bias))),
        ("pool", 0.0, Box::new(|card| card.pool().map(drop))),
    ];
    for (name, products, step) in &steps {
        step(&mut card)?;
        card.pool()?;
        let started = Instant::now();
        for _ in 0..ROUNDS {
            step(&mut card)?;
        }
        let issued = started.elapsed();
        card.pool()?;
        let seconds = started.elapsed().as_secs_f64() / f64::from(ROUNDS);
        println!(
            "{name:14} {:8.1} us ({:.1} us to issue), {:.0} TFLOP/s",
            1e6 * seconds,
            1e6 * issued.as_secs_f64() / f64::from(ROUNDS),
            2.0 * products * tokens as f64 / seconds / 1e12,
        );
    }
    Ok(true)
}

/// How long the products of a layer take in workspaces of several sizes, and whether a row's bits depend there on where it
/// lies: the states of the second half of the rows are those of the first.
fn workspaces(bundle: &Bundle, windows: &[Window]) -> Anything {
    const ROUNDS: u32 = 20;
    let shape = encode::shape(bundle.config());
    let (width, inner) = (shape.hidden_size, shape.intermediate_size);
    let pass = Pass::of(&repeated(windows, 65_536));
    let rows = pass.token_count() / 2;
    let mut card = cuda::kernels(0, shape, Precision::F16)?;
    card.reserve(pass.token_count())?;
    card.begin(&pass)?;
    let mut random = Generator::new(20_261_130);
    let mut random = |count, size| check::numbers(&mut random, count, size);
    let weights = card.matrix(&random(width * inner, 0.05))?;
    let half = random(rows * width, 1.0);
    let products = [
        ("queries", width, 3 * width, Slot::States, Slot::Wide),
        ("context", width, width, Slot::Context, Slot::Product),
        ("intermediate", width, inner, Slot::States, Slot::Wide),
        ("output", inner, width, Slot::Wide, Slot::Product),
    ];
    for bytes in [16 << 10, 4 << 20, 32 << 20] {
        card.work_in(bytes)?;
        card.write(Slot::States, &[half.as_slice(), &half].concat())?;
        card.write(Slot::Context, &[half.as_slice(), &half].concat())?;
        for (name, inputs, outputs, from, to) in products {
            let sizes = Sizes { inputs, outputs };
            card.product(&weights, sizes, from, to)?;
            let found = card.read(to, outputs)?;
            let equal = found[..rows * outputs] == found[rows * outputs..2 * rows * outputs];
            let started = Instant::now();
            for _ in 0..ROUNDS {
                card.product(&weights, sizes, from, to)?;
            }
            card.pool()?;
            println!(
                "workspace of {} KiB, {name}: {:.1} us, rows equal {equal}",
                bytes >> 10,
                1e6 * started.elapsed().as_secs_f64() / f64::from(ROUNDS),
            );
        }
    }
    Ok(true)
}
