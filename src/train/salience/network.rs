//! The scorer as training sees it: the network of [`crate::rank::scorer`], with gradients.

use std::collections::BTreeMap;

use candle_core::{Device, Result, Tensor, Var};

use crate::random::Generator;
use crate::rank::scorer::{EPSILON, HEADS, LAYERS, PLACES, Parts, PartsError, Scorer, WIDTH};
use crate::rank::{FEATURES, WEIGHTS};
use crate::train::network::{self, add_bias, attend, gelu, layer_norm};

/// The variables of a scorer by name.
#[derive(Debug)]
pub(super) struct ScorerNetwork {
    vars: BTreeMap<String, Var>,
    scaling: Scaling,
    hidden_size: Option<usize>,
}

/// The mean of each feature and one over its spread, or 0 for one that never varies.
#[derive(Clone, Debug)]
pub(super) struct Scaling {
    pub(super) mean: Vec<f32>,
    pub(super) scale: Vec<f32>,
}

impl Scaling {
    /// The weights of the weighted sum, for standardised features.
    fn weigh(&self, weights: &mut [f32]) {
        for (weight, (of_sum, scale)) in weights.iter_mut().zip(WEIGHTS.iter().zip(&self.scale)) {
            *weight = if *scale > 0.0 { of_sum / scale } else { 0.0 };
        }
    }
}

/// Documents end to end.
#[derive(Clone, Debug, Default)]
pub(super) struct Batch {
    /// (units, `FEATURES`), standardised.
    pub(super) features: Vec<f32>,
    /// (units, hidden size), or nothing.
    pub(super) vectors: Vec<f32>,
    /// Where each unit stands, from 0; [`PLACES`] for one that is not to be told.
    pub(super) places: Vec<u32>,
    /// Units of each block that attend to each other.
    pub(super) lengths: Vec<usize>,
}

/// What dropout leaves out: each use draws a seed of its own.
struct Dropout {
    rate: f32,
    seeds: Generator,
}

impl Dropout {
    fn apply(&mut self, x: &Tensor) -> Result<Tensor> {
        let (rate, seed) = (self.rate, self.seeds.next_bits());
        network::dropout(x, network::Dropout { rate, seed })
    }
}

impl ScorerNetwork {
    /// A network that scores as the weighted sum does. Its other variables are drawn from `seed`, evenly within `±√(6 / (input + output))` (Glorot and Bengio, 2010,
    /// *Understanding the difficulty of training deep feedforward neural networks*, equation 16).
    ///
    /// # Errors
    ///
    /// If there is no room.
    pub(super) fn new(hidden_size: Option<usize>, scaling: Scaling, seed: u64) -> Result<Self> {
        let mut generator = Generator::new(seed);
        let mut vars = BTreeMap::new();
        for (name, shape) in Parts::shapes(hidden_size) {
            if name == "feature.mean" || name == "feature.scale" {
                continue;
            }
            let count: usize = shape.iter().product();
            let range = match shape[..] {
                _ if name == "score.weight" || name == "skip.weight" => 0.0,
                _ if name == "place.weight" => 0.05,
                [output, input] => (6.0 / (input + output) as f32).sqrt(),
                _ => 0.0,
            };
            let offset = f32::from(name.ends_with("norm.weight"));
            let mut draw = || {
                let share = generator.below(1 << 24) as f32 / (1 << 23) as f32 - 1.0;
                offset + range * share
            };
            let mut values: Vec<f32> = (0..count).map(|_| draw()).collect();
            if name == "skip.weight" {
                scaling.weigh(&mut values);
            }
            vars.insert(name, Var::from_vec(values, shape, &Device::Cpu)?);
        }
        Ok(Self {
            vars,
            scaling,
            hidden_size,
        })
    }

    pub(super) fn scaling(&self) -> &Scaling {
        &self.scaling
    }

    pub(super) fn vars(&self) -> impl Iterator<Item = (&String, &Var)> {
        self.vars.iter()
    }

