//! Labels with an encoder of their own: the bundle's layers and the heads learn together.

use std::ops::ControlFlow;

use candle_core::Device;
use thiserror::Error;

use super::network::Network;
use super::tuning::{
    Checkpoint, CheckpointError, LabelItem, LabelTask, Progress, Tuning, TuningOptions,
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
    /// What it learns from.
    pub items: &'a [LabelItem],
    /// What it is watched on and does not learn from.
    pub held_out: &'a [LabelItem],
    /// Says what the run depends on besides its settings, so that a checkpoint of other data is refused.
    pub origin: &'a str,
    /// What it learns on.
    pub device: &'a Device,
}

/// An encoder and heads that have learnt.
#[derive(Clone, Debug)]
pub struct TunedLabels {
    /// The layers' tensors.
    pub layers: Vec<LayerTensor>,
    /// Each label's weights and bias over the mean state of a text's tokens.
    pub heads: Vec<(Vec<f32>, f32)>,
}

/// How far fine-tuning has come.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TuningReport {
    /// The step and its loss.
    pub progress: Progress,
    /// After an epoch, the mean loss of the held-out items.
    pub held_out_loss: Option<f64>,
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
) -> Result<TunedLabels, TuneError> {
    let mut network = network(data.base, data.layers, data.device, options.precision)?;
    network.freeze(options.frozen_layers);
    let task = task(data.items, &network)?;
    let watched = task.on(data.held_out.to_vec());
    let mut tuning = Tuning::new(&network, &task, options.clone())?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.resume(&mut tuning, data.origin)?;
    }
    tuning.run(|tuning, progress| -> Result<_, TuneError> {
        let held_out_loss = if progress.epoch_ended {
            if let Some(checkpoint) = checkpoint {
                checkpoint.save(tuning, data.origin)?;
            }
            Some(watched.mean_loss(&network)?)
        } else {
            None
        };
        report(TuningReport {
            progress,
            held_out_loss,
        });
        Ok(ControlFlow::Continue(()))
    })?;
    Ok(TunedLabels {
        layers: layers(&network)?,
        heads: task.heads()?,
    })
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
    let last = base.config().num_hidden_layers.saturating_sub(1);
    if let Some(&layer) = layers.iter().find(|&&layer| layer > last) {
        return Err(TuneError::NoSuchLayer { layer, last });
    }
    let weights = base.var_builder(device)?;
    let mut network = Network::load(base.config(), &weights, layers)?;
    if !device.is_cpu() {
        network.work_in_batches(precision);
    }
    Ok(network)
}

fn task(items: &[LabelItem], network: &Network) -> candle_core::Result<LabelTask> {
    let labels = items.first().map_or(0, |item| item.targets.len());
    let hidden_size = network.hidden_size();
    LabelTask::new(
        items.to_vec(),
        labels,
        hidden_size,
        network.layer_count(),
        network.device(),
    )
}

/// The layers' tensors, as they are now.
pub(super) fn layers(network: &Network) -> candle_core::Result<Vec<LayerTensor>> {
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
