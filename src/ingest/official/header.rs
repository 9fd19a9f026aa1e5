//! The head of a letter: state and motto, issuing body, number, place and date, subject, addressees.

use std::ops::Range;

use super::about::is_spelled_out;
use super::addressee::addressees;
use super::below::{is_bare, is_whole_name, stands_below};
use super::body::names_any_body;
use super::date::find_date;
use super::fold::{folded, starts_with_any};
use super::kind::is_kind;
use super::letterhead::{Line, State, YOUTH_UNION};
use super::lines::read_lines;
use super::number::find_number;
use super::office::names_office;
use super::superior::lowest_body;
use super::title::{find_title, gazette_title, is_kind_with_subject, without_issuer};
use super::words::find_word;
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

/// Finds the head of a letter among the first paragraphs.
///
/// There is one only where the state's name, the motto or the Party's name is there, or two of number, place with date and
/// `V/v`, or a body and a number right above the kind.
pub(super) fn find(texts: &[&str]) -> Option<Header> {
    let lines = letterhead(texts)?;
    let end = lines.len();
    let issuer = issuer(&lines);
    let subject = subject(&lines);
    let title = match subject {
        Some(_) => end..end,
        None => find_title(texts, kind_after(texts, end), issuer.as_deref()),
    };
    let subject = subject.or_else(|| (!title.is_empty()).then(|| texts[title.clone()].join(" ")));
    let addressees = addressees(texts, title.end);
    let facts = &lines[start_of_original(&lines)..];
    let official = Official {
        number: facts
            .iter()
            .find_map(|line| line.number.as_ref()?.number.clone()),
        date: facts
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
    let mut lines = read_lines(texts);
    let has = |part: fn(&Line) -> bool| lines.iter().any(part);
    let has_number = has(|line| line.number.is_some());
    // A sentence below a date may begin with `Về việc`.
    let says_subject = |(line, text): (&Line, &&str)| {
        line.subject.is_some() && (has_number || !is_spelled_out(text))
    };
    let parts = [
        has_number || has(|line| line.cites),
        has(|line| line.date.is_some()),
        lines.iter().zip(texts).any(says_subject),
    ];
    let found = parts.iter().filter(|found| **found).count();
    let is_found = found >= 2 || has(|line| line.state.is_some());
    let last = lines.iter().rposition(|line| line.is_sure)?;
    lines.truncate(last + 1);
    (is_found || is_numbered_title(texts, &lines)).then_some(lines)
}

/// Whether a letterhead without the state is the name of a body with a number below it, right above the kind.
fn is_numbered_title(texts: &[&str], lines: &[Line]) -> bool {
    let is_body = |line: &Line| line.issuer.as_deref().is_some_and(names_speaker);
    let is_title = |text: &&str| is_kind(text) || is_kind_with_subject(text);
    texts.get(lines.len()).is_some_and(is_title)
        && lines.last().is_some_and(|line| line.number.is_some())
        && lines.iter().any(is_body)
}

/// Whether a name is that of a body, or of whoever speaks for one: `CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH`.
fn names_speaker(name: &str) -> bool {
    names_any_body(name) || names_office(name)
}

/// Where the letterhead of the original starts: below that of a copy (`SAO Y`) with a number and the state of its own.
fn start_of_original(lines: &[Line]) -> usize {
    let has_number = |line: &Line| line.number.is_some();
    let first = lines.iter().position(has_number);
    let last = lines.iter().rposition(has_number);
    let (Some(first), Some(last)) = (first, last) else {
        return 0;
    };
    let between = lines[first..last]
        .iter()
        .rposition(|line| line.state.is_some() || line.date.is_some());
    let has_state = |lines: &[Line]| lines.iter().any(|line| line.state.is_some());
    let Some(start) = between.map(|place| first + place + 1) else {
        return 0;
    };
    let (copy, original) = lines.split_at(start);
    // Two bodies that write together have the state beside one number and its motto beside the other.
    let is_whole = copy.iter().any(|line| line.date.is_some())
        || [copy, original]
            .iter()
            .all(|lines| lines.iter().any(|line| line.state == Some(State::Name)));
    if is_whole && has_state(copy) && has_state(original) {
        start
    } else {
        0
    }
}

/// What the letter is about, whatever lines that takes; `None` where nothing stands behind `V/v`.
fn subject(lines: &[Line]) -> Option<String> {
    let parts: Vec<&str> = lines
        .iter()
        .filter_map(|line| line.subject.as_deref())
        .collect();
    let subject = parts.join(" ");
    Some(subject.trim().to_owned()).filter(|subject| !subject.is_empty())
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
    lowest_name(&names)
}

/// The name of the lowest of some bodies. One that is called by the body above it alone has that behind it: `VĂN PHÒNG UBND TỈNH
/// HOÀI GIANG`.
fn lowest_name(names: &[&str]) -> Option<String> {
    let starts = |&index: &usize| match names[..index].last() {
        Some(above) => stands_below(names[index], above),
        None => true,
    };
    let first = (0..names.len()).rev().find(starts)?;
    let name = names[first..].join(" ");
    let lowest = lowest_body(&name);
    let beside = name[..name.len() - lowest.len()].trim_end();
    let superior = match beside {
        _ if !is_bare(lowest) => None,
        "" => lowest_name(&names[..first]),
        beside => Some(lowest_body(beside).to_owned()),
    };
    Some(superior.map_or_else(|| lowest.to_owned(), |above| format!("{lowest} {above}")))
}

#[cfg(test)]
mod tests;
