//! Which folder does a document belong to? The names of documents → a few folders to choose from.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use serde::Deserialize;

use super::order::order;
use crate::record::{Record, SEPARATOR, Source, is_separator};
use crate::results::{Results, ResultsError};

/// More than these nobody looks through; the documents of the others are put together.
const MAX_FOLDERS: usize = 200;

/// What may stand between folders, and between a container and what is packed in it.
const SEPARATORS: [char; 2] = ['/', SEPARATOR];

/// What the others are called.
pub(super) const OTHERS: &str = "…";

/// The folders below the one that all documents share.
#[derive(Clone, Debug, Default)]
pub(super) struct Folders {
    /// The folders that all documents share; with a slash at the end where there are some.
    shared: String,
    /// Whether documents are told apart by their paths: what rows of tables call themselves (`418/BC-UBND`) is no path, and
    /// names begin in each run's own folder.
    by_path: bool,
    /// In the order of the alphabet, and the others at the end; empty names the root.
    pub(super) names: Vec<String>,
}

/// As much of a record as is needed to survey a run.
#[derive(Debug, Deserialize)]
struct Named {
    id: String,
    source: Source,
}

impl Folders {
    /// Surveys runs.
    pub(super) fn of(runs: &[PathBuf]) -> Result<Self, ResultsError> {
        let mut by_path = runs.len() > 1;
        let (mut ids, mut paths) = (BTreeMap::new(), BTreeMap::new());
        for run in runs {
            for named in Results::<Named>::open(run)? {
                let Named { id, source } = named?;
                by_path |= source.table().is_some();
                *ids.entry(parent(&id).to_owned()).or_default() += 1;
                *paths.entry(parent(&source.path).to_owned()).or_default() += 1;
            }
        }
        let folders = Self::of_counts(if by_path { &paths } else { &ids });
        Ok(Self { by_path, ..folders })
    }

    fn of_counts(counts: &BTreeMap<String, usize>) -> Self {
        let mut shared: Option<&str> = None;
        for folder in counts.keys() {
            shared = Some(shared.map_or(folder.as_str(), |shared| common(shared, folder)));
        }
        let shared = shared.unwrap_or_default().to_owned();
        let mut tops: BTreeMap<&str, usize> = BTreeMap::new();
        for (folder, count) in counts {
            *tops.entry(first_below(&shared, folder)).or_default() += count;
        }
        let mut names: Vec<(&str, usize)> = tops.into_iter().collect();
        let has_others = names.len() > MAX_FOLDERS;
        names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        names.truncate(MAX_FOLDERS);
        let names = names.into_iter().map(|(name, _)| name);
        let names = in_order(names.chain(has_others.then_some(OTHERS)).collect());
        Self {
            shared,
            by_path: false,
            names,
        }
    }

    /// What these folders are called beside those of other documents: where all lie in one of those, that one.
    pub(super) fn names_beside(&self, other: &Self) -> Vec<String> {
        match other.around(self) {
            Some(name) => vec![name.to_owned(); self.names.len()],
            None => self.names.clone(),
        }
    }

    /// The folder of these that all others lie in. That their names begin alike tells that they are named alike: the documents of
    /// another run may well lie in the same folders and be named from elsewhere.
    fn around<'a>(&self, others: &'a Self) -> Option<&'a str> {
        let rest = others.shared.strip_prefix(&self.shared)?;
        let name = first_below("", rest);
        let is_known = self.names.iter().any(|known| known == name);
        (self.by_path == others.by_path && !rest.is_empty() && is_known).then_some(name)
    }

    /// The number of the folder that a document belongs to.
    pub(super) fn number(&self, record: &Record) -> usize {
        self.number_of(if self.by_path {
            &record.source.path
        } else {
            &record.id
        })
    }

    fn number_of(&self, document: &str) -> usize {
        let name = first_below(&self.shared, parent(document));
        let found = self.names.iter().position(|known| known == name);
        found.unwrap_or(self.names.len().saturating_sub(1))
    }
}

/// Names of folders as they are shown: in the order of the alphabet, and the others at the end.
pub(super) fn in_order(names: BTreeSet<&str>) -> Vec<String> {
    let mut names: Vec<String> = names.into_iter().map(str::to_owned).collect();
    names.sort_by_cached_key(|name| (name == OTHERS, order(name)));
    names
}

/// The folders of a document's name or path, each with its separator.
pub(super) fn parent(id: &str) -> &str {
    ends(id).last().map_or("", |end| &id[..end])
}

/// What two folders share, up to the last separator.
fn common<'a>(a: &'a str, b: &str) -> &'a str {
    let same = a.bytes().zip(b.bytes()).take_while(|(a, b)| a == b).count();
    let end = ends(a).take_while(|&end| end <= same).last();
    end.map_or("", |end| &a[..end])
}

fn first_below<'a>(shared: &str, folder: &'a str) -> &'a str {
    let rest = folder.strip_prefix(shared).unwrap_or(folder);
    let first = ends(rest).next().map_or(rest, |end| &rest[..end]);
    first.strip_suffix(SEPARATORS).unwrap_or(first)
}

