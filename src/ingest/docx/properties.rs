//! What do `w:pPr` and `w:rPr` say that matters to a reader?

use crate::ingest::error::ReadError;
use crate::ingest::script::Script;
use crate::ingest::xml::{Element, Node, XmlReader};

/// The properties of a paragraph.
#[derive(Clone, Debug, Default)]
pub(super) struct ParagraphProperties {
    pub(super) style: Option<String>,
    /// From 0; 9 is body text.
    pub(super) outline_level: Option<u32>,
    /// The id of its list; 0 takes it out of its style's list.
    pub(super) numbering: Option<u32>,
    /// Whether it goes on in the next paragraph: its mark is deleted, or it is the large letter that the next begins with.
    pub(super) goes_on: bool,
}

/// The properties of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct RunProperties {
    pub(super) style: Option<String>,
    pub(super) font: Option<String>,
    /// Whether it is raised or lowered, where it says so.
    pub(super) script: Option<Script>,
    /// Whether it is hidden, where it says so.
    pub(super) hidden: Option<bool>,
}

impl ParagraphProperties {
    /// Reads to the end of the `w:pPr` that has just begun.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(reader: &mut XmlReader<'_>) -> Result<Self, ReadError> {
        let mut properties = Self::default();
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => match element.name() {
                    "pStyle" => properties.style = element.attribute("val"),
                    "outlineLvl" => properties.outline_level = number(element.attribute("val")),
                    "numId" | "ilfo" => properties.numbering = number(element.attribute("val")),
                    "del" | "moveFrom" => properties.goes_on = true,
                    "framePr" => properties.goes_on |= is_drop_cap(&element),
                    "annotation" => {
                        properties.goes_on |= is_deletion(&element);
                        reader.skip_element()?;
                    }
                    // The properties before a change.
                    "pPrChange" | "rPrChange" | "sectPr" => reader.skip_element()?,
                    _ => {}
                },
                Node::End(name) if name == "pPr" => break,
                _ => {}
            }
        }
        Ok(properties)
    }
}

impl RunProperties {
    /// Reads to the end of the `w:rPr` that has just begun.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(reader: &mut XmlReader<'_>) -> Result<Self, ReadError> {
        let mut properties = Self::default();
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => match element.name() {
                    "rStyle" => properties.style = element.attribute("val"),
                    "rFonts" => {
                        properties.font = element
                            .attribute("ascii")
                            .or_else(|| element.attribute("hAnsi"))
                            .or_else(|| element.attribute("h-ansi"));
                    }
                    // What Word of 2003 took where a run names none for its letters.
                    "font" if properties.font.is_none() => {
                        properties.font = element.attribute("val");
                    }
                    "vertAlign" => {
                        let name = element.attribute("val");
                        properties.script = Some(Script::of_vertical_alignment(name.as_deref()));
                    }
                    "vanish" => properties.hidden = Some(element.is_on()),
                    "rPrChange" | "annotation" => reader.skip_element()?,
                    _ => {}
                },
                Node::End(name) if name == "rPr" => break,
                _ => {}
            }
        }
        Ok(properties)
    }
}

/// Whether a tracked change, as the XML of 2003 has them, takes away what it holds.
pub(super) fn is_deletion(annotation: &Element<'_>) -> bool {
    annotation.has("type", "Word.Deletion")
}

fn is_drop_cap(frame: &Element<'_>) -> bool {
    matches!(
        frame.attribute("dropCap").as_deref(),
        Some("drop" | "margin")
    )
}

fn number(value: Option<String>) -> Option<u32> {
    value?.trim().parse().ok()
}
