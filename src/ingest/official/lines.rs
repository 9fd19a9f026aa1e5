//! Which of the first lines of a document are its letterhead? Some are told only by those above and below them.

use super::about;
use super::continuation::is_unfinished;
use super::fold::{folded, starts_with_any};
use super::kind::{begins_with_kind, is_kind};
use super::letterhead::{LONGEST_LINE_CHARS, Line, State};
use super::number::citation_start;
use super::subject::{begins_with, is_loud, opens_text};
use super::telling::{requests, tells_act, tells_result};
use crate::ingest::shape::{Marker, marker};

/// A letterhead starts among the first paragraphs, whatever a scanner or a page header left before it.
const FIRST_PARAGRAPHS: usize = 16;

/// Reads the lines of a letterhead, down to the first that is none of it.
pub(super) fn read_lines(texts: &[&str]) -> Vec<Line> {
    let lines = read_below(texts, Vec::new());
    if is_whole(&lines) {
        return lines;
    }
    let above = texts.iter().take(MOST_LINES_ABOVE);
    let above = above.take_while(|text| may_stand_above(text)).count();
    let mut below = (1..=above).map(|count| read_below(texts, vec![Line::default(); count]));
    below.find(|lines| is_whole(lines)).unwrap_or(lines)
}

/// Whether lines have what nothing but a letterhead has: two of the state, a number and a date.
fn is_whole(lines: &[Line]) -> bool {
    let has = |is_of: fn(&Line) -> bool| usize::from(lines.iter().any(is_of));
    has(|line| line.state == Some(State::Name))
        + has(|line| line.number.is_some())
        + has(|line| line.date.is_some())
        >= 2
}

/// So many lines may stand above a letterhead: of a draft, a form, a signature, a page header.
const MOST_LINES_ABOVE: usize = 4;

/// Each of them has at most so many characters.
const LONGEST_LINE_ABOVE: usize = 120;

/// Whether a line may have been put above a letterhead that does not begin with it: `Dự thảo`, `Mẫu số 02`, `Ký bởi: …`
fn may_stand_above(text: &str) -> bool {
    text.chars().count() <= LONGEST_LINE_ABOVE
        && !text.ends_with(['.', ';', ','])
        && !begins_with(text, "kính gửi")
        && !tells_act(text)
        && !requests(text)
}

/// Reads the lines of a letterhead below `lines`.
fn read_below(texts: &[&str], mut lines: Vec<Line>) -> Vec<Line> {
    while lines.len() < FIRST_PARAGRAPHS
        && let Some(text) = texts.get(lines.len())
    {
        let next = texts.get(lines.len() + 1);
        if let Some(line) = next.and_then(|next| broken_date(text, next)) {
            let year = Line {
                is_sure: true,
                ..Line::default()
            };
            lines.extend([line, year]);
            continue;
        }
        // A second `V/v` is the text's.
        let is_about = lines.iter().any(|line| line.subject.is_some());
        let read = || Line::read(text).filter(|line| !is_about || line.subject.is_none());
        let Some(mut line) = going_on(texts, &lines).or_else(read) else {
            if !leads_to_state(texts, &lines) {
                break;
            }
            lines.push(Line::default());
            continue;
        };
        if let Some(above) = lines.last_mut() {
            cite_number(above, &mut line);
        }
        lines.push(line);
    }
    lines
}

/// A letterhead has at most so many lines that tell nothing.
const MOST_UNKNOWN_LINES: usize = 2;

/// Whether the line below `lines` tells nothing and stands between a body and the state or the number all the same, as the least
/// unit of that body does: `Lớp: 12A1`.
fn leads_to_state(texts: &[&str], lines: &[Line]) -> bool {
    let is_below_body = lines.iter().any(|line| line.issuer.is_some());
    let is_over = lines.iter().any(|line| line.state.is_some());
    let is_below_number = lines.iter().any(|line| line.is_sure);
    let says_where = texts.get(lines.len()).is_some_and(|text| is_address(text));
    if !is_below_body || is_over || (is_below_number && !says_where) {
        return false;
    }
    let mut unknown = 0;
    for text in texts.iter().take(FIRST_PARAGRAPHS).skip(lines.len()) {
        match Line::read(text) {
            Some(line) if line.state.is_some() => return true,
            Some(line) if line.number.is_some() => return begins_with(text, "số"),
            Some(_) => {}
            None if is_address(text) => {}
            None if unknown < MOST_UNKNOWN_LINES && may_name_unit(text) => unknown += 1,
            None => return false,
        }
    }
    false
}

/// How lines begin that say where a body is found, folded.
const ADDRESSES: [&str; 10] = [
    "dia chi",
    "tru so",
    "dien thoai",
    "dt",
    "tel",
    "fax",
    "email",
    "website",
    "mst",
    "ma so thue",
];

/// Whether a line says where a body is found, as firms put it below their names, or is but a rule of any signs: `---o0o---`.
fn is_address(text: &str) -> bool {
    let is_letter = |letter: char| letter.is_alphanumeric() && !matches!(letter, 'o' | 'O' | '0');
    text.chars().count() <= LONGEST_LINE_CHARS
        && (!text.contains(is_letter) || starts_with_any(&folded(text), &ADDRESSES))
}

/// A unit that is not known as one has at most so many words; what is told in a line above a letter has more.
const MOST_UNIT_WORDS: usize = 5;

