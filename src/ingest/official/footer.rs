//! The foot of a letter: recipients and signature.

use super::fold::{folded, starts_with_any};
use super::kind::is_kind;
use super::office::is_office;
use super::person::{is_loud_name, is_name, trailing_name};
use super::place::CELLS;
use super::recipient::{
    DASHES, LONGEST_RECIPIENT_CHARS, begins_letter, heads_foot, is_kept_copy, is_recipients,
    lines_to_kept_copy, reports,
};
use super::subject::{begins_with, is_loud};
use crate::ingest::shape::{Marker, marker};

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
    // Below a signature `Nơi nhận` stands at the foot, whatever follows.
    let recipients = (body..texts.len()).find(|&index| {
        is_recipients(texts[index])
            && (heads_foot(&texts[index..]) || !signature_before(texts, body, index).is_empty())
    });
    let start = recipients.unwrap_or(texts.len());
    let mut parts: Vec<(usize, Part)> = signature_before(texts, body, start);
    let is_signed = !parts.is_empty();
    if let Some(recipients) = recipients {
        parts.push((recipients, Part::Recipient));
        let foot = parts_after(texts, recipients);
        let is_office_beside = foot
            .iter()
            .map(|(index, _)| *index)
            .chain([recipients])
            .any(|index| has_office_beside(texts[index]));
        parts.extend(cut_after_name(foot, is_signed, is_office_beside));
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
    let kept = recipients + lines_to_kept_copy(&texts[recipients..]);
    let mut parts: Vec<_> = (recipients + 1..=kept)
        .map(|index| (index, Part::at(texts, index).unwrap_or(Part::Recipient)))
        .collect();
    let mut previous = Part::Recipient;
    parts.extend((kept + 1..texts.len()).map_while(|index| {
        let goes_on = previous == Part::Recipient && is_continuation(texts[index]);
        previous = Part::at(texts, index).or(goes_on.then_some(Part::Recipient))?;
        Some((index, previous))
    }));
    parts
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
    /// What line `index` is. Right under a mark a name may be all in capitals; under an office that may be how its name
    /// goes on (`CHỦ TỊCH UBND HUYỆN` and below it `TRẦN VĂN THỜI`) or an annex, unless the letter ends there.
    fn at(texts: &[&str], index: usize) -> Option<Self> {
        let text = texts[index];
        let is_loud = |words: usize| is_loud_name(text) && text.split_whitespace().count() >= words;
        let is_last = || texts.get(index + 1).is_none_or(|next| is_recipients(next));
        let is_named = || match Self::of(texts[index.checked_sub(1)?])? {
            Self::Mark => Some(is_loud(2)),
            Self::Office => Some(is_loud(3) && is_last()),
            Self::Recipient | Self::Name => None,
        };
        Self::of(text)
            .or_else(|| is_above_mark(&texts[index..]).then_some(Self::Office))
            .or_else(|| is_named()?.then_some(Self::Name))
    }

    fn of(text: &str) -> Option<Self> {
        let length = text.chars().count();
        if is_mark(text) {
            Some(Self::Mark)
        } else if is_office(text) {
            Some(Self::Office)
        } else if length <= LONGEST_RECIPIENT_CHARS
            && !reports(text)
            && (text.starts_with(DASHES)
                || is_kept_copy(text)
                || starts_with_any(&folded(text), &["nhu tren"]))
        {
            Some(Self::Recipient)
        } else if is_name(text) {
            Some(Self::Name)
        } else {
            None
        }
    }
}

/// An office that is not known has at most so many lines.
const OFFICE_LINES: usize = 2;

/// Whether the first of these lines is one of a few in capitals right above a mark and a name, which are an office however it is
/// called: `BAN GIÁM HIỆU`.
fn is_above_mark(texts: &[&str]) -> bool {
    let offices = texts.iter().take(OFFICE_LINES);
    let count = offices.take_while(|text| may_be_office(text)).count();
    let is_name = |text: &&str| is_name(text) || is_loud_name(text);
    count > 0
        && texts.get(count).is_some_and(|text| is_mark(text))
        && texts.get(count + 1).is_some_and(is_name)
}

/// What headings and sentences in capitals begin with, and no office.
const NO_OFFICES: [&str; 3] = ["đã", "đề nghị", "kiến nghị"];

