//! Heads with an encoder of their own: the bundle's layers and the heads learn together.

#[cfg(test)]
mod tests;

use std::ops::ControlFlow;

use candle_core::Device;
use thiserror::Error;

use super::network::Network;
use super::tuning::{
    Checkpoint, CheckpointError, EpochLosses, HeadTask, Progress, StillStates, Tuning, TuningItem,
    TuningOptions, VectorHead,
};
use crate::model::device::Precision;
use crate::model::{Bundle, LayerTensor};

/// What fine-tuning starts from and learns from.
#[derive(Clone, Copy, Debug)]
pub struct TuningData<'a> {
    /// The encoder to start from.
    pub base: &'a Bundle,
    /// Which of its layers the new encoder has, from the first to the last.
    pub layers: &'a [usize],
    /// The heads to start from: one a label, and others that learn with them.
    pub heads: &'a [VectorHead],
    /// What it learns from.
    pub items: &'a [TuningItem],
    /// What it is watched on and does not learn from.
    pub held_out: &'a [TuningItem],
    /// Says what the run depends on besides its settings, so that a checkpoint of other data is refused.
    pub origin: &'a str,
    /// What it learns on.
    pub device: &'a Device,
}

impl TuningData<'_> {
    /// How the states of frozen layers are had.
    pub fn still_states(&self, options: &TuningOptions) -> StillStates {
        let items = self.items.iter().chain(self.held_out);
        let tokens = items.map(TuningItem::tokens).sum();
        StillStates::of(
            options.frozen_layers,
            tokens,
            self.base.config().hidden_size,
        )
    }
}

/// An encoder and heads that have learnt.
#[derive(Clone, Debug)]
pub struct Tuned {
    /// The tensors of the layers that were not frozen.
    pub layers: Vec<LayerTensor>,
    /// In the order of those that they started from.
    pub heads: Vec<VectorHead>,
    /// How every epoch went.
    pub epochs: Vec<EpochLosses>,
    /// The index of the epoch after which they were as they are here.
    pub epoch: Option<usize>,
}

/// How far fine-tuning has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TuningReport {
    /// The step and its loss.
    pub progress: Progress,
    /// After an epoch, how it went.
    pub epoch: Option<EpochLosses>,
}

impl TuningReport {
    /// A step within an epoch.
    fn of_step(progress: Progress) -> Self {
        Self {
            progress,
            epoch: None,
        }
    }
}

/// Why fine-tuning failed.
#[derive(Debug, Error)]
pub enum TuneError {
    /// A layer that the encoder does not have.
    #[error("the model has layers 0 to {last}; there is no layer {layer}")]
    NoSuchLayer {
        /// The layer asked for.
        layer: usize,
        /// The model's last one.
        last: usize,
    },
    /// The checkpoint cannot be used.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The loss is no number any more.
    #[error("the loss is no longer a number; learn at a lower --rate")]
    Diverged,
    /// The tensor library failed.
    #[error("fine-tuning failed")]
    Tensors(#[from] candle_core::Error),
}

/// Fine-tunes; takes up the run in `checkpoint` if there is one, and leaves its state there after each epoch.
///
/// # Errors
///
/// If a layer is missing, the checkpoint is of another run, or there is no room.
pub fn tune(
    data: TuningData<'_>,
    options: &TuningOptions,
    checkpoint: Option<&Checkpoint>,
    mut report: impl FnMut(TuningReport),
) -> Result<Tuned, TuneError> {
    let has_ended = has_ended(&data, options, checkpoint)?;
    let mut network = network(data.base, data.layers, data.device, options.precision)?;
    network.freeze(options.frozen_layers);
    let [mut task, mut held_out] = tasks(&data, &network)?;
    if !has_ended {
        for task in [&mut task, &mut held_out] {
            keep_still_states(task, &network, data.still_states(options))?;
        }
    }
    let mut tuning = Tuning::new(&network, &task, options.clone())?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.resume(&mut tuning, data.origin)?;
    }
    let (mut loss, mut steps) = (0.0, 0_u32);
    let mut watch = |tuning: &mut Tuning<'_, HeadTask>, progress: Progress| {
        check(progress)?;
        loss += progress.loss;
        steps += 1;
        if !progress.epoch_ended {
            report(TuningReport::of_step(progress));
            return Ok::<_, TuneError>(ControlFlow::Continue(()));
        }
        let losses = EpochLosses::new(loss / f64::from(steps), held_out.mean_loss(&network)?);
        (loss, steps) = (0.0, 0);
        let go_on = end_epoch(tuning, losses, checkpoint, data.origin)?;
        let epoch = Some(losses);
        report(TuningReport { progress, epoch });
        Ok(go_on)
    };
    // A run may have been stopped after its last epoch.
    if !tuning.is_over() {
        tuning.run(&mut watch)?;
    }
    let epoch = tuning.settle()?;
    Ok(Tuned {
        layers: learnt_layers(&network)?,
        heads: task.heads()?,
        epochs: tuning.epochs().to_vec(),
        epoch,
    })
}

