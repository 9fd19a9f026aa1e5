//! What stands below what? Numbers, letters and capitals make a tree of headings and items, whichever signs an office takes for
//! which level: a sign that is open ends what stands below it, another one goes a level down.

use super::topic::{self, Topic};
use super::{Place, Section, Telling};
use crate::document::ParagraphKind;
use crate::ingest::marker::{Marker, form_of_number, marker};
use crate::ingest::shape::is_capitals;
use crate::phrases::is_fragment;

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
            Marker::Item if !first.contains(|c: char| c.is_ascii_digit()) => {
                Some(Self::SmallLetter)
            }
            Marker::Item | Marker::Number => Some(Self::Number(form_of_number(text))),
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
    is_heading: bool,
    /// What it is about, by what it says or by what it stands below.
    topic: Topic,
}

/// A list that a line led to.
#[derive(Clone, Copy, Debug)]
struct List {
    /// What it is of; nothing that is told where it lists papers or parts.
    section: Option<Section>,
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

/// What a document is for, by its title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Unknown,
    /// It tells what its office did.
    Reports,
    /// It directs somebody.
    Directs,
    /// It tells what others are to report.
    Outlines,
}

impl Purpose {
    fn of(title: &str) -> Self {
        if topic::is_outline(title) {
            Self::Outlines
        } else if topic::directs(title) {
            Self::Directs
        } else if topic::reports(title) {
            Self::Reports
        } else {
            Self::Unknown
        }
    }

    /// The same with another line of the title.
    fn with(self, line: &str) -> Self {
        match Self::of(line) {
            found @ (Self::Directs | Self::Outlines) if self != Self::Outlines => found,
            _ => self,
        }
    }
}

/// What a document is by its title and its letterhead.
#[derive(Clone, Debug)]
struct Traits {
    /// In small letters; may be empty.
    title: String,
    /// Minutes, whose conclusions are tasks.
    is_minutes: bool,
    purpose: Purpose,
    /// An office's: in news, lines without a number head what they like.
    is_official: bool,
}

impl Outline {
    pub(super) fn new(title: &str, is_official: bool) -> Self {
        let small = title.to_lowercase();
        Self {
            levels: Vec::new(),
            list: None,
            unnamed: None,
            has_begun: false,
            traits: Traits {
                is_minutes: small.starts_with("biên bản"),
                purpose: Purpose::of(title),
                title: small,
                is_official,
            },
        }
    }

    /// Begins anew, as an annex does, or what stands below the foot of a letter.
    pub(super) fn leave(&mut self) {
        *self = Self::new("", self.traits.is_official);
    }

    /// Goes on to the next paragraph; tells where it stands, and whether it is a heading.
    pub(super) fn pass(&mut self, kind: ParagraphKind, text: &str) -> (Option<Place>, bool) {
        let mark = marker(text);
        let is_heading = kind == ParagraphKind::Heading;
        let is_item = kind == ParagraphKind::ListItem
            || matches!(mark, Marker::Item | Marker::Bullet | Marker::Number);
        self.has_begun = self.has_begun
            || is_item
            || mark != Marker::None
            || if is_heading {
                self.is_below_title(text)
            } else {
                !is_fragment(text)
            };
        if is_heading && !self.has_begun {
            self.traits.purpose = self.traits.purpose.with(text);
        }
        let opened = self.opened(kind, mark, text);
        self.unnamed = None;
        let opens_heading = opened.as_ref().is_some_and(|level| level.is_heading);
        if let Some(level) = opened {
            self.open(level, text);
        } else if !(kind == ParagraphKind::Body && self.list.is_some_and(|it| it.has_headings)) {
            self.list = None;
        }
        let place = self.place(is_heading, is_item);
        self.follow(opens_heading, is_item, text);
        (place, opens_heading)
    }

    /// What a table that stands here is about, and whether the document gives directions.
    pub(super) fn around(&self) -> (Topic, bool) {
        let of_list = |list: List| list.section.map_or(Topic::Other, Topic::Of);
        let topic = self.list.map_or_else(|| self.topic(), of_list);
        (topic, self.traits.purpose == Purpose::Directs)
    }

    /// Whether a heading without a number names something below the title, and is none of its lines.
    fn is_below_title(&self, heading: &str) -> bool {
        let title = &self.traits.title;
        !title.is_empty()
            && !title.contains(&heading.to_lowercase())
            && Topic::of(heading) != Topic::Unsaid
    }

