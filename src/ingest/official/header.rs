//! The head of a letter: state and motto, issuing body, number, place and date, subject, addressees.

use std::ops::Range;

use super::body::{is_whole_name, names_body, names_marked_body, stands_below};
use super::date::{find_date, find_number, find_word};
use super::fold::{folded, starts_with_any};
use super::kind::is_kind;
use super::letterhead::{Line, LineKind, YOUTH_UNION};
use super::subject::begins_with;
use super::superior::{begins_prevention, lowest_body};
use super::telling::tells_act;
use super::title::{find_title, gazette_title, without_issuer};
use super::{Letter, Official};

/// The head of one letter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Header {
    /// The paragraphs that are furniture.
    pub(super) furniture: Vec<usize>,
    /// The first paragraph after the head.
    pub(super) end: usize,
    /// The lines of its title that are no furniture.
    pub(super) title: Range<usize>,
    pub(super) letter: Letter,
}

/// A letterhead starts among the first paragraphs, whatever a scanner or a page header left before it.
const FIRST_PARAGRAPHS: usize = 12;

/// Finds the head of a letter among the first paragraphs.
///
/// There is one only where the state's name, the motto, the Party's name, or a number together with place and date is there.
pub(super) fn find(texts: &[&str]) -> Option<Header> {
    let lines = letterhead(texts)?;
    let end = lines.len();
    let issuer = issuer(&lines);
    let subject_line = lines.iter().position(|line| line.kind == LineKind::Subject);
    let title = match subject_line {
        Some(_) => end..end,
        None => find_title(texts, kind_after(texts, end), issuer.as_deref()),
    };
    let subject = match subject_line {
        Some(index) => Some(subject(texts[index])),
        None => (!title.is_empty()).then(|| texts[title.clone()].join(" ")),
    };
    let addressees = addressees(texts, title.end);
    let official = Official {
        number: lines
            .iter()
            .find_map(|line| line.number.as_ref()?.number.clone()),
        date: lines
            .iter()
            .find_map(|line| line.date.as_ref()?.iso.clone()),
        issuer,
        signer: None,
    };
    let furniture = (0..end).chain(addressees.clone()).collect();
    Some(Header {
        furniture,
        end: addressees.end.max(title.end),
        title,
        letter: Letter {
            official,
            title: subject,
        },
    })
}

/// The lines of the letterhead, up to the last one with something of it; plain lines after it are the title's.
fn letterhead(texts: &[&str]) -> Option<Vec<Line>> {
    let first = texts.iter().take(FIRST_PARAGRAPHS);
    let lines = first.map(|text| Line::read(text));
    let mut lines: Vec<Line> = lines
        .take_while(|line| line.kind != LineKind::Body)
        .collect();
    let is_dated = lines.iter().any(|line| line.number.is_some())
        && lines.iter().any(|line| line.date.is_some());
    if !is_dated && !lines.iter().any(|line| line.names_state) {
        return None;
    }
    let last = lines
        .iter()
        .rposition(|line| line.kind != LineKind::Plain)?;
    lines.truncate(last + 1);
    Some(lines)
}

/// Where the kind stands after a letterhead that ends at `end`: at once, or below the lines with which parliament names
/// itself, its term and its session once more; `end` where it does not.
fn kind_after(texts: &[&str], end: usize) -> usize {
    let lines = texts[end..].iter().take(LONGEST_HOUSE);
    let house = lines.take_while(|text| is_house(text)).count();
    let is_below = texts.get(end + house).is_some_and(|text| is_kind(text));
    if is_below { end + house } else { end }
}

/// Parliament, the state, its term and its session, and when it met, with a line to spare.
const LONGEST_HOUSE: usize = 5;

fn is_house(text: &str) -> bool {
    let name = folded(text);
    let begins = [
        "quoc hoi",
        "nuoc cong hoa",
        "cong hoa",
        "khoa",
        "ky hop",
        "tu ngay",
    ];
    text.chars().count() <= 90 && starts_with_any(&name, &begins)
}

