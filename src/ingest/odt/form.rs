//! What does a field of a form show that holds no text? A box its tick, a list what was chosen.

use crate::ingest::error::ReadError;
use crate::ingest::form::tick_box;
use crate::ingest::xml::{Element, Node, XmlReader};

/// Reads to the end of the `field:fieldmark` that has just begun.
///
/// # Errors
///
/// As [`XmlReader::next`].
pub(super) fn read_field(
    field: &Element<'_>,
    reader: &mut XmlReader<'_>,
) -> Result<String, ReadError> {
    let kind = field.attribute("type").unwrap_or_default();
    let (mut is_ticked, mut chosen, mut entries) = (false, 0, Vec::new());
    while let Some(node) = reader.next()? {
        match node {
            Node::Start(element) if element.name() == "param" => {
                let value = element.attribute("value").unwrap_or_default();
                match element.attribute("name").as_deref() {
                    Some("Checkbox_Checked") => is_ticked = value == "true",
                    Some("Dropdown_Selected") => chosen = value.parse().unwrap_or_default(),
                    Some("Dropdown_ListEntry") => entries.push(value),
                    _ => {}
                }
            }
            Node::End(name) if name == "fieldmark" => break,
            _ => {}
        }
    }
    Ok(match kind.rsplit('.').next() {
        Some("FORMCHECKBOX") => tick_box(is_ticked).to_owned(),
        Some("FORMDROPDOWN") => entries.into_iter().nth(chosen).unwrap_or_default(),
        _ => String::new(),
    })
}
