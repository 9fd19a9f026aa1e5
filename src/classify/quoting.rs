//! How readily do readers of reports quote a sentence? A head like a label's, learnt from what they quoted
//! (`data/quotations.reports.tsv`, `scripts/train_quoting.sh`), over the same vectors and words.

use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

use super::layout::{FORMAT_VERSION, LayoutError, Stored};
use super::{Features, Head, HeadError, LabelHead};

/// The file within its folder, laid out like a label set with one label.
pub const FILE_NAME: &str = "quoting.safetensors";

/// What the label is called there.
const NAME: &str = "quoted";

#[cfg(feature = "embedded-model")]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!(
    "../../models/tomtat-small/quoting.safetensors"
));
#[cfg(not(feature = "embedded-model"))]
const EMBEDDED: Option<&[u8]> = None;

/// A head that says how readily a unit of a report is quoted.
#[derive(Clone, Debug, PartialEq)]
pub struct QuotingHead {
    head: Head,
    model_sha256: String,
}

/// A quoting head that cannot be used.
#[derive(Debug, Error)]
pub enum QuotingHeadError {
    /// The file cannot be read.
    #[error("cannot read {path}; `tomtat train quoting` makes such a file")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no quoting head.
    #[error("the quoting head is damaged: {0}")]
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
        "the quoting head has format version {0}, this program reads version {FORMAT_VERSION}; train it again"
    )]
    OtherVersion(u32),
    /// Trained on another model's vectors.
    #[error(
        "the quoting head is of another model; name that one with --model, train the head again with `tomtat train quoting`, or take it away"
    )]
    OtherModel,
    /// None or several.
    #[error("a quoting head is one head; `tomtat train quoting` makes such a file")]
    NotOneHead,
    /// The head itself is not as it should be.
    #[error("the quoting head cannot be used; train it again with `tomtat train quoting`")]
    Head(#[from] HeadError),
}

impl QuotingHead {
    /// A head that was trained on the vectors of the model with this hash.
    pub fn new(head: Head, model_sha256: &str) -> Self {
        Self {
            head,
            model_sha256: model_sha256.to_owned(),
        }
    }

    /// The head inside the program, if that is made for the model with this hash.
    ///
    /// # Errors
    ///
    /// Never: it is tested.
    pub fn embedded(model_sha256: &str) -> Result<Option<Self>, QuotingHeadError> {
        let found = EMBEDDED.map(Self::from_bytes).transpose()?;
        Ok(found.filter(|found| found.model_sha256 == model_sha256))
    }

    /// The head in `folder`, if there is one.
    ///
    /// # Errors
    ///
    /// If it cannot be read, is damaged or of another format version, or made for another model than that with this hash.
    pub fn find(folder: &Path, model_sha256: &str) -> Result<Option<Self>, QuotingHeadError> {
        let path = folder.join(FILE_NAME);
        let bytes = match fs::read(&path) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(QuotingHeadError::Unreadable { path, source }),
        };
        let found = Self::from_bytes(&bytes).and_then(|found| {
            let is_of_model = found.model_sha256 == model_sha256;
            is_of_model
                .then_some(found)
                .ok_or(QuotingHeadError::OtherModel)
        });
        found.map(Some).map_err(|source| QuotingHeadError::File {
            path,
            source: Box::new(source),
        })
    }

    /// Reads a head from the bytes of its file.
    fn from_bytes(bytes: &[u8]) -> Result<Self, QuotingHeadError> {
        let Stored {
            labels,
            model_sha256,
            ..
        } = Stored::from_bytes(bytes)?;
        let [LabelHead { head, .. }] =
            <[LabelHead; 1]>::try_from(labels).map_err(|_| QuotingHeadError::NotOneHead)?;
        Ok(Self { head, model_sha256 })
    }

    /// The bytes of its file.
    ///
    /// # Errors
    ///
    /// Never for a head that was read.
    pub fn to_bytes(&self) -> Result<Vec<u8>, QuotingHeadError> {
        let label = LabelHead {
            name: NAME.to_owned(),
            head: self.head.clone(),
            threshold: 0.5,
        };
        let stored = Stored {
            model_sha256: self.model_sha256.clone(),
            margin: 0.0,
            cross_lingual: None,
            labels: vec![label],
        };
        Ok(stored.to_bytes()?)
    }

    /// Checks that it is made for vectors of `hidden_size` numbers.
    ///
    /// # Errors
    ///
    /// If it is made for others.
    pub fn check_size(&self, hidden_size: usize) -> Result<(), QuotingHeadError> {
        Ok(self.head.check_size(hidden_size)?)
    }

    /// The greater, the more readily a unit with these features is quoted; only differences within a document mean
    /// something.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the head, which [`Self::check_size`] rules out.
    pub fn logit(&self, features: &Features) -> f32 {
        self.head.logit(features)
    }
}