/// Notes how an epoch went and leaves the state in `checkpoint`.
fn end_epoch(
    tuning: &mut Tuning<'_, HeadTask>,
    losses: EpochLosses,
    checkpoint: Option<&Checkpoint>,
    origin: &str,
) -> Result<ControlFlow<()>, TuneError> {
    if !losses.are_finite() {
        return Err(TuneError::Diverged);
    }
    let go_on = tuning.end_epoch(losses)?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.save(tuning, origin)?;
    }
    Ok(go_on)
}

/// Some layers of `base` as a network on `device`.
///
/// # Errors
///
/// If there is no such layer, or the device has no room.
pub(super) fn network(
    base: &Bundle,
    layers: &[usize],
    device: &Device,
    precision: Precision,
) -> Result<Network, TuneError> {
    check_layers(base, layers)?;
    let weights = base.var_builder(device)?;
    let mut network = Network::load(base.config(), &weights, layers)?;
    if !device.is_cpu() {
        network.work_in_batches(precision);
    }
    Ok(network)
}

/// Checks that `layers` are some of `base`.
///
/// # Errors
///
/// [`TuneError::NoSuchLayer`] for the first one that is not.
pub fn check_layers(base: &Bundle, layers: &[usize]) -> Result<(), TuneError> {
    let last = base.config().num_hidden_layers.saturating_sub(1);
    match layers.iter().find(|&&layer| layer > last) {
        Some(&layer) => Err(TuneError::NoSuchLayer { layer, last }),
        None => Ok(()),
    }
}

/// Whether the run in `checkpoint` has nothing left to learn; a run of other data is refused before anything is worked out.
fn has_ended(
    data: &TuningData<'_>,
    options: &TuningOptions,
    checkpoint: Option<&Checkpoint>,
) -> Result<bool, TuneError> {
    let items = data.items.len();
    let find = |checkpoint: &Checkpoint| checkpoint.find(options, items, data.origin);
    let state = checkpoint.map(find).transpose()?.flatten();
    Ok(state.is_some_and(|state| state.has_ended(options, items)))
}

/// The same heads on what is learnt from and on what is held out.
fn tasks(data: &TuningData<'_>, network: &Network) -> candle_core::Result<[HeadTask; 2]> {
    let learnt = HeadTask::new(
        data.items.to_vec(),
        data.heads,
        network.layer_count(),
        network.device(),
    )?;
    let held_out = learnt.on(data.held_out.to_vec());
    Ok([learnt, held_out])
}

fn keep_still_states(
    task: &mut HeadTask,
    network: &Network,
    still: StillStates,
) -> candle_core::Result<()> {
    match still {
        StillStates::Kept { precision, .. } => task.keep_still_states(network, precision),
        StillStates::None | StillStates::Anew { .. } => Ok(()),
    }
}

/// Checks that a step's loss is a number.
///
/// # Errors
///
/// If it is not, so that hours are not spent on what has come to nothing.
pub(super) fn check(progress: Progress) -> Result<(), TuneError> {
    if progress.loss.is_finite() {
        Ok(())
    } else {
        Err(TuneError::Diverged)
    }
}

/// The tensors of the layers that are not frozen, as they have become.
///
/// # Errors
///
/// If one of their numbers is none: the loss of the last step is that from before it.
pub(super) fn learnt_layers(network: &Network) -> Result<Vec<LayerTensor>, TuneError> {
    let layers = layers(network)?;
    let mut values = layers.iter().flat_map(|layer| &layer.values);
    if values.all(|value| value.is_finite()) {
        Ok(layers)
    } else {
        Err(TuneError::Diverged)
    }
}

fn layers(network: &Network) -> candle_core::Result<Vec<LayerTensor>> {
    let tensor = |(name, tensor): (String, candle_core::Tensor)| {
        let shape = tensor.dims().to_vec();
        let values = tensor.flatten_all()?.to_vec1()?;
        Ok(LayerTensor {
            name,
            shape,
            values,
        })
    };
    network.named_tensors()?.into_iter().map(tensor).collect()
}
