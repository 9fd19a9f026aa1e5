//! What the model knows of the labels that are to be learnt.

use anyhow::Result;

use super::tuned::layers;
use crate::classify::{BUCKETS, Classifier, Features, LabelHead, LabelSet};
use crate::cli::TrainLabels;
use crate::commands::session;
use crate::hash::sha256;
use crate::model::Bundle;
use crate::train::{KnownCuts, VectorHead};

/// The labels to learn, and the heads that the model has for labels of these names: what they know takes more to learn
/// than an office has read.
pub(super) struct Known {
    pub(super) names: Vec<String>,
    heads: Vec<Option<LabelHead>>,
    hidden_size: usize,
    /// The labels that the heads are of, where they are the ones to learn and no others.
    pub(super) all: Option<Classifier>,
    sha256: Option<String>,
}

impl Known {
    /// No head is known for some of the model's layers alone, or if the labels beside it are of another model.
    pub(super) fn find(arguments: &TrainLabels, base: &Bundle, names: &[String]) -> Result<Self> {
        let config = base.config();
        let all_layers = layers(arguments, base)
            .into_iter()
            .eq(0..config.num_hidden_layers);
        let choice = &arguments.model;
        let labels = if all_layers {
            session::label_set(choice)?
        } else {
            None
        };
        let bytes = labels.as_ref().map(LabelSet::to_bytes).transpose()?;
        let classifier = labels.map(|labels| labels.for_model(base.sha256(), config.hidden_size));
        let classifier = match classifier.transpose() {
            Err(error) if choice.labels.is_some() => return Err(error.into()),
            found => found.ok().flatten(),
        };
        let heads = classifier.as_ref().map_or(&[][..], Classifier::labels);
        let of = |name: &String| heads.iter().find(|head| head.name == *name).cloned();
        let heads: Vec<Option<LabelHead>> = names.iter().map(of).collect();
        let same =
            |classifier: &Classifier| classifier.labels().iter().map(|head| &head.name).eq(names);
        Ok(Self {
            names: names.to_vec(),
            heads,
            hidden_size: config.hidden_size,
            all: classifier.filter(same),
            sha256: bytes.map(|bytes| sha256(&bytes)),
        })
    }

    /// SHA-256 of the labels that heads are known from.
    pub(super) fn sha256(&self) -> Option<&str> {
        let any = self.heads.iter().any(Option::is_some);
        self.sha256.as_deref().filter(|_| any)
    }

    /// Whether the model has a head for every label.
    pub(super) fn knows_all(&self) -> bool {
        self.heads.iter().all(Option::is_some)
    }

    /// What the heads start from.
    pub(super) fn first(&self) -> Vec<VectorHead> {
        let first = |known: &Option<LabelHead>| match known {
            Some(head) => VectorHead {
                weights: head.vector_weights.clone(),
                bias: head.bias,
            },
            None => VectorHead::blank(self.hidden_size),
        };
        self.heads.iter().map(first).collect()
    }

    /// What the words of a text add to each label's logit; they do not learn.
    pub(super) fn offsets(&self, text: &str) -> Vec<f32> {
        let words = Features::new(text, Vec::new());
        let of =
            |known: &Option<LabelHead>| known.as_ref().map_or(0.0, |head| head.words_logit(&words));
        self.heads.iter().map(of).collect()
    }

    /// The thresholds and the margin that the model has; the margin of other labels says nothing.
    pub(super) fn cuts(&self) -> KnownCuts {
        let threshold = |known: &Option<LabelHead>| known.as_ref().map(|head| head.threshold);
        KnownCuts {
            thresholds: self.heads.iter().map(threshold).collect(),
            margin: self.all.as_ref().map(Classifier::margin),
        }
    }

    /// The heads that have learnt, with the words of those that were known.
    pub(super) fn learnt(&self, tuned: &[VectorHead]) -> Vec<LabelHead> {
        let heads = self.names.iter().zip(&self.heads).zip(tuned);
        let head =
            |((name, known), head): ((&String, &Option<LabelHead>), &VectorHead)| LabelHead {
                name: name.clone(),
                vector_weights: head.weights.clone(),
                gram_weights: match known {
                    Some(known) => known.gram_weights.clone(),
                    None => vec![0.0; BUCKETS],
                },
                bias: head.bias,
                threshold: 0.5,
            };
        heads.map(head).collect()
    }
}