impl From<LayoutError> for QuotingHeadError {
    fn from(error: LayoutError) -> Self {
        match error {
            LayoutError::Damaged(problem) => Self::Damaged(problem),
            LayoutError::OtherVersion(version) => Self::OtherVersion(version),
            LayoutError::Head(_, source) => Self::Head(source),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::BUCKETS;
    use super::*;

    fn trained_on(model_sha256: &str) -> QuotingHead {
        let mut gram_weights = vec![0.0; BUCKETS];
        let word = Features::new("hoàn thành", vec![0.0; 2]).grams[0].0;
        gram_weights[word as usize] = 3.0;
        let head = Head::new(vec![1.0, -2.0], gram_weights, 0.5).expect("a sound head");
        QuotingHead::new(head, model_sha256)
    }

    #[test]
    fn vectors_and_words_tell_how_readily_a_unit_is_quoted() {
        let head = trained_on("ab");
        let logit = |text: &str| head.logit(&Features::new(text, vec![1.0, 0.5]));
        assert!((logit("") - 0.5).abs() < 1e-6);
        assert!(logit("hoàn thành") > logit("bắt đầu"));
    }

    #[test]
    fn a_head_of_another_model_is_refused_in_a_folder_and_not_taken_from_the_program() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let find = |sha256| QuotingHead::find(folder.path(), sha256);
        assert!(matches!(find("ab"), Ok(None)));
        let bytes = trained_on("ab").to_bytes().expect("one head");
        fs::write(folder.path().join(FILE_NAME), bytes).expect("the folder is writable");
        assert_eq!(find("ab").expect("a sound file"), Some(trained_on("ab")));
        let other = find("cd").expect_err("it is of another model");
        assert!(other.to_string().contains(FILE_NAME), "{other}");
        assert!(matches!(QuotingHead::embedded("cd"), Ok(None)));
    }

    #[test]
    fn what_is_wrong_with_a_head_is_told_of_a_quoting_head() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join(FILE_NAME);
        let find = || QuotingHead::find(folder.path(), "ab").expect_err("no quoting head");
        fs::write(&path, "no head").expect("the folder is writable");
        let QuotingHeadError::File { source, .. } = find() else {
            panic!("the file is not named");
        };
        assert!(source.to_string().contains("quoting head"), "{source}");
        // What is there and cannot be read is no missing head.
        fs::remove_file(&path).expect("the folder is writable");
        fs::create_dir(&path).expect("the folder is writable");
        let found = find();
        assert!(
            matches!(found, QuotingHeadError::Unreadable { .. }),
            "{found}"
        );
        assert!(found.to_string().contains("train quoting"), "{found}");
    }

    #[cfg(feature = "embedded-model")]
    #[test]
    fn the_head_inside_the_program_is_for_the_labels_inside_it_and_written_as_it_was_read() {
        let labels = super::super::LabelSet::embedded().expect("labels");
        let head = QuotingHead::embedded(&labels.model_sha256).expect("a sound head");
        let bytes = head.expect("of this model").to_bytes().expect("one head");
        assert_eq!(Some(bytes.as_slice()), EMBEDDED);
    }
}
