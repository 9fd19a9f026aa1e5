//! What do headings, lines before lists and paragraphs themselves say that they are about?

use super::Section;

/// What headings of results name.
const RESULTS: [&str; 8] = [
    "kết quả",
    "thành tích",
    "ưu điểm",
    "đạt được",
    "đã làm được",
    "đã triển khai",
    "đã thực hiện",
    "tuần qua",
];

/// What headings of tasks and aims name.
const TASKS: [&str; 24] = [
    "phương hướng",
    "nhiệm vụ",
    "mục tiêu",
    "mục đích",
    "chỉ tiêu",
    "giải pháp",
    "nội dung thực hiện",
    "nội dung hoạt động",
    "nội dung đề nghị",
    "phân công",
    "trách nhiệm",
    "công tác chuẩn bị",
    "chương trình công tác",
    "kế hoạch tuần",
    "kế hoạch tháng",
    "kế hoạch quý",
    "ý kiến chỉ đạo",
    "kết luận của",
    "kết luận cuộc họp",
    "việc cần làm",
    "trọng tâm tuần",
    "trọng tâm tháng",
    "trọng tâm quý",
    "trọng tâm năm",
];

/// What names tasks at the beginning of a heading alone: reports tell of `công tác chỉ đạo, tổ chức thực hiện`, too.
const TASKS_FIRST: [&str; 7] = [
    "tổ chức thực hiện",
    "kiến nghị",
    "đề xuất",
    "đề nghị",
    "yêu cầu",
    "biện pháp",
    "kết luận",
];

/// What is of its own kind even below a heading of the other, or beside what is of none.
const SURE_RESULTS: [&str; 4] = [
    "kết quả đạt được",
    "kết quả thực hiện",
    "đã làm được",
    "ưu điểm",
];

const SURE_TASKS: [&str; 9] = [
    "phương hướng",
    "nhiệm vụ trọng tâm",
    "thời gian tới",
    "từ nay đến",
    "tuần tới",
    "tháng tới",
    "quý tới",
    "năm tới",
    "việc cần làm",
];

/// Before what names tasks, these tell of tasks that were done, or name a programme: `Kết quả thực hiện nhiệm vụ`.
const FULFILLING: [&str; 4] = ["thực hiện", "hoàn thành", "thực hiện các", "chương trình"];

/// Headings that name one of these are of something else, whatever else they name.
const ASIDE: [&str; 34] = [
    "hạn chế",
    "tồn tại",
    "khuyết điểm",
    "nguyên nhân",
    "khó khăn",
    "vướng mắc",
    "bài học",
    "căn cứ",
    "cơ sở pháp lý",
    "sự cần thiết",
    "tình hình",
    "thực trạng",
    "hiện trạng",
    "khái quát",
    "đặc điểm",
    "bối cảnh",
    "đánh giá",
    "thảo luận",
    "ý kiến",
    "quyền hạn",
    "chức năng",
    "phạm vi",
    "đối tượng",
    "thành phần",
    "quy định chung",
    "hiệu lực",
    "kinh phí",
    "báo cáo kết quả",
    "chế độ",
    "dự kiến",
    "mong đợi",
    "cần đạt",
    "cử tri",
    "đơn thư",
];

/// Documents whose titles begin with one of these give directions; so do conclusions that are made known, and decisions that
/// approve one.
const DIRECTING: [&str; 8] = [
    "kế hoạch",
    "chỉ thị",
    "công điện",
    "chương trình",
    "phương án",
    "hướng dẫn",
    "đề án",
    "kết luận",
];

