//! Which parts belong together? A package's lists of relationships → parts by id and by kind.

use std::collections::BTreeMap;

use super::Package;
use crate::ingest::error::ReadError;
use crate::ingest::xml::{Node, XmlReader};

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
        self.all_of_kind(kind).map(|(_, target)| target).next()
    }

    /// All parts of a kind, with their ids.
    pub(crate) fn all_of_kind(&self, kind: &str) -> impl Iterator<Item = (&str, &str)> {
        let found = self.0.iter().filter(move |(_, found)| {
            let name = found.kind.rsplit('/').next();
            name == Some(kind)
        });
        found.map(|(id, found)| (id.as_str(), found.target.as_str()))
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
    let found = named.filter(|name| package.has(name));
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
