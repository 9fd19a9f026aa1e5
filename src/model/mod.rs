//! Which transformer, and where are its bytes?
//!
//! A [`Bundle`] is a model in this project's own form: 4-bit weights and a tokenizer that are used
//! where they lie, inside the program or in a folder. [`TransformerFiles`] are a model in Hugging
//! Face's form, from a folder or fetched by [`hub`]. [`find`] tells which one a name means. What
//! runs them is [`crate::encode`]'s business.

mod bundle;
mod bytes;
mod config;
pub mod device;
mod gguf;
mod hash;
pub mod hub;
mod manifest;
mod reader;
mod tensor;
mod transformer;
mod write;

#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

use thiserror::Error;

pub use bundle::Bundle;
pub use bytes::ModelBytes;
pub use config::EncoderConfig;
pub use gguf::Weights;
pub use hash::FileHash;
pub use hub::{HubError, HubOptions};
pub use tensor::{Tensor, TensorData};
pub use transformer::TransformerFiles;
pub use write::{BundleLayers, LayerTensor, bundle_files};

use crate::tokenize::TokenizerError;

/// Why a model could not be opened, or is not what it should be.
#[derive(Debug, Error)]
pub enum ModelError {
    /// A file that is missing or may not be read.
    #[error("{} cannot be read", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// A file that is not what its name says.
    #[error("{file} is damaged or of another kind: {problem}")]
    Damaged {
        /// Its name.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A tokenizer that cannot be used.
    #[error("tokenizer.bin cannot be used")]
    Tokenizer(#[from] TokenizerError),
    /// A build without the default feature `embedded-model`.
    #[error("this program was built without a model; name one with --model")]
    NotEmbedded,
    /// Neither a folder nor a name that the hub could know.
    #[error("{0} is no folder, nor a name of a model on the hub (OWNER/NAME)")]
    NoSuchModel(String),
    /// A folder without a file that a model needs.
    #[error("{} has no {file}; a model's folder has config.json, tokenizer.json and safetensors, or a bundle", folder.display())]
    Incomplete {
        /// The folder.
        folder: PathBuf,
        /// What it lacks.
        file: &'static str,
    },
    /// The hub, or its cache, did not give the model.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// A file whose hash is not the one in the manifest, or in the hub's cache.
    #[error("{file} has sha256 {found}, which should be {expected}; fetch the model again")]
    WrongHash {
        /// Its name.
        file: String,
        /// The hash that it should have.
        expected: String,
        /// The hash of the file.
        found: String,
    },
    /// A folder that no manifest describes, so that there is nothing to check it against.
    #[error(
        "no manifest.toml describes {0}, as is so with models that were trained here; `tomtat model info` gives the hashes of \
         its files, to compare with earlier ones"
    )]
    NoManifest(String),
}

impl ModelError {
    /// Whether a file is not what its hash says.
    pub fn is_mismatch(&self) -> bool {
        matches!(self, Self::WrongHash { .. })
    }

    /// Whether the model is not to be had, rather than damaged.
    pub fn is_unavailable(&self) -> bool {
        matches!(
            self,
            Self::NotEmbedded | Self::NoSuchModel(_) | Self::Hub(_)
        )
    }
}

/// A model that has been found.
#[derive(Clone, Debug)]
pub enum ModelFiles {
    /// In this project's form.
    Bundle(Box<Bundle>),
    /// In Hugging Face's.
    Transformer(TransformerFiles),
}

impl ModelFiles {
    /// Opens the model in `folder`: a bundle if there is a `tokenizer.bin`.
    ///
    /// # Errors
    ///
    /// If a file is missing or not what it should be.
    pub fn open(folder: &Path) -> Result<Self, ModelError> {
        if Bundle::is_in(folder) {
            Ok(Self::Bundle(Box::new(Bundle::open(folder)?)))
        } else {
            let name = folder
                .file_name()
                .unwrap_or(folder.as_os_str())
                .to_string_lossy();
            Ok(Self::Transformer(TransformerFiles::open(folder, &name)?))
        }
    }
}

/// Finds the model `name`: a folder if there is one of that name, else a model on the hub or in its
/// cache.
///
/// # Errors
///
/// If `name` is neither, the hub cannot give it ([`ModelError::is_unavailable`]), or its files are
/// damaged.
pub fn find(name: &str, hub: &HubOptions) -> Result<ModelFiles, ModelError> {
    if Path::new(name).is_dir() {
        return ModelFiles::open(Path::new(name));
    }
    if !hub::is_model_name(name) {
        return Err(ModelError::NoSuchModel(name.to_owned()));
    }
    let snapshot = hub::fetch(name, hub)?;
    Ok(ModelFiles::Transformer(TransformerFiles::open(
        &snapshot, name,
    )?))
}
