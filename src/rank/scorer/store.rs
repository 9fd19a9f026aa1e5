//! A scorer as a file: the nodes of all trees one after the other as safetensors.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::{fs, io};

use safetensors::tensor::{Dtype, SafeTensors, TensorView};
use safetensors::{SafeTensorError, serialize};
use thiserror::Error;

use super::{Node, Scorer, Tree, TreeError};

/// The file within its folder, beside that of the labels.
pub const FILE_NAME: &str = "salience.safetensors";

/// The version of the layout and of the features that this program writes and reads.
const FORMAT_VERSION: &str = "3";

/// The name of the version within the metadata.
const METADATA: &str = "tomtat-salience";

/// What stands for an input in a leaf.
const LEAF: u8 = u8::MAX;

/// The scorer in this program.
const EMBEDDED: &[u8] = include_bytes!("../../../models/tomtat-small/salience.safetensors");

/// A scorer that cannot be used.
#[derive(Debug, Error)]
pub enum StoredScorerError {
    /// The file cannot be read.
    #[error("cannot read {path}; `tomtat train salience` makes such a file")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is no scorer.
    #[error("the salience scorer is damaged: {0}")]
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
        "the salience scorer has format version {0}, this program reads {FORMAT_VERSION}; train it again"
    )]
    OtherVersion(String),
    /// The nodes make no trees.
    #[error(transparent)]
    Tree(#[from] TreeError),
}

impl Scorer {
    /// The scorer in this program.
    ///
    /// # Errors
    ///
    /// Never: it is tested.
    pub fn embedded() -> Result<Self, StoredScorerError> {
        Self::from_bytes(EMBEDDED)
    }

    /// Reads the scorer in `folder`, if there is one.
    ///
    /// # Errors
    ///
    /// If it is damaged or of another format version.
    pub fn find(folder: &Path) -> Result<Option<Self>, StoredScorerError> {
        let path = folder.join(FILE_NAME);
        match fs::read(&path) {
            Ok(bytes) => {
                Self::from_bytes(&bytes)
                    .map(Some)
                    .map_err(|source| StoredScorerError::File {
                        path,
                        source: Box::new(source),
                    })
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(source) => Err(StoredScorerError::Unreadable { path, source }),
        }
    }

    /// Reads a scorer from the bytes of its file.
    ///
    /// # Errors
    ///
    /// If they are none, or of another format version.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredScorerError> {
        check_version(bytes)?;
        let tensors = SafeTensors::deserialize(bytes)?;
        let column = |name: &str, dtype: Dtype| {
            let tensor = tensors.tensor(name)?;
            if tensor.dtype() != dtype {
                return Err(damaged(&format!("{name} has numbers of another type")));
            }
            Ok(tensor.data())
        };
        let columns = Columns {
            inputs: column("input", Dtype::U8)?,
            next: column("next", Dtype::U16)?.as_chunks().0,
            values: column("value", Dtype::F32)?.as_chunks().0,
        };
        let lengths = column("length", Dtype::U16)?.as_chunks().0;
        columns.trees(lengths).map(Self::new)
    }

    /// The bytes of its file.
    ///
    /// # Errors
    ///
    /// If a tree has more than 65,535 nodes.
    pub fn to_bytes(&self) -> Result<Vec<u8>, StoredScorerError> {
        let small = |number: usize| {
            u16::try_from(number).map_err(|_| damaged("a tree has too many nodes to be written"))
        };
        let (mut inputs, mut next, mut values, mut lengths) = (vec![], vec![], vec![], vec![]);
        for tree in self.trees() {
            lengths.extend(small(tree.nodes().len())?.to_le_bytes());
            for node in tree.nodes() {
                let (input, first, value) = match *node {
                    Node::Split {
                        input,
                        threshold,
                        next,
                    } => (input as u8, next, threshold),
                    Node::Leaf(score) => (LEAF, 0, score),
                };
                inputs.push(input);
                next.extend(small(first)?.to_le_bytes());
                values.extend(value.to_le_bytes());
            }
        }
        let count = inputs.len();
        let tensors = [
            ("input", TensorView::new(Dtype::U8, vec![count], &inputs)?),
            ("next", TensorView::new(Dtype::U16, vec![count], &next)?),
            ("value", TensorView::new(Dtype::F32, vec![count], &values)?),
            (
                "length",
                TensorView::new(Dtype::U16, vec![self.trees().len()], &lengths)?,
            ),
        ];
        let metadata = HashMap::from([(METADATA.to_owned(), FORMAT_VERSION.to_owned())]);
        Ok(serialize(tensors, Some(metadata))?)
    }
}

/// The nodes of all trees, one entry a node in each list.
struct Columns<'a> {
    inputs: &'a [u8],
    next: &'a [[u8; 2]],
    values: &'a [[u8; 4]],
}

impl Columns<'_> {
    fn trees(&self, lengths: &[[u8; 2]]) -> Result<Vec<Tree>, StoredScorerError> {
        let mut start = 0;
        let mut trees = Vec::with_capacity(lengths.len());
        for length in lengths {
            let end = start + usize::from(u16::from_le_bytes(*length));
            let nodes: Option<Vec<Node>> = (start..end).map(|index| self.node(index)).collect();
            let nodes = nodes.ok_or_else(|| damaged("nodes are missing"))?;
            trees.push(Tree::new(nodes)?);
            start = end;
        }
        Ok(trees)
    }

    fn node(&self, index: usize) -> Option<Node> {
        let value = f32::from_le_bytes(*self.values.get(index)?);
        let next = usize::from(u16::from_le_bytes(*self.next.get(index)?));
        Some(match *self.inputs.get(index)? {
            LEAF => Node::Leaf(value),
            input => Node::Split {
                input: usize::from(input),
                threshold: value,
                next,
            },
        })
    }
}

fn check_version(bytes: &[u8]) -> Result<(), StoredScorerError> {
    let (_, metadata) = SafeTensors::read_metadata(bytes)?;
    let entries = metadata.metadata().as_ref();
    let version = entries.and_then(|entries| entries.get(METADATA));
    match version {
        Some(version) if version == FORMAT_VERSION => Ok(()),
        Some(version) => Err(StoredScorerError::OtherVersion(version.clone())),
        None => Err(damaged("it has no version of the scorer's format")),
    }
}

fn damaged(problem: &str) -> StoredScorerError {
    StoredScorerError::Damaged(problem.to_owned())
}

impl From<SafeTensorError> for StoredScorerError {
    fn from(error: SafeTensorError) -> Self {
        Self::Damaged(error.to_string())
    }
}
