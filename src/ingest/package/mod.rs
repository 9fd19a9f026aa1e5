//! What parts does an office package have? Bytes of a ZIP, or of one XML file with all parts → XML parts.

mod budget;
mod flat;
mod relationships;
mod zipped;

use self::budget::Budget;
use self::flat::FlatParts;
pub(crate) use self::relationships::{Relationships, main_part, read_related, relationships};
use self::zipped::ZippedParts;
use super::error::{ReadError, Remedy};
use super::format::SourceFormat;

/// The longest of the media types that are told apart has 73 bytes.
const MAX_MEDIA_TYPE_BYTES: u64 = 256;

/// An opened package.
#[derive(Debug)]
pub(crate) struct Package<'a> {
    parts: Parts<'a>,
    budget: Budget,
}

#[derive(Debug)]
enum Parts<'a> {
    Zipped(ZippedParts<'a>),
    Flat(FlatParts),
}

impl<'a> Package<'a> {
    /// Opens a package: a ZIP by its directory, else one XML file (Flat OPC) by its elements.
    ///
    /// # Errors
    ///
    /// [`ReadError::Corrupt`] where there is no sound directory, as at the end of a truncated file, or the XML is broken;
    /// [`ReadError::TooLarge`] where it has too many entries or nests too deep.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        let parts = if is_zip(bytes) {
            Parts::Zipped(ZippedParts::open(bytes)?)
        } else {
            Parts::Flat(FlatParts::open(bytes)?)
        };
        let budget = Budget::of_file(bytes.len());
        Ok(Self { parts, budget })
    }

    /// Opens a package that is a part of this one; what both expand to counts together once it is closed.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub(crate) fn open_part<'b>(&self, bytes: &'b [u8]) -> Result<Package<'b>, ReadError> {
        let mut part = Package::open(bytes)?;
        part.budget = self.budget;
        Ok(part)
    }

    /// Closes a package that is a part of this one.
    pub(crate) fn close_part(&mut self, part: &Package<'_>) {
        self.budget = part.budget;
    }

    /// The bytes that all parts together may expand to.
    pub(crate) fn most_expanded(&self) -> u64 {
        self.budget.limit()
    }

    #[cfg(test)]
    pub(crate) fn left(&self) -> u64 {
        self.budget.left()
    }

    /// Tells the formats that are packages apart by their parts.
    pub(crate) fn format(&mut self) -> Result<SourceFormat, ReadError> {
        let kind = match &mut self.parts {
            Parts::Zipped(parts) => parts.read_beginning("mimetype", MAX_MEDIA_TYPE_BYTES)?,
            Parts::Flat(_) => None,
        };
        if let Some(kind) = kind {
            return open_document(&kind);
        }
        let folders = [
            ("word/", SourceFormat::Docx),
            ("xl/", SourceFormat::Xlsx),
            ("ppt/", SourceFormat::Pptx),
        ];
        let (is_office, other) = match &self.parts {
            Parts::Zipped(_) => (self.has_prefix("[Content_Types].xml"), ZIP_ARCHIVE),
            Parts::Flat(_) => (true, XML_FILE),
        };
        let found = folders
            .iter()
            .find(|(folder, _)| is_office && self.has_prefix(folder));
        found.map(|(_, format)| *format).ok_or(other)
    }

    fn has_prefix(&self, prefix: &str) -> bool {
        let prefix = prefix.to_ascii_lowercase();
        match &self.parts {
            Parts::Zipped(parts) => parts.names().any(|name| name.starts_with(&prefix)),
            Parts::Flat(parts) => parts.names().any(|name| name.starts_with(&prefix)),
        }
    }

    /// Whether it has a part of this name.
    fn has(&mut self, name: &str) -> bool {
        match &mut self.parts {
            Parts::Zipped(parts) => parts.index_of(name).is_some(),
            Parts::Flat(parts) => parts.get(name).is_some(),
        }
    }

    /// Reads a part; `None` where the package has none of that name.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`] where the parts read so far expand beyond the bound,
    /// [`ReadError::Encrypted`] for a part with a password, [`ReadError::Corrupt`] otherwise.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        match &mut self.parts {
            Parts::Zipped(parts) => parts.read(name, &mut self.budget),
            Parts::Flat(parts) => {
                let part = parts.get(name).map(|text| text.as_bytes().to_vec());
                self.budget.spend(part.as_ref().map_or(0, Vec::len))?;
                Ok(part)
            }
        }
    }

    /// Reads a part as text: UTF-8, or UTF-16 with its mark.
    ///
    /// # Errors
    ///
    /// As [`Self::read`]; [`ReadError::Corrupt`] where it is neither.
    pub(crate) fn read_text(&mut self, name: &str) -> Result<Option<String>, ReadError> {
        let Some(bytes) = self.read(name)? else {
            return Ok(None);
        };
        // The usual case, which takes no second copy of what may be most of the memory there is.
        let bytes = match String::from_utf8(bytes) {
            Ok(text) if !text.starts_with('\u{FEFF}') => return Ok(Some(text)),
            Ok(text) => text.into_bytes(),
            Err(error) => error.into_bytes(),
        };
        let (text, _, malformed) = encoding_rs::UTF_8.decode(&bytes);
        if malformed {
            return Err(ReadError::Corrupt(format!(
                "part {name} is not valid Unicode"
            )));
        }
        Ok(Some(text.into_owned()))
    }
}