/// Reads a document as a gazette prints it, without a letterhead: kind, body, number, date and subject in the title.
///
/// `None` without a number right after the kind, or the kind and its body: other sentences cite numbers too.
pub(super) fn find_gazette(texts: &[&str]) -> Option<(Letter, Range<usize>)> {
    let (kind, lines) = gazette_title(texts)?;
    let title = texts[lines.clone()].join(" ");
    let number = find_number(&title)?;
    let body = title.get(kind..number.place.start)?.trim();
    let issuer = find_word(body, "của")
        .filter(|&place| place == 0)
        .map(|_| body["của".len()..].trim());
    let is_body = body.is_empty()
        || issuer.is_some_and(|issuer| (1..=9).contains(&issuer.split(' ').count()));
    let official = Official {
        date: find_date(&title).and_then(|date| date.iso),
        issuer: issuer.map(str::to_owned),
        number: Some(number.number.filter(|_| is_body)?),
        signer: None,
    };
    let lines = without_issuer(texts, lines, issuer);
    let letter = Letter {
        official,
        title: Some(texts[lines.clone()].join(" ")),
    };
    Some((letter, lines))
}

/// The name of the issuing body: its lines from the last that begins a name of its own, without the body above it.
fn issuer(lines: &[Line]) -> Option<String> {
    let names = lines.iter().filter_map(|line| line.issuer.as_deref());
    let mut names: Vec<&str> = names.collect();
    // Below the name of a body it stands where other letters have the state's.
    if let [.., above, last] = names[..]
        && YOUTH_UNION.contains(&folded(last).as_str())
        && is_whole_name(above)
    {
        names.pop();
    }
    let starts = |&index: &usize| match names[..index].last() {
        Some(above) => stands_below(names[index], above),
        None => true,
    };
    let first = (0..names.len()).rev().find(starts).unwrap_or(0);
    let name = names[first..].join(" ");
    (!name.is_empty()).then(|| lowest_body(&name).to_owned())
}

/// What stands after `V/v` or `Về việc`.
fn subject(text: &str) -> String {
    let after = text
        .strip_prefix(['V', 'v'])
        .and_then(|rest| rest.strip_prefix("/v").or(rest.strip_prefix("/V")));
    let subject = after.map_or(text, |rest| rest.trim_start_matches([' ', ':', '.']));
    subject.to_owned()
}

/// The `Kính gửi` right after the title, and the list to which it leads.
fn addressees(texts: &[&str], start: usize) -> Range<usize> {
    let is_address = |text: &&&str| starts_with_any(&folded(text), &["kinh gui"]);
    let Some(address) = texts.get(start).filter(is_address) else {
        return start..start;
    };
    // `Kính gửi: Sở Y tế` is whole: dashes below it begin what is reported, unless the first names one more body.
    let begins_list = |address: &str| {
        let names = address.split_once(':').map_or("", |(_, names)| names);
        names.trim_start().starts_with(DASHES)
            || address.ends_with([':', ';', ','])
            || texts.get(start + 1).is_some_and(|item| is_body_item(item))
    };
    let items = texts[start + 1..]
        .iter()
        .take_while(|text| is_addressee(text));
    let items = if begins_list(address) {
        items.count()
    } else {
        0
    };
    start..start + 1 + items
}

const DASHES: [char; 4] = ['-', '–', '+', '•'];

/// The most words of somebody in a list to whom a letter goes, with what is asked of them, before a full stop.
const LONGEST_ADDRESSEE: usize = 12;

/// No item of a list of addressees has more characters.
const LONGEST_ITEM: usize = 160;

/// Whether a line is an item of a list and no sentence of a report, which is longer or has a figure.
fn is_addressee(text: &str) -> bool {
    if is_body_item(text) {
        return true;
    }
    let has_figure = text.contains(|letter: char| letter.is_ascii_digit());
    let is_long = text.split_whitespace().count() > LONGEST_ADDRESSEE;
    let is_sentence = text.ends_with('.') && (has_figure || is_long);
    text.starts_with(DASHES) && text.chars().count() <= LONGEST_ITEM && !is_sentence
}

/// What begins as the name of a body does and is none.
const NO_BODIES: [&str; 6] = [
    "ban hành",
    "hội nghị",
    "hội thi",
    "trường hợp",
    "đoàn kết",
    "phòng chống",
];

