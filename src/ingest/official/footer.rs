//! The foot of a letter: recipients and signature.

use super::fold::{Folded, folded, starts_with_any};

/// The foot of one letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Footer {
    /// The paragraphs that are furniture.
    pub(super) furniture: Vec<usize>,
    pub(super) signer: Option<String>,
}

/// Signatures stand at most so many paragraphs before the recipients: authority, office, mark, name.
const SIGNATURE_LINES: usize = 8;

/// Finds the foot of a letter from paragraph `body` on: at `Nơi nhận`, or else at the end.
pub(super) fn find(texts: &[&str], body: usize) -> Option<Footer> {
    let recipients = texts
        .iter()
        .skip(body)
        .position(|text| is_recipients(text))
        .map(|place| body + place);
    let start = recipients.unwrap_or(texts.len());
    let mut parts: Vec<(usize, Part)> = signature_before(texts, body, start);
    let is_signed = !parts.is_empty();
    if let Some(recipients) = recipients {
        parts.push((recipients, Part::Recipient));
        parts.extend(cut_after_name(parts_after(texts, recipients), is_signed));
    }
    if parts.is_empty() {
        return None;
    }
    let name = parts
        .iter()
        .rfind(|(_, part)| *part == Part::Name)
        .map(|(index, _)| *index);
    let in_line = || {
        parts
            .iter()
            .find_map(|(index, _)| trailing_name(texts[*index]))
    };
    let signer = name.map(|index| texts[index].to_owned()).or_else(in_line);
    Some(Footer {
        furniture: parts.into_iter().map(|(index, _)| index).collect(),
        signer,
    })
}

/// The lines after `Nơi nhận`, as long as they belong to a foot.
fn parts_after(texts: &[&str], recipients: usize) -> Vec<(usize, Part)> {
    // The list ends with the copy that is kept: up to there a short line is a recipient, whatever its form.
    let list = texts[recipients + 1..].iter().take(LONGEST_LIST);
    let list = list.take_while(|text| text.chars().count() <= LONGEST_RECIPIENT_CHARS);
    let kept = list
        .enumerate()
        .filter(|(_, text)| is_kept_copy(text))
        .last();
    let kept = kept.map_or(recipients, |(place, _)| recipients + 1 + place);
    let mut parts: Vec<_> = (recipients + 1..=kept)
        .map(|index| (index, Part::of(texts[index]).unwrap_or(Part::Recipient)))
        .collect();
    let mut previous = Part::Recipient;
    let rest = texts.iter().enumerate().skip(kept + 1);
    parts.extend(rest.map_while(|(index, text)| {
        let goes_on = previous == Part::Recipient && is_continuation(text);
        previous = Part::of(text).or(goes_on.then_some(Part::Recipient))?;
        Some((index, previous))
    }));
    parts
}

/// A list of recipients has at most so many lines.
const LONGEST_LIST: usize = 30;
const LONGEST_RECIPIENT_CHARS: usize = 120;

/// Whether a line is the end of a list of recipients: `- Lưu: VT.`
fn is_kept_copy(text: &str) -> bool {
    starts_with_any(&folded(text), &["luu"])
}

/// What a line of a letter's foot is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    /// `Nơi nhận`, or one of them.
    Recipient,
    /// By whose authority, in which office: `TM. ỦY BAN NHÂN DÂN`, `CHỦ TỊCH`.
    Office,
    /// `(Đã ký)`.
    Mark,
    /// A person.
    Name,
}

impl Part {
    fn of(text: &str) -> Option<Self> {
        let length = text.chars().count();
        if is_mark(text) {
            Some(Self::Mark)
        } else if is_office(text) {
            Some(Self::Office)
        } else if length <= LONGEST_RECIPIENT_CHARS
            && (text.starts_with(['-', '–', '+', '•'])
                || starts_with_any(&folded(text), &["nhu tren", "luu"]))
        {
            Some(Self::Recipient)
        } else if is_name(text) {
            Some(Self::Name)
        } else {
            None
        }
    }
}

/// Whether a line goes on with the recipient above it.
fn is_continuation(text: &str) -> bool {
    text.starts_with(char::is_lowercase) && text.chars().count() <= 80
}

/// The signature that ends right before paragraph `end`: office, mark and name in their order, an office among them.
fn signature_before(texts: &[&str], body: usize, end: usize) -> Vec<(usize, Part)> {
    let first = end.saturating_sub(SIGNATURE_LINES).max(body);
    let lines = texts[first..end].iter().enumerate().rev();
    let lines = lines.map_while(|(index, text)| Some((first + index, Part::of(text)?)));
    let mut parts: Vec<_> = lines
        .take_while(|(_, part)| *part != Part::Recipient)
        .collect();
    parts.reverse();
    // Names without an office above them are a list of people, and offices without a name may be headings.
    let office = parts.iter().position(|(_, part)| *part == Part::Office);
    let parts = office.map_or(Vec::new(), |office| parts.split_off(office));
    let is_signed = parts
        .iter()
        .any(|(_, part)| matches!(part, Part::Name | Part::Mark));
    if is_signed { parts } else { Vec::new() }
}

/// Ends a foot with its signature: behind the name comes an annex. A name counts only under an office or a mark.
fn cut_after_name(mut parts: Vec<(usize, Part)>, is_signed: bool) -> Vec<(usize, Part)> {
    let name = parts.iter().position(|(_, part)| *part == Part::Name);
    let office = parts
        .iter()
        .position(|(_, part)| matches!(part, Part::Office | Part::Mark));
    match (office, name) {
        (Some(office), Some(name)) if office < name => parts.truncate(name + 1),
        (_, Some(name)) => parts.truncate(name),
        (Some(office), None) if is_signed => parts.truncate(office),
        _ => {}
    }
    parts
}

