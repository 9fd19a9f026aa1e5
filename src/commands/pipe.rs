//! `tomtat pipe`: a filter between other programs, one result line for each line.

use std::io::{self, BufWriter, Read, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Result, ensure};

use super::archive;
use super::exit::{DeviceLost, Exit};
use super::output::{self, Talk};
use super::session::{self, Session};
use crate::batch::{self, SourceOptions};
use crate::cli::Pipe;
use crate::ingest::jsonl::BlankLines;

pub(super) fn pipe(arguments: &Pipe, talk: Talk) -> Result<Exit> {
    let options = session::options(&arguments.documents);
    let session = Session::open(arguments.documents.threads, &arguments.model, options)?;
    let pipeline = session.pipeline()?;
    let sources = SourceOptions {
        // Who reads the results counts lines.
        blank_lines: BlankLines::Records,
        ..archive::source_options(&arguments.columns)
    };
    let broke_off = Arc::new(AtomicBool::new(false));
    let input = Watched {
        broke_off: Arc::clone(&broke_off),
    };
    let mut inputs = batch::lines(input, &sources);
    let mut stdout = BufWriter::new(output::stdout());
    loop {
        let wave = batch::next_lines(&mut inputs);
        if wave.is_empty() {
            // A bad line is a result; a status other than 0 would make the caller throw all results away. Of lines that
            // never came there is none.
            ensure!(
                !broke_off.load(Ordering::Relaxed),
                "standard input cannot be read to its end; the last result says why"
            );
            return Ok(Exit::Done);
        }
        let (answers, all_answered) = DeviceLost::part(pipeline.process(wave));
        for record in answers {
            serde_json::to_writer(&mut stdout, &record).map_err(io::Error::from)?;
            stdout.write_all(b"\n")?;
            if let Some(line) = output::failure_line(&record) {
                talk.line(&line);
            }
        }
        stdout.flush()?;
        // Whoever asks once more, on a machine whose card works, has all answers.
        all_answered?;
    }
}

/// Standard input, which tells whether it ended with an error.
struct Watched {
    broke_off: Arc<AtomicBool>,
}

impl Read for Watched {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = io::stdin().read(buffer);
        // Whoever reads tries again after an interruption.
        let is_over = |error: &io::Error| error.kind() != io::ErrorKind::Interrupted;
        if read.as_ref().is_err_and(is_over) {
            self.broke_off.store(true, Ordering::Relaxed);
        }
        read
    }
}
