//! Which text of a document in one XML file is deleted? Such files leave it where it stood.

use std::collections::BTreeSet;

use crate::ingest::error::ReadError;
use crate::ingest::xml::{Element, Node, XmlReader};

/// The tracked deletions of a document, and those of them that we are in.
#[derive(Debug, Default)]
pub(super) struct Deletions {
    ids: BTreeSet<String>,
    open: BTreeSet<String>,
}

impl Deletions {
    /// Reads which changes are deletions. One without an end, behind which nothing would be read, is none.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(xml: &str) -> Result<Self, ReadError> {
        let mut ids = BTreeSet::new();
        let mut ended = BTreeSet::new();
        if !xml.contains("change-start") {
            return Ok(Self::default());
        }
        let mut region = None;
        let mut reader = XmlReader::new(xml);
        while let Some(node) = reader.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "changed-region" => region = element.attribute("id"),
                "deletion" => ids.extend(region.take()),
                "change-end" => ended.extend(element.attribute("change-id")),
                _ => {}
            }
        }
        ids.retain(|id| ended.contains(id));
        Ok(Self {
            ids,
            open: BTreeSet::new(),
        })
    }

    pub(super) fn begin(&mut self, mark: &Element<'_>) {
        let id = mark.attribute("change-id");
        self.open.extend(id.filter(|id| self.ids.contains(id)));
    }

    pub(super) fn end(&mut self, mark: &Element<'_>) {
        if let Some(id) = mark.attribute("change-id") {
            self.open.remove(&id);
        }
    }

    /// Whether we are in deleted text.
    pub(super) fn are_open(&self) -> bool {
        !self.open.is_empty()
    }
}
