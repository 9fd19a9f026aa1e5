//! A trained label set on disk: one folder with `labels.json` in it.

use std::path::{Path, PathBuf};
use std::{fs, io};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{Classifier, ClassifierError};

/// The file within the folder.
pub const FILE_NAME: &str = "labels.json";

/// The version of the file's layout that this program writes and reads.
const FORMAT_VERSION: u32 = 1;

/// A trained label set, and which model's vectors it reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LabelSet {
    format_version: u32,
    /// Hash of the model that it was trained on.
    pub model_sha256: String,
    /// The heads.
    pub classifier: Classifier,
}

/// A label set that cannot be used.
#[derive(Debug, Error)]
pub enum LabelSetError {
    /// The file cannot be read.
    #[error("cannot read the labels in {path}; `tomtat train labels` makes such a folder")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no label set.
    #[error("{path} is not a label set")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        source: serde_json::Error,
    },
    /// A layout of another version of the program.
    #[error(
        "the label set has format version {0}, this program reads version {FORMAT_VERSION}; train it again"
    )]
    OtherVersion(u32),
    /// Trained on another model's vectors.
    #[error("the labels were trained on another model; train them again with this one")]
    OtherModel,
    /// The heads do not fit together.
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
}

impl LabelSet {
    /// A label set for the model with this hash.
    pub fn new(model_sha256: String, classifier: Classifier) -> Self {
        Self {
            format_version: FORMAT_VERSION,
            model_sha256,
            classifier,
        }
    }

    /// Reads the label set in `folder`.
    ///
    /// # Errors
    ///
    /// If there is none, or it is of another format version.
    pub fn load(folder: &Path) -> Result<Self, LabelSetError> {
        let path = folder.join(FILE_NAME);
        match fs::read(&path) {
            Ok(json) => Self::from_json(&json, &path),
            Err(source) => Err(LabelSetError::Unreadable { path, source }),
        }
    }

    /// Reads a label set from the content of its file; `path` is for the messages.
    ///
    /// # Errors
    ///
    /// If it is none, or of another format version.
    pub fn from_json(json: &[u8], path: &Path) -> Result<Self, LabelSetError> {
        let malformed = |source| LabelSetError::Malformed {
            path: path.to_owned(),
            source,
        };
        let labels: Self = serde_json::from_slice(json).map_err(malformed)?;
        match labels.format_version {
            FORMAT_VERSION => Ok(labels),
            other => Err(LabelSetError::OtherVersion(other)),
        }
    }

    /// The heads, if they are for the model with this hash and size.
    ///
    /// # Errors
    ///
    /// If they are for another one.
    pub fn for_model(
        self,
        model_sha256: &str,
        hidden_size: usize,
    ) -> Result<Classifier, LabelSetError> {
        self.classifier.check(hidden_size)?;
        if self.model_sha256 != model_sha256 {
            return Err(LabelSetError::OtherModel);
        }
        Ok(self.classifier)
    }
}
