//! A trained label set as a file: the heads' weights as safetensors, all else in its metadata.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use half::f16;
use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use safetensors::{SafeTensorError, serialize};
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::{BUCKETS, Classifier, ClassifierError, CrossLingual, LabelHead};

/// The file within its folder.
pub const FILE_NAME: &str = "labels.safetensors";

/// The version of the layout that this program writes and reads.
const FORMAT_VERSION: u32 = 1;

/// Names within the file.
const METADATA: &str = "tomtat";
const VECTOR_WEIGHTS: &str = "vector.weight";
const GRAM_WEIGHTS: &str = "gram.weight";

const UNFIT: &str = "its calibration for other languages does not fit its labels";

/// A trained label set, and which model's vectors it reads.
#[derive(Clone, Debug, PartialEq)]
pub struct LabelSet {
    /// Hash of the model that it was trained on.
    pub model_sha256: String,
    /// The heads.
    pub classifier: Classifier,
}

/// A label set that cannot be used.
#[derive(Debug, Error)]
pub enum LabelSetError {
    /// The file cannot be read.
    #[error("cannot read the labels in {path}; `tomtat train labels` makes such a folder")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no label set.
    #[error("the label set is damaged: {0}")]
    Damaged(String),
    /// The file cannot be used.
    #[error("{}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// Why.
        source: Box<Self>,
    },
    /// A layout of another version of the program.
    #[error(
        "the label set has format version {0}, this program reads version {FORMAT_VERSION}; train it again"
    )]
    OtherVersion(u32),
    /// A build without the default feature `embedded-model`.
    #[error("this program was built without labels; name some with --labels")]
    NotEmbedded,
    /// Trained on another model's vectors.
    #[error(
        "the labels were trained on another model; name that one with --model, or train them again with this one"
    )]
    OtherModel,
    /// A quoting head for another model's vectors.
    #[error(
        "the quoting head is of another model; name that one with --model, train the head again with `tomtat train quoting`, or take it away"
    )]
    OtherQuotingModel,
    /// A quoting head with none or several.
    #[error("a quoting head is one head; `tomtat train quoting` makes such a file")]
    NotOneHead,
    /// The heads do not fit together.
    #[error(transparent)]
    Classifier(#[from] ClassifierError),
}

#[cfg(feature = "embedded-model")]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!(
    "../../models/tomtat-small/labels.safetensors"
));
#[cfg(not(feature = "embedded-model"))]
const EMBEDDED: Option<&[u8]> = None;

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

impl LabelSet {
    /// Reads the label set in `folder`.
    ///
    /// # Errors
    ///
    /// If there is none, or it is damaged or of another format version.
    pub fn load(folder: &Path) -> Result<Self, LabelSetError> {
        Self::open(folder.join(FILE_NAME))
    }

    /// Reads the file at `path`.
    pub(super) fn open(path: PathBuf) -> Result<Self, LabelSetError> {
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(source) => return Err(LabelSetError::Unreadable { path, source }),
        };
        Self::from_bytes(&bytes).map_err(|source| LabelSetError::File {
            path,
            source: Box::new(source),
        })
    }

    /// The labels inside the program, for the model inside the program.
    ///
    /// # Errors
    ///
    /// If this program was built without them.
    pub fn embedded() -> Result<Self, LabelSetError> {
        match EMBEDDED {
            Some(bytes) => Self::from_bytes(bytes),
            None => Err(LabelSetError::NotEmbedded),
        }
    }

    /// Reads a label set from the bytes of its file.
    ///
    /// # Errors
    ///
    /// If they are none, or of another format version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LabelSetError> {
        let description = Description::read(bytes)?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let count = description.labels.len();
        let vector_weights = rows(&tensors.tensor(VECTOR_WEIGHTS)?, count)?;
        let gram_weights = rows(&tensors.tensor(GRAM_WEIGHTS)?, count)?;
        let hidden_size = vector_weights.first().map_or(0, Vec::len);
        let weights = vector_weights.into_iter().zip(gram_weights);
        let head = |(label, (vector_weights, gram_weights)): (LabelDescription, _)| LabelHead {
            name: label.name,
            vector_weights,
            gram_weights,
            bias: label.bias,
            threshold: label.threshold,
        };
        let heads = description
            .labels
            .into_iter()
            .zip(weights)
            .map(head)
            .collect();
        let mut classifier = Classifier::new(heads, description.margin, hidden_size)?;
        if let Some(cross_lingual) = description.cross_lingual {
            if !cross_lingual.fits(count) {
                return Err(LabelSetError::Damaged(UNFIT.to_owned()));
            }
            classifier = classifier.with_cross_lingual(cross_lingual);
        }
        Ok(Self {
            model_sha256: description.model_sha256,
            classifier,
        })
    }

    /// The bytes of its file; the weights of words are kept in 16 bits.
    ///
    /// # Errors
    ///
    /// Never for heads that fit together.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LabelSetError> {
        let heads = self.classifier.labels();
        let vector_weights: Vec<u8> = heads
            .iter()
            .flat_map(|head| {
                head.vector_weights
                    .iter()
                    .flat_map(|weight| weight.to_le_bytes())
            })
            .collect();
        let gram_weights: Vec<u8> = heads
            .iter()
            .flat_map(|head| &head.gram_weights)
            .flat_map(|&weight| f16::from_f32(weight).to_le_bytes())
            .collect();
        let hidden_size = heads.first().map_or(0, |head| head.vector_weights.len());
        let tensors = [
            (
                VECTOR_WEIGHTS,
                view(Dtype::F32, [heads.len(), hidden_size], &vector_weights)?,
            ),
            (
                GRAM_WEIGHTS,
                view(Dtype::F16, [heads.len(), BUCKETS], &gram_weights)?,
            ),
        ];
        let metadata = HashMap::from([(METADATA.to_owned(), self.description()?)]);
        Ok(serialize(tensors, Some(metadata))?)
    }

    /// The heads, if they are for the model with this hash and size.
    ///
    /// # Errors
    ///
    /// If they are for another one.
    pub fn for_model(self, sha256: &str, hidden_size: usize) -> Result<Classifier, LabelSetError> {
        self.classifier.check(hidden_size)?;
        if self.model_sha256 != sha256 {
            return Err(LabelSetError::OtherModel);
        }
        Ok(self.classifier)
    }

    fn description(&self) -> Result<String, LabelSetError> {
        let describe = |head: &LabelHead| LabelDescription {
            name: head.name.clone(),
            bias: head.bias,
            threshold: head.threshold,
        };
        let description = Description {
            format_version: FORMAT_VERSION,
            model_sha256: self.model_sha256.clone(),
            margin: self.classifier.margin(),
            cross_lingual: self.classifier.cross_lingual().cloned(),
            labels: self.classifier.labels().iter().map(describe).collect(),
        };
        serde_json::to_string(&description)
            .map_err(|error| LabelSetError::Damaged(error.to_string()))
    }
}

