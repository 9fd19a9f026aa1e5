//! The optimizer, `AdamW`.

use std::collections::BTreeMap;

use candle_core::backprop::GradStore;
use candle_core::{Result, Shape, Tensor, Var};
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
    groups: Vec<Group>,
    weight_decay: f64,
    steps: usize,
    spread: Spread,
}

/// What is kept of every variable: the number itself and its running moments.
const KINDS: [&str; 3] = ["value", "first", "second"];

/// What works on the groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Spread {
    /// The cores of the CPU, a variable each.
    Cores,
    /// A device that wants few and large steps: all variables of a rate are one.
    Device,
}

/// Variables of one rate, end to end, with their running moments.
#[derive(Debug)]
struct Group {
    parts: Vec<Part>,
    rate: f64,
    decays: bool,
    values: Tensor,
    first: Tensor,
    second: Tensor,
}

/// A variable's place in its group.
#[derive(Debug)]
struct Part {
    name: String,
    var: Var,
    start: usize,
}

/// The gradients of one step, group by group; none where no gradient reached any variable of a group.
#[derive(Debug)]
pub(super) struct Gradients(Vec<Option<Tensor>>);

impl AdamW {
    pub(super) fn new(
        parameters: Vec<(f64, Parameter)>,
        weight_decay: f64,
        spread: Spread,
    ) -> Result<Self> {
        let mut groups: BTreeMap<(usize, u64, bool), Vec<Parameter>> = BTreeMap::new();
        for (index, (rate, parameter)) in parameters.into_iter().enumerate() {
            let alone = if spread == Spread::Cores { index } else { 0 };
            let group = groups.entry((alone, rate.to_bits(), parameter.decays));
            group.or_default().push(parameter);
        }
        let group =
            |((_, rate, decays), parameters)| Group::new(f64::from_bits(rate), decays, parameters);
        Ok(Self {
            groups: groups.into_iter().map(group).collect::<Result<_>>()?,
            weight_decay,
            steps: 0,
            spread,
        })
    }

    /// The sums of the shards' gradients.
    pub(super) fn gradients(&self, shards: &[GradStore]) -> Result<Gradients> {
        let sum = |group: &Group| group.gradient(shards);
        let sums: Result<_> = match self.spread {
            Spread::Cores => self.groups.par_iter().map(sum).collect(),
            Spread::Device => self.groups.iter().map(sum).collect(),
        };
        sums.map(Gradients)
    }

    /// Moves every variable by its gradient times `shorten`, at its rate times `factor`.
    ///
    /// A group that no gradient reaches stays.
    pub(super) fn step(&mut self, gradients: Gradients, factor: f64, shorten: f64) -> Result<()> {
        self.steps += 1;
        let correction = |decay: f64| 1.0 / (1.0 - libm::pow(decay, self.steps as f64));
        let step = Step {
            shorten,
            factor,
            weight_decay: self.weight_decay,
            first: correction(FIRST_DECAY),
            second: correction(SECOND_DECAY),
        };
        let take = |(group, gradient): (&mut Group, Option<Tensor>)| match gradient {
            Some(gradient) => group.step(&gradient, &step),
            None => Ok(()),
        };
        match self.spread {
            Spread::Cores => self
                .groups
                .par_iter_mut()
                .zip(gradients.0)
                .try_for_each(take),
            Spread::Device => self.groups.iter_mut().zip(gradients.0).try_for_each(take),
        }
    }

    /// The variables and their moments by name.
    ///
    /// # Errors
    ///
    /// Never on a device that works.
    pub(super) fn state(&self) -> Result<Vec<(String, Tensor)>> {
        let mut state = Vec::new();
        for group in &self.groups {
            for part in &group.parts {
                let (first, second) = (part.of(&group.first)?, part.of(&group.second)?);
                let tensors = [part.var.as_tensor().clone(), first, second];
                state.extend(KINDS.map(|kind| part.named(kind)).into_iter().zip(tensors));
            }
        }
        Ok(state)
    }

    /// Names and shapes of what [`Self::state`] gives.
    pub(super) fn state_shapes(&self) -> impl Iterator<Item = (String, &Shape)> {
        self.parts()
            .flat_map(|part| KINDS.map(|kind| (part.named(kind), part.var.shape())))
    }

    /// Names and shapes of what [`Self::values`] gives.
    pub(super) fn value_shapes(&self) -> impl Iterator<Item = (&str, &Shape)> {
        self.parts()
            .map(|part| (part.name.as_str(), part.var.shape()))
    }

    fn parts(&self) -> impl Iterator<Item = &Part> {
        self.groups.iter().flat_map(|group| &group.parts)
    }

    /// Copies of the variables by name.
    ///
    /// # Errors
    ///
    /// If the device has no room.
    pub(super) fn values(&self) -> Result<Vec<(String, Tensor)>> {
        let copy = |part: &Part| Ok((part.name.clone(), part.var.as_detached_tensor().copy()?));
        self.parts().map(copy).collect()
    }

