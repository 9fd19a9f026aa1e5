//! `tomtat eval`.

use std::fs::File;
use std::io::{self, BufReader, Write};
use std::path::Path;

use anyhow::{Error, Result};

use super::exit::Exit;
use super::input::{self, InputError};
use super::output;
use crate::cli::{Eval, EvalFiles, EvalSummaries};
use crate::eval::{self, EvalError, InputFile};
use crate::results;

pub(super) fn eval(command: &Eval) -> Result<Exit> {
    match command {
        Eval::Labels(files) => {
            let report = score(&files.results, &files.gold, eval::labels)?;
            print(files, &report.to_string(), &report.to_json()?)?;
            Ok(check(report.main_figure(), files.min))
        }
        Eval::Summaries(EvalSummaries { files, baseline }) => {
            let score = |results: &Path| score(results, &files.gold, eval::summaries);
            let mut report = score(&files.results)?;
            if let Some(baseline) = baseline {
                report.compare(&score(baseline)?);
            }
            print(files, &report.to_string(), &report.to_json()?)?;
            Ok(check(report.main_figure(), files.min))
        }
    }
}

/// Opens both files, of which the results may be a run's output folder, and names the one that is not as it should be.
fn score<R>(
    results: &Path,
    gold: &Path,
    score: impl FnOnce(BufReader<File>, BufReader<File>) -> Result<R, EvalError>,
) -> Result<R> {
    let results = results::file_of(results);
    score(open(&results)?, open(gold)?).map_err(|error| {
        let path = match error.file() {
            Some(InputFile::Results) => results.display().to_string(),
            Some(InputFile::Gold) => gold.display().to_string(),
            None => return error.into(),
        };
        Error::new(error).context(path)
    })
}

fn open(path: &Path) -> Result<BufReader<File>, InputError> {
    input::open(path).map(BufReader::new)
}

fn print(files: &EvalFiles, text: &str, json: &str) -> io::Result<()> {
    let report = if files.json { json } else { text };
    writeln!(output::stdout(), "{}", report.trim_end())
}

fn check(figure: f64, min: Option<f64>) -> Exit {
    match min {
        Some(min) if figure < min => Exit::Negative,
        _ => Exit::Done,
    }
}
