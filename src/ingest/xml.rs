//! What does an XML part say? Text → elements and characters, within bounds.
//!
//! Names are told by their local part, as writers choose prefixes freely. Entities that a document
//! type declares are never expanded: they read as nothing.

use std::borrow::Cow;

use encoding_rs::{Encoding, UTF_8, UTF_16BE, UTF_16LE};
use quick_xml::Reader;
use quick_xml::XmlVersion;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::attributes::Attribute;
use quick_xml::events::{BytesStart, Event};

use super::error::ReadError;

/// Real documents nest a few dozen elements deep.
const MAX_DEPTH: usize = 256;
/// What readers ask for are names, numbers and places; a longer value would be copied and looked up for
/// every element that names it.
const MAX_ATTRIBUTE_BYTES: usize = 1024;

/// One thing that an XML part says.
#[derive(Debug)]
pub(crate) enum Node<'a> {
    /// An element begins.
    Start(Element<'a>),
    /// The innermost element ends; its local name.
    End(String),
    /// Characters, with references resolved.
    Text(Cow<'a, str>),
}

/// The beginning of an element.
#[derive(Debug)]
pub(crate) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The name without prefix.
    pub(crate) fn name(&self) -> &str {
        self.0.local_name().into_inner()
    }

    /// The value of the first attribute with this local name; none where it is absurdly long.
    pub(crate) fn attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let attribute = attributes
            .with_checks(false)
            .flatten()
            .find(|attribute| attribute.key.local_name().into_inner() == name)?;
        value_of(&attribute)
    }

    /// The value of the first attribute with this local name and a prefix, such as `r:id`.
    pub(crate) fn prefixed_attribute(&self, name: &str) -> Option<String> {
        let mut attributes = self.0.attributes();
        let attribute = attributes.with_checks(false).flatten().find(|attribute| {
            attribute.key.prefix().is_some() && attribute.key.local_name().into_inner() == name
        })?;
        value_of(&attribute)
    }

    /// Whether the name has this prefix.
    pub(crate) fn has_prefix(&self, prefix: &str) -> bool {
        self.0
            .name()
            .into_inner()
            .strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(':'))
    }

    /// Whether an on/off property is on: present, and not switched off by its value.
    pub(crate) fn is_on(&self) -> bool {
        !matches!(
            self.attribute("val").as_deref(),
            Some("0" | "false" | "off" | "none")
        )
    }

    /// Whether an attribute has this value.
    pub(crate) fn has(&self, attribute: &str, value: &str) -> bool {
        self.attribute(attribute).as_deref() == Some(value)
    }

    /// Whether an attribute is there and true (XML Schema part 2, 3.2.2).
    pub(crate) fn is_true(&self, attribute: &str) -> bool {
        matches!(self.attribute(attribute).as_deref(), Some("1" | "true"))
    }
}

/// Reads an XML part from its beginning to its end.
#[derive(Debug)]
pub(crate) struct XmlReader<'a> {
    text: &'a str,
    reader: Reader<&'a [u8]>,
    depth: usize,
}

impl<'a> XmlReader<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut reader = Reader::from_str(text);
        let config = reader.config_mut();
        config.expand_empty_elements = true;
        config.allow_dangling_amp = true;
        Self {
            text,
            reader,
            depth: 0,
        }
    }

    /// The next thing, or `None` at the end.
    ///
    /// # Errors
    ///
    /// [`ReadError::Corrupt`] where the XML is not well-formed or ends inside an element,
    /// [`ReadError::TooLarge`] where it nests too deep.
    pub(crate) fn next(&mut self) -> Result<Option<Node<'a>>, ReadError> {
        loop {
            let event = self.reader.read_event().map_err(|error| corrupt(&error))?;
            match event {
                Event::Start(start) => {
                    self.depth += 1;
                    if self.depth > MAX_DEPTH {
                        return Err(ReadError::TooLarge(format!(
                            "XML nests deeper than {MAX_DEPTH}"
                        )));
                    }
                    return Ok(Some(Node::Start(Element(start))));
                }
                Event::End(end) => {
                    self.depth = self.depth.saturating_sub(1);
                    return Ok(Some(Node::End(end.local_name().into_inner().to_owned())));
                }
                Event::Text(text) => return Ok(Some(Node::Text(text.into_inner()))),
                Event::CData(text) => return Ok(Some(Node::Text(text.into_inner()))),
                Event::GeneralRef(reference) => {
                    if let Some(text) = resolve(&reference) {
                        return Ok(Some(Node::Text(Cow::Owned(text))));
                    }
                }
                Event::Eof if self.depth > 0 => {
                    return Err(ReadError::Corrupt("XML ends inside an element".to_owned()));
                }
                Event::Eof => return Ok(None),
                _ => {}
            }
        }
    }

    /// How many elements we are in.
    pub(crate) fn depth(&self) -> usize {
        self.depth
    }

    /// What stands in the element that has just begun, as it is written, to its end.
    ///
    /// # Errors
    ///
    /// As [`Self::next`].
    pub(crate) fn inner_xml(&mut self) -> Result<&'a str, ReadError> {
        let outer = self.depth.saturating_sub(1);
        let start = self.position();
        let mut end = start;
        while self.depth > outer {
            end = self.position();
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(self.text.get(start..end).unwrap_or_default())
    }

    fn position(&self) -> usize {
        usize::try_from(self.reader.buffer_position()).unwrap_or(usize::MAX)
    }

    /// Skips to the end of the element that has just begun.
    ///
    /// # Errors
    ///
    /// As [`Self::next`].
    pub(crate) fn skip_element(&mut self) -> Result<(), ReadError> {
        let outer = self.depth.saturating_sub(1);
        while self.depth > outer {
            if self.next()?.is_none() {
                break;
            }
        }
        Ok(())
    }

    /// The characters of the element that has just begun, to its end.
    ///
    /// # Errors
    ///
    /// As [`Self::next`].
    pub(crate) fn text_of_element(&mut self) -> Result<String, ReadError> {
        let outer = self.depth.saturating_sub(1);
        let mut text = String::new();
        while self.depth > outer {
            match self.next()? {
                Some(Node::Text(piece)) => text.push_str(&piece),
                Some(_) => {}
                None => break,
            }
        }
        Ok(text)
    }
}

