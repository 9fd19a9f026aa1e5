//! What is the document called? Its kind on one line, its subject on the next.

use super::date::find_word;
use super::fold::{Folded, folded, starts_with_any};

/// The kinds of official documents, as they stand on a line of their own.
const KINDS: [&str; 33] = [
    "bao cao",
    "quyet dinh",
    "ke hoach",
    "thong bao",
    "cong dien",
    "to trinh",
    "nghi quyet",
    "chi thi",
    "chuong trinh",
    "huong dan",
    "de an",
    "du an",
    "phuong an",
    "bien ban",
    "giay moi",
    "giay gioi thieu",
    "thong tu",
    "thong tu lien tich",
    "nghi dinh",
    "quy che",
    "quy dinh",
    "ban quy dinh",
    "ban quy che",
    "quy chuan",
    "ket luan",
    "cong van",
    "cong bo",
    "dieu le",
    "luat",
    "phap lenh",
    "thong cao",
    "thu cong",
    "ban ghi nho",
];

/// Whether a line is the name of a kind of document, alone or with the body that issues it.
pub(in crate::ingest) fn is_kind(text: &str) -> bool {
    let name = folded(text);
    let is_alone = KINDS.contains(&name.as_str()) || KINDS.contains(&name.trim_end_matches(" so"));
    // `QUYẾT ĐỊNH của Ủy ban nhân dân tỉnh`: the kind is loud, the body may be or not.
    let loud = find_word(text, "của").map_or(text, |of| &text[..of]);
    let is_loud = !loud.chars().any(char::is_lowercase);
    is_alone || (is_loud && text.chars().count() <= 120 && starts_with_any(&name, &KINDS))
}

/// How lines begin that are no part of a title; with their marks, for `Trồng rừng` and `Đề nghị` are subjects.
const BEGINNINGS: [&str; 15] = [
    "căn cứ",
    "kính gửi",
    "thực hiện",
    "chương",
    "phần",
    "xét",
    "theo",
    "ngày",
    "nhằm",
    "ban hành",
    "để",
    "trong",
    "chủ tịch",
    "giám đốc",
    "bộ trưởng",
];

/// Whether a line begins as the text below a title does, or opens its first article.
fn opens_text(line: &str) -> bool {
    let line = line.to_lowercase();
    let after = |beginning: &str| line.strip_prefix(beginning);
    let opens = |beginning: &&str| {
        after(beginning).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    BEGINNINGS.iter().any(opens)
        || after("điều ").is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// The title that starts at paragraph `start`, and where it ends; the paragraph itself where there is none.
///
/// A title is the kind and up to two lines of subject. A subject is short, is no sentence and opens no section.
pub(super) fn find_title(texts: &[&str], start: usize) -> (Option<String>, usize) {
    let Some(kind) = texts.get(start).filter(|text| is_kind(text)) else {
        return (None, start);
    };
    let subject: Vec<&str> = texts[start + 1..]
        .iter()
        .copied()
        .enumerate()
        .take(3)
        .take_while(|(place, text)| is_subject(text) && (*place == 0 || continues(text)))
        .map(|(_, text)| text)
        .collect();
    let end = start + 1 + subject.len();
    let title = [&[*kind], &subject[..]].concat().join(" ");
    (Some(title), end)
}

/// The first lines of a document that begins with its kind and says more there, joined, and where the kind ends.
pub(super) fn gazette_title(texts: &[&str]) -> Option<(usize, String)> {
    let first = *texts.first()?;
    // Longer, or a sentence, it is the first paragraph of an article about a document.
    if first.chars().count() > 250 || first.ends_with('.') {
        return None;
    }
    let beginning = Folded::new(first);
    let kinds = KINDS
        .iter()
        .filter_map(|kind| beginning.find(kind))
        .filter(|place| place.start == 0);
    let kind = kinds.map(|place| place.end).max()?;
    let mut title = first.to_owned();
    for text in texts[1..].iter().take(5) {
        if title.ends_with('.') || text.chars().count() > 200 || is_preamble(text) {
            break;
        }
        title = [&title, *text].join(" ");
    }
    Some((kind, title))
}

/// Whether a line is the body that speaks, or on what grounds.
fn is_preamble(text: &str) -> bool {
    (opens_text(text) && text.starts_with(char::is_uppercase))
        || text.starts_with(['(', '-'])
        || text.split_whitespace().count() < 3
}

fn is_subject(text: &str) -> bool {
    let number = text.trim_start_matches(
        |letter: char| matches!(letter, '0'..='9' | 'I' | 'V' | 'X' | 'A'..='C'),
    );
    let is_numbered = number.len() < text.len()
        && number.starts_with(['.', ')', '/', '-'])
        && !number.starts_with("/v");
    let is_name = !text.chars().any(char::is_lowercase) && is_kind(text);
    text.chars().count() <= 250
        && !text.ends_with(['.', ';', ':'])
        && !is_numbered
        && !is_name
        && !text.starts_with(['(', '-', '+', '•'])
        && !opens_text(text)
}

/// Whether a line goes on with the one before it.
fn continues(text: &str) -> bool {
    text.starts_with(char::is_lowercase)
}
