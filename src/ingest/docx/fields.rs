//! Which text of a story is the code of a field, and not what the field shows?

use super::body::is_left_out;
use crate::ingest::error::ReadError;
use crate::ingest::form::tick_box;
use crate::ingest::named_character::{Instruction, NamedCharacter};
use crate::ingest::xml::{Element, Node, XmlReader};

/// The fields we are in, innermost last. A field is its code, a separator, and what it shows; fields may
/// stand in either.
#[derive(Debug, Default)]
pub(super) struct Fields {
    open: Vec<Field>,
    /// Of how many the separator has not come; every piece of text asks.
    in_code: usize,
}

#[derive(Debug, Default)]
struct Field {
    /// Whether its separator has come.
    shows: bool,
    /// The value that was chosen of its list, which few writers show as well, or its box with or without a tick.
    chosen: Option<String>,
    code: Instruction,
}

/// What a field shows by its code alone.
#[derive(Debug)]
pub(super) enum Shown {
    /// The value that was chosen in it.
    Chosen(String),
    /// The character that it names.
    Named(NamedCharacter),
}

impl Fields {
    /// Takes a `w:fldChar`; gives what a field that ends with it shows and has not shown yet.
    pub(super) fn take(&mut self, mark: &Element<'_>) -> Option<Shown> {
        match mark.attribute("fldCharType").as_deref() {
            Some("begin") => {
                self.open.push(Field::default());
                self.in_code += 1;
            }
            Some("separate") => {
                // What shows the character that a code names is that character again.
                if let Some(field) = self.open.last_mut()
                    && field.code.named().is_none()
                {
                    self.in_code -= usize::from(!field.shows);
                    field.shows = true;
                }
            }
            Some("end") => {
                let ended = self.open.pop()?;
                self.in_code -= usize::from(!ended.shows);
                let named = ended.code.named().map(Shown::Named);
                return ended.chosen.map(Shown::Chosen).or(named);
            }
            _ => {}
        }
        None
    }

    /// Takes a part of the code of the innermost field.
    pub(super) fn instruct(&mut self, code: &str) {
        if let Some(field) = self.open.last_mut() {
            code.chars().for_each(|letter| field.code.push(letter));
        }
    }

    /// Takes the value that was chosen of the list of the innermost field.
    pub(super) fn choose(&mut self, chosen: Option<String>) {
        if let Some(field) = self.open.last_mut() {
            field.chosen = chosen;
        }
    }

    /// Learns that the innermost field shows something.
    pub(super) fn show(&mut self) {
        self.choose(None);
    }

    /// Whether we are in the code of a field, or in what a field shows within another's code.
    pub(super) fn in_code(&self) -> bool {
        self.in_code > 0
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

/// Reads to the end of the `w:checkBox` that has just begun: the box as it is ticked, else as it was to begin with.
///
/// # Errors
///
/// As [`XmlReader::next`].
pub(super) fn read_box(reader: &mut XmlReader<'_>) -> Result<String, ReadError> {
    let (mut ticked, mut usual) = (None, false);
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) if element.name() == "checked" => ticked = Some(element.is_on()),
            Node::Start(element) if element.name() == "default" => usual = element.is_on(),
            Node::End(name) if name == "checkBox" => break,
            _ => {}
        }
    }
    Ok(tick_box(ticked.unwrap_or(usual)).to_owned())
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
            Node::Start(element) if element.name() == "fldChar" => drop(fields.take(&element)),
            Node::Start(element) if element.name() == "instrText" => {
                fields.instruct(&reader.text_of_element()?);
            }
            Node::Start(element) if is_left_out(&element) => reader.skip_element()?,
            _ => {}
        }
    }
    Ok(!fields.in_code())
}
