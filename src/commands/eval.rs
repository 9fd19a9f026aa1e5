//! `tomtat eval`.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use anyhow::Result;

use super::exit::Exit;
use super::input::{self, InputError};
use crate::cli::{Eval, EvalFiles};
use crate::eval;

pub(super) fn eval(command: &Eval) -> Result<Exit> {
    match command {
        Eval::Labels(files) => {
            let report = eval::labels(open(&files.results)?, open(&files.gold)?)?;
            print(files, &report.to_string(), &report.to_json()?)?;
            Ok(check(report.main_figure(), files.min))
        }
        Eval::Summaries(files) => {
            let report = eval::summaries(open(&files.results)?, open(&files.gold)?)?;
            print(files, &report.to_string(), &report.to_json()?)?;
            Ok(check(report.main_figure(), files.min))
        }
    }
}

fn open(path: &Path) -> Result<BufReader<File>, InputError> {
    input::open(path).map(BufReader::new)
}

fn print(files: &EvalFiles, text: &str, json: &str) -> io::Result<()> {
    let report = if files.json { json } else { text };
    writeln!(io::stdout(), "{}", report.trim_end())
}

fn check(figure: f64, min: Option<f64>) -> Exit {
    match min {
        Some(min) if figure < min => Exit::Negative,
        _ => Exit::Done,
    }
}
