//! Heads as a file: their weights as safetensors, all else in its metadata. Label sets and quoting heads are laid out alike.

use std::collections::HashMap;

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use safetensors::{SafeTensorError, serialize};
use serde::{Deserialize, Serialize};

use super::{BUCKETS, CrossLingual, Head, HeadError, LabelHead};

/// The version of the layout that this program writes and reads.
pub(super) const FORMAT_VERSION: u32 = 1;

/// Names within the file.
const METADATA: &str = "tomtat";
const VECTOR_WEIGHTS: &str = "vector.weight";
const GRAM_WEIGHTS: &str = "gram.weight";

/// What a file holds.
#[derive(Debug)]
pub(super) struct Stored {
    /// Hash of the model that the heads were trained on.
    pub(super) model_sha256: String,
    pub(super) margin: f32,
    pub(super) cross_lingual: Option<CrossLingual>,
    pub(super) labels: Vec<LabelHead>,
}

/// A file that is not laid out so.
#[derive(Debug)]
pub(super) enum LayoutError {
    Damaged(String),
    OtherVersion(u32),
    /// A head, by its name, that cannot be used.
    Head(String, HeadError),
}

/// What the metadata says, in JSON.
#[derive(Debug, Serialize, Deserialize)]
struct Description {
    format_version: u32,
    model_sha256: String,
    margin: f32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cross_lingual: Option<CrossLingual>,
    labels: Vec<LabelDescription>,
}

/// What the descriptions of all versions have.
#[derive(Debug, Deserialize)]
struct Version {
    format_version: u32,
}

#[derive(Debug, Serialize, Deserialize)]
struct LabelDescription {
    name: String,
    bias: f32,
    threshold: f32,
}

impl Stored {
    /// Reads what the bytes of a file hold.
    pub(super) fn from_bytes(bytes: &[u8]) -> Result<Self, LayoutError> {
        let description = Description::read(bytes)?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let count = description.labels.len();
        let vector_weights = rows(&tensors.tensor(VECTOR_WEIGHTS)?, count)?;
        let gram_weights = rows(&tensors.tensor(GRAM_WEIGHTS)?, count)?;
        let weights = vector_weights.into_iter().zip(gram_weights);
        let labels = description.labels.into_iter().zip(weights);
        let labels = labels.map(|(label, (vector_weights, gram_weights))| {
            let LabelDescription {
                name,
                bias,
                threshold,
            } = label;
            match Head::new(vector_weights, gram_weights, bias) {
                Ok(head) => Ok(LabelHead {
                    name,
                    head,
                    threshold,
                }),
                Err(error) => Err(LayoutError::Head(name, error)),
            }
        });
        Ok(Self {
            model_sha256: description.model_sha256,
            margin: description.margin,
            cross_lingual: description.cross_lingual,
            labels: labels.collect::<Result<_, _>>()?,
        })
    }

    /// The bytes of its file; the weights of words are kept in 16 bits.
    pub(super) fn to_bytes(&self) -> Result<Vec<u8>, LayoutError> {
        let heads = || self.labels.iter().map(|label| &label.head);
        let vector_weights = heads().flat_map(Head::vector_weights);
        let vector_weights: Vec<u8> = vector_weights
            .flat_map(|weight| weight.to_le_bytes())
            .collect();
        let gram_weights = heads().flat_map(Head::gram_weights);
        let gram_weights: Vec<u8> = gram_weights
            .flat_map(|&weight| f16::from_f32(weight).to_le_bytes())
            .collect();
        let hidden_size = heads().next().map_or(0, |head| head.vector_weights().len());
        let count = self.labels.len();
        let tensors = [
            (
                VECTOR_WEIGHTS,
                view(Dtype::F32, [count, hidden_size], &vector_weights)?,
            ),
            (
                GRAM_WEIGHTS,
                view(Dtype::F16, [count, BUCKETS], &gram_weights)?,
            ),
        ];
        let metadata = HashMap::from([(METADATA.to_owned(), self.description()?)]);
        Ok(serialize(tensors, Some(metadata))?)
    }

    fn description(&self) -> Result<String, LayoutError> {
        let describe = |label: &LabelHead| LabelDescription {
            name: label.name.clone(),
            bias: label.head.bias(),
            threshold: label.threshold,
        };
        let description = Description {
            format_version: FORMAT_VERSION,
            model_sha256: self.model_sha256.clone(),
            margin: self.margin,
            cross_lingual: self.cross_lingual.clone(),
            labels: self.labels.iter().map(describe).collect(),
        };
        Ok(serde_json::to_string(&description)?)
    }
}

impl Description {
    fn read(bytes: &[u8]) -> Result<Self, LayoutError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let json = metadata
            .metadata()
            .as_ref()
            .and_then(|entries| entries.get(METADATA));
        let json = json.ok_or_else(|| LayoutError::Damaged("it has no description".to_owned()))?;
        // First: another version's description may have other fields.
        let Version { format_version } = serde_json::from_str(json)?;
        match format_version {
            FORMAT_VERSION => Ok(serde_json::from_str(json)?),
            other => Err(LayoutError::OtherVersion(other)),
        }
    }
}

fn view(dtype: Dtype, shape: [usize; 2], bytes: &[u8]) -> Result<TensorView<'_>, SafeTensorError> {
    TensorView::new(dtype, shape.to_vec(), bytes)
}

/// The rows of a matrix in 32 or 16 bits, of which there must be `count`.
fn rows(tensor: &TensorView<'_>, count: usize) -> Result<Vec<Vec<f32>>, LayoutError> {
    let values: Vec<f32> = match tensor.dtype() {
        Dtype::F32 => {
            let (numbers, _) = tensor.data().as_chunks();
            numbers
                .iter()
                .map(|&bytes| f32::from_le_bytes(bytes))
                .collect()
        }
        Dtype::F16 => {
            let (numbers, _) = tensor.data().as_chunks();
            numbers
                .iter()
                .map(|&bytes| f16::from_le_bytes(bytes).to_f32())
                .collect()
        }
        other => return Err(LayoutError::Damaged(format!("weights of type {other:?}"))),
    };
    match *tensor.shape() {
        [rows, columns] if rows == count && columns > 0 => {
            Ok(values.chunks_exact(columns).map(<[f32]>::to_vec).collect())
        }
        ref shape => Err(LayoutError::Damaged(format!("weights of shape {shape:?}"))),
    }
}

impl From<SafeTensorError> for LayoutError {
    fn from(error: SafeTensorError) -> Self {
        Self::Damaged(error.to_string())
    }
}

impl From<serde_json::Error> for LayoutError {
    fn from(error: serde_json::Error) -> Self {
        Self::Damaged(error.to_string())
    }
}
