//! Holds the arrows of ARCHITECTURE.md: who may use whom, and where each library lives.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// For every room of `src/`, the rooms that it may use.
const ALLOWED: &[(&str, &[&str])] = &[
    ("document", &[]),
    ("hash", &[]),
    ("ingest", &["document"]),
    ("segment", &["document", "ingest"]),
    ("phrases", &["ingest", "segment"]),
    ("tokenize", &[]),
    ("model", &["hash", "tokenize"]),
    ("encode", &["document", "model", "random", "tokenize"]),
    ("classify", &["hash", "segment"]),
    ("random", &[]),
    (
        "rank",
        &["document", "ingest", "phrases", "random", "segment"],
    ),
    ("select", &[]),
    ("record", &["document", "hash"]),
    ("render", &["document", "record"]),
    (
        "pipeline",
        &[
            "classify", "document", "encode", "hash", "ingest", "phrases", "rank", "record",
            "segment", "select", "tokenize",
        ],
    ),
    (
        "batch",
        &["hash", "ingest", "pipeline", "random", "record", "results"],
    ),
    ("results", &["hash", "record"]),
    (
        "sources",
        &[
            "batch", "hash", "ingest", "pipeline", "record", "results", "segment",
        ],
    ),
    (
        "verify",
        &["document", "hash", "record", "results", "sources"],
    ),
    (
        "digest",
        &["hash", "record", "render", "results", "segment"],
    ),
    ("lines", &[]),
    (
        "train",
        &["classify", "encode", "lines", "model", "random", "rank"],
    ),
    ("eval", &["lines", "random", "record", "segment"]),
    ("cli", &["ingest", "model", "rank", "select"]),
    (
        "commands",
        &[
            "batch", "classify", "cli", "digest", "encode", "eval", "hash", "ingest", "model",
            "pipeline", "rank", "record", "render", "results", "segment", "select", "sources",
            "tokenize", "train", "verify",
        ],
    ),
    ("main", &["cli", "commands"]),
    ("lib", &[]),
];

/// Libraries that live in one place, so that they can be replaced there.
const HOMES: &[(&str, &[&str])] = &[
    (
        "candle_core",
        &["encode/candle.rs", "encode/cuda", "model", "train"],
    ),
    ("candle_nn", &["encode/candle.rs", "model", "train"]),
    ("candle_transformers", &["encode/candle.rs"]),
    ("clap", &["cli", "cli.rs", "commands", "main.rs"]),
    ("hf_hub", &["model"]),
    ("indicatif", &["commands", "model"]),
    ("use parquet::", &["batch/sources", "render/parquet.rs"]),
    ("tokenizers::", &["tokenize"]),
    ("zip::", &["batch/sources", "ingest"]),
    ("tar::", &["batch/sources"]),
    ("flate2", &["batch/sources", "batch/state"]),
    ("rusqlite", &["batch/state"]),
    ("signal_hook", &["commands"]),
    ("rlimit", &["batch/memory.rs"]),
    ("windows_sys", &["batch/memory.rs"]),
    ("sha2::", &["hash.rs"]),
    ("quick_xml", &["ingest"]),
    ("scraper", &["ingest"]),
    ("std::env", &["cli", "cli.rs"]),
];

#[test]
fn rooms_use_only_the_rooms_they_may() {
    for file in source_files() {
        let room = room_of(&file);
        let allowed = ALLOWED.iter().find(|(name, _)| *name == room);
        let (_, allowed) = allowed.unwrap_or_else(|| panic!("{room} has no line in the table"));
        for used in rooms_used(&code_of(&file)) {
            let is_allowed = used == room || allowed.contains(&used.as_str());
            assert!(is_allowed, "{} uses {used}", file.display());
        }
    }
}

#[test]
fn libraries_stay_in_their_homes() {
    for file in source_files() {
        // What the program was built for is not read from the environment.
        let code = code_of(&file).replace("std::env::consts", "");
        for (library, homes) in HOMES {
            let is_home = homes
                .iter()
                .any(|home| file.starts_with(Path::new("src").join(home)));
            assert!(
                is_home || !code.contains(library),
                "{} uses {library}",
                file.display()
            );
        }
    }
}

