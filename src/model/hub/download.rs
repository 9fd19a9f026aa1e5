//! Asking the hub and fetching what it has.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use hf_hub::api::sync::{Api, ApiBuilder, ApiError, ApiRepo};
use hf_hub::{Repo, RepoType};
use indicatif::ProgressBar;
use serde::Deserialize;

use super::integrity::wrong_hash;
use super::{HubError, HubOptions, Progress};
use crate::model::transformer::{CONFIG, INDEX, TOKENIZER, WEIGHTS, shards};
use crate::model::{ModelBytes, ModelError};

/// Long enough for a slow line, short enough for a person who waits.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);
const ANSWER_TIMEOUT: Duration = Duration::from_secs(30);

/// What the hub says of a model at a revision.
#[derive(Debug, Deserialize)]
struct Description {
    sha: String,
    siblings: Vec<Sibling>,
}

#[derive(Debug, Deserialize)]
struct Sibling {
    #[serde(rename = "rfilename")]
    name: String,
}

/// A model that is being fetched, all of it from one commit.
pub(super) struct Download<'a> {
    name: &'a str,
    options: &'a HubOptions,
    repo: ApiRepo,
    commit: String,
    files: Vec<String>,
}

impl<'a> Download<'a> {
    /// Asks the hub which commit the revision is and which files it has.
    pub(super) fn start(name: &'a str, options: &'a HubOptions) -> Result<Self, ModelError> {
        let api = api(name, options)?;
        let repo = |revision| Repo::with_revision(name.to_owned(), RepoType::Model, revision);
        let description = describe(&api.repo(repo(options.revision.clone())), name, options)?;
        let commit = description.sha;
        if commit.is_empty() || !commit.chars().all(|digit| digit.is_ascii_hexdigit()) {
            return Err(bad_answer(options, "its commit is no hash").into());
        }
        let files = description
            .siblings
            .into_iter()
            .map(|sibling| sibling.name)
            .collect();
        Ok(Self {
            name,
            options,
            repo: api.repo(repo(commit.clone())),
            commit,
            files,
        })
    }

    /// Fetches what the cache lacks, then lets the revision point to it.
    pub(super) fn run(&self) -> Result<PathBuf, ModelError> {
        for file in [CONFIG, TOKENIZER] {
            self.require(file)?;
        }
        if self.files.iter().any(|file| file == INDEX) {
            let index = ModelBytes::map(&self.get(INDEX)?)?;
            for shard in shards(&index)? {
                self.get(&shard)?;
            }
        } else {
            self.require(WEIGHTS)?;
        }
        let revision = self.options.revision.clone();
        let repo = Repo::with_revision(self.name.to_owned(), RepoType::Model, revision);
        let cache = self.options.cache().repo(repo);
        cache
            .create_ref(&self.commit)
            .map_err(|source| self.unwritable(source))?;
        Ok(cache.pointer_path(&self.commit))
    }

    fn require(&self, file: &'static str) -> Result<PathBuf, ModelError> {
        if self.files.iter().any(|name| name == file) {
            return self.get(file);
        }
        Err(HubError::Unsupported {
            name: self.name.to_owned(),
            file,
        }
        .into())
    }

    /// The file in the cache, fetched if it was not there.
    fn get(&self, file: &str) -> Result<PathBuf, ModelError> {
        let repo = Repo::with_revision(self.name.to_owned(), RepoType::Model, self.commit.clone());
        let cached = self
            .options
            .cache()
            .repo(repo)
            .pointer_path(&self.commit)
            .join(file);
        if cached.exists() {
            return Ok(cached);
        }
        let fetched = match self.options.progress {
            Progress::Bar => self.repo.download_with_progress(file, ProgressBar::new(0)),
            Progress::Silent => self.repo.download_with_progress(file, ()),
        };
        let path = fetched.map_err(|error| self.failure(error))?;
        self.remove_if_damaged(&path, file)?;
        Ok(path)
    }

    /// What arrived with other contents than the hub has must not be taken for the model later.
    fn remove_if_damaged(&self, path: &Path, file: &str) -> Result<(), ModelError> {
        if wrong_hash(path)?.is_none() {
            return Ok(());
        }
        let blob = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        std::fs::remove_file(path)
            .and_then(|()| std::fs::remove_file(&blob))
            .map_err(|source| self.unwritable(source))?;
        Err(HubError::Corrupt {
            file: file.to_owned(),
        }
        .into())
    }

    fn failure(&self, error: ApiError) -> HubError {
        match error {
            ApiError::IoError(source) if is_of_disk(source.kind()) => self.unwritable(source),
            error => unreachable(self.name, self.options, error.to_string()),
        }
    }

    fn unwritable(&self, source: std::io::Error) -> HubError {
        HubError::Cache {
            cache: self.options.home.join("hub"),
            source,
        }
    }
}

/// Whether the cache is at fault: what the hub's answer is read with fails in the same way as what it is written with.
fn is_of_disk(kind: ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::StorageFull
            | ErrorKind::QuotaExceeded
            | ErrorKind::FileTooLarge
            | ErrorKind::PermissionDenied
            | ErrorKind::ReadOnlyFilesystem
            | ErrorKind::NotFound
            | ErrorKind::NotADirectory
            | ErrorKind::IsADirectory
            // A file where a folder is to be, on Windows.
            | ErrorKind::AlreadyExists
    )
}

fn api(name: &str, options: &HubOptions) -> Result<Api, HubError> {
    let builder = ApiBuilder::from_cache(options.cache()).with_endpoint(options.endpoint.clone());
    let builder = match &options.token {
        Some(token) => builder.with_token(Some(token.clone())),
        None => builder,
    };
    builder
        .build()
        .map_err(|error| unreachable(name, options, error.to_string()))
}

/// The first question to the hub: with a time limit, as a hub that drops packets would never
/// answer.
fn describe(repo: &ApiRepo, name: &str, options: &HubOptions) -> Result<Description, HubError> {
    let request = repo.info_request().config();
    let request = request
        .http_status_as_error(false)
        .timeout_connect(Some(CONNECT_TIMEOUT));
    let request = request.timeout_global(Some(ANSWER_TIMEOUT)).build();
    let mut answer = request
        .call()
        .map_err(|error| unreachable(name, options, error.to_string()))?;
    match answer.status().as_u16() {
        200 => {}
        401 | 403 | 404 => {
            let (name, revision) = (name.to_owned(), options.revision.clone());
            return Err(HubError::NotFound { name, revision });
        }
        status => return Err(bad_answer(options, &format!("status {status}"))),
    }
    let text = answer.body_mut().read_to_string();
    let text = text.map_err(|error| unreachable(name, options, error.to_string()))?;
    serde_json::from_str(&text).map_err(|error| bad_answer(options, &error.to_string()))
}

fn unreachable(name: &str, options: &HubOptions, problem: String) -> HubError {
    HubError::Unreachable {
        name: name.to_owned(),
        endpoint: options.endpoint.clone(),
        problem,
    }
}

fn bad_answer(options: &HubOptions, problem: &str) -> HubError {
    HubError::BadAnswer {
        endpoint: options.endpoint.clone(),
        problem: problem.to_owned(),
    }
}
