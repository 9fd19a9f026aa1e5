//! Makes a bundle: the vocabulary and embeddings of another one under layers of one's own.

use half::f16;

use super::bundle::{CONFIG, TOKENIZER, WEIGHTS};
use super::tensor::BLOCK;
use super::{Bundle, gguf};

/// A tensor to be written: name, shape with the slowest dimension first, numbers row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct LayerTensor {
    /// Under Hugging Face's name, `encoder.layer.0.…`.
    pub name: String,
    /// Its dimensions.
    pub shape: Vec<usize>,
    /// Its numbers.
    pub values: Vec<f32>,
}

/// The transformer layers of a bundle that is made from another one.
#[derive(Clone, Copy, Debug)]
pub struct BundleLayers<'a> {
    /// Layers of the other one that are the first of the new one, as they are.
    pub kept: &'a [usize],
    /// The tensors of the layers above them, which have numbers from `kept.len()`.
    pub learnt: &'a [LayerTensor],
    /// How many layers there are in all.
    pub count: usize,
}

/// The files of a bundle called `name`, each with its name: tokenizer and embeddings of `base` under `layers`.
///
/// What was learnt has matrices as `Q8_0`, so that what rounding costs is far below what training moves, and everything
/// else in f32; what is kept of `base` stays bit for bit as it is there. Same input, same bytes.
///
/// # Panics
///
/// If `base` has no layer that is to be kept, which is a mistake of the caller.
pub fn bundle_files(
    name: &str,
    base: &Bundle,
    layers: BundleLayers<'_>,
) -> [(&'static str, Vec<u8>); 3] {
    let weights = gguf::write(&entries(name, base, layers.count), &tensors(base, layers));
    [
        (TOKENIZER, base.tokenizer_bytes().to_vec()),
        (CONFIG, config(base, layers.count).into_bytes()),
        (WEIGHTS, weights),
    ]
}

fn tensors(base: &Bundle, layers: BundleLayers<'_>) -> Vec<gguf::Entry> {
    let mut entries = as_in(base, "embeddings.", "embeddings.");
    for (new, &old) in layers.kept.iter().enumerate() {
        let of_layer = |layer: usize| format!("encoder.layer.{layer}.");
        let kept = as_in(base, &of_layer(old), &of_layer(new));
        assert!(!kept.is_empty(), "the base has layer {old}");
        entries.extend(kept);
    }
    entries.extend(layers.learnt.iter().map(learnt));
    entries
}

/// The tensors of `base` whose names begin with `old`, bit for bit, under names that begin with `new` instead.
fn as_in(base: &Bundle, old: &str, new: &str) -> Vec<gguf::Entry> {
    let entry = |(name, tensor): (&str, super::Tensor<'_>)| {
        let rest = name.strip_prefix(old)?;
        Some(gguf::Entry {
            name: format!("{new}{rest}"),
            shape: tensor.shape().to_vec(),
            kind: tensor.data().kind(),
            bytes: tensor.data().bytes().to_vec(),
        })
    };
    base.weights().tensors().filter_map(entry).collect()
}

/// A tensor that has learnt.
fn learnt(tensor: &LayerTensor) -> gguf::Entry {
    let (kind, bytes) = match tensor.shape.as_slice() {
        [_, row] if row.is_multiple_of(BLOCK) => (gguf::Q8_0, quantised(&tensor.values, *row)),
        _ => {
            let values = tensor.values.iter();
            let bytes = values.flat_map(|value| value.to_le_bytes()).collect();
            (gguf::F32, bytes)
        }
    };
    gguf::Entry {
        name: tensor.name.clone(),
        shape: tensor.shape.clone(),
        kind,
        bytes,
    }
}

/// Blocks of 32 numbers: an f16 scale, the same in all blocks of a row, and one byte a number, which is the nearest
/// multiple of the scale.
///
/// The integer engine has one scale a row, so that what it multiplies with is exactly what is written.
fn quantised(values: &[f32], row: usize) -> Vec<u8> {
    values.chunks_exact(row).flat_map(quantised_row).collect()
}

fn quantised_row(row: &[f32]) -> Vec<u8> {
    let greatest = row
        .iter()
        .fold(0.0_f32, |greatest, value| greatest.max(value.abs()));
    let scale = f16::from_f32(greatest / 127.0);
    let divisor = if scale.to_f32() > 0.0 {
        scale.to_f32()
    } else {
        1.0
    };
    let byte = |value: &f32| (value / divisor).round_ties_even().clamp(-127.0, 127.0) as i8;
    let block = |values: &[f32; BLOCK]| {
        let bytes = values.map(|value| byte(&value).cast_unsigned());
        [&scale.to_le_bytes()[..], &bytes].concat()
    };
    row.as_chunks().0.iter().flat_map(block).collect()
}

/// The metadata, under GGUF's standard keys where there are any.
fn entries(name: &str, base: &Bundle, layer_count: usize) -> Vec<(String, gguf::Value)> {
    let text = |key: &str, value: &str| (key.to_owned(), gguf::Value::Text(value.to_owned()));
    let whole = |key: &str, value: usize| (key.to_owned(), gguf::Value::Whole(value as u64));
    let sizes = base.config();
    vec![
        text("general.architecture", "bert"),
        text("general.name", name),
        text(
            "general.description",
            &format!("layers fine-tuned on {}", base.name()),
        ),
        text("general.license", base.license()),
        whole("general.alignment", gguf::ALIGNMENT),
        whole("bert.vocab_size", sizes.vocab_size),
        whole("bert.context_length", sizes.max_position_embeddings),
        whole("bert.embedding_length", sizes.hidden_size),
        whole("bert.block_count", layer_count),
        whole("bert.feed_forward_length", sizes.intermediate_size),
        whole("bert.attention.head_count", sizes.num_attention_heads),
        text("tomtat.pooling", "mean"),
        text("tomtat.prefix", base.prefix()),
    ]
}

/// The configuration of `base` with another number of layers.
fn config(base: &Bundle, layer_count: usize) -> String {
    let parsed = serde_json::from_slice(base.config_json());
    let mut config: serde_json::Value = parsed.expect("a bundle that was opened has one");
    config["num_hidden_layers"] = layer_count.into();
    format!("{config:#}\n")
}

#[cfg(test)]
mod tests {
    use super::super::tensor::TensorData;
    use super::*;

    #[test]
    fn a_row_comes_back_to_half_a_step_and_has_one_scale() {
        let values: Vec<f32> = (0..128).map(|index| (index as f32 - 40.0) * 0.37).collect();
        let bytes = quantised(&values, 64);
        let data = TensorData::Q8_0(bytes.as_chunks().0);
        let back = super::super::Tensor::new(&[2, 64], data).to_vec();
        for (row, back) in values.chunks(64).zip(back.chunks(64)) {
            let step = row
                .iter()
                .fold(0.0_f32, |most, value| most.max(value.abs()))
                / 127.0;
            for (value, back) in row.iter().zip(back) {
                assert!((value - back).abs() <= 0.51 * step, "{value} {back}");
            }
        }
        for row in bytes.as_chunks::<34>().0.chunks(2) {
            assert_eq!(row[0][..2], row[1][..2]);
        }
        assert_eq!(quantised(&[0.0; 32], 32), [0; 34]);
    }
}
