//! How a run goes, on standard error: a bar, lines, or JSON for programs.

use std::io::{self, IsTerminal};
use std::time::{Duration, Instant};

use serde_json::json;

use super::bar::Bar;
use super::output::{self, Talk, event};
use crate::batch::progress::Progress;
use crate::batch::run::Observer;
use crate::cli::ProgressName;
use crate::record::Record;
use crate::results::RunState;

/// How often a log gets a line.
const LOG_EVERY: Duration = Duration::from_secs(30);
/// How often a scheduler gets one.
const JSON_EVERY: Duration = Duration::from_secs(1);

/// Shows what a run tells.
#[derive(Debug)]
pub(super) enum Display {
    /// A bar with the figures beside it.
    Bar(Bar),
    /// A line now and then.
    Lines(Form, Instant),
    /// Failures only.
    Quiet,
}

/// Says a line for people, from whatever thread, beside what a [`Display`] shows.
pub(super) type Speaker = Box<dyn FnOnce(&str) + Send>;

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A sentence.
    Text,
    /// A JSON object.
    Json,
}

impl Display {
    pub(super) fn new(name: ProgressName, talk: Talk, total: Option<u64>) -> Self {
        let lines = |form| Self::Lines(form, Instant::now());
        match name {
            ProgressName::Json => lines(Form::Json),
            _ if talk == Talk::Quiet => Self::Quiet,
            ProgressName::None => Self::Quiet,
            ProgressName::Log => lines(Form::Text),
            ProgressName::Auto if !io::stderr().is_terminal() => lines(Form::Text),
            ProgressName::Auto | ProgressName::Bar => Self::Bar(Bar::with_text(total)),
        }
    }

    /// Who says a line while the run goes on; programs that read events are told by the last one.
    pub(super) fn speaker(&self, talk: Talk) -> Speaker {
        match self {
            Self::Bar(bar) => {
                let bar = bar.clone();
                Box::new(move |text| bar.line(text))
            }
            Self::Lines(Form::Json, _) => Box::new(|_| {}),
            Self::Lines(Form::Text, _) | Self::Quiet => Box::new(move |text| talk.line(text)),
        }
    }

    /// Says how the run ended, in `sentence` for people if there is one, unless nobody wants to know.
    pub(super) fn finish(&self, state: RunState, progress: &Progress, sentence: Option<&str>) {
        match self {
            Self::Bar(bar) => {
                bar.finish();
                sentence.into_iter().for_each(output::line);
            }
            Self::Lines(Form::Text, _) => sentence.into_iter().for_each(output::line),
            Self::Lines(Form::Json, _) => event(state, progress.json()),
            Self::Quiet => {}
        }
    }
}

impl Observer for Display {
    fn record(&mut self, record: &Record) {
        let Some(line) = output::failure_line(record) else {
            return;
        };
        match self {
            Self::Bar(bar) => bar.line(&line),
            Self::Lines(Form::Json, _) => {
                event(
                    record.status,
                    json!({"id": record.id, "path": record.source.path, "error": record.error}),
                );
            }
            Self::Lines(Form::Text, _) | Self::Quiet => output::line(&line),
        }
    }

    fn wave(&mut self, progress: &Progress) {
        match self {
            Self::Bar(bar) => {
                bar.count_to(progress.total);
                bar.show(progress.counts.inputs, progress.line());
            }
            Self::Lines(Form::Text, last) if last.elapsed() >= LOG_EVERY => {
                *last = Instant::now();
                output::line(&progress.line());
            }
            Self::Lines(Form::Json, last) if last.elapsed() >= JSON_EVERY => {
                *last = Instant::now();
                event("progress", progress.json());
            }
            Self::Lines(..) | Self::Quiet => {}
        }
    }
}
