//! `tomtat run`: many documents, one result a line.

use std::fs;
use std::io::Write;

use anyhow::{Context, Result};

use super::exit::Exit;
use super::output::{self, Reporter};
use super::read::Tally;
use super::session;
use crate::batch::{self, SourceOptions};
use crate::cli::Run;
use crate::pipeline::Pipeline;
use crate::render::{Format, Renderer};

/// The name of the results within the output folder.
const RESULTS: &str = "results.jsonl";

pub(super) fn run(arguments: &Run, quiet: bool) -> Result<Exit> {
    let options = session::options(&arguments.reading);
    fs::create_dir_all(&arguments.output).with_context(|| {
        format!(
            "cannot make the output folder {}",
            arguments.output.display()
        )
    })?;
    let inputs = batch::discover(
        &arguments.paths,
        &arguments.output,
        &SourceOptions::default(),
    )?;
    session::start_threads(arguments.reading.jobs)?;
    let reader = session::reader(&arguments.model, options)?;
    let classifier = session::classifier(&arguments.model, &reader)?;
    let pipeline = Pipeline::new(&reader, &classifier)?;

    let reporter = Reporter::new(inputs.total(), quiet);
    let mut tally = Tally::default();
    let results = arguments.output.join(RESULTS);
    output::write_whole(&results, |file: &mut dyn Write| {
        let mut renderer = Renderer::new(Format::Jsonl, file);
        batch::process(&pipeline, inputs, |record| {
            reporter.document(&record);
            tally.add_record(&record);
            reporter.advance(1);
            renderer.write(&record)
        })?;
        Ok(renderer.finish()?)
    })?;
    reporter.finish();
    if !quiet {
        let Tally {
            documents, failed, ..
        } = tally;
        let path = results.display();
        reporter.line(&format!("{documents} documents, {failed} failed: {path}"));
    }
    Ok(tally.exit())
}
