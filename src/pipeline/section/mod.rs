//! What does the place of a paragraph tell of it? Under "Kết quả đạt được" stands what was done, under "Nhiệm vụ" and after
//! "yêu cầu:" what is to be done, often in the same words.

mod topic;

use self::topic::{Topic, is_fragment, leads_to, speaks_against, sure};
use crate::classify::{Classifier, with_log_odds};
use crate::document::{Document, ParagraphKind};
use crate::ingest::marker::{Marker, marker};
use crate::ingest::shape::is_capitals;
use crate::record::{ACHIEVEMENT, DIRECTIVE};

/// What a section or a list is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Section {
    /// What was done.
    Results,
    /// What is to be done or reached.
    Tasks,
}

/// How much likelier a section makes its own label, and how much less likely the other, as a logarithm of odds: chosen on 24 office
/// documents that were written for it (docs/quality.md).
const EVIDENCE: f32 = 3.5;

/// What the places of a document's paragraphs tell of their labels.
pub(super) struct Places {
    /// Which of the classifier's labels these are, if it has both.
    labels: Option<Labels>,
    /// For every paragraph.
    sections: Vec<Option<Section>>,
}

/// The labels that a section tells of, by their index.
#[derive(Clone, Copy)]
struct Labels {
    achievement: usize,
    directive: usize,
}

impl Places {
    /// `norm` is where the articles of a law begin, which tell no results and give orders to nobody in particular.
    pub(super) fn of(document: &Document, classifier: &Classifier, norm: usize) -> Self {
        let index = |name: &str| {
            let mut labels = classifier.labels().iter();
            labels.position(|label| label.name == name)
        };
        let labels = index(ACHIEVEMENT).zip(index(DIRECTIVE));
        Self {
            labels: labels.map(|(achievement, directive)| Labels {
                achievement,
                directive,
            }),
            sections: sections(document, norm),
        }
    }

    /// Whether a paragraph stands where orders are told.
    pub(super) fn is_among_tasks(&self, paragraph: usize) -> bool {
        self.sections[paragraph] == Some(Section::Tasks)
    }

    /// The scores of a text in a paragraph. What reads like the other label is that of the section: a target in the words of a
    /// result, a result in those of a task.
    pub(super) fn place(&self, mut scores: Vec<f32>, paragraph: usize) -> Vec<f32> {
        let Some((labels, section)) = self.labels.zip(self.sections[paragraph]) else {
            return scores;
        };
        let (likely, other) = match section {
            Section::Results => (labels.achievement, labels.directive),
            Section::Tasks => (labels.directive, labels.achievement),
        };
        let read = scores[other];
        scores[likely] = with_log_odds(scores[likely], EVIDENCE).max(read);
        scores[other] = with_log_odds(read, -EVIDENCE);
        scores
    }
}

/// For every paragraph, among what it is told, where headings or what leads to its list say so and it does not speak
/// against it.
fn sections(document: &Document, norm: usize) -> Vec<Option<Section>> {
    let mut place = Place::default();
    let paragraphs = document.paragraphs().iter().enumerate();
    let section = paragraphs.map(|(index, paragraph)| {
        let text = document.text_at(paragraph.span);
        if paragraph.furniture || index >= norm {
            return None;
        }
        let found = place.pass(paragraph.kind, text);
        found.filter(|&section| !is_fragment(text) && !speaks_against(section, text))
    });
    section.collect()
}

/// Where we are in a document.
#[derive(Debug, Default)]
struct Place {
    /// What the headings above say, and the level of the one that said it.
    section: Option<Section>,
    level: usize,
    /// What led to the list that we are in, and whether one of its items was a heading, which paragraphs follow.
    list: Option<Section>,
    is_under_item: bool,
    /// Whether prose has begun: what stands before are titles.
    has_begun: bool,
    /// Whether these are minutes, whose conclusions are tasks.
    is_minutes: bool,
}

impl Place {
    /// Goes on to the next paragraph; tells among what it stands.
    fn pass(&mut self, kind: ParagraphKind, text: &str) -> Option<Section> {
        let mark = marker(text);
        let is_item = kind == ParagraphKind::ListItem
            || matches!(mark, Marker::Item | Marker::Bullet | Marker::Number);
        let mut opens = false;
        if kind == ParagraphKind::Heading {
            self.is_minutes |= !self.has_begun && text.to_lowercase().starts_with("biên bản");
            opens = self.take_heading(mark, text);
            self.is_under_item = is_item;
        } else {
            self.has_begun = true;
            if mark == Marker::Section {
                (self.section, self.level) = (None, SECTION);
            }
        }
        opens |= !is_item && self.take_line(mark, text);
        let goes_on = is_item || (self.is_under_item && kind == ParagraphKind::Body);
        if !goes_on {
            self.list = None;
        }
        let found = match kind {
            _ if opens => None,
            ParagraphKind::Heading => self.list,
            _ => self.list.or(self.section),
        };
        if text.trim_end().ends_with(':') {
            let led = leads_to(text);
            self.list = if is_item { led.or(self.list) } else { led };
            self.is_under_item = false;
        }
        found
    }

