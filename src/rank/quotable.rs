//! Which units may a summary quote? Those that say something by themselves.
//!
//! Captions, bylines and headings that their file does not mark as such are told by their look. Prose that only leads
//! to something else is told by its words: what comes after the colon, the grounds of a decision, the questions of an
//! interview, who was there, who is greeted.

mod bearing;
mod copies;
mod ground;
mod item;

pub use self::bearing::Bearing;
use self::copies::copies;
use self::ground::grounds_within;
use self::item::told_items;
use crate::document::{Document, Paragraph, ParagraphKind, Unit};
use crate::phrases::{
    asks, begins_as_ground, closes, ends_report, goes_on_as_ground, has_gap, is_attendance,
    is_blank, is_said_by_interviewer, is_salutation, list_start, names_act, names_act_of_annex,
    speaker, without_closers,
};

/// The fewest syllables of what says something, and letters of a paragraph.
const SHORTEST: usize = 4;

/// A paragraph of more syllables is prose, however it ends.
const LONGEST_LINE: usize = 40;

/// Fewer syllables before a colon only name what follows. Longer ones have as much of what people put into summaries as
/// other sentences of their length (9,000 documents of news with summaries).
const SHORTEST_LEAD: usize = 20;

/// Of prose, more than this part says something by itself, or all of it may be quoted: one unit in so many.
const LEAST_SHARE: usize = 4;

/// What may be quoted of a document, one entry a unit in each list.
#[derive(Clone, Debug)]
pub struct Quotable {
    /// Whether it stands in a paragraph of prose: that ends like a sentence, is long, or is an item of a list that says something.
    /// Where no paragraph is one, or only leads to others, all that is not marked as something else counts as prose.
    pub is_prose: Vec<bool>,
    /// Whether a summary may quote it: prose that says something by itself, or all prose where none does.
    pub is_candidate: Vec<bool>,
    /// Whether it needs others beside it.
    pub bearings: Vec<Bearing>,
}

impl Quotable {
    /// Looks at the units of `document`, of so many `syllables` each. Of tables only those are quoted that are of `entries`, as
    /// cells of tasks are.
    pub fn of(document: &Document, units: &[Unit], syllables: &[usize], entries: &[bool]) -> Self {
        let paragraphs = Paragraphs::of(document);
        let sentence =
            |unit: &Unit| document.paragraphs()[unit.paragraph].sentences[unit.sentence].span;
        let grounds = grounds_within(document, units);
        let (is_prose, is_item) = paragraphs.prose(units, syllables, entries);
        let bearings = bearings(document, units, &grounds, &is_item);
        let is_ceremony = of_sentences(document, |text| is_attendance(text) || is_salutation(text));
        let all = 0..document.paragraphs().len();
        let is_ground: Vec<bool> = (all.clone())
            .map(|it| paragraphs.is_ground(it) || paragraphs.is_annexed(it))
            .collect();
        let is_asked: Vec<bool> = all.map(|it| paragraphs.is_asked(it)).collect();
        let says_something = |index: usize| {
            let unit = &units[index];
            let is_heading = bearings[index].is_lead() && syllables[index] < SHORTEST_LEAD;
            let is_question = is_asked[unit.paragraph] && asks(document.text_at(sentence(unit)));
            let is_aside = is_ground[unit.paragraph]
                || grounds[index]
                || is_question
                || is_ceremony[unit.paragraph][unit.sentence]
                || has_gap(document.text_at(unit.span));
            syllables[index] >= SHORTEST && !is_heading && !is_aside
        };
        let prose = || is_prose.iter().copied().enumerate();
        let told: Vec<bool> = prose()
            .map(|(index, is_prose)| is_prose && says_something(index))
            .collect();
        let may_be =
            |unit: &Unit| !is_ground[unit.paragraph] && !is_blank(document.text_at(unit.span));
        let others = prose().map(|(index, is_prose)| is_prose && may_be(&units[index]));
        let others = others.collect();
        let is_candidate = or_else(told, others, &is_prose);
        Self {
            is_prose,
            is_candidate,
            bearings,
        }
    }