impl Description {
    fn read(bytes: &[u8]) -> Result<Self, LabelSetError> {
        let (_, metadata) = SafeTensors::read_metadata(bytes)?;
        let json = metadata
            .metadata()
            .as_ref()
            .and_then(|entries| entries.get(METADATA));
        let json =
            json.ok_or_else(|| LabelSetError::Damaged("it has no description".to_owned()))?;
        let damaged = |error: serde_json::Error| LabelSetError::Damaged(error.to_string());
        // First: another version's description may have other fields.
        let Version { format_version } = serde_json::from_str(json).map_err(damaged)?;
        match format_version {
            FORMAT_VERSION => serde_json::from_str(json).map_err(damaged),
            other => Err(LabelSetError::OtherVersion(other)),
        }
    }
}

fn view(dtype: Dtype, shape: [usize; 2], bytes: &[u8]) -> Result<TensorView<'_>, SafeTensorError> {
    TensorView::new(dtype, shape.to_vec(), bytes)
}

/// The rows of a matrix in 32 or 16 bits, of which there must be `count`.
fn rows(tensor: &TensorView<'_>, count: usize) -> Result<Vec<Vec<f32>>, LabelSetError> {
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
        other => return Err(LabelSetError::Damaged(format!("weights of type {other:?}"))),
    };
    match *tensor.shape() {
        [rows, columns] if rows == count && columns > 0 => {
            Ok(values.chunks_exact(columns).map(<[f32]>::to_vec).collect())
        }
        ref shape => Err(LabelSetError::Damaged(format!(
            "weights of shape {shape:?}"
        ))),
    }
}

impl From<SafeTensorError> for LabelSetError {
    fn from(error: SafeTensorError) -> Self {
        Self::Damaged(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Calibration;
    use super::*;

    fn label_set() -> LabelSet {
        let head = |name: &str, weight| LabelHead {
            name: name.to_owned(),
            vector_weights: vec![weight; 3],
            gram_weights: vec![weight; BUCKETS],
            bias: 0.25,
            threshold: 0.4,
        };
        let heads = vec![head("kết quả", 0.5), head("khác", -1.5)];
        let calibration = Calibration {
            slope: 1.5,
            offset: 0.7,
            threshold: 0.3,
        };
        let cross_lingual = CrossLingual {
            home: "vi".to_owned(),
            calibrations: vec![calibration; 2],
            margin: 0.2,
        };
        let classifier = Classifier::new(heads, 0.3, 3)
            .expect("heads of one size")
            .with_cross_lingual(cross_lingual);
        LabelSet {
            model_sha256: "ab".to_owned(),
            classifier,
        }
    }

    #[test]
    fn a_label_set_reads_as_it_was_written() {
        let bytes = label_set().to_bytes().expect("heads that fit together");
        assert_eq!(
            LabelSet::from_bytes(&bytes).expect("just written"),
            label_set()
        );
    }

    #[test]
    fn damage_is_an_error_and_never_a_panic() {
        let bytes = label_set().to_bytes().expect("heads that fit together");
        for length in (0..400).chain([bytes.len() - 1]) {
            assert!(
                LabelSet::from_bytes(&bytes[..length]).is_err(),
                "{length} bytes"
            );
        }
        for at in 0..400 {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0x15;
            let _ = LabelSet::from_bytes(&damaged);
        }
    }

    #[test]
    fn labels_of_another_model_are_refused() {
        assert!(matches!(
            label_set().for_model("cd", 3),
            Err(LabelSetError::OtherModel)
        ));
        assert!(matches!(
            label_set().for_model("ab", 4),
            Err(LabelSetError::Classifier(_))
        ));
    }
}