/// Whether bytes are a ZIP, which may be empty.
pub(crate) fn is_zip(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06")
}

/// The name that an entry's name means, in lower case.
fn meant_name(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    name.replace('\\', "/")
}

/// What a package is that is none of an office.
const ZIP_ARCHIVE: ReadError = ReadError::UnsupportedFormat("a ZIP archive", Remedy::Unpack);

/// The same in one file.
const XML_FILE: ReadError = ReadError::UnsupportedFormat("an XML file", Remedy::Save);

/// The format of a package that names its media type, as OpenDocument and EPUB do.
fn open_document(mimetype: &[u8]) -> Result<SourceFormat, ReadError> {
    let save = |what| Err(ReadError::UnsupportedFormat(what, Remedy::Save));
    let Some(name) = mimetype.strip_prefix(b"application/") else {
        return Err(ZIP_ARCHIVE);
    };
    match name.strip_prefix(b"vnd.oasis.opendocument.") {
        Some(kind) if kind.starts_with(b"text") => Ok(SourceFormat::Odt),
        Some(kind) if kind.starts_with(b"spreadsheet") => Ok(SourceFormat::Ods),
        Some(kind) if kind.starts_with(b"presentation") => Ok(SourceFormat::Odp),
        Some(_) => save("an OpenDocument drawing, formula or database"),
        None if name.starts_with(b"vnd.sun.xml.") => save("a document of OpenOffice 1"),
        None if name.starts_with(b"epub+zip") => save("an EPUB book"),
        None => Err(ZIP_ARCHIVE),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::package;

    #[test]
    fn no_more_of_a_media_type_is_read_than_tells_it() {
        let kind = format!(
            "application/vnd.oasis.opendocument.text{}",
            " ".repeat(50 << 20)
        );
        let bytes = package(&[("mimetype", &kind)]);
        let mut package = Package::open(&bytes).unwrap();
        assert_eq!(package.format().unwrap(), SourceFormat::Odt);
        assert_eq!(package.left(), package.most_expanded());
    }

    #[test]
    fn a_document_without_a_reader_is_named_and_is_no_archive() {
        let cases = [
            (
                "application/vnd.sun.xml.writer",
                "a document of OpenOffice 1",
            ),
            (
                "application/vnd.oasis.opendocument.graphics",
                "an OpenDocument drawing",
            ),
            ("application/epub+zip", "an EPUB book"),
            ("application/java-archive", "a ZIP archive"),
        ];
        for (kind, expected) in cases {
            let bytes = package(&[("mimetype", kind), ("content.xml", "<x/>")]);
            let error = Package::open(&bytes).unwrap().format().unwrap_err();
            assert!(error.to_string().starts_with(expected), "{error}");
        }
    }
}