/// Whether a line is an item that names a body, or several, and says nothing of it.
fn is_body_item(text: &str) -> bool {
    let Some(item) = text.strip_prefix(DASHES).map(str::trim_start) else {
        return false;
    };
    let name = item.strip_prefix("Các ").unwrap_or(item);
    name.starts_with(char::is_uppercase)
        && (names_body(name) || names_marked_body(name))
        && !NO_BODIES.iter().any(|other| begins_with(name, other))
        && !begins_prevention(name)
        && !tells_act(name)
        && text.chars().count() <= LONGEST_ITEM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_names_a_body_and_no_more_is_an_addressee() {
        let cases: [(&[&str], usize); 5] = [
            (
                &[
                    "Kính gửi:",
                    "- Các Bộ, cơ quan ngang Bộ;",
                    "- Ủy ban nhân dân các huyện, thị xã và thành phố trực thuộc tỉnh Hoài Giang.",
                    "- Đội Kiểm lâm cơ động số 3.",
                    "- Hội Nông dân giúp 31 hộ thoát nghèo.",
                ],
                4,
            ),
            (
                &[
                    "Kính gửi: Các cơ quan",
                    "- Ban Chỉ đạo 389 tỉnh",
                    "- Sở Y tế.",
                ],
                3,
            ),
            (&["Kính gửi: Sở Y tế", "- Trạm Y tế xã đã khám cho dân."], 1),
            (&["Kính gửi: Sở Y tế", "- Ban hành kế hoạch tiêm chủng."], 1),
            (&["Kính gửi: Sở Y tế", "- Trường học có 12 lớp tiêm đủ."], 1),
        ];
        for (texts, count) in cases {
            assert_eq!(addressees(texts, 0), 0..count, "{texts:?}");
        }
    }

    #[test]
    fn a_list_of_addressees_is_one_that_their_line_leads_to() {
        let cases: [(&[&str], usize); 5] = [
            (&["Kính gửi: Sở Y tế", "- Đã khám cho 45 người."], 1),
            (
                &[
                    "Kính gửi:",
                    "- Sở Y tế;",
                    "- UBND huyện.",
                    "- Đã khám cho 45 người.",
                ],
                3,
            ),
            (
                &[
                    "Kính gửi:",
                    "- UBND huyện, đề nghị xem xét chỉ đạo.",
                    "- Sở Y tế.",
                ],
                3,
            ),
            (&["Kính gửi: - Sở Y tế;", "- Ban Chỉ đạo 389 tỉnh;"], 2),
            (&["BÁO CÁO", "- Sở Y tế;"], 0),
        ];
        for (texts, count) in cases {
            assert_eq!(addressees(texts, 0), 0..count, "{texts:?}");
        }
    }

    #[test]
    fn the_youth_union_stands_where_others_have_the_state() {
        let cases: [(&[&str], &str); 4] = [
            (
                &[
                    "TỈNH ĐOÀN HOÀI GIANG",
                    "BCH HUYỆN ĐOÀN LẠC BÌNH",
                    "Số: 6-BC/HĐTN",
                    "ĐOÀN TNCS HỒ CHÍ MINH",
                ],
                "BCH HUYỆN ĐOÀN LẠC BÌNH",
            ),
            (
                &[
                    "BCH ĐOÀN TỈNH HOÀI GIANG ĐOÀN TNCS HỒ CHÍ MINH",
                    "HUYỆN ĐOÀN LẠC BÌNH",
                    "Số: 6-BC/HĐTN",
                ],
                "HUYỆN ĐOÀN LẠC BÌNH",
            ),
            (
                &[
                    "BCH ĐOÀN TNCS HỒ CHÍ MINH",
                    "TỈNH HOÀI GIANG",
                    "Số: 6-BC/HĐTN",
                ],
                "BCH ĐOÀN TNCS HỒ CHÍ MINH TỈNH HOÀI GIANG",
            ),
            (
                &["BCH", "ĐOÀN TNCS HỒ CHÍ MINH", "Số: 6-BC/HĐTN"],
                "BCH ĐOÀN TNCS HỒ CHÍ MINH",
            ),
        ];
        for (lines, issuer) in cases {
            let texts = [lines, &["Lạc Bình, ngày 30 tháng 6 năm 2023", "BÁO CÁO"]].concat();
            let found = find(&texts).unwrap().letter.official.issuer;
            assert_eq!(found.as_deref(), Some(issuer));
        }
    }
}
