//! The progress bar.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::output::{Talk, line};

/// A bar over the steps of something long. Copies are the same bar.
#[derive(Clone, Debug)]
pub(super) struct Bar {
    progress: ProgressBar,
    layouts: Layouts,
    talk: Talk,
}

/// How a bar looks whose steps are counted, and one whose steps are not.
type Layouts = [&'static str; 2];

const FIGURES: Layouts = [
    "{wide_bar} {human_pos}/{human_len} · {per_sec} · {eta} left {msg}",
    "{spinner} {human_pos} · {per_sec} · {elapsed} {msg}",
];

const TEXT: Layouts = ["{wide_bar} {msg}", "{spinner} {msg}"];

impl Bar {
    /// Shows a bar over `total` steps, if standard error is a terminal and people want one.
    pub(super) fn new(total: Option<u64>, talk: Talk) -> Self {
        Self::of(total, talk, FIGURES)
    }

    fn of(total: Option<u64>, talk: Talk, layouts: Layouts) -> Self {
        let target = match talk {
            Talk::Aloud => ProgressDrawTarget::stderr(),
            Talk::Events | Talk::Quiet => ProgressDrawTarget::hidden(),
        };
        let bar = Self {
            progress: ProgressBar::with_draw_target(total, target),
            layouts,
            talk,
        };
        bar.lay_out();
        bar.progress.enable_steady_tick(Duration::from_millis(200));
        bar
    }

    fn lay_out(&self) {
        let [counted, uncounted] = self.layouts;
        let layout = match self.progress.length() {
            Some(_) => counted,
            None => uncounted,
        };
        if let Ok(style) = ProgressStyle::with_template(layout) {
            self.progress.set_style(style);
        }
    }

    /// A bar whose text says all.
    pub(super) fn with_text(total: Option<u64>) -> Self {
        Self::of(total, Talk::Aloud, TEXT)
    }

    /// Forgets how many steps there are, where that turned out to be unknown.
    pub(super) fn count_to(&self, total: Option<u64>) {
        if total.is_none() && self.progress.length().is_some() {
            self.progress.unset_length();
            self.lay_out();
        }
    }

    /// Moves the bar.
    pub(super) fn advance(&self, steps: u64) {
        self.progress.inc(steps);
    }

    /// Moves the bar to `step`.
    pub(super) fn advance_to(&self, step: u64) {
        self.progress.set_position(step);
    }

    /// Moves the bar to a step, with a text beside it.
    pub(super) fn show(&self, step: u64, text: String) {
        self.advance_to(step);
        self.progress.set_message(text);
    }

    /// Writes one line above the bar.
    pub(super) fn line(&self, text: &str) {
        self.progress.suspend(|| line(text));
    }

    /// The same, if people want to know.
    pub(super) fn tell(&self, text: &str) {
        self.progress.suspend(|| self.talk.line(text));
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.progress.finish_and_clear();
    }
}
