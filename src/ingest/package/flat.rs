//! What parts does a package in one XML file have? Flat OPC, which Word and `PowerPoint` save as "XML document".

use std::collections::HashMap;

use super::meant_name;
use crate::ingest::error::ReadError;
use crate::ingest::xml::{Node, XmlReader, decode};

/// The XML parts of a package, by the names that they mean. Pictures and other binary parts are left out.
#[derive(Debug)]
pub(super) struct FlatParts(HashMap<String, String>);

impl FlatParts {
    /// Reads all parts.
    ///
    /// # Errors
    ///
    /// As [`decode`] and [`XmlReader::next`].
    pub(super) fn open(bytes: &[u8]) -> Result<Self, ReadError> {
        let text = decode(bytes)?;
        let mut reader = XmlReader::new(&text);
        let mut parts = HashMap::new();
        let mut name = None;
        while let Some(node) = reader.next()? {
            let Node::Start(element) = node else { continue };
            match element.name() {
                "part" => name = element.attribute("name"),
                "xmlData" => {
                    let part = reader.inner_xml()?;
                    if let Some(name) = name.take() {
                        let name = meant_name(name.trim_start_matches('/').as_bytes());
                        parts.insert(name, part.to_owned());
                    }
                }
                "binaryData" => reader.skip_element()?,
                _ => {}
            }
        }
        Ok(Self(parts))
    }

    /// The part of this name; names differ in no more than case.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let name = meant_name(name.as_bytes());
        self.0.get(&name).map(String::as_str)
    }

    /// The names of all parts as they are meant.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::package::Package;
    use crate::ingest::{ReadOptions, read};

    /// The parts of a package in one file.
    fn flat(parts: &[(&str, &str)]) -> String {
        let part = |(name, content): &(&str, &str)| {
            format!("<pkg:part pkg:name='{name}'><pkg:xmlData>{content}</pkg:xmlData></pkg:part>")
        };
        let parts: String = parts.iter().map(part).collect();
        format!(
            "<?xml version='1.0'?><?mso-application progid='Word.Document'?><pkg:package>{parts}\
             <pkg:part pkg:name='/word/media/a.png'><pkg:binaryData>AAAA</pkg:binaryData></pkg:part></pkg:package>"
        )
    }

    #[test]
    fn a_document_in_one_file_reads_as_its_package() {
        let story = |text: &str| format!("<w:p><w:r><w:t>{text}</w:t></w:r></w:p>");
        let main = format!(
            "<w:document><w:body>{}</w:body></w:document>",
            story("Tóm tắt &amp; kết luận")
        );
        let notes = format!(
            "<w:footnotes><w:footnote>{}</w:footnote></w:footnotes>",
            story("Xem phụ lục.")
        );
        let file = flat(&[
            ("/word/document.xml", &main),
            ("/word/Footnotes.xml", &notes),
        ]);
        let document = read(file.as_bytes(), None, &ReadOptions::default()).unwrap();
        let texts: Vec<_> = document
            .paragraphs
            .iter()
            .map(|it| it.text.as_str())
            .collect();
        assert_eq!(texts, ["Tóm tắt & kết luận", "Xem phụ lục."]);
        assert_eq!(document.format.name(), "docx");
    }

    #[test]
    fn parts_that_are_asked_for_without_end_are_too_much() {
        let slide = "a".repeat(1 << 20);
        let file = flat(&[("/ppt/slide.xml", &slide)]);
        let mut package = Package::open(file.as_bytes()).unwrap();
        let error = (0..1_000).find_map(|_| package.read("ppt/slide.xml").err());
        assert_eq!(error.unwrap().code(), "too_large");
    }

    #[test]
    fn a_package_of_nothing_that_is_known_is_unsupported() {
        let file = flat(&[("/other/part.xml", "<a/>")]);
        let error = read(file.as_bytes(), None, &ReadOptions::default()).unwrap_err();
        assert_eq!(error.code(), "unsupported_format");
        assert!(error.to_string().starts_with("an XML file"), "{error}");
    }
}