/// Whether a line may name a unit that is not known as one.
fn may_name_unit(text: &str) -> bool {
    let others = ["kinh gui", "phu luc", "mau", "bieu"];
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_number =
        |word: &&str| !word.contains(char::is_alphabetic) && word.contains(char::is_numeric);
    // `Giảm 31 hộ` counts, `Tổ khối 4` is called so.
    let counts = words.iter().rev().skip(1).any(is_number);
    (1..=MOST_UNIT_WORDS).contains(&words.len())
        && !counts
        && text.starts_with(char::is_uppercase)
        && !text.ends_with(['.', ';', ':', ',', '?', '!'])
        && marker(text) == Marker::None
        && !begins_with_kind(text)
        && !starts_with_any(&folded(text), &others)
        && !tells_act(text)
        && !requests(text)
}

/// A line with a date whose year stands on the next one, as in a narrow cell.
fn broken_date(text: &str, next: &str) -> Option<Line> {
    let year = next.strip_prefix("năm ").unwrap_or(next);
    let is_year = matches!(year.parse(), Ok(1900_u16..2200));
    if !is_year || text.chars().count() > LONGEST_LINE_CHARS {
        return None;
    }
    let is_dated = |line: &Line| line.date.as_ref().is_some_and(|date| date.iso.is_some());
    let whole = Line::read(&format!("{text} {next}")).filter(is_dated)?;
    (!Line::read(text).as_ref().is_some_and(is_dated)).then_some(whole)
}

/// Makes the number below a line that ends in `theo quyết định` one that the body there is called by.
fn cite_number(above: &mut Line, below: &mut Line) {
    if let Some(name) = &mut above.issuer
        && let Some(start) = citation_start(name)
        && below.number.take().is_some()
    {
        name.truncate(name[..start].trim_end().len());
        below.cites = true;
    }
}

/// Reads the line below `lines` as one that goes on with what they say the letter is about.
fn going_on(texts: &[&str], lines: &[Line]) -> Option<Line> {
    let is_subject = |line: &Line| line.subject.is_some();
    let last = lines.iter().rposition(is_subject)?;
    let subject = lines[last].subject.as_deref()?;
    // In the column beside it the date may stand half a line lower.
    let is_below = match &lines[last + 1..] {
        [] => true,
        [line] if line.date.is_some() && line.issuer.is_none() => false,
        _ => return None,
    };
    let count = lines.iter().filter(|line| is_subject(line)).count();
    if count > MOST_LINES_MORE || !may_go_on(texts, lines.len(), subject, is_below) {
        return None;
    }
    let text = texts[lines.len()];
    let mut line = Line::default();
    let rest = about::clean(&line.take_parts(text));
    // The number of a decision, or its date: `số 12/QĐ-UBND ngày 3 tháng 2 năm 2024 của …`
    if begins_with(text, "số") || begins_with(text, "ngày") {
        let is_whole = rest.is_empty() && !about::is_open(subject);
        line = Line::default();
        line.subject = (!is_whole).then(|| about::clean(text));
    } else {
        line.subject = (!rest.is_empty()).then_some(rest);
    }
    line.is_sure = true;
    is_subject(&line).then_some(line)
}

/// What a letter is about takes at most so many lines besides the first: its column is narrow.
const MOST_LINES_MORE: usize = 6;

/// Each of them has at most so many characters.
const LONGEST_SUBJECT_LINE: usize = 100;

/// Whether line `index` may go on with a subject: in small letters, or with a name or what looks like a sentence where the
/// letterhead is not yet over. Below the date that stands beside it a name must be called for, or be in capitals as it is.
fn may_go_on(texts: &[&str], index: usize, subject: &str, is_below: bool) -> bool {
    let text = texts[index];
    if is_long(text) {
        return false;
    }
    let below = &texts[index + 1..];
    let is_open = is_unfinished(subject);
    // The second half of `2021 - 2025`, or of `quý III/2024`.
    let is_digit = |letter: char| letter.is_ascii_digit();
    let is_word = !text.contains(' ') && text.contains(is_digit);
    if (is_word || !text.contains(char::is_alphabetic)) && !text.ends_with('.') {
        return is_below || is_open || head_goes_on(below);
    }
    let is_other = opens_text(text) || marker(text) != Marker::None || text.ends_with([':', ';']);
    if is_other {
        return false;
    }
    if text.starts_with(|letter: char| letter.is_lowercase() || is_digit(letter)) {
        return !(text.ends_with('.') || tells_result(text)) || head_goes_on(below);
    }
    let shouts = |text: &str| is_loud(text) && text.contains(char::is_uppercase);
    let is_shouted = shouts(text);
    is_shouted == shouts(subject)
        && (is_below || is_shouted || is_open)
        && !text.ends_with('.')
        && (is_open || (!(is_shouted && is_kind(text)) && head_goes_on(below)))
}

fn is_long(text: &str) -> bool {
    text.chars().count() > LONGEST_SUBJECT_LINE
}

/// Whether the letterhead or the addressees follow, below other short lines at most.
fn head_goes_on(texts: &[&str]) -> bool {
    let is_head = |text: &str| {
        begins_with(text, "kính gửi")
            || Line::read(text).is_some_and(|line| line.is_sure && line.subject.is_none())
    };
    let mut below = texts.iter().take(MOST_LINES_MORE);
    below
        .find(|text| is_long(text) || is_head(text))
        .is_some_and(|text| is_head(text))
}