    /// Whether the heading opens a section of its own.
    fn take_heading(&mut self, mark: Marker, text: &str) -> bool {
        let level = level(mark, text);
        let is_told = level < PLAIN && (mark != Marker::None || self.has_begun);
        let is_conclusion = self.is_minutes && text.to_lowercase().contains("kết luận");
        let named = if is_conclusion {
            Topic::Of(Section::Tasks)
        } else if is_told {
            Topic::of(text).within(self.section.filter(|_| level > self.level), text)
        } else {
            Topic::Unsaid
        };
        let opens = named != Topic::Unsaid || level <= self.level;
        if opens {
            (self.section, self.level) = (named.section(), level);
        }
        if level <= SECTION {
            self.list = None;
        }
        opens
    }

    /// A line without a number may be a heading, too, where it is sure what it names.
    fn take_line(&mut self, mark: Marker, text: &str) -> bool {
        let is_line = self.has_begun && mark == Marker::None && is_fragment(text);
        let named = if is_line { sure(text) } else { None };
        if named.is_some() {
            self.section = named;
            self.list = None;
        }
        named.is_some()
    }
}

/// The level of headings in capitals, of sections, of numbers and of those that show none.
const CAPITALS: usize = 0;
const SECTION: usize = 1;
const NUMBER: usize = 2;
const PLAIN: usize = 9;

/// How deep a heading stands, from 0, by its look.
fn level(mark: Marker, text: &str) -> usize {
    match mark {
        Marker::None if is_capitals(text) => CAPITALS,
        Marker::Section => SECTION,
        Marker::Number => {
            let number = text.split(char::is_whitespace).next().unwrap_or_default();
            let groups = number.split('.').filter(|group| !group.is_empty()).count();
            (NUMBER + groups.saturating_sub(1)).min(PLAIN - 1)
        }
        Marker::None | Marker::Item | Marker::Bullet => PLAIN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::{self, ReadOptions};
    use crate::segment;

    /// Among what each paragraph of a text file stands: `R`, `T` or `-`.
    fn shown(text: &str) -> String {
        let raw =
            ingest::read(text.as_bytes(), Some("a.txt"), &ReadOptions::default()).expect("a text");
        let sections = sections(&segment::split(&raw), usize::MAX);
        let letter = |section| match section {
            Some(Section::Results) => 'R',
            Some(Section::Tasks) => 'T',
            None => '-',
        };
        sections.into_iter().map(letter).collect()
    }

    #[test]
    fn what_stands_under_headings_is_of_their_kind() {
        let report = "BÁO CÁO\nCông tác quý I và nhiệm vụ quý II\n\
             I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ\n1. Về trồng trọt\nXuống giống 120 ha ngô, 45 ha lạc ở ba thôn ven suối.\n\
             2. Hạn chế\nMột số hộ xuống giống chậm lịch thời vụ của xã.\n\
             II. PHƯƠNG HƯỚNG QUÝ II\nHoàn thành 3 km kênh mương ở thôn Nà Pồng.\nXã đã bố trí đủ vốn cho việc này từ tháng trước.\n\
             III. KINH PHÍ\nNgân sách xã bảo đảm 200 triệu đồng.";
        assert_eq!(shown(report), "----R---T---");
    }

    #[test]
    fn what_is_ordered_in_a_list_is_a_task() {
        let order = "CÔNG ĐIỆN\nĐể ứng phó với mưa lớn, Chủ tịch UBND huyện yêu cầu:\n\
             1. Các xã sơ tán xong 60 hộ ven suối trước 10 giờ ngày mai.\n2. Giao Phòng Kinh tế:\n\
             - Vận hành các trạm bơm tiêu nước đệm.\n- Trực 24/24 giờ tại hồ Khe Chè.\n\
             Mưa lớn đến nay làm hư hỏng hai cầu tạm trong huyện.";
        assert_eq!(shown(order), "--TTTT-");
    }

    #[test]
    fn a_section_tells_of_its_own_label() {
        let labels = Labels {
            achievement: 0,
            directive: 1,
        };
        let places = Places {
            labels: Some(labels),
            sections: vec![Some(Section::Tasks), Some(Section::Results), None],
        };
        let read = vec![0.8, 0.2, 0.5];
        let of_task = places.place(read.clone(), 0);
        assert!(of_task[0] < 0.2 && of_task[1] >= 0.8, "{of_task:?}");
        assert!((of_task[2] - read[2]).abs() < 1e-6, "{of_task:?}");
        let of_result = places.place(read.clone(), 1);
        assert!(of_result[0] > 0.8 && of_result[1] < 0.2, "{of_result:?}");
        assert_eq!(places.place(read.clone(), 2), read);
    }
}
