//! What parts does an office package have? ZIP bytes → its XML parts, within bounds.
//!
//! Sizes that an archive declares are not believed: what comes out of it is counted.

use std::collections::{BTreeMap, HashMap};
use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::error::ReadError;
use super::format::SourceFormat;
use super::xml::{Node, XmlReader};

/// More entries than any real document has; the directory alone of more would fill the memory.
const MAX_ENTRIES: usize = 20_000;
/// The most that all parts read may expand to. The text of a long book takes a hundredth of it.
const MAX_EXPANDED_BYTES: u64 = 192 * 1024 * 1024;
/// What parts may expand to in any case, and how often the size of the file beyond that: XML of an office program
/// shrinks to a tenth, a bomb to a thousandth.
const FREE_EXPANDED_BYTES: u64 = 16 * 1024 * 1024;
const MAX_EXPANSION: u64 = 40;

/// An opened ZIP package.
#[derive(Debug)]
pub(crate) struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The entries by the names that they mean, where one was asked for that is not written so.
    meant: Option<HashMap<String, usize>>,
    budget: u64,
    /// What the budget was in the beginning.
    limit: u64,
}

impl<'a> Package<'a> {
    /// Opens a package by its directory.
    ///
    /// # Errors
    ///
    /// [`ReadError::Corrupt`] where there is no sound directory, as at the end of a truncated file;
    /// [`ReadError::TooLarge`] where it has too many entries.
    pub(crate) fn open(bytes: &'a [u8]) -> Result<Self, ReadError> {
        if declared_entries(bytes) > MAX_ENTRIES {
            return Err(ReadError::TooLarge(format!(
                "its ZIP has more than {MAX_ENTRIES} entries"
            )));
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(read_error)?;
        if archive.len() > MAX_ENTRIES {
            return Err(ReadError::TooLarge(format!(
                "its ZIP has more than {MAX_ENTRIES} entries"
            )));
        }
        let limit = (bytes.len() as u64)
            .saturating_mul(MAX_EXPANSION)
            .clamp(FREE_EXPANDED_BYTES, MAX_EXPANDED_BYTES);
        Ok(Self {
            archive,
            meant: None,
            budget: limit,
            limit,
        })
    }

    /// Tells the formats that are ZIP packages apart by their parts.
    pub(crate) fn format(&mut self) -> Result<SourceFormat, ReadError> {
        if let Some(kind) = self.read("mimetype")? {
            return open_document(&kind);
        }
        let folders = [
            ("word/", SourceFormat::Docx),
            ("xl/", SourceFormat::Xlsx),
            ("ppt/", SourceFormat::Pptx),
        ];
        let is_office = self.has_prefix("[Content_Types].xml");
        let found = folders
            .iter()
            .find(|(folder, _)| is_office && self.has_prefix(folder));
        found
            .map(|(_, format)| *format)
            .ok_or(ReadError::UnsupportedFormat("a ZIP archive"))
    }

    fn has_prefix(&self, prefix: &str) -> bool {
        self.archive
            .file_names_raw()
            .any(|name| meant_name(name).starts_with(&prefix.to_ascii_lowercase()))
    }

    /// The entry of a part: names differ in no more than case, and some programs write them with backslashes.
    fn index_of(&mut self, name: &str) -> Option<usize> {
        if let Some(index) = self.archive.index_for_name(name) {
            return Some(index);
        }
        let archive = &self.archive;
        let meant = self.meant.get_or_insert_with(|| {
            let names = archive.file_names_raw().map(meant_name);
            names.zip(0..).collect()
        });
        meant.get(&name.to_ascii_lowercase()).copied()
    }

    /// Reads a part; `None` where the package has none of that name.
    ///
    /// # Errors
    ///
    /// [`ReadError::TooLarge`] where the parts read so far expand beyond the bound,
    /// [`ReadError::Encrypted`] for a part with a password, [`ReadError::Corrupt`] otherwise.
    pub(crate) fn read(&mut self, name: &str) -> Result<Option<Vec<u8>>, ReadError> {
        let Some(index) = self.index_of(name) else {
            return Ok(None);
        };
        let mut entry = self.archive.by_index(index).map_err(read_error)?;
        let mut bytes = Vec::new();
        let limit = self.budget.saturating_add(1);
        let count = entry
            .by_ref()
            .take(limit)
            .read_to_end(&mut bytes)
            .map_err(|error| ReadError::Corrupt(format!("part {name}: {error}")))?
            as u64;
        if count > self.budget {
            let megabytes = self.limit / (1024 * 1024);
            return Err(ReadError::TooLarge(format!(
                "its parts expand to more than {megabytes} MB"
            )));
        }
        self.budget -= count;
        Ok(Some(bytes))
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

/// The number of entries that the end of the directory declares, read before anything is allocated.
fn declared_entries(bytes: &[u8]) -> usize {
    const RECORD_LEN: usize = 22;
    let tail = &bytes[bytes
        .len()
        .saturating_sub(RECORD_LEN + usize::from(u16::MAX))..];
    tail.windows(12)
        .rfind(|window| window.starts_with(b"PK\x05\x06"))
        .map_or(0, |window| {
            usize::from(u16::from_le_bytes([window[10], window[11]]))
        })
}

/// The format of a package that names its media type, as OpenDocument and EPUB do.
fn open_document(mimetype: &[u8]) -> Result<SourceFormat, ReadError> {
    let kinds: [(&[u8], Result<SourceFormat, &'static str>); 4] = [
        (
            b"application/vnd.oasis.opendocument.text",
            Ok(SourceFormat::Odt),
        ),
        (
            b"application/vnd.oasis.opendocument.spreadsheet",
            Ok(SourceFormat::Ods),
        ),
        (
            b"application/vnd.oasis.opendocument.presentation",
            Ok(SourceFormat::Odp),
        ),
        (b"application/epub+zip", Err("an EPUB book")),
    ];
    let found = kinds
        .into_iter()
        .find(|(name, _)| mimetype.starts_with(name));
    found
        .map_or(Err("a ZIP archive"), |(_, format)| format)
        .map_err(ReadError::UnsupportedFormat)
}

/// The parts that a part names, by id.
#[derive(Debug, Default)]
pub(crate) struct Relationships(BTreeMap<String, Relationship>);

#[derive(Debug)]
struct Relationship {
    kind: String,
    target: String,
}

impl Relationships {
    /// Reads the list of a part that is in a folder.
    fn read(xml: &str, folder: &str) -> Result<Self, ReadError> {
        let mut found = Self::default();
        let mut reader = XmlReader::new(xml);
        while let Some(node) = reader.next()? {
            if let Node::Start(element) = node
                && let Some(target) = element.attribute("Target")
            {
                let id = element.attribute("Id").unwrap_or_default();
                let kind = element.attribute("Type").unwrap_or_default();
                let target = resolve(folder, &target);
                found.0.insert(id, Relationship { kind, target });
            }
        }
        Ok(found)
    }

    /// The part that an id stands for.
    pub(crate) fn get(&self, id: &str) -> Option<&str> {
        self.0.get(id).map(|found| found.target.as_str())
    }

    /// The names of all parts.
    pub(crate) fn targets(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|found| found.target.as_str())
    }

    /// The first part of a kind, such as `styles`.
    pub(crate) fn of_kind(&self, kind: &str) -> Option<&str> {
        let is_of_kind = |found: &&Relationship| {
            let name = found.kind.rsplit('/').next();
            name == Some(kind)
        };
        self.0
            .values()
            .find(is_of_kind)
            .map(|found| found.target.as_str())
    }
}

/// The relationships of a part; with an empty name, those of the package. A broken list is as good as none.
///
/// # Errors
///
/// As [`Package::read_text`], but for [`ReadError::Corrupt`].
pub(crate) fn relationships(
    package: &mut Package<'_>,
    part: &str,
) -> Result<Relationships, ReadError> {
    let (folder, name) = part.rsplit_once('/').unwrap_or(("", part));
    let list = resolve(folder, &format!("_rels/{name}.rels"));
    let xml = match package.read_text(&list) {
        Ok(xml) => xml.unwrap_or_default(),
        Err(ReadError::Corrupt(_)) => String::new(),
        Err(error) => return Err(error),
    };
    // Not half a list either: with it, some of the slides would be lost without a word.
    Ok(Relationships::read(&xml, folder).unwrap_or_default())
}

/// The name of the main part, which is nearly always the usual one, and is that where the one named is missing.
///
/// # Errors
///
/// As [`relationships`].
pub(crate) fn main_part(package: &mut Package<'_>, usual: &str) -> Result<String, ReadError> {
    let main = relationships(package, "")?;
    let named = main.of_kind("officeDocument");
    let found = named.filter(|name| package.index_of(name).is_some());
    Ok(found.unwrap_or(usual).to_owned())
}

/// Reads the part of a kind that another names, else the one beside it with the usual name.
///
/// # Errors
///
/// As [`Package::read_text`].
pub(crate) fn read_related(
    package: &mut Package<'_>,
    main: &str,
    named: &Relationships,
    kind: &str,
) -> Result<Option<String>, ReadError> {
    if let Some(name) = named.of_kind(kind)
        && let Some(xml) = package.read_text(name)?
    {
        return Ok(Some(xml));
    }
    let (folder, _) = main.rsplit_once('/').unwrap_or(("", main));
    package.read_text(&resolve(folder, &format!("{kind}.xml")))
}

/// The name of the part that a target means, seen from a folder.
fn resolve(folder: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|step| !step.is_empty()).collect();
    for step in target.split('/') {
        match step {
            ".." => drop(path.pop()),
            "." => {}
            _ => path.push(step),
        }
    }
    path.join("/")
}

/// The name that an entry's name means, in lower case.
fn meant_name(name: &[u8]) -> String {
    let name = String::from_utf8_lossy(name).to_ascii_lowercase();
    name.replace('\\', "/")
}

fn read_error(error: ZipError) -> ReadError {
    match error {
        ZipError::InvalidPassword | ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => {
            ReadError::Encrypted
        }
        other => ReadError::Corrupt(format!("ZIP container: {other}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::package;

    #[test]
    fn a_broken_list_of_parts_is_as_good_as_none() {
        let named = |target: &str| {
            format!(
                r#"<Relationships><Relationship Id="a" Type="x/officeDocument" Target="{target}"/></Relationships>"#
            )
        };
        let broken = named("word/main.xml").replace("</Relationships>", "");
        let cases = [
            (named("word/main.xml"), "word/main.xml", 1),
            (named("word/lost.xml"), "word/document.xml", 1),
            (broken, "word/document.xml", 0),
        ];
        for (list, expected, count) in cases {
            let bytes = package(&[("_rels/.rels", &list), ("word/main.xml", "<x/>")]);
            let mut package = Package::open(&bytes).unwrap();
            let main = main_part(&mut package, "word/document.xml").unwrap();
            assert_eq!(main, expected, "{list}");
            let found = relationships(&mut package, "").unwrap();
            assert_eq!(found.targets().count(), count, "{list}");
        }
    }
}
