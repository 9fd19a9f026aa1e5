//! What is known of the labels that are to be learnt, before the encoder learns.

use anyhow::Result;

use crate::classify::{BUCKETS, Classifier, Features, Head, HeadError, LabelHead, LabelSet};
use crate::hash::sha256;
use crate::model::Bundle;
use crate::train::{KnownCuts, VectorHead};

/// The labels to learn, and heads for them: those that the model has for labels of these names, for what they know takes more
/// to learn than an office has read, and of other labels heads that learnt on the encoder as it is.
pub(super) struct Known {
    pub(super) names: Vec<String>,
    heads: Vec<Option<LabelHead>>,
    hidden_size: usize,
    /// Whether the model had a head for every label.
    pub(super) is_all_of_model: bool,
    /// The labels that the heads are of, where they are the ones to learn and no others.
    pub(super) all: Option<Classifier>,
    /// SHA-256 of the model's labels, if it knows any of these.
    pub(super) sha256: Option<String>,
}

impl Known {
    /// What `labels` of the model know of these names.
    pub(super) fn of(labels: Option<LabelSet>, base: &Bundle, names: &[String]) -> Result<Self> {
        let bytes = labels.as_ref().map(LabelSet::to_bytes).transpose()?;
        let classifier = labels.map(|labels| labels.classifier);
        let heads = classifier.as_ref().map_or(&[][..], Classifier::labels);
        let of = |name: &String| heads.iter().find(|head| head.name == *name).cloned();
        let heads: Vec<Option<LabelHead>> = names.iter().map(of).collect();
        let same =
            |classifier: &Classifier| classifier.labels().iter().map(|head| &head.name).eq(names);
        Ok(Self {
            names: names.to_vec(),
            sha256: bytes
                .filter(|_| heads.iter().any(Option::is_some))
                .map(|bytes| sha256(&bytes)),
            is_all_of_model: heads.iter().all(Option::is_some),
            heads,
            hidden_size: base.config().hidden_size,
            all: classifier.filter(same),
        })
    }

    /// The labels that have no head.
    pub(super) fn unknown(&self) -> Vec<String> {
        let heads = self.names.iter().zip(&self.heads);
        let unknown = heads.filter(|(_, head)| head.is_none());
        unknown.map(|(name, _)| name.clone()).collect()
    }

    /// Takes over the heads of labels that had none.
    pub(super) fn learn(&mut self, classifier: Classifier) {
        for (name, head) in self.names.iter().zip(&mut self.heads) {
            let learnt = classifier.labels().iter().find(|it| it.name == *name);
            *head = head.take().or(learnt.cloned());
        }
        if classifier.labels().len() == self.names.len() {
            self.all = Some(classifier);
        }
    }

    /// What the heads start from.
    pub(super) fn first(&self) -> Vec<VectorHead> {
        let first = |known: &Option<LabelHead>| match known {
            Some(LabelHead { head, .. }) => VectorHead::of(head),
            None => VectorHead::blank(self.hidden_size),
        };
        self.heads.iter().map(first).collect()
    }

    /// What the words of a text add to each label's logit; they do not learn.
    pub(super) fn offsets(&self, text: &str) -> Vec<f32> {
        let words = Features::new(text, Vec::new());
        let of = |known: &Option<LabelHead>| {
            let head = known.as_ref().map(|label| &label.head);
            head.map_or(0.0, |head| head.words_logit(&words))
        };
        self.heads.iter().map(of).collect()
    }

    /// The thresholds and the margin that are known; the margin of other labels says nothing.
    pub(super) fn cuts(&self) -> KnownCuts {
        let threshold = |known: &Option<LabelHead>| known.as_ref().map(|head| head.threshold);
        KnownCuts {
            thresholds: self.heads.iter().map(threshold).collect(),
            margin: self.all.as_ref().map(Classifier::margin),
        }
    }

    /// The heads that have learnt, with the words of those that were known.
    pub(super) fn learnt(&self, tuned: &[VectorHead]) -> Result<Vec<LabelHead>, HeadError> {
        let heads = self.names.iter().zip(&self.heads).zip(tuned);
        let learnt = |((name, known), tuned): ((&String, &Option<LabelHead>), &VectorHead)| {
            let gram_weights = match known {
                Some(known) => known.head.gram_weights().to_vec(),
                None => vec![0.0; BUCKETS],
            };
            Ok(LabelHead {
                name: name.clone(),
                head: Head::new(tuned.weights.clone(), gram_weights, tuned.bias)?,
                threshold: 0.5,
            })
        };
        heads.map(learnt).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head(name: &str, bias: f32) -> LabelHead {
        LabelHead {
            name: name.to_owned(),
            head: Head::new(vec![1.0], vec![0.0; BUCKETS], bias).expect("a sound head"),
            threshold: 0.4,
        }
    }

    fn classifier(heads: &[LabelHead]) -> Classifier {
        Classifier::new(heads.to_vec(), 0.2).expect("the heads fit together")
    }

    #[test]
    fn what_the_model_knows_stays_and_the_rest_is_learnt() {
        let names = ["a", "b"].map(str::to_owned).to_vec();
        let known = |heads: Vec<Option<LabelHead>>| Known {
            names: names.clone(),
            heads,
            hidden_size: 1,
            is_all_of_model: false,
            all: None,
            sha256: None,
        };
        let mut half = known(vec![Some(head("a", 7.0)), None]);
        assert_eq!(half.unknown(), ["b"]);
        half.learn(classifier(&[head("b", 3.0)]));
        let biases: Vec<f32> = half.first().iter().map(|head| head.bias).collect();
        assert_eq!(biases, [7.0, 3.0]);
        let cuts = half.cuts();
        assert_eq!((cuts.thresholds, cuts.margin), (vec![Some(0.4); 2], None));

        let mut new = known(vec![None, None]);
        new.learn(classifier(&[head("a", 1.0), head("b", 2.0)]));
        assert_eq!(new.cuts().margin, Some(0.2));
    }
}
