//! The `tomtat` program: reads the command line and runs the command it names.

use std::process::ExitCode;

use clap::Parser;
use tomtat::cli::Cli;
use tomtat::commands;

fn main() -> ExitCode {
    let cli = Cli::parse();
    commands::start_logging(&cli);
    commands::dispatch(cli)
}