/// Where the folders of a name or path end, each behind its separator.
fn ends(name: &str) -> impl Iterator<Item = usize> {
    let separators = name.match_indices(SEPARATORS);
    let separators = separators.filter(|(at, mark)| *mark == "/" || is_separator(name, *at));
    separators.map(|(at, mark)| at + mark.len())
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folders(ids: &[&str]) -> Folders {
        let mut counts = BTreeMap::new();
        for id in ids {
            *counts.entry(parent(id).to_owned()).or_default() += 1;
        }
        Folders::of_counts(&counts)
    }

    #[test]
    fn folders_are_those_below_what_all_share() {
        let found = folders(&[
            "kho/hà nam/a.docx",
            "kho/hà nội/2022/b.docx",
            "kho/hà nội/c.docx",
        ]);
        assert_eq!(found.names, ["hà nam", "hà nội"]);
        assert_eq!(found.number_of("kho/hà nội/2022/b.docx"), 1);
        assert_eq!(folders(&["a.txt", "b.txt"]).names, [""]);
        assert_eq!(folders(&["x/a.txt", "x/y/b.txt"]).names, ["", "y"]);
        assert_eq!(
            folders(&["a.zip!x/1.txt", "a.zip!y/2.txt"]).names,
            ["x", "y"]
        );
        assert!(folders(&[]).names.is_empty());
    }

    #[test]
    fn an_exclamation_mark_in_a_name_makes_no_folder() {
        assert_eq!(folders(&["Gấp! báo cáo.txt", "a.txt"]).names, [""]);
        let ids = ["Gấp! 2024/a.txt", "Gấp! 2023/b.txt", "Gấp! 2023!.txt"];
        assert_eq!(folders(&ids).names, ["", "Gấp! 2023", "Gấp! 2024"]);
        let ids = [
            "Gấp!.zip!c.txt",
            "hộp thư!message-12",
            "kho.json!line-3",
            "kho.TGZ!xã!.txt",
        ];
        let names = ["Gấp!.zip", "hộp thư", "kho.json", "kho.TGZ"];
        assert_eq!(folders(&ids).names, names);
    }

    #[test]
    fn folders_are_in_the_order_of_the_alphabet() {
        let found = folders(&[
            "Đông/a.txt",
            "ăn/a.txt",
            "Vĩnh/a.txt",
            "An/a.txt",
            "e/a.txt",
        ]);
        assert_eq!(found.names, ["An", "ăn", "Đông", "e", "Vĩnh"]);
    }

    #[test]
    fn folders_of_a_run_beside_another_are_called_as_there() {
        let all = folders(&["Tân Lập/quý 1/a.txt", "Hòa An/a.txt"]);
        let one = folders(&["Tân Lập/quý 1/b.txt", "Tân Lập/quý 2/b.txt"]);
        assert_eq!(one.names, ["quý 1", "quý 2"]);
        assert_eq!(one.names_beside(&all), ["Tân Lập", "Tân Lập"]);
        assert_eq!(all.names_beside(&one), all.names);
        assert_eq!(all.names_beside(&all), all.names);
        // One run of each year, whose folders are the same.
        let [before, after] = ["2023", "2024"].map(|year| {
            let ids = ["Tân Lập", "Hòa An"].map(|commune| format!("{year}/{commune}/a.txt"));
            folders(&ids.each_ref().map(String::as_str))
        });
        assert_eq!(before.names_beside(&after), ["Hòa An", "Tân Lập"]);
        assert_eq!(before.names_beside(&all), ["Hòa An", "Tân Lập"]);
    }

    #[test]
    fn folders_of_several_runs_are_those_below_what_all_of_them_share() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let run = |commune: &str| {
            let source = Source {
                path: format!("kho/{commune}/quý 1/báo cáo.docx"),
                ..Source::default()
            };
            let named = serde_json::json!({ "id": "quý 1/báo cáo.docx", "source": source });
            let results = folder.path().join(format!("{commune}.jsonl"));
            fs::write(&results, named.to_string()).expect("it is writable");
            results
        };
        let runs = ["xã An Bình", "xã Bình Hòa"].map(run);
        let found = Folders::of(&runs).expect("results");
        assert_eq!(found.names, ["xã An Bình", "xã Bình Hòa"]);
        let found = Folders::of(&runs[..1]).expect("results");
        assert_eq!(found.names, [""]);
    }

    #[test]
    fn too_many_folders_are_put_together() {
        let ids: Vec<String> = (0..300)
            .map(|number| format!("{number:03}/a.txt"))
            .collect();
        let mut ids: Vec<&str> = ids.iter().map(String::as_str).collect();
        ids.extend(["299/b.txt"; 2]);
        let found = folders(&ids);
        assert_eq!(found.names.len(), MAX_FOLDERS + 1);
        assert_eq!(found.names[found.number_of("250/a.txt")], OTHERS);
        assert_eq!(found.names[found.number_of("299/a.txt")], "299");
    }
}
