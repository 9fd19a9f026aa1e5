//! The weights of a bundle: tensors by name, read where they lie in a GGUF file.
//!
//! Reads and writes version 3 with tensors in f32, `Q4_0` and `Q8_0`, which is what bundles hold. The header is
//! small (16 kB); tensor data are never copied when they are read.

use std::collections::BTreeMap;
use std::ops::Range;

use super::ModelBytes;
use super::reader::Reader;
use super::tensor::{BLOCK, Q4_BLOCK_BYTES, Q8_BLOCK_BYTES, Tensor, TensorData};

const MAGIC: u32 = u32::from_le_bytes(*b"GGUF");
const VERSION: u32 = 3;
pub(super) const ALIGNMENT: usize = 32;
/// GGML's own limit (`GGML_MAX_DIMS`).
const MOST_DIMENSIONS: u32 = 4;
pub(super) const F32: u32 = 0;
pub(super) const Q4_0: u32 = 2;
pub(super) const Q8_0: u32 = 8;

/// Why bytes are no weights; says what is wrong, for
/// [`ModelError::Damaged`](super::ModelError::Damaged).
pub(super) type Problem = String;

/// A metadata entry; arrays are passed over.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Text(String),
    Whole(u64),
    Other,
}

/// The tensors of one GGUF file.
#[derive(Clone, Debug)]
pub struct Weights {
    bytes: ModelBytes,
    entries: BTreeMap<String, Value>,
    tensors: BTreeMap<String, Place>,
}

/// What a tensor is and where its data lie, which is within the file.
#[derive(Clone, Debug)]
struct Place {
    shape: Vec<usize>,
    kind: u32,
    range: Range<usize>,
}

impl Weights {
    /// Reads the header and checks that every tensor lies within the file.
    pub(super) fn read(bytes: ModelBytes) -> Result<Self, Problem> {
        let mut reader = Reader::new(&bytes);
        if reader.u32()? != MAGIC {
            return Err("it is not a GGUF file".to_owned());
        }
        let version = reader.u32()?;
        if version != VERSION {
            return Err(format!("its GGUF version is {version}, not {VERSION}"));
        }
        let (tensor_count, entry_count) = (reader.u64()?, reader.u64()?);
        // Every turn consumes bytes, so a false count ends at the end of the file.
        let mut entries = BTreeMap::new();
        for _ in 0..entry_count {
            let key = reader.text()?.to_owned();
            let kind = reader.u32()?;
            entries.insert(key, value(&mut reader, kind)?);
        }
        let mut declared = Vec::new();
        for _ in 0..tensor_count {
            declared.push(Declared::read(&mut reader)?);
        }
        let alignment = alignment(&entries)?;
        let start = reader.position().next_multiple_of(alignment);
        let mut tensors = BTreeMap::new();
        for tensor in declared {
            let name = tensor.name.clone();
            tensors.insert(name, tensor.place(start, bytes.len())?);
        }
        Ok(Self {
            bytes,
            entries,
            tensors,
        })
    }

    /// The tensor `name`, if there is one.
    pub fn tensor(&self, name: &str) -> Option<Tensor<'_>> {
        self.tensors.get(name).map(|place| self.at(place))
    }

    /// All tensors, by name.
    pub fn tensors(&self) -> impl Iterator<Item = (&str, Tensor<'_>)> {
        self.tensors
            .iter()
            .map(|(name, place)| (name.as_str(), self.at(place)))
    }

    /// A metadata entry that is text, for example `tomtat.prefix`.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.entries.get(key) {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }

    fn at<'a>(&'a self, place: &'a Place) -> Tensor<'a> {
        let bytes = &self.bytes[place.range.clone()];
        let data = match place.kind {
            Q4_0 => TensorData::Q4_0(bytes.as_chunks().0),
            Q8_0 => TensorData::Q8_0(bytes.as_chunks().0),
            _ => TensorData::F32(bytes.as_chunks().0),
        };
        Tensor::new(&place.shape, data)
    }
}

/// A tensor as the header declares it.
struct Declared {
    name: String,
    shape: Vec<usize>,
    kind: u32,
    offset: u64,
}

impl Declared {
    fn read(reader: &mut Reader<'_>) -> Result<Self, Problem> {
        let name = reader.text()?.to_owned();
        let dimensions = reader.u32()?;
        if dimensions > MOST_DIMENSIONS {
            return Err(format!("tensor {name} has {dimensions} dimensions"));
        }
        let mut shape = Vec::new();
        for _ in 0..dimensions {
            let dimension = usize::try_from(reader.u64()?);
            shape.push(dimension.map_err(|_| format!("tensor {name} is too large"))?);
        }
        // GGUF has the fastest dimension first.
        shape.reverse();
        Ok(Self {
            name,
            shape,
            kind: reader.u32()?,
            offset: reader.u64()?,
        })
    }

