//! What stands below what? Numbers, letters and capitals make a tree of headings and items, whichever signs an office takes for
//! which level: a sign that is open ends what stands below it, another one goes a level down.

use super::topic::{self, Topic};
use super::{Place, Section, Telling};
use crate::document::ParagraphKind;
use crate::ingest::marker::{Marker, form_of_number, marker};
use crate::ingest::shape::is_capitals;

/// Divisions of as many words at most are a number alone, with their name on the line below: `Phần thứ nhất`.
const NUMBER_WORDS: usize = 3;

/// What headings and items of one level have in common.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Sign {
    /// Capitals without a number.
    Capitals,
    /// `Phần`, `Chương`, `Điều`, in small letters.
    Division(String),
    /// `II.`
    Roman,
    /// `B.`
    Letter,
    /// `2.`, `2.1.`, `2)`, by its form.
    Number(String),
    /// `a)`
    SmallLetter,
    /// `-`, `+`; a blank where only the format makes an item of it.
    Bullet(char),
    /// None: a line that names something.
    Plain,
}

impl Sign {
    fn of(kind: ParagraphKind, mark: Marker, text: &str) -> Option<Self> {
        let first = text.split_whitespace().next().unwrap_or_default();
        match mark {
            Marker::None => (kind == ParagraphKind::ListItem).then_some(Self::Bullet(' ')),
            Marker::Bullet => first.chars().next().map(Self::Bullet),
            Marker::Item if first.contains(|c: char| c.is_ascii_digit()) => {
                Some(Self::Number(form_of_number(text)))
            }
            Marker::Item => Some(Self::SmallLetter),
            Marker::Number => Some(Self::Number(form_of_number(text))),
            Marker::Section => Some(Self::of_section(first)),
        }
    }

    /// By the first word of the heading of a section.
    fn of_section(word: &str) -> Self {
        let letters = word.split(|c: char| !c.is_alphabetic()).next();
        let letters = letters.unwrap_or_default();
        if letters.chars().all(|c| "IVXL".contains(c)) {
            Self::Roman
        } else if letters.chars().nth(1).is_none() {
            Self::Letter
        } else {
            Self::Division(letters.to_lowercase())
        }
    }

    /// Whether a heading with it ends every list.
    fn is_of_section(&self) -> bool {
        matches!(
            self,
            Self::Capitals | Self::Division(_) | Self::Roman | Self::Letter
        )
    }
}

/// A heading or an item that we are below.
#[derive(Debug)]
struct Level {
    sign: Sign,
    /// What it is about, by what it says or by what it stands below.
    topic: Topic,
}

/// A list that a line led to.
#[derive(Clone, Copy, Debug)]
struct List {
    section: Section,
    /// Whether its last item was a heading, which paragraphs follow.
    has_headings: bool,
}

/// Where we are in a document.
#[derive(Debug)]
pub(super) struct Outline {
    levels: Vec<Level>,
    list: Option<List>,
    /// The sign of the heading before, where that was a number alone.
    unnamed: Option<Sign>,
    /// Whether prose or numbers have begun: what stands before are titles.
    has_begun: bool,
    traits: Traits,
}

/// What a document is by its title and its letterhead.
#[derive(Clone, Copy, Debug)]
struct Traits {
    /// Minutes, whose conclusions are tasks.
    is_minutes: bool,
    /// Directions to somebody.
    directs: bool,
    /// An office's: in news, lines without a number head what they like.
    is_official: bool,
}

impl Outline {
    pub(super) fn new(title: &str, is_official: bool) -> Self {
        Self {
            levels: Vec::new(),
            list: None,
            unnamed: None,
            has_begun: false,
            traits: Traits {
                is_minutes: title.to_lowercase().starts_with("biên bản"),
                directs: topic::directs(title),
                is_official,
            },
        }
    }

