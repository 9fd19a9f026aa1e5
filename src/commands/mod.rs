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

use std::io::{self, IsTerminal, Write};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
#[cfg(unix)]
use std::sync::Arc;

#[cfg(unix)]
use anyhow::Context;
use anyhow::{Error, Result};
use clap::CommandFactory;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::cli::{Cli, Command, Verbosity};
use exit::Exit;
use output::Talk;

/// Sends what the library logs to standard error.
pub fn start_logging(verbosity: Verbosity) {
    let level = match verbosity {
        Verbosity { quiet: true, .. } => LevelFilter::ERROR,
        Verbosity { verbose: 0, .. } => LevelFilter::WARN,
        Verbosity { verbose: 1, .. } => LevelFilter::INFO,
        Verbosity { .. } => LevelFilter::DEBUG,
    };
    // The parser of HTML tells of each tag that it finds in a wrong place.
    let targets = Targets::new()
        .with_default(level)
        .with_target("html5ever", LevelFilter::ERROR);
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        // It would panic where standard error is gone, as after the terminal was closed.
        .log_internal_errors(false)
        .without_time()
        .with_target(false)
        .with_ansi(io::stderr().is_terminal() && console::colors_enabled_stderr())
        .finish()
        .with(targets)
        .init();
    // Parsers of other people's files may panic; ingest turns that into an error of the document, and
    // what the panic says is for those who look for it.
    panic::set_hook(Box::new(|panic| tracing::debug!("{panic}")));
}

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
    let talk = Talk::of(cli.verbosity);
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
