//! What does an Office Open XML document say? DOCX package → [`Block`]s.
//!
//! Body first, then footnotes, endnotes and comments, as captions. Headers and footers are page
//! furniture and are not read. Tracked changes read as accepted.

mod body;
mod fields;
mod properties;
mod styles;

use self::body::BodyReader;
use self::styles::Styles;
use super::blocks::{Block, Blocks};
use super::error::ReadError;
use super::package::{Package, main_part, read_related, relationships};
use super::xml::{Node, XmlReader};

/// The blocks of a document, and its title: a paragraph in the Title style, else its properties'.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where the main part is missing or its XML is broken, and the bounds of
/// [`Package`] and [`XmlReader`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "word/document.xml")?;
    let text = package
        .read_text(&main)?
        .ok_or_else(|| ReadError::Corrupt(format!("DOCX without its main part {main}")))?;
    let named = relationships(&mut package, &main)?;
    let styles = match read_related(&mut package, &main, &named, "styles")? {
        Some(xml) => Styles::read(&xml)?,
        None => Styles::default(),
    };
    let mut reader = BodyReader::new(&styles, Blocks::default());
    reader.read_main(&text)?;
    for notes in ["footnotes", "endnotes", "comments"] {
        if let Some(xml) = read_related(&mut package, &main, &named, notes)? {
            reader.read_notes(&xml)?;
        }
    }
    let (blocks, title) = reader.finish();
    let title = match title {
        Some(title) => Some(title),
        None => package
            .read_text("docProps/core.xml")?
            .and_then(|xml| title_property(&xml))
            .map(|title| Block::of_text(&title)),
    };
    Ok((blocks, title))
}

/// The title among the core properties; a damaged part is as good as none.
fn title_property(xml: &str) -> Option<String> {
    let mut reader = XmlReader::new(xml);
    while let Ok(Some(node)) = reader.next() {
        if let Node::Start(element) = node
            && element.name() == "title"
        {
            return reader
                .text_of_element()
                .ok()
                .filter(|title| !title.trim().is_empty());
        }
    }
    None
}

#[cfg(test)]
mod tests;