    /// Goes on to the next paragraph; tells where it stands.
    pub(super) fn pass(&mut self, kind: ParagraphKind, text: &str) -> Option<Place> {
        let mark = marker(text);
        let is_heading = kind == ParagraphKind::Heading;
        let is_item = kind == ParagraphKind::ListItem
            || matches!(mark, Marker::Item | Marker::Bullet | Marker::Number);
        self.has_begun |= mark != Marker::None || !(is_heading || topic::is_fragment(text));
        let opened = self.opened(kind, mark, text);
        let opens = opened.is_some();
        self.unnamed = None;
        if let Some((sign, topic)) = opened {
            self.open(sign, topic, is_heading, text);
        } else if !(kind == ParagraphKind::Body && self.list.is_some_and(|it| it.has_headings)) {
            self.list = None;
        }
        let place = self.place(is_heading, is_item);
        self.follow(is_heading && opens, is_item, text);
        place
    }

    /// What a paragraph opens, and what it says that this is about.
    fn opened(&self, kind: ParagraphKind, mark: Marker, text: &str) -> Option<(Sign, Topic)> {
        let is_heading = kind == ParagraphKind::Heading;
        if let Some(sign) = Sign::of(kind, mark, text) {
            let name = if is_heading {
                text
            } else {
                topic::name_of_item(text)
            };
            return Some((sign, self.topic_of(is_heading, name)));
        }
        if !self.has_begun || !(is_heading || topic::is_fragment(text)) {
            return None;
        }
        let named = self.topic_of(is_heading, text);
        if let Some(sign) = &self.unnamed {
            return Some((sign.clone(), named));
        }
        if is_heading && is_capitals(text) {
            return Some((Sign::Capitals, named));
        }
        // A line may be a heading though it does not look like one.
        let named = if self.traits.is_official {
            named
        } else {
            named.if_sure(text)
        };
        (is_heading || named != Topic::Unsaid).then_some((Sign::Plain, named))
    }

    fn topic_of(&self, is_heading: bool, name: &str) -> Topic {
        if self.traits.is_minutes && is_heading && name.to_lowercase().contains("kết luận") {
            Topic::Of(Section::Tasks)
        } else {
            Topic::of(name)
        }
    }

    /// Goes below a heading or an item.
    fn open(&mut self, sign: Sign, topic: Topic, is_heading: bool, text: &str) {
        let ends = |level: &Level| {
            level.sign == sign || (sign.is_of_section() && !level.sign.is_of_section())
        };
        let open = self.levels.iter().position(ends);
        self.levels.truncate(open.unwrap_or(self.levels.len()));
        if is_heading && sign.is_of_section() {
            self.list = None;
        }
        let is_number = text.split_whitespace().nth(NUMBER_WORDS).is_none();
        if is_number && matches!(sign, Sign::Division(_)) {
            self.unnamed = Some(sign.clone());
        }
        let topic = topic.below(self.topic(), text);
        self.levels.push(Level { sign, topic });
    }

    /// What the innermost level is about.
    fn topic(&self) -> Topic {
        self.levels
            .last()
            .map_or(Topic::Unsaid, |level| level.topic)
    }

    /// Where a paragraph stands.
    fn place(&self, is_heading: bool, is_item: bool) -> Option<Place> {
        let is_numbered = |level: &Level| !matches!(level.sign, Sign::Bullet(_));
        let listed = self.list.map(|list| (list.section, Telling::Said));
        let (section, telling) = match (listed, self.topic()) {
            (Some(listed), _) => listed,
            _ if is_heading => return None,
            (None, Topic::Of(section)) => (section, Telling::Said),
            (None, Topic::Unsaid) if self.traits.directs && self.levels.iter().any(is_numbered) => {
                (Section::Tasks, Telling::Titled)
            }
            (None, Topic::Other | Topic::Unsaid) => return None,
        };
        Some(Place {
            section,
            telling,
            is_item,
        })
    }

    /// Remembers the list that a paragraph leads to, or that it belongs to as a heading.
    fn follow(&mut self, opens_heading: bool, is_item: bool, text: &str) {
        if text.trim_end().ends_with(':') {
            let led = topic::leads_to(text).map(|section| List {
                section,
                has_headings: false,
            });
            self.list = if is_item { led.or(self.list) } else { led };
        }
        if let Some(list) = self.list.as_mut().filter(|_| is_item) {
            list.has_headings = opens_heading;
        }
    }
}