/// What tells, before a colon, that orders follow: at its end, or before "như sau".
const ORDERING: [&str; 12] = [
    "yêu cầu",
    "đề nghị",
    "chỉ đạo",
    "chỉ thị",
    "kiến nghị",
    "kết luận",
    "quyết nghị",
    "hướng dẫn",
    "nhiệm vụ",
    "phân công",
    "thống nhất",
    "ý kiến",
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

/// No longer is what an item names before a colon.
const NAME_WORDS: usize = 10;

/// Words before the number of a division.
const DIVISIONS: [&str; 5] = ["phần", "chương", "mục", "điều", "thứ"];

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
        let is_number =
            |word: &&str| DIVISIONS.contains(word) || !word.ends_with(char::is_alphabetic);
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
        let is_ahead = has(&SURE_TASKS);
        match (has(&RESULTS), (names_tasks || is_ahead) && !is_done) {
            _ if has(&ASIDE) && !is_ahead => Self::Other,
            (true, true) => Self::Other,
            (true, false) => Self::Of(Section::Results),
            (false, true) => Self::Of(Section::Tasks),
            (false, false) => Self::Unsaid,
        }
    }

    /// The same as far as a heading says so beyond doubt.
    pub(super) fn if_sure(self, heading: &str) -> Self {
        match self {
            Self::Of(section) if sure(heading) != Some(section) => Self::Unsaid,
            _ => self,
        }
    }

    /// The same of a heading or an item below one of the topic `above`, which it does not leave unless it is sure what it
    /// names: reports of results tell how aims were reached.
    pub(super) fn below(self, above: Self, heading: &str) -> Self {
        match (self, above) {
            (Self::Unsaid, _) => above,
            (Self::Of(topic), Self::Of(other))
                if topic != other && sure(heading) != Some(topic) =>
            {
                above
            }
            _ => self,
        }
    }
}

/// What a line is about beyond doubt.
fn sure(line: &str) -> Option<Section> {
    let line = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match (has(&SURE_RESULTS), has(&SURE_TASKS)) {
        (_, false) if has(&ASIDE) => None,
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

/// What an item that is no heading names: what stands before its colon, or all of it where it is no sentence.
pub(super) fn name_of_item(text: &str) -> &str {
    if is_fragment(text) {
        return text;
    }
    let name = text.split_once(':').map(|(name, _)| name);
    let name = name.filter(|name| name.split_whitespace().nth(NAME_WORDS).is_none());
    name.unwrap_or_default()
}

/// Whether a document with this title gives directions.
pub(super) fn directs(title: &str) -> bool {
    let text = title.to_lowercase();
    let begins = |text: &str, kinds: &[&str]| kinds.iter().any(|kind| text.starts_with(kind));
    let approves = |verb: &str| {
        let mut approved = text.split(verb).skip(1).map(str::trim_start);
        approved.any(|what| begins(what, &DIRECTING))
    };
    // Offices write what a document is in capitals; `Kế hoạch của chị Mai` is news.
    let word = title.split_whitespace().next().unwrap_or_default();
    let is_loud = !word.contains(char::is_lowercase);
    let is_conclusion = begins(&text, &["thông báo"]) && text.contains("kết luận");
    let is_approval =
        || begins(&text, &["quyết định"]) && (approves("phê duyệt") || approves("ban hành"));
    is_loud && (begins(&text, &DIRECTING) || is_conclusion || is_approval())
}

/// Whether what stands among tasks tells of what was done all the same.
pub(super) fn is_told_as_done(text: &str) -> bool {
    has(text, &DONE)
}

/// Whether what stands among results tells of what is to be done all the same.
pub(super) fn is_told_as_due(text: &str) -> bool {
    has(text, &DUE) || text.starts_with("Giao ")
}

fn has(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_say_whether_a_document_directs() {
        for title in [
            "KẾ HOẠCH Tiêm phòng",
            "THÔNG BÁO Kết luận của Chủ tịch xã",
            "QUYẾT ĐỊNH Về việc phê duyệt Kế hoạch giảm nghèo",
        ] {
            assert!(directs(title), "{title}");
        }
        for title in [
            "Kế hoạch của chị Mai",
            "BÁO CÁO Kết quả thực hiện kế hoạch",
            "QUYẾT ĐỊNH Về việc khen thưởng",
            "",
        ] {
            assert!(!directs(title), "{title}");
        }
    }

    #[test]
    fn items_name_what_stands_before_their_colon() {
        let cases = [
            ("8. Kiến nghị: huyện cấp 20 tấn gạo.", "8. Kiến nghị"),
            ("2. Hạn chế", "2. Hạn chế"),
            ("1. Gieo sạ hết 430 ha lúa.", ""),
        ];
        for (item, name) in cases {
            assert_eq!(name_of_item(item), name);
        }
        assert_eq!(Topic::of("8. Kiến nghị"), Topic::Of(Section::Tasks));
        assert_eq!(Topic::of("2. Hạn chế"), Topic::Other);
    }
}