/// Whether a line may name an office that is not known; what stands above a known one may be a heading.
fn may_be_office(text: &str) -> bool {
    text.chars().count() <= 60
        && marker(text) == Marker::None
        && !NO_OFFICES.iter().any(|word| begins_with(text, word))
        && !text.contains(':')
        && is_loud(text)
        && text.contains(char::is_uppercase)
        && !text.contains(|letter: char| letter.is_ascii_digit())
        && !text.contains(CELLS)
        && !text.ends_with(['.', ',', ';', '?', '!'])
        && !is_mark(text)
        && !is_office(text)
        && !is_kind(text)
}

/// Whether a line goes on with the recipient above it.
fn is_continuation(text: &str) -> bool {
    text.starts_with(char::is_lowercase) && text.chars().count() <= 80 && !begins_letter(text)
}

/// The signature that ends right before paragraph `end`: office, mark and name in their order, an office among them.
fn signature_before(texts: &[&str], body: usize, end: usize) -> Vec<(usize, Part)> {
    let first = end.saturating_sub(SIGNATURE_LINES).max(body);
    let lines = (first..end).rev();
    let lines = lines.map_while(|index| Some((index, Part::at(texts, index)?)));
    let mut parts: Vec<_> = lines
        .take_while(|(_, part)| *part != Part::Recipient)
        .collect();
    parts.reverse();
    // Names without an office above them are a list of people, and offices without a name may be headings.
    let office = parts.iter().position(|(_, part)| *part == Part::Office);
    let parts = office.map_or(Vec::new(), |office| parts.split_off(office));
    // People with their offices below a colon are a list.
    let above = parts.first().and_then(|(index, _)| index.checked_sub(1));
    if end == texts.len() && above.is_some_and(|above| texts[above].ends_with(':')) {
        return Vec::new();
    }
    let is_signed = parts
        .iter()
        .any(|(_, part)| matches!(part, Part::Name | Part::Mark));
    if is_signed { parts } else { Vec::new() }
}

/// Whether an office stands in the column beside the recipients: `- Đảng ủy, HĐND xã; CHỦ TỊCH`.
fn has_office_beside(text: &str) -> bool {
    let beside = text.rsplit([';', ':', '|']).next().unwrap_or_default();
    let beside = beside.trim_start();
    beside.len() < text.len() && is_loud(beside) && is_office(beside)
}

/// Ends a foot with its signature: behind the name comes an annex. A name counts only under an office or a mark, which
/// may stand beside the recipients above it.
fn cut_after_name(
    mut parts: Vec<(usize, Part)>,
    is_signed: bool,
    is_office_beside: bool,
) -> Vec<(usize, Part)> {
    let name = parts.iter().position(|(_, part)| *part == Part::Name);
    let office = parts
        .iter()
        .position(|(_, part)| matches!(part, Part::Office | Part::Mark));
    match (office, name) {
        (Some(office), Some(name)) if office < name => parts.truncate(name + 1),
        (None, Some(name)) if is_office_beside => parts.truncate(name + 1),
        (_, Some(name)) => parts.truncate(name),
        (Some(office), None) if is_signed => parts.truncate(office),
        _ => {}
    }
    parts
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_office_beside_the_recipients_signs() {
        let foot = |office: &'static str| {
            vec![
                "Toàn xã đã giảm 31 hộ nghèo.",
                office,
                "- Đại biểu HĐND xã;",
                "- Lưu VP.",
                "Giàng A Chu",
            ]
        };
        for office in ["Nơi nhận: TM. ỦY BAN NHÂN DÂN", "Nơi nhận: | CHỦ TỊCH"] {
            let footer = find(&foot(office), 0).unwrap();
            assert_eq!(footer.signer.as_deref(), Some("Giàng A Chu"), "{office}");
            assert_eq!(footer.furniture, [1, 2, 3, 4]);
        }
        let footer = find(&foot("Nơi nhận: Sở Y tế"), 0).unwrap();
        assert_eq!((footer.signer, footer.furniture), (None, vec![1, 2, 3]));
    }

    #[test]
    fn headings_in_capitals_above_a_mark_are_no_office() {
        for heading in [
            "III. KIẾN NGHỊ, ĐỀ XUẤT: KHÔNG",
            "KIẾN NGHỊ: XIN CẤP XI MĂNG",
            "ĐỀ NGHỊ HUYỆN CẤP CÂY GIỐNG",
            "ĐÃ TRỒNG XONG RỪNG",
        ] {
            assert!(
                !is_above_mark(&[heading, "(Đã ký)", "Lê Thị Hoa"]),
                "{heading}"
            );
        }
        assert!(is_above_mark(&["NGƯỜI ĐỀ NGHỊ", "(Đã ký)", "Lê Thị Hoa"]));
    }
}
