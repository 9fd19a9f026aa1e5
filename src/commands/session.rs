//! Arguments → options, model and labels.

use anyhow::{Context, Result};
use candle_core::Device;

use crate::classify::{Classifier, LabelHead, LabelSet};
use crate::cli::{EncoderName, ModelChoice, Reading};
use crate::encode::candle::CandleEncoder;
use crate::encode::{Encoder, FakeEncoder};
use crate::pipeline::{Model, PipelineOptions, Reader};
use crate::record::ModelIdentity;
use crate::tokenize::Tokenizer;

/// What the arguments ask to make of each document.
pub(super) fn options(arguments: &Reading) -> PipelineOptions {
    PipelineOptions {
        budget: arguments.budget,
        ranker: arguments.ranker.into(),
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

pub(super) fn reader(choice: &ModelChoice, options: PipelineOptions) -> Result<Reader> {
    let tokenizer =
        Tokenizer::from_bytes(&include_bytes!("../../models/tomtat-small/tokenizer.bin")[..])?;
    let encoder: Box<dyn Encoder> = match choice.encoder {
        EncoderName::Fake => Box::new(FakeEncoder { hidden_size: 384 }),
        _ => Box::new(CandleEncoder::from_gguf(
            include_bytes!("../../models/tomtat-small/config.json"),
            include_bytes!("../../models/tomtat-small/model.gguf"),
            &Device::Cpu,
        )?),
    };
    let model = Model {
        tokenizer: Box::new(tokenizer),
        encoder,
        prompt: String::new(),
        identity: ModelIdentity {
            name: "tomtat-small".to_owned(),
            sha256: "0".repeat(64),
        },
    };
    Ok(Reader::new(model, options)?)
}

pub(super) fn classifier(choice: &ModelChoice, reader: &Reader) -> Result<Classifier> {
    if let Some(folder) = &choice.labels {
        let labels = LabelSet::load(folder)?;
        return Ok(labels.for_model(
            &reader.model().identity.sha256,
            reader.model().encoder.hidden_size(),
        )?);
    }
    let head = |name: &str| LabelHead {
        name: name.to_owned(),
        vector_weights: vec![0.01; 384],
        gram_weights: vec![0.0; crate::classify::BUCKETS],
        bias: 0.0,
        threshold: 0.5,
    };
    let heads = ["achievement", "directive", "model"]
        .into_iter()
        .map(head)
        .collect();
    Ok(Classifier::new(heads, 0.05, 384)?)
}
