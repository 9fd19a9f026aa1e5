//! What do boosted trees make of what is known of a unit? Features of all units → a score for each.
//!
//! Regression trees whose leaves are added up (Friedman, 2001, *Greedy Function Approximation: A Gradient Boosting
//! Machine*, section 4.3). `tomtat train salience` makes them. They read no vectors and so serve every model.

mod store;
#[cfg(test)]
mod tests;

pub use store::{FILE_NAME, StoredScorerError};

use thiserror::Error;

use super::salience::{FEATURES, FeatureRow, PLACE_FEATURES, TITLE_FEATURES};

/// How many numbers the trees read of a unit.
pub const INPUTS: usize = FEATURES + 1;

/// Which of them says that a [long](Length::Long) summary is asked for.
pub const LENGTH_INPUT: usize = FEATURES;

/// What the trees read of a unit: its [`FeatureRow`], and 1 where a [long](Length::Long) summary is asked for, else 0.
/// What is not told is not a number.
pub type InputRow = [f32; INPUTS];

/// What the scorer is told of a document, beside its units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Setting {
    /// How much a summary may quote.
    pub length: Length,
    /// Whether it is told where the units stand: in news the first sentences say most, of reports it has learnt nothing.
    pub tells_places: bool,
    /// Whether it is told what they have of the title, if there is one.
    pub tells_title: bool,
}

/// How much a summary may quote: what belongs into two sentences is not what belongs into the first two of five.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// One or two sentences.
    Short,
    /// More.
    Long,
}

impl Length {
    /// That of a summary of so many sentences.
    pub fn of(sentences: usize) -> Self {
        if sentences > 2 {
            Self::Long
        } else {
            Self::Short
        }
    }
}

/// Part of a [`Tree`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Node {
    /// Goes on to one of two nodes, of which the second follows the first.
    Split {
        /// Which of the inputs decides.
        input: usize,
        /// Up to this value the first one is next; above it, and for what is not a number, the second.
        threshold: f32,
        /// The first one.
        next: usize,
    },
    /// Ends with this score.
    Leaf(f32),
}

/// A regression tree: nodes, of which the first is the root.
#[derive(Clone, Debug, PartialEq)]
pub struct Tree(Vec<Node>);

/// Nodes that make no tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a tree of the scorer leads to no leaf")]
pub struct TreeError;

impl Tree {
    /// Puts a tree together.
    ///
    /// # Errors
    ///
    /// If there is no node, one leads to itself, one before it or none at all, or there is no such input.
    pub fn new(nodes: Vec<Node>) -> Result<Self, TreeError> {
        let leads_on = |(index, node): (usize, &Node)| match *node {
            Node::Split { input, next, .. } => {
                input < INPUTS && next > index && next + 1 < nodes.len()
            }
            Node::Leaf(_) => true,
        };
        if nodes.is_empty() || !nodes.iter().enumerate().all(leads_on) {
            return Err(TreeError);
        }
        Ok(Self(nodes))
    }

    /// Its nodes.
    pub fn nodes(&self) -> &[Node] {
        &self.0
    }

    /// The score of its leaf for a unit.
    pub fn score(&self, row: &InputRow) -> f32 {
        let mut index = 0;
        loop {
            match self.0[index] {
                Node::Split {
                    input,
                    threshold,
                    next,
                } => {
                    index = if row[input] <= threshold {
                        next
                    } else {
                        next + 1
                    }
                }
                Node::Leaf(score) => return score,
            }
        }
    }
}

/// Trees that score the units of a document together; only differences within one document mean something.
#[derive(Clone, Debug, PartialEq)]
pub struct Scorer(Vec<Tree>);

impl Scorer {
    /// Puts a scorer together.
    pub fn new(trees: Vec<Tree>) -> Self {
        Self(trees)
    }

    /// Its trees.
    pub fn trees(&self) -> &[Tree] {
        &self.0
    }

    /// Scores every unit.
    pub fn score(&self, rows: &[FeatureRow], setting: Setting) -> Vec<f32> {
        let score = |row: &FeatureRow| {
            let row = inputs(row, setting);
            self.0.iter().map(|tree| tree.score(&row)).sum()
        };
        rows.iter().map(score).collect()
    }
}

/// What the trees read of a unit.
pub fn inputs(features: &FeatureRow, setting: Setting) -> InputRow {
    let mut row = [0.0; INPUTS];
    row[..FEATURES].copy_from_slice(features);
    row[LENGTH_INPUT] = f32::from(setting.length == Length::Long);
    let places = PLACE_FEATURES.iter().filter(|_| !setting.tells_places);
    let title = TITLE_FEATURES.iter().filter(|_| !setting.tells_title);
    for &feature in places.chain(title) {
        row[feature as usize] = f32::NAN;
    }
    row
}
