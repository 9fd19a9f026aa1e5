//! Which model, where from, and what it runs on: the options of every command that encodes.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use crate::model::device::{DeviceChoice, Precision};

/// Which model to use.
#[derive(Clone, Debug, Args)]
pub struct ModelChoice {
    /// Another model: a folder, or the name of one on the hub such as `intfloat/multilingual-e5-base`
    #[arg(long, value_name = "FOLDER|ID")]
    pub model: Option<String>,
    /// The revision of a hub model: a branch, tag or commit
    #[arg(long, default_value = "main", requires = "model")]
    pub revision: String,
    /// Never touch the network; hub models must be in the cache already
    #[arg(long, env = "HF_HUB_OFFLINE", value_parser = clap::builder::FalseyValueParser::new(), num_args = 0)]
    pub offline: bool,
    /// A folder with labels trained by `tomtat train labels`
    #[arg(long, value_name = "FOLDER")]
    pub labels: Option<PathBuf>,
    /// The encoder, for tests
    #[arg(long, value_enum, default_value_t = EncoderName::Transformer, hide = true)]
    pub encoder: EncoderName,
    /// What it runs on.
    #[command(flatten)]
    pub device: DeviceOptions,
    /// Where hub models are kept.
    #[command(flatten)]
    pub hub: HubEnvironment,
}

/// What the transformer runs on.
#[derive(Clone, Debug, Args)]
pub struct DeviceOptions {
    /// What the transformer runs on: auto (a card if there is one), cpu, cuda, cuda:1, several as
    /// cuda:0,cuda:1, or metal; cards need a build with the feature cuda, metal one with that feature
    #[arg(long, default_value = "auto", value_name = "DEVICE")]
    pub device: DeviceChoice,
    /// How numbers are written on a card: f32, f16 or bf16; by default f16, and f32 where an encoder learns
    #[arg(long, value_name = "TYPE")]
    pub dtype: Option<Precision>,
    /// The most tokens of a pass on a card, for measurements; by default what fits
    #[arg(long, value_name = "N", hide = true)]
    pub pass_tokens: Option<usize>,
    /// Streams of a card that work side by side, for measurements
    #[arg(long, default_value = "2", value_name = "N", hide = true)]
    pub lanes: NonZeroUsize,
}

/// Where hub models come from and are kept, by the hub's usual variables.
#[derive(Clone, Debug, Args)]
pub struct HubEnvironment {
    /// The hub's home folder
    #[arg(long = "hf-home", env = "HF_HOME", hide = true)]
    pub home: Option<PathBuf>,
    /// The hub's address
    #[arg(long = "hf-endpoint", env = "HF_ENDPOINT", hide = true)]
    pub endpoint: Option<String>,
    /// The user's token for models that ask for one
    #[arg(
        long = "hf-token",
        env = "HF_TOKEN",
        hide = true,
        hide_env_values = true
    )]
    pub token: Option<String>,
}

impl HubEnvironment {
    /// The hub's home folder; by default the one that its other clients use.
    pub fn home(&self) -> Option<PathBuf> {
        let usual = || Some(std::env::home_dir()?.join(".cache/huggingface"));
        self.home.clone().or_else(usual)
    }
}

/// Which encoder runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum EncoderName {
    /// The model's transformer
    Transformer,
    /// The stock transformer of candle-transformers on the same weights
    Candle,
    /// A hash of the tokens: instant, and good for nothing but tests
    Fake,
}

/// `model`.
#[derive(Debug, Subcommand)]
pub enum ModelCommand {
    /// Show a model's name, sizes, labels, licence and hash
    Info(ModelChoice),
    /// Fetch a model from the hub into the cache
    Pull(ModelChoice),
    /// Check a model's files against their hashes
    Verify(ModelChoice),
}
