//! The progress bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Talk, line};

/// A bar over the steps of something long. Copies are the same bar.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    bar: ProgressBar,
    talk: Talk,
}

impl Bar {
    /// Shows a bar over `total` steps, if standard error is a terminal and people want one.
    pub(super) fn new(total: Option<u64>, talk: Talk) -> Self {
        let target = match talk {
            Talk::Aloud => ProgressDrawTarget::stderr(),
            Talk::Quiet => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{wide_bar} {human_pos}/{human_len} · {per_sec} · {eta} left {msg}",
            None => "{spinner} {human_pos} · {per_sec} · {elapsed} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, talk }
    }

    /// A bar whose text says all.
    pub(super) fn with_text(total: Option<u64>) -> Self {
        let bar = Self::new(total, Talk::Aloud);
        let template = match total {
            Some(_) => "{wide_bar} {msg}",
            None => "{spinner} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.bar.set_style(style);
        }
        bar
    }

    /// Moves the bar.
    pub(super) fn advance(&self, steps: u64) {
        self.bar.inc(steps);
    }

    /// Moves the bar to `step`.
    pub(super) fn advance_to(&self, step: u64) {
        self.bar.set_position(step);
    }

    /// Moves the bar to a step, with a text beside it.
    pub(super) fn show(&self, step: u64, text: String) {
        self.advance_to(step);
        self.bar.set_message(text);
    }

    /// Writes one line above the bar.
    pub(super) fn line(&self, text: &str) {
        self.bar.suspend(|| line(text));
    }

    /// The same, if people want to know.
    pub(super) fn tell(&self, text: &str) {
        self.bar.suspend(|| self.talk.line(text));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }
}
