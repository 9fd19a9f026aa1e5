//! Which file of the output folder does a text go to? Names of documents → paths below the folder, no two alike.

use std::collections::HashSet;
use std::path::{Component, Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use crate::record::{SEPARATOR, Source};

/// The folders of a document that are kept are the last ones that have so many bytes together; every system takes paths of
/// this length below a folder of usual depth.
const MAX_FOLDER_BYTES: usize = 600;

/// The paths of texts that were given so far.
#[derive(Debug)]
pub(super) struct Places {
    /// The folder of all that was named, which is not repeated below the output.
    shared: PathBuf,
    suffix: &'static str,
    files: HashSet<String>,
    folders: HashSet<String>,
}

impl Places {
    pub(super) fn new(shared: PathBuf, suffix: &'static str) -> Self {
        Self {
            shared,
            suffix,
            files: HashSet::new(),
            folders: HashSet::new(),
        }
    }

    /// The document's name with the new suffix in place of its own; the id of a row has none, whatever its full stops. A second
    /// document of that name has its own folders before it, where that is not enough its own suffix as well, and further ones
    /// get a number.
    pub(super) fn next(&mut self, id: &str, source: &Source) -> PathBuf {
        let id = Path::new(id);
        let name = writable(&id.file_name().unwrap_or_default().to_string_lossy());
        let is_row = source.table().is_some();
        let stem = if is_row {
            name.clone()
        } else {
            without_suffix(&name).to_owned()
        };
        let alone = PathBuf::from(format!("{stem}.{}", self.suffix));
        if self.take(&alone) {
            return alone;
        }
        let folder = self.folder(id.strip_prefix(&self.shared).unwrap_or(id));
        let suffix = self.suffix;
        let numbered = (2..).map(|number| format!("{name}.{number}"));
        let names = [stem, name.clone()].into_iter().chain(numbered);
        names
            .map(|base| folder.join(format!("{base}.{suffix}")))
            .find(|path| self.take(path))
            .expect("there is always a further number")
    }

    /// Gives a path to a text, unless another text or a folder has it.
    fn take(&mut self, path: &Path) -> bool {
        let path = folded(path);
        !self.folders.contains(&path) && self.files.insert(path)
    }

    /// The folders of a document as they may be made: none that leads anywhere else. Where a text has the name of one,
    /// there are none.
    fn folder(&mut self, id: &Path) -> PathBuf {
        let parents = id.parent().unwrap_or(Path::new("")).components();
        let mut bytes = 0;
        let mut kept: Vec<String> = parents
            .rev()
            .filter_map(|part| match part {
                Component::Normal(name) => Some(writable(&name.to_string_lossy())),
                _ => None,
            })
            .take_while(|name| {
                bytes += name.len();
                bytes <= MAX_FOLDER_BYTES
            })
            .collect();
        kept.reverse();
        let folder: PathBuf = kept.iter().collect();
        let above: Vec<String> = folder.ancestors().map(folded).collect();
        if above.iter().any(|folder| self.files.contains(folder)) {
            return PathBuf::new();
        }
        self.folders.extend(above);
        folder
    }
}

/// What two paths have in common that some system takes for the same: capitals and letters with their accents apart say nothing
/// there.
fn folded(path: &Path) -> String {
    path.to_string_lossy()
        .nfc()
        .collect::<String>()
        .to_lowercase()
}

/// A name without its suffix; that of a container before it is none. A suffix alone is no name of a member: `Họp!.txt` is a
/// file.
fn without_suffix(name: &str) -> &str {
    let start = name
        .rfind(SEPARATOR)
        .map_or(0, |end| end + SEPARATOR.len_utf8());
    let start = if name[start..].starts_with('.') {
        0
    } else {
        start
    };
    let stem = Path::new(&name[start..]).file_stem().unwrap_or_default();
    name.get(..start + stem.len()).unwrap_or(name)
}

/// A name that every file system takes, with room for a number and a suffix: 200 bytes at most, without control characters and
/// what Windows keeps for itself (<https://learn.microsoft.com/windows/win32/fileio/naming-a-file>).
fn writable(name: &str) -> String {
    let is_taken = |character: char| character.is_control() || r#"<>:"|?*\"#.contains(character);
    let end = name.floor_char_boundary(200);
    let mut name = name[..end].replace(is_taken, "_");
    let is_last_taken = name.ends_with(['.', ' ']) && !matches!(&*name, "." | "..");
    if is_last_taken {
        name.push('_');
    }
    if is_reserved(&name) {
        name.insert(0, '_');
    }
    name
}

/// Whether Windows takes a name for a device, whatever follows its first full stop.
fn is_reserved(name: &str) -> bool {
    let name = name.split('.').next().unwrap_or_default().trim_end();
    let is_port = |name: &str| {
        let number = name
            .strip_prefix("COM")
            .or_else(|| name.strip_prefix("LPT"));
        let mut digits = number.unwrap_or_default().chars();
        let is_digit = |digit: char| digit.is_ascii_digit() || "¹²³".contains(digit);
        digits.next().is_some_and(is_digit) && digits.next().is_none()
    };
    let name = name.to_ascii_uppercase();
    matches!(&*name, "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$") || is_port(&name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::batch::sources::written;

    fn places(shared: &str, ids: &[&str]) -> Vec<String> {
        let mut places = Places::new(PathBuf::from(shared), "txt");
        let file = Source::default();
        let path = |id: &&str| written(places.next(id, &file).as_os_str()).into_owned();
        ids.iter().map(path).collect()
    }

    #[test]
    fn the_ids_of_rows_are_kept_as_they_are_written() {
        let row = |number: usize| Source {
            path: format!("kho.jsonl!line-{number}"),
            ..Source::default()
        };
        let mut places = Places::new(PathBuf::new(), "txt");
        let ids = ["2024.06", "2024.07", "2024", "12. Công an huyện", "2024.06"];
        let mut path = |(number, id): (usize, &str)| places.next(id, &row(number + 1));
        let paths = ids.into_iter().enumerate().map(&mut path);
        let paths: Vec<PathBuf> = paths.collect();
        let expected = [
            "2024.06.txt",
            "2024.07.txt",
            "2024.txt",
            "12. Công an huyện.txt",
            "2024.06.2.txt",
        ];
        assert_eq!(paths, expected.map(PathBuf::from));
    }

    #[test]
    fn texts_of_one_name_keep_the_folders_of_their_documents() {
        assert_eq!(
            places(
                "kho",
                &[
                    "kho/xã A/báo cáo.docx",
                    "kho/xã B/báo cáo.docx",
                    "kho/xã B/báo cáo.doc",
                    "kho/xã B/báo cáo.doc",
                    "kho/b.zip!2022/c.doc",
                    "kho/d.doc",
                    "kho/hộp.mbox!message-1",
                    "kho/Họp!.txt",
                ]
            ),
            [
                "báo cáo.txt",
                "xã B/báo cáo.txt",
                "xã B/báo cáo.doc.txt",
                "xã B/báo cáo.doc.2.txt",
                "c.txt",
                "d.txt",
                "hộp.mbox!message-1.txt",
                "Họp!.txt",
            ]
        );
    }

    #[test]
    fn every_system_takes_the_names_and_tells_them_apart() {
        assert_eq!(
            places(
                "",
                &[
                    "kho/Họp: bàn \"A|B\"?.doc",
                    "kho/con.doc",
                    "kho. /com1/công văn.doc",
                    "kho. /com1/CÔNG VĂN.doc",
                    "kho/Công văn.doc",
                ]
            ),
            [
                "Họp_ bàn _A_B__.txt",
                "_con.txt",
                "công văn.txt",
                "kho. _/_com1/CÔNG VĂN.txt",
                "kho/Công văn.txt",
            ]
        );
    }

    #[test]
    fn no_name_leads_out_of_the_folder_or_through_a_text() {
        let long = format!("{}/a.doc", "xã/".repeat(10_000));
        let found = places(
            "",
            &[
                "../../a.doc",
                "/etc/a.doc",
                "a/../b.doc",
                "..",
                "c.doc",
                "c.txt/d.doc",
                &long,
            ],
        );
        assert_eq!(
            found[..6],
            ["a.txt", "etc/a.txt", "b.txt", ".txt", "c.txt", "d.txt"]
        );
        assert!(found[6].ends_with("xã/a.txt") && found[6].len() < 1000);
        // A folder is none that a text may have the name of.
        assert_eq!(
            places("", &["d.doc", "c.txt/d.doc", "c.doc"]),
            ["d.txt", "c.txt/d.txt", "c.doc.txt"]
        );
    }
}