    /// Gives every variable the value that `value` has for its name; the moments stay.
    pub(super) fn set_values(&mut self, value: impl Fn(&str) -> Result<Tensor>) -> Result<()> {
        for group in &mut self.groups {
            let flat = |part: &Part| value(&part.name)?.flatten_all();
            let values: Result<Vec<Tensor>> = group.parts.iter().map(flat).collect();
            group.values = Tensor::cat(&values?, 0)?;
            group.hand_out()?;
        }
        Ok(())
    }

    /// Takes up a state that [`Self::state`] gave; `take` hands over the tensor of a name.
    pub(super) fn resume(
        &mut self,
        mut take: impl FnMut(&str) -> Result<Tensor>,
        steps: usize,
    ) -> Result<()> {
        for group in &mut self.groups {
            let mut flat = |kind: &str| {
                let tensors: Result<Vec<Tensor>> = group
                    .parts
                    .iter()
                    .map(|part| take(&part.named(kind))?.flatten_all())
                    .collect();
                Tensor::cat(&tensors?, 0)
            };
            let [value, first, second] = KINDS;
            group.values = flat(value)?;
            group.first = flat(first)?;
            group.second = flat(second)?;
            group.hand_out()?;
        }
        self.steps = steps;
        Ok(())
    }
}

impl Gradients {
    /// The square of their norm, a number that is still where they are.
    ///
    /// # Errors
    ///
    /// If no gradient reached anything.
    pub(super) fn square(&self) -> Result<Tensor> {
        let squares: Result<Vec<Tensor>> = self.0.iter().flatten().map(square).collect();
        Tensor::stack(&squares?, 0)?.sum_all()
    }

    /// Adds those of another part of the same step.
    pub(super) fn add(self, other: Self) -> Result<Self> {
        let both = |pair: (Option<Tensor>, Option<Tensor>)| match pair {
            (Some(a), Some(b)) => (a + b).map(Some),
            (a, b) => Ok(a.or(b)),
        };
        let sums = self.0.into_iter().zip(other.0).map(both);
        sums.collect::<Result<_>>().map(Self)
    }
}

/// The sum of squares of a flat tensor.
fn square(flat: &Tensor) -> Result<Tensor> {
    let mut squares = flat.sqr()?;
    // A card sums each row with a block of threads, so that one row would leave the rest of it idle.
    for columns in [1024, 512, 384, 256, 64] {
        while squares.elem_count() > columns && squares.elem_count().is_multiple_of(columns) {
            squares = squares.reshape(((), columns))?.sum(1)?;
        }
    }
    squares.sum_all()
}

struct Step {
    shorten: f64,
    factor: f64,
    weight_decay: f64,
    /// What undoes the moments' start at zero.
    first: f64,
    second: f64,
}

impl Part {
    fn named(&self, kind: &str) -> String {
        format!("{}/{kind}", self.name)
    }

    /// This variable's numbers among those of its group.
    fn of(&self, flat: &Tensor) -> Result<Tensor> {
        flat.narrow(0, self.start, self.var.elem_count())?
            .reshape(self.var.shape())
    }
}

impl Group {
    fn new(rate: f64, decays: bool, parameters: Vec<Parameter>) -> Result<Self> {
        let mut start = 0;
        let mut parts = Vec::with_capacity(parameters.len());
        let mut values = Vec::with_capacity(parameters.len());
        for Parameter { name, var, .. } in parameters {
            values.push(var.as_detached_tensor().flatten_all()?);
            let count = var.elem_count();
            parts.push(Part { name, var, start });
            start += count;
        }
        // A copy, because the variable's own numbers are written over.
        let values = Tensor::cat(&values, 0)?.copy()?;
        let (first, second) = (values.zeros_like()?, values.zeros_like()?);
        Ok(Self {
            parts,
            rate,
            decays,
            values,
            first,
            second,
        })
    }

    fn gradient(&self, shards: &[GradStore]) -> Result<Option<Tensor>> {
        let reached = |part: &Part| shards.iter().any(|shard| shard.get(&part.var).is_some());
        if !self.parts.iter().any(reached) {
            return Ok(None);
        }
        let sum = |part: &Part| {
            let mut found = shards.iter().filter_map(|shard| shard.get(&part.var));
            let Some(first) = found.next().cloned() else {
                return part.var.zeros_like()?.flatten_all();
            };
            found.try_fold(first, |sum, part| sum + part)?.flatten_all()
        };
        let sums: Result<Vec<Tensor>> = self.parts.iter().map(sum).collect();
        Tensor::cat(&sums?, 0).map(Some)
    }

    fn step(&mut self, gradient: &Tensor, step: &Step) -> Result<()> {
        let gradient = if step.shorten < 1.0 {
            (gradient * step.shorten)?
        } else {
            gradient.clone()
        };
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
        self.values = ((&self.values * keep)? - move_by)?;
        self.hand_out()
    }

    /// Writes the values into the variables.
    fn hand_out(&self) -> Result<()> {
        let set = |part: &Part| part.var.set(&part.of(&self.values)?);
        self.parts.iter().try_for_each(set)
    }
}
