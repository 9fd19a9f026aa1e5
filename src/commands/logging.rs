//! Where does it go what the library logs? To standard error: as lines for people, or as events for programs.

use std::fmt::{Debug, Write};
use std::io::{self, IsTerminal};
use std::panic;

use serde_json::json;
use tracing::field::{Field, Visit};
use tracing::level_filters::LevelFilter;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::{Context, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;

use super::output::{event, is_for_programs};
use crate::cli::{Cli, Verbosity};

/// Sends what the library logs to standard error.
pub fn start_logging(cli: &Cli) {
    let level = match cli.verbosity {
        Verbosity { quiet: true, .. } => LevelFilter::ERROR,
        Verbosity { verbose: 0, .. } => LevelFilter::WARN,
        Verbosity { verbose: 1, .. } => LevelFilter::INFO,
        Verbosity { .. } => LevelFilter::DEBUG,
    };
    // The parser of HTML tells of each tag that it finds in a wrong place.
    let targets = Targets::new()
        .with_default(level)
        .with_target("html5ever", LevelFilter::ERROR);
    if is_for_programs(&cli.command) {
        let events = tracing_subscriber::registry().with(Events);
        events.with(targets).init();
    } else {
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
    }
    // Parsers of other people's files may panic; ingest turns that into an error of the document, and
    // what the panic says is for those who look for it.
    panic::set_hook(Box::new(|panic| tracing::debug!("{panic}")));
}

/// Tells what is logged as events, named by how much it matters.
struct Events;

impl<S: Subscriber> Layer<S> for Events {
    fn on_event(&self, logged: &Event<'_>, _: Context<'_, S>) {
        let name = match *logged.metadata().level() {
            Level::ERROR => "error",
            Level::WARN => "warning",
            _ => "detail",
        };
        let mut message = Message::default();
        logged.record(&mut message);
        event(name, json!({"message": message.0}));
    }
}

/// What is said in words of what is logged.
#[derive(Default)]
struct Message(String);

impl Visit for Message {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "message" {
            // A text always takes more.
            let _ = write!(self.0, "{value:?}");
        }
    }
}
