//! The optimizer, `AdamW`.

use candle_core::backprop::GradStore;
use candle_core::{Result, Tensor, Var};
use rayon::prelude::*;

use crate::train::network::Parameter;

const FIRST_DECAY: f64 = 0.9;
const SECOND_DECAY: f64 = 0.999;
const EPSILON: f64 = 1e-8;

/// Adam with decoupled weight decay (Loshchilov and Hutter, 2019, algorithm 2), a rate for each variable.
///
/// Candle's own takes one rate for all and works on one core.
#[derive(Debug)]
pub(super) struct AdamW {
    slots: Vec<Slot>,
    weight_decay: f64,
    steps: usize,
}

/// One variable with its running moments.
#[derive(Debug)]
struct Slot {
    name: String,
    var: Var,
    rate: f64,
    decays: bool,
    first: Tensor,
    second: Tensor,
}

impl AdamW {
    pub(super) fn new(parameters: Vec<(f64, Parameter)>, weight_decay: f64) -> Result<Self> {
        let slot = |(rate, parameter): (f64, Parameter)| {
            let Parameter {
                name, decays, var, ..
            } = parameter;
            let (first, second) = (var.zeros_like()?, var.zeros_like()?);
            Ok(Slot {
                name,
                var,
                rate,
                decays,
                first,
                second,
            })
        };
        let slots = parameters.into_iter().map(slot).collect::<Result<_>>()?;
        Ok(Self {
            slots,
            weight_decay,
            steps: 0,
        })
    }

    /// Moves every variable by the sum of its gradients, which is shortened to `clip` if it is longer.
    ///
    /// A variable that no gradient reaches stays.
    pub(super) fn step(&mut self, shards: &[GradStore], factor: f64, clip: f64) -> Result<()> {
        self.steps += 1;
        let sum = |slot: &Slot| {
            let mut parts = shards.iter().filter_map(|shard| shard.get(&slot.var));
            let first = parts.next().cloned();
            let Some(first) = first else { return Ok(None) };
            let sum = parts.try_fold(first, |sum, part| sum + part)?;
            let square = f64::from(sum.sqr()?.sum_all()?.to_scalar::<f32>()?);
            Ok(Some((sum, square)))
        };
        let gradients: Vec<Option<(Tensor, f64)>> =
            self.slots.par_iter().map(sum).collect::<Result<_>>()?;
        let norm = gradients
            .iter()
            .flatten()
            .map(|(_, square)| square)
            .sum::<f64>()
            .sqrt();
        let shorten = if norm > clip { clip / norm } else { 1.0 };
        let correction = |decay: f64| 1.0 / (1.0 - decay.powf(self.steps as f64));
        let step = Step {
            shorten,
            factor,
            weight_decay: self.weight_decay,
            first: correction(FIRST_DECAY),
            second: correction(SECOND_DECAY),
        };
        self.slots
            .par_iter_mut()
            .zip(gradients)
            .try_for_each(|(slot, gradient)| match gradient {
                Some((gradient, _)) => slot.step(&gradient, &step),
                None => Ok(()),
            })
    }

    /// The variables and their moments by name.
    pub(super) fn state(&self) -> Vec<(String, Tensor)> {
        let parts = |slot: &Slot| {
            let name = |part: &str| format!("{}/{part}", slot.name);
            [
                (name("value"), slot.var.as_tensor().clone()),
                (name("first"), slot.first.clone()),
                (name("second"), slot.second.clone()),
            ]
        };
        self.slots.iter().flat_map(parts).collect()
    }

    /// Takes up a state that [`Self::state`] gave; `take` hands over the tensor of a name.
    pub(super) fn resume(
        &mut self,
        mut take: impl FnMut(&str) -> Result<Tensor>,
        steps: usize,
    ) -> Result<()> {
        for slot in &mut self.slots {
            slot.var.set(&take(&format!("{}/value", slot.name))?)?;
            slot.first = take(&format!("{}/first", slot.name))?;
            slot.second = take(&format!("{}/second", slot.name))?;
        }
        self.steps = steps;
        Ok(())
    }
}

struct Step {
    shorten: f64,
    factor: f64,
    weight_decay: f64,
    /// What undoes the moments' start at zero.
    first: f64,
    second: f64,
}

impl Slot {
    fn step(&mut self, gradient: &Tensor, step: &Step) -> Result<()> {
        let gradient = (gradient * step.shorten)?;
        let rate = self.rate * step.factor;
        let square = (gradient.sqr()? * (1.0 - SECOND_DECAY))?;
        self.first = ((&self.first * FIRST_DECAY)? + (gradient * (1.0 - FIRST_DECAY))?)?;
        self.second = ((&self.second * SECOND_DECAY)? + square)?;
        let spread = ((&self.second * step.second)?.sqrt()? + EPSILON)?;
        let move_by = ((&self.first * (step.first * rate))? / spread)?;
        let keep = if self.decays {
            1.0 - rate * step.weight_decay
        } else {
            1.0
        };
        self.var.set(&((self.var.as_tensor() * keep)? - move_by)?)
    }
}
