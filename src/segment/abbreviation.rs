//! Which full stops belong to an abbreviation? The list of `data/abbreviations.txt`.

use std::collections::HashSet;
use std::sync::LazyLock;

static LIST: LazyLock<Abbreviations> =
    LazyLock::new(|| Abbreviations::parse(include_str!("../../data/abbreviations.txt")));

/// The abbreviations whose full stop does not end a sentence.
#[derive(Debug, Default)]
struct Abbreviations {
    before_name: HashSet<&'static str>,
    before_number: HashSet<&'static str>,
}

impl Abbreviations {
    fn parse(list: &'static str) -> Self {
        let mut abbreviations = Self::default();
        let mut is_before_number = false;
        for line in list.lines().map(str::trim) {
            match line {
                "" => {}
                "[before a name]" => is_before_number = false,
                "[before a number]" => is_before_number = true,
                _ if line.starts_with('#') => {}
                _ if is_before_number => drop(abbreviations.before_number.insert(line)),
                _ => drop(abbreviations.before_name.insert(line)),
            }
        }
        abbreviations
    }
}

/// Whether a name follows `word`, which is written without its last full stop (`TP`, `PGS.TS`).
///
/// Of a compound the last part decides.
pub(super) fn precedes_name(word: &str) -> bool {
    LIST.before_name.contains(word) || LIST.before_name.contains(last_part(word))
}

/// Whether `word` is an abbreviation where a number follows (`tr. 5`, `No. 12`).
pub(super) fn precedes_number(word: &str) -> bool {
    LIST.before_number.contains(word)
}

/// The part of a compound abbreviation after its last full stop, hyphen or slash.
pub(super) fn last_part(word: &str) -> &str {
    word.rsplit(['.', '-', '–', '/', ','])
        .next()
        .unwrap_or(word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_titles_alone_and_in_compounds() {
        for word in ["TP", "TS", "PGS.TS", "PGS-TS", "Th.S", "GS.TSKH", "Đ/c"] {
            assert!(precedes_name(word), "{word}");
        }
    }

    #[test]
    fn tells_numbered_abbreviations_from_titles() {
        assert!(precedes_number("tr"));
        assert!(!precedes_name("tr"));
        assert!(!precedes_number("TS"));
    }

    #[test]
    fn has_no_entry_for_what_ends_sentences() {
        for word in ["v.v", "etc", "Inc", "CP", "HTX", "2022"] {
            assert!(!precedes_name(word) && !precedes_number(word), "{word}");
        }
    }
}