/// A text whose line ends are spaces, as programs show those of text in which breaks have elements of their own.
pub(crate) fn on_one_line(text: &str) -> Cow<'_, str> {
    // Most have none, and texts may be very long.
    if text.contains('\n') || text.contains('\r') {
        Cow::Owned(text.replace(['\n', '\r'], " "))
    } else {
        Cow::Borrowed(text)
    }
}

/// The text of an XML file: in what its mark, its first bracket or its declaration says, else UTF-8 (XML 1.0, appendix F).
///
/// # Errors
///
/// [`ReadError::Corrupt`] where it is not valid in it.
pub(crate) fn decode(bytes: &[u8]) -> Result<String, ReadError> {
    let (text, _, malformed) = declared_encoding(bytes).decode(bytes);
    if malformed {
        return Err(ReadError::Corrupt(
            "XML that is not valid in its encoding".to_owned(),
        ));
    }
    Ok(text.into_owned())
}

fn declared_encoding(bytes: &[u8]) -> &'static Encoding {
    match bytes {
        [b'<', 0, ..] => return UTF_16LE,
        [0, b'<', ..] => return UTF_16BE,
        _ => {}
    }
    let start = String::from_utf8_lossy(&bytes[..bytes.len().min(MAX_ATTRIBUTE_BYTES)]);
    let declaration = start
        .split_once("?>")
        .map_or("", |(declaration, _)| declaration);
    let value = declaration
        .split_once("encoding")
        .and_then(|(_, rest)| rest.split(['"', '\'']).nth(1));
    // What declares UTF-16 in single bytes was written through a string, and is UTF-8.
    value
        .and_then(|label| Encoding::for_label(label.as_bytes()))
        .map_or(UTF_8, Encoding::output_encoding)
}

fn value_of(attribute: &Attribute<'_>) -> Option<String> {
    if attribute.value.len() > MAX_ATTRIBUTE_BYTES {
        return None;
    }
    let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
    Some(value.into_owned())
}

fn resolve(reference: &quick_xml::events::BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(character)) => Some(character.to_string()),
        _ => resolve_predefined_entity(reference).map(str::to_owned),
    }
}

fn corrupt(error: &quick_xml::Error) -> ReadError {
    ReadError::Corrupt(format!("XML: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(xml: &str) -> Result<String, ReadError> {
        let mut reader = XmlReader::new(xml);
        let mut text = String::new();
        while let Some(node) = reader.next()? {
            if let Node::Text(piece) = node {
                text.push_str(&piece);
            }
        }
        Ok(text)
    }

    #[test]
    fn resolves_references_to_characters() {
        assert_eq!(text("<a>&lt;&#7907;&#x1EA5;&amp;</a>").unwrap(), "<ợấ&");
    }

    #[test]
    fn entities_of_a_document_type_read_as_nothing() {
        let bomb = "<!DOCTYPE a [<!ENTITY x \"boom\"><!ENTITY y \"&x;&x;&x;\">]><a>b&y;c</a>";
        assert_eq!(text(bomb).unwrap(), "bc");
    }

    #[test]
    fn what_stands_in_an_element_is_given_as_it_is_written() {
        let mut reader = XmlReader::new("<a><b x='1'> <c/>&lt;<b>y</b></b><d/></a>");
        let mut found = Vec::new();
        while let Some(node) = reader.next().unwrap() {
            if let Node::Start(element) = node
                && element.name() != "a"
            {
                found.push(reader.inner_xml().unwrap());
            }
        }
        assert_eq!(found, [" <c/>&lt;<b>y</b>", ""]);
    }

    #[test]
    fn a_file_is_in_what_it_declares() {
        let marked: Vec<u8> = "\u{feff}<a>ợ</a>"
            .encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect();
        assert_eq!(decode(&marked).unwrap(), "<a>ợ</a>");
        assert_eq!(decode("<a>ợ</a>".as_bytes()).unwrap(), "<a>ợ</a>");
        let unmarked = &marked[2..];
        assert_eq!(decode(unmarked).unwrap(), "<a>ợ</a>");
        let swapped = unmarked.chunks(2).flat_map(|unit| [unit[1], unit[0]]);
        assert_eq!(decode(&swapped.collect::<Vec<_>>()).unwrap(), "<a>ợ</a>");
        let declared = b"<?xml version='1.0' encoding='windows-1258'?><a>\xf0\xf5</a>";
        assert!(decode(declared).unwrap().ends_with("<a>đơ</a>"));
        let mistaken = "<?xml version='1.0' encoding='utf-16'?><a>ợ</a>";
        assert_eq!(decode(mistaken.as_bytes()).unwrap(), mistaken);
        assert_eq!(decode(b"<a>\xf0</a>").unwrap_err().code(), "corrupt");
    }

    #[test]
    fn refuses_to_nest_without_end() {
        let deep = "<a>".repeat(MAX_DEPTH + 1);
        assert_eq!(text(&deep).unwrap_err().code(), "too_large");
    }

    #[test]
    fn an_end_inside_an_element_is_damage() {
        assert_eq!(text("<a><b>x").unwrap_err().code(), "corrupt");
    }
}