    /// The score of every unit of `batch`.
    ///
    /// # Errors
    ///
    /// If there is no room.
    pub(super) fn forward(&self, batch: &Batch, rate: f32, seed: u64) -> Result<Tensor> {
        let seeds = Generator::new(seed);
        let mut dropout = Dropout { rate, seeds };
        let count = batch.places.len();
        let features = Tensor::from_slice(&batch.features, (count, FEATURES), &Device::Cpu)?;
        let inner = gelu(&self.linear("feature.input", &features)?)?;
        let mut states = self.linear("feature.output", &inner)?;
        if let Some(size) = self.hidden_size {
            let vectors = Tensor::from_slice(&batch.vectors, (count, size), &Device::Cpu)?;
            let vectors = dropout.apply(&self.norm("vector.norm", &vectors)?)?;
            states = (states + vectors.matmul(&self.var("vector.weight").t()?)?)?;
        }
        states = dropout.apply(&(states + self.places(batch)?)?)?;
        for layer in 0..LAYERS {
            states = self.layer(layer, &states, &batch.lengths, &mut dropout)?;
        }
        let scores = self.product("score.weight", &self.norm("norm", &states)?)?;
        (scores + self.product("skip.weight", &features)?)?.squeeze(1)
    }

    fn layer(
        &self,
        layer: usize,
        states: &Tensor,
        lengths: &[usize],
        dropout: &mut Dropout,
    ) -> Result<Tensor> {
        let name = |part: &str| format!("layer.{layer}.{part}");
        let normal = self.norm(&name("attention.norm"), states)?;
        let context = attend(&self.linear(&name("mixed"), &normal)?, lengths, HEADS)?;
        let context = dropout.apply(&self.linear(&name("attention"), &context)?)?;
        let states = (states + context)?;
        let normal = self.norm(&name("feed.norm"), &states)?;
        let inner = gelu(&self.linear(&name("intermediate"), &normal)?)?;
        states + dropout.apply(&self.linear(&name("output"), &inner)?)?
    }

    fn places(&self, batch: &Batch) -> Result<Tensor> {
        let hidden = Tensor::zeros((1, WIDTH), candle_core::DType::F32, &Device::Cpu)?;
        let table = Tensor::cat(&[self.var("place.weight").as_tensor(), &hidden], 0)?;
        let places = Tensor::from_slice(&batch.places, batch.places.len(), &Device::Cpu)?;
        table.index_select(&places, 0)
    }

    fn var(&self, name: &str) -> &Var {
        &self.vars[name]
    }

    fn product(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        x.matmul(&self.var(name).t()?)
    }

    fn linear(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let product = self.product(&format!("{name}.weight"), x)?;
        add_bias(&product, self.var(&format!("{name}.bias")))
    }

    fn norm(&self, name: &str, x: &Tensor) -> Result<Tensor> {
        let (weight, bias) = (format!("{name}.weight"), format!("{name}.bias"));
        layer_norm(x, self.var(&weight), self.var(&bias), f64::from(EPSILON))
    }

    /// The same network in plain arithmetic.
    ///
    /// # Errors
    ///
    /// If there is no room.
    pub(super) fn scorer(&self) -> Result<Scorer> {
        let mut parts = Vec::new();
        for (name, var) in &self.vars {
            let values = var.flatten_all()?.to_vec1()?;
            parts.push((name.clone(), (var.dims().to_vec(), values)));
        }
        let Scaling { mean, scale } = self.scaling.clone();
        parts.push(("feature.mean".to_owned(), (vec![FEATURES], mean)));
        parts.push(("feature.scale".to_owned(), (vec![FEATURES], scale)));
        let wrong = |error: PartsError| candle_core::Error::Msg(error.to_string());
        Scorer::new(Parts::new(parts)).map_err(wrong)
    }
}

/// The place of a unit as the network is told it.
pub(super) fn place(unit: usize) -> u32 {
    unit.min(PLACES - 1) as u32
}
