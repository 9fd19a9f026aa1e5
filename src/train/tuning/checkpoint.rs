//! A run of learning on disk, so that it can be taken up where it stopped.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::{fs, io};

use candle_core::{Device, Tensor};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::watch::Watch;
use super::{EpochLosses, Task, Tuning, TuningOptions};

const FILE_NAME: &str = "checkpoint.safetensors";
/// The name of the tensor that holds the rest of the state, as the bytes of a JSON text.
const STATE: &str = "state";
/// What the names of the variables after the best epoch begin with.
const BEST: &str = "best/";

/// Where a run of learning keeps its state.
#[derive(Clone, Debug)]
pub struct Checkpoint {
    folder: PathBuf,
}

/// Why a run cannot be taken up.
#[derive(Debug, Error)]
pub enum CheckpointError {
    /// A file cannot be read or written.
    #[error("cannot use the checkpoint in {folder}")]
    Unusable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Other settings or other data: going on would give what no single run gives.
    #[error(
        "the checkpoint in {0} is of a run with other settings or data; take it away to start anew"
    )]
    OtherRun(PathBuf),
    /// It cannot be written: the disk is full, or the folder is not ours.
    #[error("cannot write the checkpoint in {folder}")]
    Unwritable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: candle_core::Error,
    },
    /// What was read is no state of this network, or the tensor library failed.
    #[error("the checkpoint is damaged")]
    Tensors(#[from] candle_core::Error),
}

#[derive(Debug, PartialEq, Serialize, Deserialize)]
struct State {
    options: TuningOptions,
    items: usize,
    /// What the caller says the run depends on besides: hashes of model and data.
    origin: String,
    step: usize,
    #[serde(default)]
    epochs: Vec<EpochLosses>,
}

impl Checkpoint {
    /// A checkpoint in `folder`, which must be there.
    pub fn new(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    /// Writes the state of `tuning`, whole or not at all.
    ///
    /// # Errors
    ///
    /// If the folder cannot be written to.
    pub(crate) fn save<T: Task>(
        &self,
        tuning: &Tuning<'_, T>,
        origin: &str,
    ) -> Result<(), CheckpointError> {
        let state = State {
            options: tuning.options.clone(),
            items: tuning.task.count(),
            origin: origin.to_owned(),
            step: tuning.step,
            epochs: tuning.watch.epochs.clone(),
        };
        let json = serde_json::to_vec(&state).map_err(|error| self.unusable(error.into()))?;
        let mut tensors: HashMap<String, Tensor> = tuning.optimizer.state()?.into_iter().collect();
        tensors.insert(STATE.to_owned(), Tensor::new(json, &Device::Cpu)?);
        let best = tuning.watch.best.iter();
        tensors.extend(best.map(|(name, tensor)| (format!("{BEST}{name}"), tensor.clone())));
        let partial = self.path().with_extension("partial");
        candle_core::safetensors::save(&tensors, &partial).map_err(|source| {
            CheckpointError::Unwritable {
                folder: self.folder.clone(),
                source,
            }
        })?;
        fs::rename(partial, self.path()).map_err(|source| self.unusable(source))
    }

    /// Takes up the state, if there is one; says whether there was.
    ///
    /// # Errors
    ///
    /// If it is damaged, or of another run.
    pub(crate) fn resume<T: Task>(
        &self,
        tuning: &mut Tuning<'_, T>,
        origin: &str,
    ) -> Result<bool, CheckpointError> {
        if !self.path().exists() {
            return Ok(false);
        }
        let mut tensors = candle_core::safetensors::load(self.path(), &Device::Cpu)?;
        let mut take = |name: &str| match tensors.remove(name) {
            Some(tensor) => tensor.to_device(tuning.network.device()),
            None => candle_core::bail!("the checkpoint has no tensor {name}"),
        };
        let json = take(STATE)?.to_vec1::<u8>()?;
        let state: State =
            serde_json::from_slice(&json).map_err(|error| self.unusable(error.into()))?;
        let same = state.options == tuning.options
            && state.items == tuning.task.count()
            && state.origin == origin;
        if !same {
            return Err(CheckpointError::OtherRun(self.folder.clone()));
        }
        tuning.optimizer.resume(take, state.step)?;
        tuning.step = state.step;
        tuning.watch = Watch {
            epochs: state.epochs,
            best: best(tensors, tuning.network.device())?,
        };
        Ok(true)
    }

    /// Takes the checkpoint away: the run is done.
    ///
    /// # Errors
    ///
    /// If the file cannot be removed.
    pub fn remove(&self) -> Result<(), CheckpointError> {
        match fs::remove_file(self.path()) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(self.unusable(error)),
            _ => Ok(()),
        }
    }

    fn path(&self) -> PathBuf {
        self.folder.join(FILE_NAME)
    }

    fn unusable(&self, source: io::Error) -> CheckpointError {
        CheckpointError::Unusable {
            folder: self.folder.clone(),
            source,
        }
    }
}

/// The variables after the best epoch, by name, on `device`.
fn best(
    tensors: HashMap<String, Tensor>,
    device: &Device,
) -> candle_core::Result<Vec<(String, Tensor)>> {
    let named = |(name, tensor): (String, Tensor)| {
        let name = name.strip_prefix(BEST)?;
        Some(
            tensor
                .to_device(device)
                .map(|tensor| (name.to_owned(), tensor)),
        )
    };
    let found: candle_core::Result<BTreeMap<String, Tensor>> =
        tensors.into_iter().filter_map(named).collect();
    Ok(found?.into_iter().collect())
}
