//! Arguments → options, model and labels.

use std::path::Path;

use anyhow::{Context, Result};

use super::exit::ModelUnavailable;
use crate::classify::{Classifier, LabelSet};
use crate::cli::{EncoderName, ModelChoice, Reading};
use crate::encode::FakeEncoder;
use crate::encode::candle::CandleEncoder;
use crate::model::{Bundle, HubOptions};
use crate::pipeline::{Model, PipelineOptions, Reader};
use crate::record::ModelIdentity;

/// What the arguments ask to make of each document.
pub(super) fn options(arguments: &Reading) -> PipelineOptions {
    PipelineOptions {
        budget: arguments.budget,
        quotations_per_label: arguments.per_label,
        with_text: arguments.with_text,
        all_scores: arguments.all_scores,
        max_text_bytes: arguments.max_text << 20,
        ..PipelineOptions::default()
    }
}

/// Works with `jobs` threads; by default with one for each core.
pub(super) fn start_threads(jobs: Option<usize>) -> Result<()> {
    rayon::ThreadPoolBuilder::new()
        .num_threads(jobs.unwrap_or(0))
        .build_global()
        .context("cannot start the threads")
}