    /// What a paragraph opens, with what it says itself that this is about.
    fn opened(&self, kind: ParagraphKind, mark: Marker, text: &str) -> Option<Level> {
        let is_heading = kind == ParagraphKind::Heading;
        let level = |sign, is_heading, topic| Level {
            sign,
            is_heading,
            topic,
        };
        let said = || self.topic_of(is_heading, text);
        let may_be_heading = self.has_begun && (is_heading || is_fragment(text));
        // A line may be a heading though it does not look like one, or be numbered by the format alone.
        let line = || {
            let said = if self.traits.is_official {
                said()
            } else {
                said().if_sure(text)
            };
            (is_heading || said != Topic::Unsaid).then(|| level(Sign::Plain, true, said))
        };
        // What the format makes an item of is a heading only where it begins with what it is about.
        let may_head = || {
            let is_task = matches!(self.topic_of(is_heading, text), Topic::Of(Section::Tasks));
            is_heading || is_task || topic::opens_with_topic(text)
        };
        match Sign::of(kind, mark, text) {
            Some(Sign::Bullet(' ')) if may_be_heading && may_head() => {
                line().or_else(|| Some(level(Sign::Bullet(' '), false, Topic::Unsaid)))
            }
            Some(sign) if is_heading => Some(level(sign, true, said())),
            Some(sign) => {
                let said = self.topic_of(false, topic::name_of_item(text));
                Some(level(sign, false, said))
            }
            None if !may_be_heading => None,
            None => match &self.unnamed {
                Some(sign) => Some(level(sign.clone(), true, said())),
                None if is_heading && is_capitals(text) => {
                    Some(level(Sign::Capitals, true, said()))
                }
                None => line(),
            },
        }
    }

    fn topic_of(&self, is_heading: bool, name: &str) -> Topic {
        if self.traits.is_minutes && is_heading && name.to_lowercase().contains("kết luận") {
            Topic::Of(Section::Tasks)
        } else {
            Topic::of(name)
        }
    }

    /// Goes below a heading or an item.
    fn open(&mut self, mut level: Level, text: &str) {
        let is_of_section = level.sign.is_of_section();
        if level.is_heading {
            self.levels.retain(|above| above.is_heading);
        }
        if is_of_section {
            self.levels.retain(|above| above.sign.is_of_section());
        }
        let is_first = !level.is_heading && topic::is_first(text);
        let is_plain = level.sign == Sign::Plain;
        // What has no number and names nothing is a part of what stands above it; as many as there are take no level more.
        let is_part = is_plain && level.topic == Topic::Unsaid;
        if is_part
            && self
                .levels
                .last()
                .is_some_and(|above| above.sign == Sign::Plain)
        {
            return;
        }
        let is_open =
            |above: &Level| above.sign == level.sign && !(is_first && above.is_heading) && !is_part;
        // One that names something is beside the first that does.
        let open = if is_plain {
            self.levels.iter().position(is_open)
        } else {
            self.levels.iter().rposition(is_open)
        };
        self.levels.truncate(open.unwrap_or(self.levels.len()));
        if level.is_heading && is_of_section {
            self.list = None;
        }
        let is_number = text.split_whitespace().nth(NUMBER_WORDS).is_none();
        if is_number && matches!(level.sign, Sign::Division(_)) {
            self.unnamed = Some(level.sign.clone());
        }
        level.topic = level.topic.below(self.topic(), text);
        self.levels.push(level);
    }

    /// What the innermost level is about.
    fn topic(&self) -> Topic {
        self.levels
            .last()
            .map_or(Topic::Unsaid, |level| level.topic)
    }

    /// Where a paragraph stands.
    fn place(&self, is_heading: bool, is_item: bool) -> Option<Place> {
        let place = |section, telling| Place {
            section,
            telling,
            is_item,
        };
        if let Some(list) = self.list {
            return list.section.map(|section| place(section, Telling::Said));
        }
        let is_numbered = |level: &Level| !matches!(level.sign, Sign::Bullet(_));
        match (self.topic(), self.traits.purpose) {
            _ if is_heading => None,
            (_, Purpose::Outlines) => None,
            (Topic::Of(section), _) => Some(place(section, Telling::Said)),
            (Topic::Unsaid, Purpose::Directs) if self.levels.iter().any(is_numbered) => {
                Some(place(Section::Tasks, Telling::Titled))
            }
            (Topic::Unsaid, Purpose::Reports) => Some(place(Section::Results, Telling::Titled)),
            (Topic::Other | Topic::Unsaid, _) => None,
        }
    }

    /// Remembers the list that a paragraph leads to, or that it belongs to as a heading.
    fn follow(&mut self, opens_heading: bool, is_item: bool, text: &str) {
        if text.trim_end().ends_with(':') {
            let section = topic::leads_to(text);
            let leads = section.is_some() || topic::leads_to_parts(text);
            let led = leads.then_some(List {
                section,
                has_headings: false,
            });
            self.list = if is_item { led.or(self.list) } else { led };
        }
        if let Some(list) = self.list.as_mut().filter(|_| is_item) {
            list.has_headings = opens_heading;
        }
    }

    #[cfg(test)]
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }
}
