//! `tomtat pipe`: a filter between other programs, one result line for each line.

use std::io::{self, BufWriter, Write};

use anyhow::Result;

use super::exit::Exit;
use super::output;
use super::{run, session};
use crate::batch::{self, SourceOptions};
use crate::cli::Pipe;
use crate::ingest::jsonl::BlankLines;
use crate::pipeline::Pipeline;

pub(super) fn pipe(arguments: &Pipe, quiet: bool) -> Result<Exit> {
    let options = session::options(&arguments.reading);
    let (reader, classifier) = session::open(arguments.reading.jobs, &arguments.model, options)?;
    let pipeline = Pipeline::new(&reader, &classifier)?;
    let sources = SourceOptions {
        // Who reads the results counts lines.
        blank_lines: BlankLines::Records,
        ..run::source_options(&arguments.columns)
    };
    let mut inputs = batch::lines(io::stdin(), &sources);
    let mut stdout = BufWriter::new(io::stdout().lock());
    loop {
        let wave = batch::next_lines(&mut inputs);
        if wave.is_empty() {
            // A bad line is a result; a status other than 0 would make the caller throw all results away.
            return Ok(Exit::Done);
        }
        for record in pipeline.process(wave) {
            serde_json::to_writer(&mut stdout, &record).map_err(io::Error::from)?;
            stdout.write_all(b"\n")?;
            if let Some(line) = output::failure_line(&record).filter(|_| !quiet) {
                output::line(&line);
            }
        }
        stdout.flush()?;
    }
}
