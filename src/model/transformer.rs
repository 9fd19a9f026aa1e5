//! A model in Hugging Face's form: `config.json`, `tokenizer.json` and safetensors.

use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use candle_core::{DType, Device};
use candle_nn::VarBuilder;
use serde::Deserialize;

use super::hash::{FileHash, identity};
use super::{ModelBytes, ModelError};

pub(super) const CONFIG: &str = "config.json";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const WEIGHTS: &str = "model.safetensors";
pub(super) const INDEX: &str = "model.safetensors.index.json";

/// The files of a transformer, mapped from its folder.
#[derive(Clone, Debug)]
pub struct TransformerFiles {
    name: String,
    folder: PathBuf,
    config: ModelBytes,
    tokenizer: ModelBytes,
    /// By name, in its order.
    weights: Vec<(String, ModelBytes)>,
    identity: OnceLock<String>,
}

impl TransformerFiles {
    /// Opens the files in `folder` of the model called `name`.
    ///
    /// # Errors
    ///
    /// If one is missing, or the index of the weights is damaged.
    pub fn open(folder: &Path, name: &str) -> Result<Self, ModelError> {
        let map = |file: &'static str| {
            let path = folder.join(file);
            if path.exists() {
                ModelBytes::map(&path)
            } else {
                Err(ModelError::Incomplete {
                    folder: folder.into(),
                    file,
                })
            }
        };
        let (config, tokenizer) = (map(CONFIG)?, map(TOKENIZER)?);
        let weights = if folder.join(INDEX).exists() {
            let names = shards(&map(INDEX)?)?;
            let shard = |name: String| Ok((name.clone(), ModelBytes::map(&folder.join(name))?));
            names
                .into_iter()
                .map(shard)
                .collect::<Result<_, ModelError>>()?
        } else {
            vec![(WEIGHTS.to_owned(), map(WEIGHTS)?)]
        };
        Ok(Self {
            name: name.to_owned(),
            folder: folder.to_owned(),
            config,
            tokenizer,
            weights,
            identity: OnceLock::new(),
        })
    }

    /// The folder that it lies in.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its name: the folder's, or the hub's.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The text of `config.json`.
    pub fn config_json(&self) -> &[u8] {
        &self.config
    }

    /// The text of `tokenizer.json`.
    pub fn tokenizer_json(&self) -> &[u8] {
        &self.tokenizer
    }

    /// All tensors in f32.
    ///
    /// # Errors
    ///
    /// If a file is no safetensors, or the device has no room.
    pub fn var_builder(&self, device: &Device) -> candle_core::Result<VarBuilder<'static>> {
        let mut tensors = HashMap::new();
        for (_, bytes) in &self.weights {
            tensors.extend(candle_core::safetensors::load_buffer(bytes, device)?);
        }
        Ok(VarBuilder::from_tensors(tensors, DType::F32, device))
    }

    /// Hashes the files.
    pub fn hashes(&self) -> Vec<FileHash> {
        let weights = self
            .weights
            .iter()
            .map(|(name, bytes)| (name.as_str(), bytes));
        let files = [(CONFIG, &self.config), (TOKENIZER, &self.tokenizer)]
            .into_iter()
            .chain(weights);
        files
            .map(|(name, bytes)| FileHash::of(name, bytes))
            .collect()
    }

    /// The model's identity: the SHA-256 of its files' hashes and names, as `sha256sum` prints
    /// them.
    ///
    /// The files are hashed at the first call, about a second for each gigabyte.
    pub fn sha256(&self) -> &str {
        self.identity.get_or_init(|| identity(&self.hashes()))
    }
}

/// The files that an index of weights names.
///
/// # Errors
///
/// If it is no index, or names a file outside its folder.
pub(super) fn shards(index: &[u8]) -> Result<BTreeSet<String>, ModelError> {
    #[derive(Deserialize)]
    struct Index {
        weight_map: HashMap<String, String>,
    }
    let damaged = |problem: String| ModelError::Damaged {
        file: INDEX.to_owned(),
        problem,
    };
    let index: Index = serde_json::from_slice(index).map_err(|error| damaged(error.to_string()))?;
    let names: BTreeSet<String> = index.weight_map.into_values().collect();
    match names
        .iter()
        .find(|name| name.contains(['/', '\\', ':']) || !name.ends_with(".safetensors"))
    {
        Some(name) => Err(damaged(format!("{name} is no name of a weights file"))),
        None => Ok(names),
    }
}
