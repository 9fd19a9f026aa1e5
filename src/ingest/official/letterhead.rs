//! What does one line of a letterhead hold? The state and its motto, number, place and date, the name of a body.

use super::body::{is_issuer, is_whole_name};
use super::date::{WrittenDate, WrittenNumber, find_date, find_number};
use super::fold::{Folded, folded, starts_with_any};
use super::kind::{is_bare_kind, is_kind};
use super::place::{place_name_start, words_from_the_end};
use super::title::is_kind_with_subject;

/// The state's name, its motto, and the Party's name: what only a letterhead has.
const STATE: &str = "cong hoa xa hoi chu nghia viet nam";
const MOTTO: &str = "doc lap tu do hanh phuc";
const PARTY: &str = "dang cong san viet nam";

/// The Youth Union's name, which its letters have where others have the state's.
pub(super) const YOUTH_UNION: [&str; 2] = [
    "doan tncs ho chi minh",
    "doan thanh nien cong san ho chi minh",
];

/// Two columns on one line are the longest thing a letterhead has.
const LONGEST_LINE_CHARS: usize = 330;

/// What one line is to a letterhead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LineKind {
    /// A line of a name.
    #[default]
    Plain,
    /// It has what only letterheads have.
    Letterhead,
    /// `V/v …`
    Subject,
    /// None of these: the letterhead is over.
    Body,
}

/// What one line of a letterhead holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Line {
    pub(super) kind: LineKind,
    pub(super) names_state: bool,
    pub(super) number: Option<WrittenNumber>,
    pub(super) date: Option<WrittenDate>,
    /// What is left besides these, where it can name an issuing body.
    pub(super) issuer: Option<String>,
}

impl Line {
    pub(super) fn read(text: &str) -> Self {
        let beginning = folded(&text[..text.floor_char_boundary(40)]);
        if starts_with_any(&beginning, &["v v", "ve viec"]) {
            return Self {
                kind: LineKind::Subject,
                ..Self::default()
            };
        }
        let body = Self {
            kind: LineKind::Body,
            ..Self::default()
        };
        let is_title = is_kind(text) || is_kind_with_subject(text);
        if is_title || text.chars().count() > LONGEST_LINE_CHARS {
            return body;
        }
        let mut line = Self::default();
        let rest = line.take_parts(text);
        let rest = without_youth_union(&rest).unwrap_or(&rest);
        let rest =
            rest.trim_matches(|character: char| !character.is_alphanumeric() && character != ')');
        let found = line.kind == LineKind::Letterhead;
        if rest.is_empty() {
            return if found { line } else { body };
        }
        if text.ends_with(['.', ';', ':', ',', '?', '!']) || !is_issuer(rest, found) {
            return body;
        }
        // Behind a number stands the rest of a symbol, and a code with digits is no name.
        let is_name = line.names_state || !found || text.starts_with(rest);
        if is_name && !rest.contains(|character: char| character.is_ascii_digit()) {
            line.issuer = Some(rest.to_owned());
        }
        line
    }

    /// Takes out of a text what only letterheads have, and gives the rest.
    fn take_parts(&mut self, text: &str) -> String {
        let mut rest = text.to_owned();
        for phrase in [STATE, MOTTO, PARTY] {
            if let Some(place) = Folded::new(&rest)
                .find(phrase)
                .filter(|place| !is_in_prose(&rest[..place.start]))
            {
                self.names_state = true;
                rest.replace_range(place, " ");
            }
        }
        if let Some(date) = find_date(&rest)
            && let Some(start) = place_name_start(&rest[..date.place.start])
        {
            rest.replace_range(start..date.place.end, " ");
            self.date = Some(date);
        }
        if let Some(number) = find_number(&rest)
            && let Some(start) = opening_of_number(&rest, number.place.start)
        {
            rest.replace_range(start..number.place.end, " ");
            self.number = Some(number);
        }
        if self.names_state || self.date.is_some() || self.number.is_some() {
            self.kind = LineKind::Letterhead;
        }
        rest
    }
}

/// Where what a number says begins in a line, if it opens one at `start`.
///
/// In the middle of a line only `Số` opens a number, or the kind before it as in `Luật số`, alone or after a house:
/// `theo quyết định số 5/QĐ-UB` is prose.
fn opening_of_number(line: &str, start: usize) -> Option<usize> {
    let before = line[..start].trim();
    if is_kind(before) {
        Some(0)
    } else if before.is_empty() || line[start..].starts_with('S') {
        Some(start)
    } else {
        kind_after_house(&line[..start])
    }
}

/// Who makes laws. Their number stands under the name, with the kind before it.
const HOUSES: [&str; 3] = ["quoc hoi", "uy ban thuong vu quoc hoi", "chinh phu"];

/// Where the kind starts in a text that is no more than a house and the kind: `Quốc hội Luật`.
fn kind_after_house(text: &str) -> Option<usize> {
    let starts = words_from_the_end(text).map(|(start, _)| start);
    let mut kinds = starts.take(LONGEST_KIND);
    let start = kinds.find(|&start| is_bare_kind(&text[start..]))?;
    HOUSES
        .contains(&folded(&text[..start]).as_str())
        .then_some(start)
}

/// A kind has at most so many words.
const LONGEST_KIND: usize = 4;

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