    /// The same with the paragraphs marked that only say again what others say, of which something may be quoted. The units
    /// have these `words`, as numbers of a vocabulary.
    #[must_use]
    pub fn with_copies(mut self, units: &[Unit], words: &[Vec<u32>]) -> Self {
        let count = units.last().map_or(0, |unit| unit.paragraph + 1);
        let mut paragraphs: Vec<Vec<u32>> = vec![Vec::new(); count];
        let mut is_quoted = vec![false; count];
        for ((unit, words), is_candidate) in units.iter().zip(words).zip(&self.is_candidate) {
            paragraphs[unit.paragraph].extend(words);
            is_quoted[unit.paragraph] |= is_candidate;
        }
        for (words, is_quoted) in paragraphs.iter_mut().zip(is_quoted) {
            if !is_quoted {
                words.clear();
            }
        }
        let copied = copies(&paragraphs);
        for (unit, bearing) in units.iter().zip(&mut self.bearings) {
            if copied[unit.paragraph] && !bearing.is_lead() {
                *bearing = Bearing::Copies;
            }
        }
        self
    }
}

/// Whether each unit needs others beside it, or a mark at its end. All clauses of a sentence close that does, and one whose clauses
/// begin with grounds begins after them.
fn bearings(
    document: &Document,
    units: &[Unit],
    is_ground: &[bool],
    is_item: &[bool],
) -> Vec<Bearing> {
    let lists = of_sentences(document, list_start);
    let closing = of_sentences(document, closes);
    let mut start = 0;
    let bearing = |(index, unit): (usize, &Unit)| {
        let sentence = document.paragraphs()[unit.paragraph].sentences[unit.sentence].span;
        let follows_ground = index.checked_sub(1).is_some_and(|before| is_ground[before]);
        if follows_ground || unit.span.start() == sentence.start() {
            start = unit.span.start();
        }
        if closing[unit.paragraph][unit.sentence] {
            return Bearing::Closes;
        }
        let list = lists[unit.paragraph][unit.sentence].map(|list| sentence.start() + list);
        match Bearing::of(document, unit, start, list) {
            Bearing::Alone if is_item[unit.paragraph] => Bearing::IsOpen,
            bearing => bearing,
        }
    };
    units.iter().enumerate().map(bearing).collect()
}

/// What `tells` of each sentence of each paragraph, once a sentence: one of a megabyte may have thousands of units.
fn of_sentences<T>(document: &Document, tells: impl Fn(&str) -> T) -> Vec<Vec<T>> {
    let of_paragraph = |paragraph: &Paragraph| {
        let sentences = paragraph.sentences.iter();
        sentences
            .map(|sentence| tells(document.text_at(sentence.span)))
            .collect()
    };
    document.paragraphs().iter().map(of_paragraph).collect()
}

/// `found`, or else `others` where nothing was, or next to nothing of all prose: of a form, say, that is all lines to fill in.
/// Where there are no others, what was found is better than nothing.
fn or_else(found: Vec<bool>, others: Vec<bool>, is_prose: &[bool]) -> Vec<bool> {
    let count = |flags: &[bool]| flags.iter().filter(|&&flag| flag).count();
    if count(&found) * LEAST_SHARE > count(is_prose) || count(&others) == 0 {
        found
    } else {
        others
    }
}

/// Whether a paragraph reads as prose, by how it ends or how long it is.
fn is_prose(text: &str, syllables: usize) -> bool {
    let ends = without_closers(text).ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？']);
    let letters = text.chars().filter(|character| character.is_alphabetic());
    let is_told = syllables >= SHORTEST && letters.take(SHORTEST).count() == SHORTEST;
    is_told && !ends_report(text) && (ends || syllables > LONGEST_LINE)
}

/// The paragraphs of a document.
struct Paragraphs<'a> {
    document: &'a Document,
    /// The first line that begins as an article does, `Điều 1`, however few follow: grounds stand above it in decisions as in laws.
    first_article_line: Option<usize>,
}

impl<'a> Paragraphs<'a> {
    fn of(document: &'a Document) -> Self {
        let opens = |text: &str| {
            let rest = text.strip_prefix("Điều 1");
            rest.is_some_and(|rest| !rest.starts_with(|next: char| next.is_ascii_digit()))
        };
        let mut texts = document.paragraphs().iter();
        Self {
            document,
            first_article_line: texts.position(|paragraph| opens(document.text_at(paragraph.span))),
        }
    }

