//! A run of learning on disk, so that it can be taken up where it stopped.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::{fs, io};

use candle_core::{DType, Device, Error, Shape, Tensor};
use safetensors::SafeTensors;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::watch::{self, Watch};
use super::{EpochLosses, Task, Tuning, TuningOptions};
use crate::model::ModelBytes;

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
    /// Other settings, other data or another kind of device: going on would give what no single run gives.
    #[error(
        "the checkpoint in {0} is of a run with other settings or data, or on another kind of device; take it away to \
         start anew"
    )]
    OtherRun(PathBuf),
    /// It cannot be written: the disk is full, or the folder is not ours.
    #[error("cannot write the checkpoint in {folder}")]
    Unwritable {
        /// The folder.
        folder: PathBuf,
        /// Why.
        source: Box<Error>,
    },
    /// What was read is no state of this network.
    #[error("the checkpoint in {folder} is damaged; take it away to start anew")]
    Damaged {
        /// The folder.
        folder: PathBuf,
        /// What is wrong with it.
        source: Box<Error>,
    },
    /// The checkpoint is sound, but the device has no room for it, or failed.
    #[error("the device cannot take up the state of learning, or hand it over")]
    Device(#[from] Error),
}

/// What a checkpoint says of its run besides the variables.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct State {
    /// The settings as a JSON text, compared letter by letter: some numbers come back from JSON with another last bit.
    /// Nothing in checkpoints of versions that wrote them otherwise.
    #[serde(default)]
    settings: String,
    items: usize,
    /// What the caller says the run depends on besides: hashes of model and data.
    origin: String,
    step: usize,
    #[serde(default)]
    epochs: Vec<EpochLosses>,
}

impl State {
    /// Whether nothing was left to learn of so many items.
    pub(crate) fn has_ended(&self, options: &TuningOptions, items: usize) -> bool {
        self.step >= options.steps(items) || watch::is_over(&self.epochs, options.patience)
    }
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
    /// If the folder cannot be written to, or the device fails.
    pub(crate) fn save<T: Task>(
        &self,
        tuning: &Tuning<'_, T>,
        origin: &str,
    ) -> Result<(), CheckpointError> {
        let state = State {
            settings: self.settings(&tuning.options)?,
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
                source: Box::new(source),
            }
        })?;
        self.replace_by(&partial)
            .map_err(|source| self.unusable(source))
    }

    /// Gives a file that is whole the checkpoint's name, once it is on the disk: until then the earlier one is the only good
    /// one.
    fn replace_by(&self, partial: &Path) -> io::Result<()> {
        fs::OpenOptions::new()
            .write(true)
            .open(partial)?
            .sync_all()?;
        fs::rename(partial, self.path())
    }

    /// The state of the run that stopped here, if there is one; its variables are not read.
    ///
    /// # Errors
    ///
    /// If it is damaged, or of other settings, items or origin.
    pub(crate) fn find(
        &self,
        options: &TuningOptions,
        items: usize,
        origin: &str,
    ) -> Result<Option<State>, CheckpointError> {
        if !self.path().exists() {
            return Ok(None);
        }
        let bytes = ModelBytes::map(&self.path());
        let bytes = bytes.map_err(|error| self.unusable(io::Error::other(error)))?;
        let tensors = SafeTensors::deserialize(&bytes);
        let json = tensors.and_then(|tensors| tensors.tensor(STATE));
        let json = json.map_err(|error| self.damaged(Error::wrap(error)))?;
        let state: State = serde_json::from_slice(json.data())
            .map_err(|error| self.damaged(Error::wrap(error)))?;
        let same = state.settings == self.settings(options)?
            && state.items == items
            && state.origin == origin;
        if same {
            Ok(Some(state))
        } else {
            Err(CheckpointError::OtherRun(self.folder.clone()))
        }
    }

    /// Takes up the state, if there is one; says whether there was.
    ///
    /// # Errors
    ///
    /// If it is damaged, or of another run, or the device has no room.
    pub(crate) fn resume<T: Task>(
        &self,
        tuning: &mut Tuning<'_, T>,
        origin: &str,
    ) -> Result<bool, CheckpointError> {
        let items = tuning.task.count();
        let Some(state) = self.find(&tuning.options, items, origin)? else {
            return Ok(false);
        };
        let bytes = fs::read(self.path()).map_err(|source| self.unusable(source))?;
        let tensors = candle_core::safetensors::load_buffer(&bytes, &Device::Cpu);
        let mut tensors = tensors.map_err(|source| self.damaged(source))?;
        check(&tensors, tuning, &state).map_err(|source| self.damaged(source))?;
        let device = tuning.network.device();
        let take = |name: &str| match tensors.remove(name) {
            Some(tensor) => tensor.to_device(device),
            None => candle_core::bail!("there is no tensor {name}"),
        };
        tuning.optimizer.resume(take, state.step)?;
        tuning.step = state.step;
        tuning.watch = Watch {
            epochs: state.epochs,
            best: best(tensors, device)?,
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

    fn settings(&self, options: &TuningOptions) -> Result<String, CheckpointError> {
        serde_json::to_string(options).map_err(|error| self.unusable(error.into()))
    }

    fn damaged(&self, source: Error) -> CheckpointError {
        CheckpointError::Damaged {
            folder: self.folder.clone(),
            source: Box::new(source),
        }
    }

    fn unusable(&self, source: io::Error) -> CheckpointError {
        CheckpointError::Unusable {
            folder: self.folder.clone(),
            source,
        }
    }
}

/// Checks that all variables of `tuning` are there in their shapes, with their moments, and as they were after the best
/// epoch if that will be asked for.
///
/// # Errors
///
/// If one is not.
fn check<T: Task>(
    tensors: &HashMap<String, Tensor>,
    tuning: &Tuning<'_, T>,
    state: &State,
) -> candle_core::Result<()> {
    let is_sound = |name: &str, shape: &Shape| {
        let is_alike = |tensor: &Tensor| tensor.shape() == shape && tensor.dtype() == DType::F32;
        if tensors.get(name).is_some_and(is_alike) {
            Ok(())
        } else {
            candle_core::bail!("there is no tensor {name} of the shape {shape:?}")
        }
    };
    for (name, shape) in tuning.optimizer.state_shapes() {
        is_sound(&name, shape)?;
    }
    if tuning.options.patience.is_some() && !state.epochs.is_empty() {
        for (name, shape) in tuning.optimizer.value_shapes() {
            is_sound(&format!("{BEST}{name}"), shape)?;
        }
    }
    Ok(())
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
