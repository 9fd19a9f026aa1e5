//! Which text of a story is the code of a field, and not what the field shows?

use super::body::is_left_out;
use crate::ingest::error::ReadError;
use crate::ingest::xml::{Element, Node, XmlReader};

/// The fields we are in, innermost last. A field is its code, a separator, and what it shows; fields may
/// stand in either.
#[derive(Debug, Default)]
pub(super) struct Fields {
    /// Of each, whether its separator has come.
    shows: Vec<bool>,
    /// Of how many it has not; every piece of text asks.
    in_code: usize,
}

impl Fields {
    /// Takes a `w:fldChar`.
    pub(super) fn take(&mut self, mark: &Element<'_>) {
        match mark.attribute("fldCharType").as_deref() {
            Some("begin") => {
                self.shows.push(false);
                self.in_code += 1;
            }
            Some("separate") => {
                if let Some(shows) = self.shows.last_mut() {
                    self.in_code -= usize::from(!*shows);
                    *shows = true;
                }
            }
            Some("end") => {
                let ended = self.shows.pop();
                self.in_code -= usize::from(ended == Some(false));
            }
            _ => {}
        }
    }

    /// Whether we are in the code of a field, or in what a field shows within another's code.
    pub(super) fn in_code(&self) -> bool {
        self.in_code > 0
    }

    /// Whether the innermost field is in the code of another.
    pub(super) fn is_in_code_of_another(&self) -> bool {
        let own = usize::from(self.shows.last() == Some(&false));
        self.in_code > own
    }
}

/// Reads to the end of the `w:ddList` that has just begun: the entry that was chosen, else the first.
///
/// # Errors
///
/// As [`XmlReader::next`].
pub(super) fn read_chosen(reader: &mut XmlReader<'_>) -> Result<Option<String>, ReadError> {
    let (mut chosen, mut usual) = (None, None);
    let mut entries = Vec::new();
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) => match element.name() {
                "result" => chosen = element.attribute("val"),
                "default" => usual = element.attribute("val"),
                "listEntry" => entries.extend(element.attribute("val")),
                _ => {}
            },
            Node::End(name) if name == "ddList" => break,
            _ => {}
        }
    }
    let place = chosen.or(usual).and_then(|place| place.parse().ok());
    Ok(entries.into_iter().nth(place.unwrap_or(0)))
}

/// Whether the code of every field of a part has an end: where one has none, all that follows would pass
/// for code.
///
/// # Errors
///
/// As [`XmlReader::next`].
pub(super) fn are_ended(xml: &str) -> Result<bool, ReadError> {
    let mut fields = Fields::default();
    if !xml.contains("fldCharType") {
        return Ok(true);
    }
    let mut reader = XmlReader::new(xml);
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) if element.name() == "fldChar" => fields.take(&element),
            Node::Start(element) if is_left_out(&element) => reader.skip_element()?,
            _ => {}
        }
    }
    Ok(!fields.in_code())
}