fn is_recipients(text: &str) -> bool {
    let beginning = &text[..text.floor_char_boundary(24)];
    let Some(place) = Folded::new(beginning)
        .find("noi nhan")
        .filter(|place| place.start <= 3)
    else {
        return false;
    };
    // A list, the end of the line, or the column beside it; `Nơi nhận hồ sơ` is prose.
    let after = text[place.end..].trim_start();
    let starts_list = after.is_empty()
        || after.starts_with([':', '-', '–'])
        || after.starts_with(char::is_uppercase);
    starts_list && text.chars().count() <= 1200
}

fn is_mark(text: &str) -> bool {
    if text.chars().count() > 60 {
        return false;
    }
    let name = folded(text);
    let is_bracketed = text.starts_with(['(', '[']) && text.ends_with([')', ']']);
    (is_bracketed || name == "da ky")
        && ["da ky", "ky", "ky ten", "ky va", "chu ky"]
            .iter()
            .any(|mark| starts_with_any(&name, &[mark]))
}

/// How offices are named.
const OFFICES: [&str; 38] = [
    "chu tich",
    "pho chu tich",
    "giam doc",
    "pho giam doc",
    "tong giam doc",
    "pho tong giam doc",
    "bo truong",
    "thu truong",
    "thu tuong",
    "pho thu tuong",
    "truong ban",
    "pho truong ban",
    "truong phong",
    "pho truong phong",
    "chanh van phong",
    "pho chanh van phong",
    "bi thu",
    "pho bi thu",
    "cuc truong",
    "pho cuc truong",
    "tong cuc truong",
    "pho tong cuc truong",
    "chi cuc truong",
    "vu truong",
    "hieu truong",
    "pho hieu truong",
    "vien truong",
    "chanh an",
    "truong cong an",
    "pho truong cong an",
    "thu truong co quan",
    "chu nhiem",
    "pho chu nhiem",
    "tong bien tap",
    "doi truong",
    "truong doan",
    "chanh thanh tra",
    "nguoi lap bieu",
];

/// Under whose authority somebody signs: on behalf, in place, by order, by mandate, acting.
const AUTHORITIES: [&str; 6] = ["TM", "KT", "TL", "TUQ", "TH", "Q"];

fn is_office(text: &str) -> bool {
    let length = text.chars().count();
    if length > 90 || text.ends_with([';', ':', '?', '!']) {
        return false;
    }
    let compact: String = text
        .chars()
        .filter(|character| !matches!(character, '/' | ' '))
        .take(8)
        .collect();
    let upper = compact.to_uppercase();
    let is_authority = AUTHORITIES.iter().any(|authority| {
        upper
            .strip_prefix(authority)
            .is_some_and(|rest| rest.starts_with('.'))
            || upper.starts_with("TM") && text.starts_with("T/M")
    });
    let is_loud = !text.chars().any(char::is_lowercase);
    let name = folded(text);
    let words = name.split(' ').count();
    // An office in small letters is one only where nothing but the office is on the line.
    let is_named = starts_with_any(&name, &OFFICES)
        && !text.ends_with('.')
        && (is_loud || words <= 4)
        && !text.contains(',');
    is_authority || (is_named && !is_name_after_office(text))
}

/// Whether a person's name follows the office on the same line, as in `Chủ tịch Nguyễn Văn An`.
fn is_name_after_office(text: &str) -> bool {
    text.chars().any(char::is_lowercase) && trailing_name(text).is_some_and(|name| name != text)
}

/// Ranks and degrees before a name.
const TITLES: [&str; 14] = [
    "thuong ta",
    "trung ta",
    "dai ta",
    "thieu ta",
    "thieu tuong",
    "trung tuong",
    "thuong tuong",
    "dai tuong",
    "dai uy",
    "ts",
    "ths",
    "pgs ts",
    "gs ts",
    "bs",
];

/// Whether a line is a person's name: two to five capitalised words, a rank or degree before them.
fn is_name(text: &str) -> bool {
    if text.chars().count() > 60 {
        return false;
    }
    let name = folded(text);
    let rank = TITLES.iter().find(|title| starts_with_any(&name, &[title]));
    let words: Vec<&str> = text
        .split(|character: char| character.is_whitespace() || character == '.')
        .filter(|word| !word.is_empty())
        .collect();
    let words = &words[rank
        .map_or(0, |rank| rank.split(' ').count())
        .min(words.len())..];
    (2..=5).contains(&words.len()) && words.iter().all(|word| is_capitalised(word))
}

/// The two to five capitalised words that end a text after its signature mark or a word in capitals.
fn trailing_name(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let count = words
        .iter()
        .rev()
        .take_while(|word| is_capitalised(word))
        .count();
    let before = words
        .len()
        .checked_sub(count + 1)
        .map(|index| words[index])?;
    let is_signature = before.ends_with(')')
        || (before.chars().count() > 1 && !before.chars().any(char::is_lowercase));
    ((2..=5).contains(&count) && is_signature).then(|| words[words.len() - count..].join(" "))
}

/// Whether a word is a capital and small letters.
fn is_capitalised(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(char::is_uppercase)
        && letters.clone().next().is_some()
        && letters.all(char::is_lowercase)
}
