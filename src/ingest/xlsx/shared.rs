//! What do all sheets share? Strings, and the fonts and number formats of cells.

use super::escapes::resolve;
use crate::ingest::blocks::StyledRun;
use crate::ingest::error::ReadError;
use crate::ingest::script::Script;
use crate::ingest::sheet::format::NumberFormats;
use crate::ingest::sheet::number::Epoch;
use crate::ingest::xml::{Node, XmlReader};

/// The shared strings, each as runs with the fonts that they name.
///
/// # Errors
///
/// As [`XmlReader::next`].
pub(super) fn shared_strings(xml: &str) -> Result<Vec<Vec<StyledRun>>, ReadError> {
    let mut strings: Vec<Vec<StyledRun>> = Vec::new();
    let (mut font, mut script) = (None, Script::Line);
    let mut reader = XmlReader::new(xml);
    while let Some(node) = reader.next()? {
        let Node::Start(element) = node else { continue };
        match element.name() {
            "si" => {
                // Most have one, and an empty list makes room for four.
                strings.push(Vec::with_capacity(1));
                script = Script::Line;
            }
            "r" => (font, script) = (None, Script::Line),
            "rFont" => font = element.attribute("val"),
            "vertAlign" => {
                script = Script::of_vertical_alignment(element.attribute("val").as_deref());
            }
            "rPh" => reader.skip_element()?,
            "t" => {
                let text = reader.text_of_element()?;
                if let Some(runs) = strings.last_mut() {
                    runs.push(StyledRun {
                        text: resolve(&text).into_owned(),
                        font: font.take(),
                        script,
                    });
                }
            }
            _ => {}
        }
    }
    Ok(strings)
}

/// The formats that cells name by number.
#[derive(Debug, Default)]
pub(super) struct CellFormats {
    fonts: Vec<String>,
    /// For each format, the number of its font and that of its number format.
    formats: Vec<(usize, u32)>,
    number_formats: NumberFormats,
}

impl CellFormats {
    /// Reads the styles part.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read(xml: &str) -> Result<Self, ReadError> {
        let mut formats = Self::default();
        let (mut in_fonts, mut in_cells) = (false, false);
        let mut reader = XmlReader::new(xml);
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => {
                    let number = |name: &str| {
                        element
                            .attribute(name)
                            .and_then(|value| value.parse::<u32>().ok())
                    };
                    match element.name() {
                        // Formats of rules and of parts of tables, whose numbers are not those of cells.
                        "dxfs" => reader.skip_element()?,
                        "fonts" => in_fonts = true,
                        "cellXfs" => in_cells = true,
                        "font" if in_fonts => formats.fonts.push(String::new()),
                        "name" if in_fonts => {
                            if let Some(font) = formats.fonts.last_mut() {
                                *font = element.attribute("val").unwrap_or_default();
                            }
                        }
                        "xf" if in_cells => {
                            let font = number("fontId").unwrap_or(0) as usize;
                            formats
                                .formats
                                .push((font, number("numFmtId").unwrap_or(0)));
                        }
                        "numFmt" => {
                            let code = element.attribute("formatCode").unwrap_or_default();
                            if let Some(id) = number("numFmtId") {
                                formats.number_formats.add(id, &code);
                            }
                        }
                        _ => {}
                    }
                }
                Node::End(name) if name == "fonts" => in_fonts = false,
                Node::End(name) if name == "cellXfs" => in_cells = false,
                _ => {}
            }
        }
        Ok(formats)
    }

    /// The font of the cells in a format.
    pub(super) fn font(&self, format: usize) -> Option<&str> {
        let (font, _) = self.formats.get(format)?;
        self.fonts
            .get(*font)
            .map(String::as_str)
            .filter(|name| !name.is_empty())
    }

    /// A number as the cells in a format show it.
    pub(super) fn show(&self, value: f64, format: usize, epoch: Epoch) -> String {
        let id = self.formats.get(format).map_or(0, |(_, id)| *id);
        self.number_formats.get(id).show(value, epoch)
    }
}
