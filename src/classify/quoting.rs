//! How readily do readers of reports quote a sentence? A head like a label's, learnt from what they quoted
//! (`data/quotations.reports.tsv`, `scripts/train_quoting.sh`), over the same vectors and words.

use std::path::Path;

use super::{Classifier, Features, LabelHead, LabelSet, LabelSetError};

/// The file within its folder, laid out like a label set with one label.
pub const FILE_NAME: &str = "quoting.safetensors";

#[cfg(feature = "embedded-model")]
const EMBEDDED: Option<&[u8]> = Some(include_bytes!(
    "../../models/tomtat-small/quoting.safetensors"
));
#[cfg(not(feature = "embedded-model"))]
const EMBEDDED: Option<&[u8]> = None;

/// A head that says how readily a unit of a report is quoted.
#[derive(Clone, Debug, PartialEq)]
pub struct QuotingHead(LabelSet);

impl QuotingHead {
    /// The head inside the program, if that is made for the model with this hash.
    ///
    /// # Errors
    ///
    /// Never: it is tested.
    pub fn embedded(model_sha256: &str) -> Result<Option<Self>, LabelSetError> {
        let found = EMBEDDED.map(LabelSet::from_bytes).transpose()?;
        let fits = |set: &LabelSet| set.model_sha256 == model_sha256;
        found.filter(fits).map(Self::new).transpose()
    }

    /// The head in `folder`, if there is one.
    ///
    /// # Errors
    ///
    /// If it is damaged, or made for another model than that with this hash and size.
    pub fn find(
        folder: &Path,
        model_sha256: &str,
        hidden_size: usize,
    ) -> Result<Option<Self>, LabelSetError> {
        let path = folder.join(FILE_NAME);
        if !path.exists() {
            return Ok(None);
        }
        let set = LabelSet::open(path.clone())?;
        let is_of_size = set.classifier.check(hidden_size).is_ok();
        let fitting = if is_of_size && set.model_sha256 == model_sha256 {
            Self::new(set)
        } else {
            Err(LabelSetError::OtherQuotingModel)
        };
        fitting.map(Some).map_err(|source| LabelSetError::File {
            path,
            source: Box::new(source),
        })
    }

    /// A head that was trained on the vectors of the model with this hash.
    ///
    /// # Errors
    ///
    /// If it hashes words into another number of buckets than this program.
    pub fn of(head: LabelHead, model_sha256: &str) -> Result<Self, LabelSetError> {
        let hidden_size = head.vector_weights.len();
        Self::new(LabelSet {
            model_sha256: model_sha256.to_owned(),
            classifier: Classifier::new(vec![head], 0.0, hidden_size)?,
        })
    }

    fn new(set: LabelSet) -> Result<Self, LabelSetError> {
        if set.classifier.labels().len() == 1 {
            Ok(Self(set))
        } else {
            Err(LabelSetError::NotOneHead)
        }
    }

    /// The greater, the more readily a unit with these features is quoted; only differences within a document mean
    /// something.
    ///
    /// # Panics
    ///
    /// If the vector has another size than the head.
    pub fn logit(&self, features: &Features) -> f32 {
        self.head().logit(features)
    }

    fn head(&self) -> &LabelHead {
        &self.0.classifier.labels()[0]
    }

    /// The bytes of its file.
    ///
    /// # Errors
    ///
    /// Never for a head that was read.
    pub fn to_bytes(&self) -> Result<Vec<u8>, LabelSetError> {
        self.0.to_bytes()
    }
}

#[cfg(test)]
mod tests {
    use super::super::BUCKETS;
    use super::*;

    fn trained_on(model_sha256: &str) -> QuotingHead {
        let mut head = LabelHead {
            name: "quoted".to_owned(),
            vector_weights: vec![1.0, -2.0],
            gram_weights: vec![0.0; BUCKETS],
            bias: 0.5,
            threshold: 0.5,
        };
        let word = Features::new("hoàn thành", vec![0.0; 2]).grams[0].0;
        head.gram_weights[word as usize] = 3.0;
        QuotingHead::of(head, model_sha256).expect("a head of this program")
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
        let find = |sha256, size| QuotingHead::find(folder.path(), sha256, size);
        assert!(matches!(find("ab", 2), Ok(None)));
        let bytes = trained_on("ab")
            .to_bytes()
            .expect("heads that fit together");
        std::fs::write(folder.path().join(FILE_NAME), bytes).expect("the folder is writable");
        assert!(matches!(find("ab", 2), Ok(Some(_))));
        let other = find("cd", 2).expect_err("it is of another model");
        assert!(other.to_string().contains(FILE_NAME), "{other}");
        assert!(find("ab", 3).is_err());
        assert!(matches!(QuotingHead::embedded("cd"), Ok(None)));
    }

    #[cfg(feature = "embedded-model")]
    #[test]
    fn the_head_inside_the_program_is_for_the_labels_inside_it() {
        let labels = LabelSet::embedded().expect("labels");
        let head = QuotingHead::embedded(&labels.model_sha256).expect("a sound head");
        assert!(head.is_some());
    }
}
