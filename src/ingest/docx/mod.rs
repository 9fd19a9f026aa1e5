//! What does a Word document in XML say? DOCX package, or Word's one file of 2003 → [`Block`]s.
//!
//! Body first, then footnotes, endnotes and comments, as captions; in the XML of 2003 they stand where they are referred
//! to. Headers and footers are page furniture and are not read. Tracked changes read as accepted.

mod body;
mod chunks;
mod fields;
mod formula;
mod properties;
mod styles;

use self::body::BodyReader;
use self::chunks::Chunks;
use self::styles::Styles;
use super::blocks::Block;
use super::error::{ReadError, Remedy};
use super::package::{Package, main_part, read_related, relationships};
use super::xml::{Node, XmlReader, decode};

/// The blocks of a document, and its title: a paragraph in the Title style, else its properties'.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where the main part is missing or its XML is broken, and the bounds of
/// [`Package`] and [`XmlReader`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    read_package(&mut Package::open(bytes)?, Standing::Alone)
}

/// How a document stands. One in another is read without what it takes in itself, of which there might be no end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Standing {
    Alone,
    InAnother,
}

fn read_package(
    package: &mut Package<'_>,
    standing: Standing,
) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let main = main_part(package, "word/document.xml")?;
    let text = package
        .read_text(&main)?
        .ok_or_else(|| ReadError::Corrupt(format!("DOCX without its main part {main}")))?;
    let named = relationships(package, &main)?;
    let styles = match read_related(package, &main, &named, "styles")? {
        Some(xml) => Styles::read(&xml)?,
        None => Styles::default(),
    };
    let chunks = match standing {
        Standing::Alone if text.contains("altChunk") => Chunks::read(package, &named)?,
        _ => Chunks::default(),
    };
    let has_others = chunks.has_others;
    let mut reader = BodyReader::new(&styles, chunks);
    reader.read_main(&text)?;
    for notes in ["footnotes", "endnotes", "comments"] {
        if let Some(xml) = read_related(package, &main, &named, notes)? {
            reader.read_notes(&xml)?;
        }
    }
    let (blocks, title) = reader.finish();
    if blocks.is_empty() && has_others {
        let what = "a DOCX whose text is another file within it (altChunk)";
        return Err(ReadError::UnsupportedFormat(what, Remedy::Save));
    }
    let title = match title {
        Some(title) => Some(title),
        None => package
            .read_text("docProps/core.xml")?
            .and_then(|xml| title_property(&xml))
            .map(|title| Block::of_text(&title)),
    };
    Ok((blocks, title))
}

/// As [`read`], of the XML in one file that Word saved before there was DOCX (Microsoft, *`WordprocessingML` Reference for
/// Word 2003*): the same elements but for lists, notes and tracked changes, with the styles in front.
///
/// # Errors
///
/// As [`decode`] and [`XmlReader::next`].
pub(crate) fn read_word_ml(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let text = decode(bytes)?;
    let styles = Styles::read(&text)?;
    let mut reader = BodyReader::new(&styles, Chunks::default());
    reader.read_main(&text)?;
    let (blocks, title) = reader.finish();
    let property = || title_property(&text).map(|title| Block::of_text(&title));
    Ok((blocks, title.or_else(property)))
}

/// The title among the properties; a damaged part is as good as none.
fn title_property(xml: &str) -> Option<String> {
    let mut reader = XmlReader::new(xml);
    while let Ok(Some(node)) = reader.next() {
        if let Node::Start(element) = node
            && element.name().eq_ignore_ascii_case("title")
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
