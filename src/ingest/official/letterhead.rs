//! What does one line of a letterhead hold? The state and its motto, number, place and date, the name of a body.

use super::about;
use super::below::is_whole_name;
use super::body::{PLACES, is_issuer, names_any_body};
use super::date::{WrittenDate, dates};
use super::fold::{Folded, folded, starts_with_any};
use super::kind::{begins_with_kind, is_kind};
use super::number::{WrittenNumber, find_number, opening_of_number, without_citations};
use super::place::place_name_start;
use super::subject::{LONGEST_TITLE_LINE, begins_with, is_loud};
use super::title::is_kind_with_subject;
use crate::ingest::shape::{Marker, marker};

/// The state's name, also in short, its motto, and the Party's name: what only a letterhead has.
const STATE: &str = "cong hoa xa hoi chu nghia viet nam";
const STATE_IN_SHORT: &str = "cong hoa xhcn viet nam";
const MOTTO: &str = "doc lap tu do hanh phuc";
const PARTY: &str = "dang cong san viet nam";

/// As much of the state's name as stands on a line at least.
const STATE_BEGINNING: &str = "cong hoa xa hoi chu nghia";

/// Whether a text begins with the state's or the Party's name.
pub(in crate::ingest) fn begins_with_state_or_party(text: &str) -> bool {
    starts_with_any(&folded(text), &[STATE_BEGINNING, STATE_IN_SHORT, PARTY])
}

/// The Youth Union's name, which its letters have where others have the state's.
pub(super) const YOUTH_UNION: [&str; 2] = [
    "doan tncs ho chi minh",
    "doan thanh nien cong san ho chi minh",
];

/// Two columns on one line are the longest thing a letterhead has.
pub(super) const LONGEST_LINE_CHARS: usize = 330;

/// Whether a text begins with the Youth Union's name.
pub(in crate::ingest) fn begins_with_youth_union(text: &str) -> bool {
    starts_with_any(&folded(text), &YOUTH_UNION)
}

/// Whether a line begins with what stands before a letter's number, or before what it is about.
pub(in crate::ingest) fn begins_with_number_or_subject(text: &str) -> bool {
    starts_with_any(&folded(text), &["so", "luat so", "v v", "ve viec"])
}

/// Whether a line may stand below the state's name: its rest, its motto, place and date, the year alone, or dashes.
pub(in crate::ingest) fn stands_below_state(text: &str) -> bool {
    let folded = folded(text);
    let numbers = folded.split(|character: char| !character.is_ascii_digit());
    let has_date = || {
        let begins_with_day = folded.starts_with(|character: char| character.is_ascii_digit());
        folded.contains("ngay")
            || (begins_with_day && folded.contains("thang"))
            || numbers.filter(|number| !number.is_empty()).count() == 3
    };
    !folded.contains(|character: char| character.is_ascii_alphabetic())
        || starts_with_any(&folded, &["viet nam", "doc lap", "nam"])
        || has_date()
}

/// What a line has of the state, or of the Party.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    /// The motto alone.
    Motto,
    /// The name, whatever else.
    Name,
}

/// What one line of a letterhead holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    /// Whether it has what only letterheads have, or says what the letter is about; otherwise it is a line of a name.
    pub(super) is_sure: bool,
    pub(super) state: Option<State>,
    /// Whether the body on it is called by a decision: `ĐOÀN THANH TRA THEO QĐ SỐ 12/QĐ-TT`.
    pub(super) cites: bool,
    pub(super) number: Option<WrittenNumber>,
    pub(super) date: Option<WrittenDate>,
    /// What stands behind `V/v`, or goes on with what stands there on a line above.
    pub(super) subject: Option<String>,
    /// What is left besides these, where it can name an issuing body.
    pub(super) issuer: Option<String>,
}

/// How urgent or secret a letter is, which names nobody.
const STAMPS: [&str; 6] = [
    "hoa toc",
    "thuong khan",
    "khan",
    "mat",
    "toi mat",
    "tuyet mat",
];

impl Line {
    /// Reads one line; `None` where it has none of these, so that the letterhead is over.
    pub(super) fn read(text: &str) -> Option<Self> {
        let length = text.chars().count();
        let is_title = is_kind(text) || is_kind_with_subject(text);
        if is_title || length > LONGEST_LINE_CHARS + LONGEST_TITLE_LINE {
            return None;
        }
        let mut line = Self::default();
        let rest = line.take_parts(text);
        let rest = line.take_number(rest);
        let found = line.is_sure;
        let rest = line.take_subject(text, &rest);
        let subject = line.subject.as_deref().unwrap_or_default();
        if length - subject.chars().count() > LONGEST_LINE_CHARS {
            return None;
        }
        let rest = without_youth_union(rest).unwrap_or(rest);
        let rest =
            rest.trim_matches(|character: char| !character.is_alphanumeric() && character != ')');
        if rest.is_empty() {
            return line.is_sure.then_some(line);
        }
        let is_open = line.subject.is_none() && text.ends_with(['.', ';', ':', ',', '?', '!']);
        let is_section = !line.is_sure && marker(text) == Marker::Section;
        if is_open || is_section || !is_issuer(rest, found) {
            return None;
        }
        // Behind a number stands the rest of a symbol, and a code with digits is no name but for those of bodies and places.
        let is_name = line.state.is_some() || !found || text.starts_with(rest);
        let has_digit = rest.contains(|character: char| character.is_ascii_digit());
        let is_code = has_digit && !(text.starts_with(rest) && names_numbered_body(rest));
        if is_name && !is_code && !STAMPS.contains(&folded(rest).as_str()) {
            line.issuer = Some(rest.to_owned());
        }
        Some(line)
    }

