//! What do headings, lines before lists and paragraphs themselves say that they are about?

use super::Section;
use crate::rank::falls_short;

/// What headings of results name.
const RESULTS: [&str; 5] = [
    "kết quả",
    "thành tích",
    "ưu điểm",
    "đạt được",
    "đã làm được",
];

/// What headings of tasks and aims name.
const TASKS: [&str; 13] = [
    "phương hướng",
    "nhiệm vụ",
    "mục tiêu",
    "chỉ tiêu",
    "nội dung thực hiện",
    "nội dung hoạt động",
    "nội dung đề nghị",
    "phân công",
    "chương trình công tác",
    "ý kiến chỉ đạo",
    "kết luận của",
    "kết luận cuộc họp",
    "việc cần làm",
];

/// What names tasks at the beginning of a heading alone: reports tell of `công tác chỉ đạo, tổ chức thực hiện`, too.
const TASKS_FIRST: [&str; 3] = ["tổ chức thực hiện", "kiến nghị", "đề xuất"];

/// What is of its own kind even below a heading of the other, or as a line without a number.
const SURE_RESULTS: [&str; 4] = [
    "kết quả đạt được",
    "kết quả thực hiện",
    "đã làm được",
    "ưu điểm",
];

const SURE_TASKS: [&str; 4] = [
    "phương hướng",
    "nhiệm vụ trọng tâm",
    "thời gian tới",
    "việc cần làm",
];

/// Before what names tasks, these tell of tasks that were done, or name a programme: `Kết quả thực hiện nhiệm vụ`.
const FULFILLING: [&str; 4] = ["thực hiện", "hoàn thành", "thực hiện các", "chương trình"];

/// Headings that name one of these are of something else, whatever else they name.
const ASIDE: [&str; 16] = [
    "hạn chế",
    "tồn tại",
    "khuyết điểm",
    "nguyên nhân",
    "khó khăn",
    "căn cứ",
    "tình hình",
    "quyền hạn",
    "chức năng",
    "báo cáo kết quả",
    "chế độ",
    "dự kiến",
    "mong đợi",
    "cần đạt",
    "cử tri",
    "đơn thư",
];

/// What tells, before a colon, that orders follow: at its end, or before "như sau".
const ORDERING: [&str; 8] = [
    "yêu cầu",
    "đề nghị",
    "chỉ đạo",
    "kiến nghị",
    "kết luận",
    "hướng dẫn",
    "nhiệm vụ",
    "thống nhất",
];

/// How what leads to a list may end after that.
const FOLLOWING: [&str; 3] = ["như sau", "sau đây", "sau"];

/// Paragraphs among tasks with one of these tell of what was done all the same.
const DONE: [&str; 13] = [
    "đã ",
    "hiện nay",
    "ghi nhận",
    "biểu dương",
    "đánh giá cao",
    "đạt được",
    "thời gian qua",
    "năm qua",
    "vừa qua",
    "so với cùng kỳ",
    "% kế hoạch",
    "% dự toán",
    "vượt ",
];

/// Paragraphs among results with one of these tell of what is to be done all the same.
const DUE: [&str; 12] = [
    "yêu cầu",
    "đề nghị",
    "kiến nghị",
    "phải ",
    "cần ",
    "sẽ ",
    "thời gian tới",
    "tiếp tục",
    "giao cho ",
    "; giao ",
    "trước ngày",
    "định kỳ",
];

/// Fewer words that end without a mark are a name or a heading, which say nothing of what is done.
const FRAGMENT_WORDS: usize = 12;

/// What a heading says that its section is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// One of the two.
    Of(Section),
    /// Something else, or both.
    Other,
    /// Nothing.
    Unsaid,
}

impl Topic {
    pub(super) fn of(heading: &str) -> Self {
        let heading = heading.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| heading.contains(word));
        let is_done = heading.contains(" đã ");
        // `II.`, `2.1`, `Điều 2.`
        let is_number = |word: &&str| *word == "điều" || !word.ends_with(char::is_alphabetic);
        let words: Vec<&str> = heading.split_whitespace().skip_while(is_number).collect();
        let first = words.join(" ");
        let is_ahead = |word: &str| {
            let mut places = heading.match_indices(word);
            places.any(|(at, _)| {
                let before = heading[..at].trim_end();
                !FULFILLING.iter().any(|word| before.ends_with(word))
            })
        };
        let names_tasks = TASKS.iter().any(|word| is_ahead(word))
            || TASKS_FIRST.iter().any(|word| first.starts_with(word));
        match (has(&RESULTS), names_tasks && !is_done) {
            _ if has(&ASIDE) => Self::Other,
            (true, true) => Self::Other,
            (true, false) => Self::Of(Section::Results),
            (false, true) => Self::Of(Section::Tasks),
            (false, false) => Self::Unsaid,
        }
    }

    /// The same of a heading below one of another topic, which it does not leave unless it is sure what it names: reports of
    /// results tell how aims were reached.
    pub(super) fn within(self, above: Option<Section>, heading: &str) -> Self {
        match (self, above) {
            (Self::Of(topic), Some(above)) if topic != above && sure(heading) != Some(topic) => {
                Self::Unsaid
            }
            _ => self,
        }
    }

    pub(super) fn section(self) -> Option<Section> {
        match self {
            Self::Of(section) => Some(section),
            Self::Other | Self::Unsaid => None,
        }
    }
}

/// What a line is about beyond doubt.
pub(super) fn sure(line: &str) -> Option<Section> {
    let line = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match (has(&SURE_RESULTS), has(&SURE_TASKS)) {
        _ if has(&ASIDE) => None,
        (true, false) => Some(Section::Results),
        (false, true) => Some(Section::Tasks),
        _ => None,
    }
}

/// What a text that ends with a colon leads to.
pub(super) fn leads_to(text: &str) -> Option<Section> {
    let text = text
        .trim_end()
        .trim_end_matches(':')
        .trim_end()
        .to_lowercase();
    let ends = |words: &[&str]| words.iter().any(|word| text.ends_with(word));
    let last = text.rsplit(['.', ';']).next().unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| last.contains(word));
    if last.contains(" đã ") {
        return ends(&FOLLOWING).then_some(Section::Results);
    }
    if ends(&ORDERING) {
        return Some(Section::Tasks);
    }
    match (ends(&FOLLOWING), has(&RESULTS), has(&ORDERING)) {
        (true, true, _) => Some(Section::Results),
        (true, false, true) => Some(Section::Tasks),
        _ => None,
    }
}

/// Whether a text is no sentence, but a name or a heading.
pub(super) fn is_fragment(text: &str) -> bool {
    let ends = text
        .trim_end()
        .ends_with(['.', ';', ':', '!', ')', '”', '"']);
    !ends && text.split_whitespace().nth(FRAGMENT_WORDS).is_none()
}

/// Whether a paragraph is of the other kind by its own words.
pub(super) fn speaks_against(section: Section, text: &str) -> bool {
    let words = text.to_lowercase();
    let has = |those: &[&str]| those.iter().any(|word| words.contains(word));
    match section {
        Section::Results => has(&DUE) || text.starts_with("Giao ") || falls_short(text),
        Section::Tasks => has(&DONE),
    }
}