    fn place(self, start: usize, file_length: usize) -> Result<Place, Problem> {
        let Self {
            name,
            shape,
            kind,
            offset,
        } = self;
        if shape.contains(&0) {
            return Err(format!("tensor {name} has an empty dimension"));
        }
        let rows = shape.iter().rev().skip(1);
        let row = shape.last().copied().unwrap_or(1);
        let row_bytes = match kind {
            F32 => row.checked_mul(4),
            Q4_0 if row.is_multiple_of(BLOCK) => (row / BLOCK).checked_mul(Q4_BLOCK_BYTES),
            Q8_0 if row.is_multiple_of(BLOCK) => (row / BLOCK).checked_mul(Q8_BLOCK_BYTES),
            Q4_0 | Q8_0 => {
                return Err(format!(
                    "a row of tensor {name} is no whole number of blocks"
                ));
            }
            _ => {
                return Err(format!(
                    "tensor {name} is of type {kind}, only f32, Q4_0 and Q8_0 are read"
                ));
            }
        };
        let size = rows.fold(row_bytes, |size, &dimension| size?.checked_mul(dimension));
        let first = usize::try_from(offset)
            .ok()
            .and_then(|offset| start.checked_add(offset));
        let range = first
            .zip(size)
            .and_then(|(first, size)| Some(first..first.checked_add(size)?));
        match range.filter(|range| range.end <= file_length) {
            Some(range) => Ok(Place { shape, kind, range }),
            None => Err(format!("tensor {name} ends beyond the file")),
        }
    }
}

fn alignment(entries: &BTreeMap<String, Value>) -> Result<usize, Problem> {
    match entries.get("general.alignment") {
        None => Ok(ALIGNMENT),
        Some(Value::Whole(alignment @ 1..=65_536)) => Ok(*alignment as usize),
        Some(_) => Err("its alignment makes no sense".to_owned()),
    }
}

/// Reads a value of GGUF's type `kind`; an array only if it is flat.
fn value(reader: &mut Reader<'_>, kind: u32) -> Result<Value, Problem> {
    const ARRAY: u32 = 9;
    if kind != ARRAY {
        return scalar(reader, kind);
    }
    let kind = reader.u32()?;
    for _ in 0..reader.u64()? {
        scalar(reader, kind)?;
    }
    Ok(Value::Other)
}

fn scalar(reader: &mut Reader<'_>, kind: u32) -> Result<Value, Problem> {
    let width = match kind {
        4 => return Ok(Value::Whole(u64::from(reader.u32()?))),
        8 => return Ok(Value::Text(reader.text()?.to_owned())),
        10 => return Ok(Value::Whole(reader.u64()?)),
        // u8, i8, bool
        0 | 1 | 7 => 1,
        // u16, i16
        2 | 3 => 2,
        // i32, f32
        5 | 6 => 4,
        // i64, f64
        11 | 12 => 8,
        _ => return Err(format!("a metadata entry has the unknown type {kind}")),
    };
    reader.take(width)?;
    Ok(Value::Other)
}

/// A tensor to be written.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Slowest dimension first.
    pub(super) shape: Vec<usize>,
    pub(super) kind: u32,
    pub(super) bytes: Vec<u8>,
}

/// A file of these metadata and tensors, in the order given; numbers are written as u32.
pub(super) fn write(metadata: &[(String, Value)], tensors: &[Entry]) -> Vec<u8> {
    let mut file = Vec::new();
    file.extend(MAGIC.to_le_bytes());
    file.extend(VERSION.to_le_bytes());
    file.extend((tensors.len() as u64).to_le_bytes());
    file.extend((metadata.len() as u64).to_le_bytes());
    for (key, value) in metadata {
        put_text(&mut file, key);
        match value {
            Value::Text(text) => {
                file.extend(8_u32.to_le_bytes());
                put_text(&mut file, text);
            }
            Value::Whole(number) => {
                file.extend(4_u32.to_le_bytes());
                file.extend((*number as u32).to_le_bytes());
            }
            Value::Other => unreachable!("nothing of the kind is written"),
        }
    }
    let mut offset = 0;
    for tensor in tensors {
        put_text(&mut file, &tensor.name);
        file.extend((tensor.shape.len() as u32).to_le_bytes());
        for &dimension in tensor.shape.iter().rev() {
            file.extend((dimension as u64).to_le_bytes());
        }
        file.extend(tensor.kind.to_le_bytes());
        file.extend((offset as u64).to_le_bytes());
        offset += tensor.bytes.len().next_multiple_of(ALIGNMENT);
    }
    for tensor in tensors {
        file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
        file.extend(&tensor.bytes);
    }
    file.resize(file.len().next_multiple_of(ALIGNMENT), 0);
    file
}

fn put_text(file: &mut Vec<u8>, text: &str) {
    file.extend((text.len() as u64).to_le_bytes());
    file.extend(text.as_bytes());
}