    fn text(&self, index: usize) -> &'a str {
        let paragraph = self.document.paragraphs().get(index);
        paragraph.map_or("", |paragraph| self.document.text_at(paragraph.span))
    }

    /// For every unit, whether its paragraph is prose by its look or says something as an item; and for every paragraph, whether it
    /// does as an item. Where there are none, or they only lead to others, all that may be prose are.
    fn prose(
        &self,
        units: &[Unit],
        syllables: &[usize],
        entries: &[bool],
    ) -> (Vec<bool>, Vec<bool>) {
        let all = self.document.paragraphs();
        let mut lengths = vec![0; all.len()];
        for (unit, syllables) in units.iter().zip(syllables) {
            lengths[unit.paragraph] += syllables;
        }
        // Once a paragraph: one may have as many units as it has letters.
        let looks =
            |index: usize| all[index].is_quotable() && is_prose(self.text(index), lengths[index]);
        let looks: Vec<bool> = (0..all.len()).map(looks).collect();
        let mut is_item = told_items(self.document, &lengths, &looks);
        let leads = |index: usize| self.text(index).ends_with([':', '：']);
        let tells = |index: usize| is_item[index] || (looks[index] && !leads(index));
        let of_units = |is_such: &dyn Fn(usize) -> bool| {
            let such = units.iter().zip(entries);
            let such = such.map(|(unit, &is_entry)| is_entry || is_such(unit.paragraph));
            such.collect::<Vec<bool>>()
        };
        let is_prose = if (0..all.len()).any(tells) || entries.contains(&true) {
            of_units(&|index| is_item[index] || looks[index])
        } else if all.iter().any(Paragraph::is_quotable) {
            of_units(&|index| all[index].is_quotable())
        } else {
            of_units(&|index| self.is_loud(index, lengths[index]))
        };
        for (unit, _) in units.iter().zip(entries).filter(|(_, is_entry)| **is_entry) {
            let text = self.document.text_at(unit.span);
            is_item[unit.paragraph] = !text.ends_with(['.', ';']);
        }
        (is_prose, is_item)
    }

    /// Whether a paragraph of so many syllables in the shape of a heading, as one all in capitals has, ends as a sentence does.
    fn is_loud(&self, index: usize, syllables: usize) -> bool {
        let paragraph = &self.document.paragraphs()[index];
        let text = self.text(index);
        paragraph.kind == ParagraphKind::Heading
            && !paragraph.furniture
            && !text.ends_with([':', '：'])
            && is_prose(text, syllables)
    }

    /// Whether a paragraph names the grounds of what is decided below it: one of several in a row, or the last line before
    /// the one in capitals that says what follows. A task may begin with the same words, so that in a text without articles
    /// only those beside each other count that go on and of which one names an act.
    fn is_ground(&self, index: usize) -> bool {
        let text = self.text(index);
        let is_beside = |is_one: fn(&str) -> bool| {
            is_one(self.text(index + 1)) || (index > 0 && is_one(self.text(index - 1)))
        };
        let is_last = || !self.text(index + 1).chars().any(char::is_lowercase);
        match self.first_article_line {
            Some(first) => {
                index < first
                    && begins_as_ground(text)
                    && (is_beside(begins_as_ground) || is_last())
            }
            None => {
                goes_on_as_ground(text)
                    && ((names_act(text) && is_beside(goes_on_as_ground))
                        || is_beside(|other| goes_on_as_ground(other) && names_act(other)))
            }
        }
    }

    /// Whether a paragraph says to which act the document is annexed, or ends the brackets in which the one before does.
    fn is_annexed(&self, index: usize) -> bool {
        let is_open = |text: &str| text.starts_with('(') && !text.contains(')');
        let text = self.text(index);
        let before = index.checked_sub(1).map_or("", |before| self.text(before));
        names_act_of_annex(text)
            || (text.ends_with(')') && names_act_of_annex(before) && is_open(before))
    }

    /// Whether an interviewer asks in a paragraph: somebody answers in the next one, or it says that he asks.
    fn is_asked(&self, index: usize) -> bool {
        let text = self.text(index);
        asks(text)
            && (is_said_by_interviewer(text)
                || self.text(index + 1).starts_with(['-', '–'])
                || speaker(self.text(index + 1)).is_some())
    }
}

#[cfg(test)]
mod tests;
