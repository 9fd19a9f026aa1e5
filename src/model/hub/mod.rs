//! Models of the Hugging Face hub: in the cache already, or fetched into it.
//!
//! The cache is the hub's usual one, shared with its other clients, and a revision means a commit:
//! all files of a model come from the same one. Nothing here reads the environment; [`HubOptions`]
//! say it all.

mod download;
mod error;
mod integrity;

use std::path::{Path, PathBuf};

use hf_hub::{Cache, Repo, RepoType};

use super::ModelError;
use super::transformer::{CONFIG, INDEX, TOKENIZER, WEIGHTS, shards};
use download::Download;

pub use error::HubError;
pub use integrity::verify;

/// The hub's public address.
pub const ENDPOINT: &str = "https://huggingface.co";

/// Where models come from and are kept.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// A branch, tag or commit.
    pub revision: String,
    /// The hub's home folder (`HF_HOME`); models are in its folder `hub`.
    pub home: PathBuf,
    /// The hub's address, [`ENDPOINT`] as a rule (`HF_ENDPOINT`).
    pub endpoint: String,
    /// The user's token for models that ask for one (`HF_TOKEN`); by default the one in `home`.
    pub token: Option<String>,
    /// Whether the network may be used.
    pub network: Network,
    /// What is shown of a download.
    pub progress: Progress,
}

/// Whether the network may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Network {
    /// Where the cache lacks a file.
    WhereNeeded,
    /// To ask what the revision is now, even if the cache has it: `model pull`.
    Refresh,
    /// Never.
    Off,
}

/// What is shown of a download.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A bar on standard error, if that is a terminal.
    Bar,
    /// Nothing.
    Silent,
}

impl HubOptions {
    /// The public hub, branch `main`, models kept in `home`, as a rule `~/.cache/huggingface`.
    pub fn new(home: PathBuf) -> Self {
        Self {
            revision: "main".to_owned(),
            home,
            endpoint: ENDPOINT.to_owned(),
            token: None,
            network: Network::WhereNeeded,
            progress: Progress::Silent,
        }
    }

    fn cache(&self) -> Cache {
        Cache::new(self.home.join("hub"))
    }
}

/// Whether the hub could have a model of this name: `OWNER/NAME`, or one word for the oldest ones.
pub fn is_model_name(name: &str) -> bool {
    let word = |word: &str| {
        let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.".contains(letter);
        word.starts_with(|letter: char| letter.is_ascii_alphanumeric()) && word.chars().all(plain)
    };
    match name.split_once('/') {
        Some((owner, name)) => word(owner) && word(name),
        None => word(name),
    }
}

/// Finds the model `name` in the cache, or fetches it there, and returns its folder.
///
/// A download that was broken off goes on where it stopped. A branch or tag means, once it is in
/// the cache, the commit that it was then, until [`Network::Refresh`] asks again.
///
/// # Errors
///
/// If the model is not to be had; the message says what to do.
pub fn fetch(name: &str, options: &HubOptions) -> Result<PathBuf, ModelError> {
    if !is_safe_revision(&options.revision) {
        return Err(HubError::BadRevision(options.revision.clone()).into());
    }
    if options.network != Network::Refresh
        && let Some(folder) = cached(name, options)
    {
        return Ok(folder);
    }
    if options.network == Network::Off {
        let (name, revision) = (name.to_owned(), options.revision.clone());
        return Err(HubError::NotCached {
            name,
            revision,
            cache: options.home.join("hub"),
        }
        .into());
    }
    Download::start(name, options)?.run()
}

/// A revision names a file in the cache's folder `refs`.
fn is_safe_revision(revision: &str) -> bool {
    let plain =
        |part: &str| !matches!(part, "" | "." | "..") && !part.contains(['\\', ':', '?', '#', '%']);
    revision.split('/').all(plain)
}

/// The folder of the model in the cache, if all its files are there.
fn cached(name: &str, options: &HubOptions) -> Option<PathBuf> {
    let repo = Repo::with_revision(name.to_owned(), RepoType::Model, options.revision.clone());
    let cache = options.cache().repo(repo);
    // Other clients keep no reference for a commit that is asked for by its hash.
    let by_hash = cache.pointer_path(&options.revision);
    let folder = cache
        .get(CONFIG)
        .and_then(|path| Some(path.parent()?.to_owned()))
        .unwrap_or(by_hash);
    is_complete(&folder).then_some(folder)
}

/// Whether `folder` has every file that a model needs.
fn is_complete(folder: &Path) -> bool {
    let has = |file: &str| folder.join(file).exists();
    let has_weights = match std::fs::read(folder.join(INDEX)) {
        Ok(index) => shards(&index).is_ok_and(|names| names.iter().all(|name| has(name))),
        Err(_) => has(WEIGHTS),
    };
    has(CONFIG) && has(TOKENIZER) && has_weights
}
