//! A smaller encoder: some of a bundle's layers learn to give the states that all of them give.

use std::ops::ControlFlow;

use candle_core::Device;

use super::tune::{self, TuneError};
use super::tuning::{Checkpoint, DistilTask, Progress, Tuning, TuningOptions};
use crate::model::{Bundle, LayerTensor};

/// How many steps lie between two states on disk: a minute on a card.
const STEPS_OF_CHECKPOINT: usize = 500;

/// What a smaller encoder starts from and learns from.
#[derive(Clone, Copy, Debug)]
pub struct DistilData<'a> {
    /// The teacher.
    pub base: &'a Bundle,
    /// Which of its layers the smaller encoder starts from, from the first to the last.
    pub layers: &'a [usize],
    /// Texts in tokens, special tokens included.
    pub windows: &'a [Vec<u32>],
    /// Says what the run depends on besides its settings, so that a checkpoint of other data is refused.
    pub origin: &'a str,
    /// What it learns on.
    pub device: &'a Device,
}

/// Learns the teacher's last states by their mean squared difference, which is the loss that `report` hears of; gives
/// the tensors of the layers.
///
/// Takes up the run in `checkpoint` if there is one, and leaves its state there now and then.
///
/// # Errors
///
/// If a layer is missing, the checkpoint is of another run, the loss or a learnt number is not finite any more, or there
/// is no room.
pub fn distil(
    data: DistilData<'_>,
    options: &TuningOptions,
    checkpoint: Option<&Checkpoint>,
    mut report: impl FnMut(Progress),
) -> Result<Vec<LayerTensor>, TuneError> {
    let all: Vec<usize> = (0..data.base.config().num_hidden_layers).collect();
    let network = |layers| tune::network(data.base, layers, data.device, options.precision);
    let (teacher, student) = (network(&all)?, network(data.layers)?);
    let task = DistilTask::new(data.windows, &teacher);
    let mut tuning = Tuning::new(&student, &task, options.clone())?;
    if let Some(checkpoint) = checkpoint {
        checkpoint.resume(&mut tuning, data.origin)?;
    }
    tuning.run(|tuning, progress| -> Result<_, TuneError> {
        tune::check(progress)?;
        let is_last = progress.step == progress.steps;
        let is_due = is_last || progress.step.is_multiple_of(STEPS_OF_CHECKPOINT);
        if let Some(checkpoint) = checkpoint.filter(|_| is_due) {
            checkpoint.save(tuning, data.origin)?;
        }
        report(progress);
        Ok(ControlFlow::Continue(()))
    })?;
    tune::learnt_layers(&student)
}