/// Causes are told by whoever shows an error, once: `commands/exit.rs` writes the whole chain.
#[test]
fn no_error_repeats_its_cause() {
    for file in source_files() {
        let code = code_of(&file);
        for message in code.split("#[error(").skip(1) {
            let (message, rest) = message.split_once(")]").unwrap_or_default();
            let subject = rest.split(',').next().unwrap_or_default();
            let is_cause = subject.contains("#[from]") || subject.contains("#[source]");
            let repeats = message.contains("{source") || (is_cause && message.contains("{0"));
            assert!(!repeats, "{}: {message}", file.display());
        }
    }
}

/// A build without CUDA links against jumps to the functions of that list (`scripts/cuda/shim.py`); nothing else would miss
/// one before somebody builds so.
#[test]
fn functions_of_cuda_that_are_called_by_name_are_in_the_list_of_the_shim() {
    let list = "scripts/cuda/functions.txt";
    let known = fs::read_to_string(list).expect("the list is here");
    let known: BTreeSet<&str> = known.lines().collect();
    let files = source_files().into_iter();
    let files: Vec<PathBuf> = files
        .filter(|file| file.starts_with("src/encode/cuda"))
        .collect();
    let called: BTreeSet<String> = (files.iter())
        .flat_map(|file| cuda_functions(&code_of(file)))
        .collect();
    assert!(called.contains("cublasSetWorkspace_v2"), "{called:?}");
    for name in called {
        let is_known = known.contains(name.as_str());
        assert!(is_known, "src/encode/cuda calls {name}: add it to {list}");
    }
}

/// The names before opening brackets that are those of functions of the driver, cuBLAS, cuRAND or NVRTC.
fn cuda_functions(code: &str) -> BTreeSet<String> {
    let is_of_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    let is_cuda = |name: &str| {
        let rest = ["cublasLt", "cublas", "curand", "nvrtc", "cu"]
            .into_iter()
            .find_map(|library| name.strip_prefix(library));
        rest.is_some_and(|rest| rest.starts_with(|letter: char| letter.is_ascii_uppercase()))
    };
    let calls = code.match_indices('(').map(|(place, _)| {
        let before = &code[..place];
        &before[before.trim_end_matches(is_of_name).len()..]
    });
    calls
        .filter(|name| is_cuda(name))
        .map(str::to_owned)
        .collect()
}

fn source_files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("src can be listed") {
            let path = entry.expect("src can be listed").path();
            if path.file_stem().is_some_and(|name| name == "tests") {
                // Unit tests may use more, wherever they stand.
            } else if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    assert!(found.len() > 20, "the sources are here");
    found
}

/// The first folder or file under `src/`.
fn room_of(file: &Path) -> String {
    let first = file
        .iter()
        .nth(1)
        .expect("it lies in src")
        .to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code without unit tests, which stand at the end where a file has them inside, and without comments.
fn code_of(file: &Path) -> String {
    let text = fs::read_to_string(file).expect("sources are readable");
    let mut lines = text.lines().peekable();
    let mut code = Vec::new();
    while let Some(line) = lines.next() {
        let opens_module = |next: &&str| next.contains("mod ") && next.ends_with('{');
        if line.starts_with("#[cfg(test)]") && lines.peek().is_some_and(opens_module) {
            break;
        }
        if !line.trim_start().starts_with("//") {
            code.push(line);
        }
    }
    code.join("\n")
}

fn rooms_used(code: &str) -> BTreeSet<String> {
    let mentions = code.split("crate::").skip(1);
    let names = mentions.map(|rest| {
        rest.chars()
            .take_while(|letter| letter.is_alphanumeric() || *letter == '_')
            .collect()
    });
    names.filter(|name: &String| !name.is_empty()).collect()
}
