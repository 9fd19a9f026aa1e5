//! Why a model of the hub is not to be had, and what to do.

use std::path::PathBuf;

use thiserror::Error;

/// Why the hub, or its cache, did not give a model. Each says what to do.
#[derive(Debug, Error)]
pub enum HubError {
    /// A revision that could leave the cache's folder.
    #[error("{0} is no revision of a model; give a branch, tag or commit")]
    BadRevision(String),
    /// Without the network, what the cache lacks is not to be had.
    #[error("{name} at {revision} is not in {} and the network is off; run `tomtat model pull --model {name}` with the network on", cache.display())]
    NotCached {
        /// The model.
        name: String,
        /// The revision asked for.
        revision: String,
        /// Where it was looked for.
        cache: PathBuf,
    },
    /// Nobody answers there.
    #[error(
        "the hub at {endpoint} cannot be reached ({problem}), and {name} is no folder; check the connection, use --offline with \
         a model in the cache, or leave out --model"
    )]
    Unreachable {
        /// The model.
        name: String,
        /// The address.
        endpoint: String,
        /// What went wrong.
        problem: String,
    },
    /// The hub does not know the model or the revision, or does not show it to everybody.
    #[error(
        "the hub has no model {name} at {revision}, or wants a token for it (HF_TOKEN); check the name"
    )]
    NotFound {
        /// The model.
        name: String,
        /// The revision asked for.
        revision: String,
    },
    /// The hub answers, but not as a hub does.
    #[error("the hub at {endpoint} gave no usable answer ({problem}); try again later")]
    BadAnswer {
        /// The address.
        endpoint: String,
        /// What went wrong.
        problem: String,
    },
    /// A model without a file that this program needs.
    #[error(
        "{name} has no {file}; this program runs models with config.json, tokenizer.json and safetensors"
    )]
    Unsupported {
        /// The model.
        name: String,
        /// What it lacks.
        file: &'static str,
    },
    /// A file that arrived with other contents than the hub has.
    #[error("{file} arrived damaged and was removed from the cache; fetch it again")]
    Corrupt {
        /// Its name.
        file: String,
    },
    /// The cache cannot be written to.
    #[error("the cache in {} cannot be written to", cache.display())]
    Cache {
        /// The folder.
        cache: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
}
