//! A model in this project's own form, which `docs/model-format.md` describes.

use std::collections::HashMap;
use std::path::Path;
use std::sync::OnceLock;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;

use super::config::EncoderConfig;
use super::hash::{FileHash, identity};
use super::{ModelBytes, ModelError, Weights, manifest};
use crate::tokenize::Tokenizer;

pub(super) const WEIGHTS: &str = "model.gguf";
pub(super) const TOKENIZER: &str = "tokenizer.bin";
pub(super) const CONFIG: &str = "config.json";

/// A model whose weights and tokenizer are used where they lie.
#[derive(Clone, Debug)]
pub struct Bundle {
    name: String,
    config: EncoderConfig,
    weights: Weights,
    tokenizer: Tokenizer,
    files: Files,
    /// The files as they should be, if a manifest says so.
    manifest: Option<Vec<FileHash>>,
    identity: OnceLock<String>,
}

/// The files of a bundle as they are.
#[derive(Clone, Debug)]
struct Files {
    weights: ModelBytes,
    tokenizer: ModelBytes,
    config: ModelBytes,
}

impl Bundle {
    /// Opens the model that is part of the program; takes about a millisecond.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotEmbedded`] if the program was built without the feature `embedded-model`.
    #[cfg(feature = "embedded-model")]
    pub fn embedded() -> Result<Self, ModelError> {
        let weights: &[u8] = include_bytes!("../../models/tomtat-small/model.gguf");
        let tokenizer: &[u8] = include_bytes!("../../models/tomtat-small/tokenizer.bin");
        let config: &[u8] = include_bytes!("../../models/tomtat-small/config.json");
        let mut bundle = Self::new(Files {
            weights: weights.into(),
            tokenizer: tokenizer.into(),
            config: config.into(),
        })?;
        bundle.manifest = manifest::files(manifest::BUILT_IN, &bundle.name);
        if let Some(files) = &bundle.manifest {
            // The program was built from these very files, so nothing is hashed at start-up.
            bundle.identity = OnceLock::from(identity(files));
        }
        Ok(bundle)
    }

    /// Says that there is no model in this program.
    ///
    /// # Errors
    ///
    /// [`ModelError::NotEmbedded`], always.
    #[cfg(not(feature = "embedded-model"))]
    pub fn embedded() -> Result<Self, ModelError> {
        Err(ModelError::NotEmbedded)
    }

    /// Whether there is a bundle in `folder`.
    pub fn is_in(folder: &Path) -> bool {
        folder.join(TOKENIZER).exists()
    }

    /// Opens the bundle in `folder`; its files are mapped, not read.
    ///
    /// # Errors
    ///
    /// If a file is missing, or they are not of one model.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        let map = |name| ModelBytes::map(&folder.join(name));
        let mut bundle = Self::new(Files {
            weights: map(WEIGHTS)?,
            tokenizer: map(TOKENIZER)?,
            config: map(CONFIG)?,
        })?;
        bundle.manifest = manifest::files_beside(folder, &bundle.name);
        Ok(bundle)
    }

    fn new(files: Files) -> Result<Self, ModelError> {
        let config = EncoderConfig::read(&files.config).map_err(damaged(CONFIG))?;
        let weights = Weights::read(files.weights.clone()).map_err(damaged(WEIGHTS))?;
        config.check(&weights).map_err(damaged(WEIGHTS))?;
        let tokenizer = Tokenizer::from_bytes(files.tokenizer.clone())?;
        if tokenizer.vocabulary_size() != config.vocab_size {
            let pieces = tokenizer.vocabulary_size();
            let problem = format!("it has {pieces} pieces, the network {}", config.vocab_size);
            return Err(damaged(TOKENIZER)(problem));
        }
        let name = weights.text("general.name").unwrap_or("unnamed").to_owned();
        Ok(Self {
            name,
            config,
            weights,
            tokenizer,
            files,
            manifest: None,
            identity: OnceLock::new(),
        })
    }

    /// Its name, for example `tomtat-small`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The SPDX identifier of its licence, as its file says.
    pub fn license(&self) -> &str {
        self.weights.text("general.license").unwrap_or("unknown")
    }

    /// What the original was trained to have in front of a text; may be empty. Nothing is put there: a bundle that is made
    /// of this one says it too.
    pub(super) fn prefix(&self) -> &str {
        self.weights.text("tomtat.prefix").unwrap_or_default()
    }

    /// The sizes of the network.
    pub fn config(&self) -> &EncoderConfig {
        &self.config
    }

    /// The tensors; every one that [`config`](Self::config) asks for is there and of the right
    /// shape.
    pub fn weights(&self) -> &Weights {
        &self.weights
    }

    /// The tokenizer, with as many pieces as the network.
    pub fn tokenizer(&self) -> &Tokenizer {
        &self.tokenizer
    }

    /// The bytes of `tokenizer.bin`.
    pub(super) fn tokenizer_bytes(&self) -> &[u8] {
        &self.files.tokenizer
    }

    /// The text of `config.json`.
    pub fn config_json(&self) -> &[u8] {
        &self.files.config
    }

    /// Every tensor widened to f32, for Candle's own networks and for training; copies 170 MB for
    /// `tomtat-small`.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub fn var_builder(&self, device: &Device) -> candle_core::Result<VarBuilder<'static>> {
        let tensor = |(name, tensor): (&str, super::Tensor<'_>)| {
            let values = candle_core::Tensor::from_vec(tensor.to_vec(), tensor.shape(), device)?;
            Ok((name.to_owned(), values))
        };
        let tensors = self
            .weights
            .tensors()
            .map(tensor)
            .collect::<candle_core::Result<HashMap<_, _>>>()?;
        Ok(VarBuilder::from_tensors(tensors, DType::F32, device))
    }

    /// Hashes the files as they are.
    pub fn hashes(&self) -> Vec<FileHash> {
        let files = [
            (WEIGHTS, &self.files.weights),
            (TOKENIZER, &self.files.tokenizer),
            (CONFIG, &self.files.config),
        ];
        files.map(|(name, bytes)| FileHash::of(name, bytes)).into()
    }

    /// The model's identity: the SHA-256 of its files' hashes and names, as `sha256sum` prints
    /// them.
    ///
    /// For the model inside the program it is known beforehand; otherwise the files are hashed
    /// once.
    pub fn sha256(&self) -> &str {
        self.identity.get_or_init(|| identity(&self.hashes()))
    }

    /// Hashes the files and compares them with the manifest: the one built in, or the one beside
    /// the folder.
    ///
    /// # Errors
    ///
    /// [`ModelError::WrongHash`] for the first file that differs; [`ModelError::NoManifest`] if
    /// none describes it.
    pub fn verify(&self) -> Result<Vec<FileHash>, ModelError> {
        let Some(expected) = &self.manifest else {
            return Err(ModelError::NoManifest(self.name.clone()));
        };
        let found = self.hashes();
        for (expected, found) in expected.iter().zip(&found) {
            if expected != found {
                let (file, expected, found) = (
                    found.name.clone(),
                    expected.sha256.clone(),
                    found.sha256.clone(),
                );
                return Err(ModelError::WrongHash {
                    file,
                    expected,
                    found,
                });
            }
        }
        if expected.len() == found.len() {
            Ok(found)
        } else {
            Err(ModelError::NoManifest(self.name.clone()))
        }
    }
}

fn damaged(file: &str) -> impl Fn(String) -> ModelError {
    move |problem| ModelError::Damaged {
        file: file.to_owned(),
        problem,
    }
}