    /// Takes out of a line without its other parts what the letter is about, and gives what stands before that.
    fn take_subject<'a>(&mut self, text: &str, rest: &'a str) -> &'a str {
        // `Công văn số 12/SYT V/v …` cites another letter.
        let is_first = about::find_mark(text).is_some_and(|place| place.mark == 0);
        let may_say = is_first || (marker(text) == Marker::None && !begins_with_kind(text));
        let cut = about::cut(rest, self.is_sure).filter(|_| may_say);
        let Some((before, subject)) = cut else {
            return rest;
        };
        self.is_sure = true;
        self.subject = Some(subject);
        before
    }

    /// Takes out of a text what only letterheads have but the number, and gives the rest.
    pub(super) fn take_parts(&mut self, text: &str) -> String {
        let mut rest = text.to_owned();
        for phrase in [STATE, STATE_IN_SHORT, MOTTO, PARTY] {
            if let Some(place) = Folded::new(&rest)
                .find(phrase)
                .filter(|place| !is_in_prose(&rest[..place.start]))
            {
                if phrase == MOTTO {
                    self.state.get_or_insert(State::Motto);
                } else {
                    self.state = Some(State::Name);
                }
                rest.replace_range(place, " ");
            }
        }
        if let Some((start, date)) = date_of_issue(&rest) {
            rest.replace_range(start..date.place.end, " ");
            self.date = Some(date);
        }
        self.is_sure = self.state.is_some() || self.date.is_some();
        rest
    }

    /// Takes the number of the letter out of a text, and gives the rest; in what it is about, and in the name of a body, others may
    /// be cited.
    fn take_number(&mut self, text: String) -> String {
        let length = text.len();
        let mut rest = without_citations(text);
        self.cites = rest.len() < length;
        let subject = about::find_mark(&rest).map_or(rest.len(), |place| place.start);
        if let Some(number) = find_number(&rest)
            && number.place.start < subject
            && let Some(start) = opening_of_number(&rest, number.place.start)
        {
            rest.replace_range(start..number.place.end, " ");
            self.number = Some(number);
            self.is_sure = true;
        }
        rest
    }
}

/// Whether a line is the name of a body with its number, `TỔ DÂN PHỐ SỐ 8`, or in capitals of a place or a body that has none but
/// a number, `UBND PHƯỜNG 5`, `SƯ ĐOÀN 395`, `PHÒNG PC06`; `Số` begins that of a letter.
fn names_numbered_body(name: &str) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_digit = |letter: char| letter.is_ascii_digit();
    let is_numbered =
        |pair: &[&str]| ["số", "SỐ"].contains(&pair[0]) && pair[1].chars().all(is_digit);
    let numbers = words.iter().filter(|word| word.contains(is_digit));
    let is_short =
        |word: &&str| word.len() <= LONGEST_CODE && word.chars().all(char::is_alphanumeric);
    // The day that a school is called by: `TRƯỜNG MẦM NON 19/5`.
    let mut short = numbers.clone().flat_map(|word| word.split('/'));
    let is_called =
        is_loud(name) && numbers.clone().count() == 1 && short.all(|word| is_short(&word));
    (names_any_body(name) || (is_called && starts_with_any(&folded(name), &PLACES)))
        && !begins_with(name, "số")
        && (is_called
            || words.windows(2).filter(|pair| is_numbered(pair)).count() == numbers.count())
}

/// A number that a body is called by has at most so many characters, its letters included.
const LONGEST_CODE: usize = 5;

/// Whether the state, its motto or the Party is named in a line, but not as a part of a sentence.
pub(super) fn names_state(text: &str) -> bool {
    let folded = Folded::new(text);
    let mut places = [STATE, STATE_IN_SHORT, MOTTO, PARTY]
        .iter()
        .filter_map(|phrase| folded.find(phrase));
    places.any(|place| !is_in_prose(&text[..place.start]))
}

/// The date of issue on a line and where its place starts; a date that is a part of what the letter is about only where there is no
/// other.
fn date_of_issue(line: &str) -> Option<(usize, WrittenDate)> {
    let subject = about::find_mark(line);
    let dated = dates(line).filter_map(|date| {
        let inside = subject.filter(|it| (it.start..it.end).contains(&date.place.start));
        let from = inside.map_or(0, |subject| subject.start);
        let start = place_name_start(&line[from..date.place.start])?;
        let is_dated = inside.is_none() || date.place.start > from;
        is_dated.then_some((inside.is_some(), from + start, date))
    });
    let (_, start, date) = dated.min_by_key(|(is_inside, ..)| *is_inside)?;
    Some((start, date))
}

/// Whether what stands before the state's name makes it part of a sentence: `nước`, the state of.
fn is_in_prose(before: &str) -> bool {
    let tail = before.trim_end().rsplit(' ').next().unwrap_or(before);
    folded(tail) == "nuoc"
}

/// What stands before the Youth Union's name in the column beside, none where that goes on with the name of a body: `BCH ĐOÀN
/// TNCS HỒ CHÍ MINH`.
fn without_youth_union(line: &str) -> Option<&str> {
    let folded_line = Folded::new(line);
    let mut places = YOUTH_UNION.iter().filter_map(|name| folded_line.find(name));
    let place = places.find(|place| {
        !line[place.end..].contains(char::is_alphanumeric)
            && !line[place.clone()].contains(char::is_lowercase)
    })?;
    let before = line[..place.start].trim_end_matches(|letter: char| !letter.is_alphanumeric());
    (!before.is_empty() && is_whole_name(before)).then_some(before)
}
