//! A scorer as a file: its parts as safetensors in 16 bits, all else in the metadata.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use safetensors::{SafeTensorError, serialize};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Parts, PartsError, Scorer};

/// The file within its folder, beside that of the labels.
pub const FILE_NAME: &str = "salience.safetensors";

/// The version of the layout and of the features that this program writes and reads.
const FORMAT_VERSION: u32 = 1;

/// The name within the metadata.
const METADATA: &str = "tomtat";

/// A scorer, and which model's vectors it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredScorer {
    /// Hash of the model whose vectors it reads; it fits every model if it reads none.
    pub model_sha256: Option<String>,
    /// The scorer.
    pub scorer: Scorer,
}

/// A scorer that cannot be used.
#[derive(Debug, Error)]
pub enum StoredScorerError {
    /// The file cannot be read.
    #[error("cannot read {path}; `tomtat train salience` makes such a file")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no scorer.
    #[error("the salience scorer is damaged: {0}")]
    Damaged(String),
    /// A layout of another version of the program.
    #[error(
        "the salience scorer has format version {0}, this program reads {FORMAT_VERSION}; train it again"
    )]
    OtherVersion(u32),
    /// Trained on another model's vectors.
    #[error(
        "the salience scorer was trained on another model; train it again with this one, or take `--ranker features`"
    )]
    OtherModel,
    /// The parts do not fit together.
    #[error(transparent)]
    Parts(#[from] PartsError),
}

/// What the metadata says, in JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Description {
    format_version: u32,
    model_sha256: Option<String>,
}

impl StoredScorer {
    /// Reads the scorer in `folder`, if there is one.
    ///
    /// # Errors
    ///
    /// If it is damaged or of another format version.
    pub fn find(folder: &Path) -> Result<Option<Self>, StoredScorerError> {
        let path = folder.join(FILE_NAME);
        match fs::read(&path) {
            Ok(bytes) => Self::from_bytes(&bytes).map(Some),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoredScorerError::Unreadable { path, source }),
        }
    }

    /// Reads a scorer from the bytes of its file.
    ///
    /// # Errors
    ///
    /// If they are none, or of another format version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredScorerError> {
        let description = Description::read(bytes)?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let mut parts = Vec::new();
        for (name, tensor) in tensors.tensors() {
            if tensor.dtype() != Dtype::F16 {
                let problem = format!("numbers of type {:?}", tensor.dtype());
                return Err(StoredScorerError::Damaged(problem));
            }
            let (numbers, _) = tensor.data().as_chunks();
            let number = |&bytes: &[u8; 2]| f16::from_le_bytes(bytes).to_f32();
            let values = numbers.iter().map(number).collect();
            parts.push((name, (tensor.shape().to_vec(), values)));
        }
        Ok(Self {
            model_sha256: description.model_sha256,
            scorer: Scorer::new(Parts::new(parts))?,
        })
    }

    /// The bytes of its file.
    ///
    /// # Errors
    ///
    /// Never for a scorer that could be put together.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoredScorerError> {
        let bytes = |values: &[f32]| -> Vec<u8> {
            let numbers = values.iter().map(|&value| f16::from_f32(value));
            numbers.flat_map(f16::to_le_bytes).collect()
        };
        let parts = self.scorer.parts().iter();
        let parts: Vec<(&String, &Vec<usize>, Vec<u8>)> = parts
            .map(|(name, (shape, values))| (name, shape, bytes(values)))
            .collect();
        let mut tensors = Vec::with_capacity(parts.len());
        for (name, shape, bytes) in &parts {
            tensors.push((*name, TensorView::new(Dtype::F16, (*shape).clone(), bytes)?));
        }
        let description = Description {
            format_version: FORMAT_VERSION,
            model_sha256: self.model_sha256.clone(),
        };
        let description = serde_json::to_string(&description)
            .map_err(|error| StoredScorerError::Damaged(error.to_string()))?;
        let metadata = HashMap::from([(METADATA.to_owned(), description)]);
        Ok(serialize(tensors, Some(metadata))?)
    }

    /// Whether it reads no vectors or those of the model with this hash and size.
    pub fn fits(&self, sha256: &str, hidden_size: usize) -> bool {
        let same_size = |size| size == hidden_size;
        self.scorer.hidden_size().is_none_or(same_size)
            && self.model_sha256.as_deref().is_none_or(|of| of == sha256)
    }

    /// The scorer, if it [fits](Self::fits).
    ///
    /// # Errors
    ///
    /// If it is for another model.
    pub fn for_model(self, sha256: &str, hidden_size: usize) -> Result<Scorer, StoredScorerError> {
        if self.fits(sha256, hidden_size) {
            Ok(self.scorer)
        } else {
            Err(StoredScorerError::OtherModel)
        }
    }
}

impl Description {
    fn read(bytes: &[u8]) -> Result<Self, StoredScorerError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let entries = metadata.metadata().as_ref();
        let damaged = |problem: &str| StoredScorerError::Damaged(problem.to_owned());
        let json = entries.and_then(|entries| entries.get(METADATA));
        let json = json.ok_or_else(|| damaged("it has no description"))?;
        let description: Self =
            serde_json::from_str(json).map_err(|error| damaged(&error.to_string()))?;
        match description.format_version {
            FORMAT_VERSION => Ok(description),
            other => Err(StoredScorerError::OtherVersion(other)),
        }
    }
}

impl From<SafeTensorError> for StoredScorerError {
    fn from(error: SafeTensorError) -> Self {
        Self::Damaged(error.to_string())
    }
}
