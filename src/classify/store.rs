//! A trained label set as a file.

use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

use super::layout::{FORMAT_VERSION, LayoutError, Stored};
use super::{Classifier, ClassifierError};

/// The file within its folder.
pub const FILE_NAME: &str = "labels.safetensors";

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

impl LabelSet {
    /// Reads the label set in `folder`.
    ///
    /// # Errors
    ///
    /// If there is none, or it is damaged, of another format version or of heads that do not fit together.
    pub fn load(folder: &Path) -> Result<Self, LabelSetError> {
        let path = folder.join(FILE_NAME);
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
    /// If they are none, of another format version, or of heads that do not fit together.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, LabelSetError> {
        let Stored {
            model_sha256,
            margin,
            cross_lingual,
            labels,
        } = Stored::from_bytes(bytes)?;
        let mut classifier = Classifier::new(labels, margin)?;
        if let Some(cross_lingual) = cross_lingual {
            classifier = classifier.with_cross_lingual(cross_lingual)?;
        }
        Ok(Self {
            model_sha256,
            classifier,
        })
    }

    /// The bytes of its file; the weights of words are kept in 16 bits.
    ///
    /// # Errors
    ///
    /// Never for heads that fit together.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LabelSetError> {
        let stored = Stored {
            model_sha256: self.model_sha256.clone(),
            margin: self.classifier.margin(),
            cross_lingual: self.classifier.cross_lingual().cloned(),
            labels: self.classifier.labels().to_vec(),
        };
        Ok(stored.to_bytes()?)
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
}

impl From<LayoutError> for LabelSetError {
    fn from(error: LayoutError) -> Self {
        match error {
            LayoutError::Damaged(problem) => Self::Damaged(problem),
            LayoutError::OtherVersion(version) => Self::OtherVersion(version),
            LayoutError::Head(label, source) => ClassifierError::of_head(&label, source).into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{BUCKETS, Calibration, CrossLingual, Head, LabelHead};
    use super::*;

    fn label_set() -> LabelSet {
        let head = |name: &str, weight| LabelHead {
            name: name.to_owned(),
            head: Head::new(vec![weight; 3], vec![weight; BUCKETS], 0.25).expect("a sound head"),
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
        let classifier = Classifier::new(heads, 0.3)
            .expect("heads of one size")
            .with_cross_lingual(cross_lingual)
            .expect("a calibration for each label");
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
    fn a_file_of_heads_that_cannot_be_used_is_refused() {
        let labels = label_set().classifier.labels().to_vec();
        let stored = |labels: Vec<LabelHead>, margin| Stored {
            model_sha256: "ab".to_owned(),
            margin,
            cross_lingual: None,
            labels,
        };
        let read = |stored: Stored| LabelSet::from_bytes(&stored.to_bytes().expect("a file"));
        assert!(read(stored(labels.clone(), 0.0)).is_ok());
        let (mut sure, mut twice) = (labels.clone(), labels.clone());
        sure[1].threshold = 1.5;
        twice[1].name.clone_from(&labels[0].name);
        for unfit in [stored(labels, -1.0), stored(sure, 0.0), stored(twice, 0.0)] {
            let found = read(unfit);
            assert!(
                matches!(found, Err(LabelSetError::Classifier(_))),
                "{found:?}"
            );
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
