//! One layer: its variables, what it makes of states, and the names of its tensors.

use candle_core::{Result, Tensor, Var};
use candle_nn::VarBuilder;

use super::{Parameter, Way};
use crate::model::EncoderConfig;

/// One layer's variables. Linear weights are (out, in); those of queries, keys and values lie one below
/// the other.
#[derive(Debug)]
pub(super) struct Layer {
    /// Of queries, keys and values together.
    heads: Affine,
    attention_output: Affine,
    attention_norm: Affine,
    intermediate: Affine,
    output: Affine,
    output_norm: Affine,
}

/// What a linear map or a layer normalisation multiplies by, and what it adds.
#[derive(Debug)]
struct Affine {
    weight: Var,
    bias: Var,
}

/// Whether gradients are wanted of a layer's variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weights {
    Learning,
    Still,
}

impl Weights {
    fn of(self, var: &Var) -> Tensor {
        match self {
            Self::Learning => var.as_tensor().clone(),
            Self::Still => var.as_detached_tensor(),
        }
    }
}

impl Layer {
    /// Takes the layer's tensors, under Hugging Face's names.
    ///
    /// # Errors
    ///
    /// If one is missing or of another shape.
    pub(super) fn load(config: &EncoderConfig, weights: &VarBuilder<'_>) -> Result<Self> {
        let (hidden, wide) = (config.hidden_size, config.intermediate_size);
        let own = weights.pp("attention").pp("self");
        let parts = ["query", "key", "value"].map(|part| own.pp(part));
        let of_parts = |tensor: &dyn Fn(&VarBuilder<'_>) -> Result<Tensor>| {
            let tensors = parts.iter().map(tensor).collect::<Result<Vec<_>>>()?;
            Var::from_tensor(&Tensor::cat(&tensors, 0)?)
        };
        let linear = |name: &str, out, input| Affine::load(&weights.pp(name), &[out, input]);
        let norm = |name: &str| Affine::load(&weights.pp(name), &[hidden]);
        Ok(Self {
            heads: Affine {
                weight: of_parts(&|part| part.get((hidden, hidden), "weight"))?,
                bias: of_parts(&|part| part.get(hidden, "bias"))?,
            },
            attention_output: linear("attention.output.dense", hidden, hidden)?,
            attention_norm: norm("attention.output.LayerNorm")?,
            intermediate: linear("intermediate.dense", wide, hidden)?,
            output: linear("output.dense", hidden, wide)?,
            output_norm: norm("output.LayerNorm")?,
        })
    }

    /// The states after the layer; `drop` leaves some of a branch's numbers out.
    pub(super) fn forward(
        &self,
        states: &Tensor,
        way: &Way<'_>,
        weights: Weights,
        drop: &mut impl FnMut(Tensor) -> Result<Tensor>,
    ) -> Result<Tensor> {
        let Way { pass, config } = way;
        let linear = |linear: &Affine, x: &Tensor| {
            pass.linear(x, &weights.of(&linear.weight), &weights.of(&linear.bias))
        };
        let norm = |norm: &Affine, x: &Tensor| {
            let (weight, bias) = (weights.of(&norm.weight), weights.of(&norm.bias));
            pass.layer_norm(x, &weight, &bias, config.layer_norm_eps)
        };
        let context = pass.attend(&linear(&self.heads, states)?, config.num_attention_heads)?;
        let attended = drop(linear(&self.attention_output, &context)?)?;
        let states = norm(&self.attention_norm, &(states + attended)?)?;
        let wide = pass.gelu(&linear(&self.intermediate, &states)?)?;
        let narrow = drop(linear(&self.output, &wide)?)?;
        norm(&self.output_norm, &(states + narrow)?)
    }

    /// Its variables, as the layer numbered `layer`.
    pub(super) fn parameters(&self, layer: usize) -> Vec<Parameter> {
        // Checkpoints hold these names.
        let parts = [
            ("mixed", &self.heads),
            ("attention", &self.attention_output),
            ("attention_norm", &self.attention_norm),
            ("intermediate", &self.intermediate),
            ("output", &self.output),
            ("output_norm", &self.output_norm),
        ];
        let parameter = |name: String, var: &Var| Parameter {
            name: format!("layer.{layer}.{name}"),
            layer,
            decays: var.rank() > 1,
            var: var.clone(),
        };
        let both = |(name, part): (&str, &Affine)| {
            [
                parameter(format!("{name}.weight"), &part.weight),
                parameter(format!("{name}.bias"), &part.bias),
            ]
        };
        parts.into_iter().flat_map(both).collect()
    }

    /// Its tensors, under Hugging Face's names.
    pub(super) fn named_tensors(&self, hidden: usize) -> Result<Vec<(String, Tensor)>> {
        let mut tensors = Vec::new();
        let mut add = |name: &str, weight: Tensor, bias: Tensor| {
            tensors.push((format!("{name}.weight"), weight));
            tensors.push((format!("{name}.bias"), bias));
        };
        for (index, part) in ["query", "key", "value"].into_iter().enumerate() {
            let rows = |var: &Var| var.narrow(0, index * hidden, hidden);
            let (weight, bias) = (rows(&self.heads.weight)?, rows(&self.heads.bias)?);
            add(&format!("attention.self.{part}"), weight, bias);
        }
        let others = [
            ("attention.output.dense", &self.attention_output),
            ("attention.output.LayerNorm", &self.attention_norm),
            ("intermediate.dense", &self.intermediate),
            ("output.dense", &self.output),
            ("output.LayerNorm", &self.output_norm),
        ];
        for (name, Affine { weight, bias }) in others {
            add(name, weight.as_tensor().clone(), bias.as_tensor().clone());
        }
        Ok(tensors)
    }
}

impl Affine {
    /// A weight of this shape and a bias as long as its first dimension.
    fn load(weights: &VarBuilder<'_>, shape: &[usize]) -> Result<Self> {
        Ok(Self {
            weight: Var::from_tensor(&weights.get(shape, "weight")?)?,
            bias: Var::from_tensor(&weights.get(shape[0], "bias")?)?,
        })
    }
}
