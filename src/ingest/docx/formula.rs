//! How do the parts of a formula read on one line? `m:d`, `m:rad`, `m:nary` → the signs around, between and
//! before what they hold.

use crate::ingest::error::ReadError;
use crate::ingest::xml::{Element, Node, XmlReader};

/// Reads to the end of the `m:naryPr` that has just begun: the operator over several terms, an integral where none is named.
///
/// # Errors
///
/// As [`XmlReader::next`].
pub(super) fn read_operator(reader: &mut XmlReader<'_>) -> Result<String, ReadError> {
    let mut operator = None;
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) if element.name() == "chr" => operator = element.attribute("val"),
            Node::End(name) if name == "naryPr" => break,
            _ => {}
        }
    }
    Ok(operator.unwrap_or_else(|| "∫".to_owned()))
}

/// The parts of formulas that we are in.
#[derive(Debug, Default)]
pub(super) struct Fences(Vec<Fence>);

/// Signs around one or more expressions.
#[derive(Debug)]
struct Fence {
    /// How many elements are open within it.
    depth: usize,
    begin: String,
    separator: String,
    end: String,
    has_begun: bool,
}

impl Fences {
    /// Begins an `m:d`, which has round brackets unless its properties name others.
    pub(super) fn begin_brackets(&mut self, depth: usize) {
        self.begin(depth, "(");
    }

    /// Begins an `m:rad`, whose bar ends where its bracket does.
    pub(super) fn begin_root(&mut self, depth: usize) {
        self.begin(depth, "√(");
    }

    fn begin(&mut self, depth: usize, sign: &str) {
        self.0.push(Fence {
            depth,
            begin: sign.to_owned(),
            separator: "|".to_owned(),
            end: ")".to_owned(),
            has_begun: false,
        });
    }

    /// Takes a property that names a sign; an empty one is none.
    pub(super) fn take_sign(&mut self, element: &Element<'_>) {
        let Some(fence) = self.0.last_mut() else {
            return;
        };
        let sign = element.attribute("val").unwrap_or_default();
        match element.name() {
            "begChr" => fence.begin = sign,
            "sepChr" => fence.separator = sign,
            _ => fence.end = sign,
        }
    }

    /// What stands before an expression at this depth, which may be one of something else within.
    pub(super) fn before(&mut self, depth: usize) -> Option<String> {
        let fence = self.0.last_mut().filter(|it| depth == it.depth + 1)?;
        if std::mem::replace(&mut fence.has_begun, true) {
            Some(fence.separator.clone())
        } else {
            Some(std::mem::take(&mut fence.begin))
        }
    }

    /// Ends the innermost; what stands after it.
    pub(super) fn end(&mut self) -> Option<String> {
        let fence = self.0.pop().filter(|fence| fence.has_begun)?;
        Some(fence.end)
    }
}
