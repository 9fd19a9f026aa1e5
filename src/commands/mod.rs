//! One file a subcommand: arguments → configuration → the library → output and exit status.

mod also;
mod archive;
mod bar;
mod digest;
mod eval;
mod exit;
mod export;
mod extract;
mod files;
mod input;
mod logging;
mod model;
mod output;
mod pipe;
mod progress;
mod read;
mod run;
mod scan;
mod session;
mod system;
mod train;
mod verify;

use std::io::Write;
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

#[cfg(unix)]
use anyhow::Context;
use anyhow::{Error, Result};
use clap::CommandFactory;

use crate::cli::{Cli, Command};
use exit::Exit;
use output::Talk;

pub use logging::start_logging;

/// Runs the command and reports how it went, on standard error and as the exit status.
pub fn dispatch(cli: Cli) -> ExitCode {
    let result = panic::catch_unwind(AssertUnwindSafe(|| run(cli)));
    exit::report(result.unwrap_or_else(|_| Err(Error::msg(BUG))))
}

const BUG: &str = "something went wrong inside the program; please report it with what -vv says";

fn run(cli: Cli) -> Result<Exit> {
    // Else a limit on the size of files (`ulimit -f`) ends the program without a word; now writing fails.
    #[cfg(unix)]
    signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default())
        .context("cannot listen for a limit on files")?;
    let talk = Talk::of(&cli);
    match cli.command {
        Command::Summarize(arguments) => read::summarize(&arguments),
        Command::Classify(arguments) => read::classify(&arguments),
        Command::Run(arguments) => run::run(&arguments, talk),
        Command::Scan(arguments) => scan::scan(&arguments, talk),
        Command::Pipe(arguments) => pipe::pipe(&arguments, talk),
        Command::ReadDocuments(arguments) => archive::read_documents(&arguments),
        Command::Verify(arguments) => verify::verify(&arguments),
        Command::Digest(arguments) => digest::digest(&arguments, talk),
        Command::Export(arguments) => export::export(&arguments, talk),
        Command::Extract(arguments) => extract::extract(&arguments),
        Command::Eval(command) => eval::eval(&command),
        Command::Train(command) => train::train(&command, talk),
        Command::Model(command) => model::model(&command),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "tomtat", &mut script);
            output::stdout().write_all(&script)?;
            Ok(Exit::Done)
        }
    }
}
