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
const TASKS: [&str; 20] = [
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
    "công tác chuẩn bị",
    "chương trình công tác",
    "kế hoạch tuần",
    "kế hoạch tháng",
    "kế hoạch quý",
    "ý kiến chỉ đạo",
    "kết luận của",
    "kết luận cuộc họp",
    "việc cần làm",
    "trách nhiệm của các",
];

/// What names tasks at the beginning of a heading alone: reports tell of `công tác chỉ đạo, tổ chức thực hiện`, too.
const TASKS_FIRST: [&str; 10] = [
    "tổ chức thực hiện",
    "kiến nghị",
    "đề xuất",
    "đề nghị",
    "yêu cầu",
    "biện pháp",
    "trọng tâm tuần",
    "trọng tâm tháng",
    "trọng tâm quý",
    "trọng tâm năm",
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
const FULFILLING: [&str; 6] = [
    "thực hiện",
    "thực hiện các",
    "hoàn thành",
    "triển khai",
    "triển khai các",
    "chương trình",
];

/// Headings that name one of these are of something else, whatever else they name.
const ASIDE: [&str; 39] = [
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
    "tổng quan",
    "tiềm năng",
    "giới thiệu",
    "thời gian",
    "địa điểm",
    "chủ đề",
];

/// What results of these are is no achievement; neither is what is told of them.
const FINDINGS: [&str; 12] = [
    "kết quả kiểm tra",
    "kết quả thanh tra",
    "kết quả giám sát",
    "kết quả xác minh",
    "kết quả khảo sát",
    "kết quả điều tra",
    "kết quả xét nghiệm",
    "kết quả nghiên cứu",
    "kết quả nghiệm thu",
    "kết quả thảo luận",
    "kết quả bỏ phiếu",
    "kết quả bầu cử",
];

/// Headings that name one of these are of something else where they name no results: `Đánh giá kết quả`.
const ASIDE_ALONE: [&str; 1] = ["đánh giá"];

/// Conclusions of these find what is wrong and direct nobody.
const INQUIRIES: [&str; 4] = [
    "kết luận thanh tra",
    "kết luận kiểm tra",
    "kết luận giám định",
    "kết luận nội dung tố cáo",
];

/// Before what leads to a list, these tell of what others said or of what it goes by.
const SAYING: [&str; 6] = [
    "phát biểu",
    "thảo luận",
    "đóng góp",
    "tham gia",
    "cử tri",
    "đại biểu",
];

/// How what leads to a list of papers or parts ends.
const PARTS: [&str; 3] = ["gồm", "gồm có", "kèm theo"];

/// Documents whose titles begin with one of these give directions; so do conclusions that are made known, and decisions that
/// approve one.
const DIRECTING: [&str; 12] = [
    "kế hoạch",
    "chỉ thị",
    "công điện",
    "chương trình hành động",
    "chương trình công tác",
    "chương trình phối hợp",
    "phương án",
    "hướng dẫn",
    "đề án",
    "kết luận của",
    "kết luận cuộc họp",
    "kết luận hội nghị",
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
    "có ý kiến",
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

/// What has fewer says nothing: `- Không.`
const FEWEST_WORDS: usize = 3;

/// Sentences with one of these tell of their own document.
const CLOSING: [&str; 8] = [
    "trên đây là",
    " này có hiệu lực",
    "được lập thành",
    "lập thành 0",
    "cùng nghe",
    "biểu quyết:",
    "thông qua ngày",
    "cuộc họp kết thúc",
];

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
        let is_sure = names_ahead(&heading, &SURE_TASKS);
        let names_tasks =
            names_ahead(&heading, &TASKS) || TASKS_FIRST.iter().any(|word| first.starts_with(word));
        let is_aside = has(&ASIDE) || (has(&ASIDE_ALONE) && !has(&RESULTS));
        match (has(&RESULTS), (names_tasks || is_sure) && !is_done) {
            _ if has(&FINDINGS) || (is_aside && !is_sure) => Self::Other,
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

/// Whether a heading names one of these tasks, and not that they were done.
fn names_ahead(heading: &str, tasks: &[&str]) -> bool {
    let mut places = tasks.iter().flat_map(|task| heading.match_indices(task));
    places.any(|(at, _)| {
        let before = heading[..at].trim_end();
        !FULFILLING.iter().any(|word| before.ends_with(word))
    })
}

/// What a line is about beyond doubt.
fn sure(line: &str) -> Option<Section> {
    let line = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match (has(&SURE_RESULTS), names_ahead(&line, &SURE_TASKS)) {
        (_, false) if has(&ASIDE) || has(&FINDINGS) => None,
        (true, false) => Some(Section::Results),
        (false, true) => Some(Section::Tasks),
        _ => None,
    }
}

/// What a text that ends with a colon leads to.
pub(super) fn leads_to(text: &str) -> Option<Section> {
    let text = before_colon(text);
    let last = text.rsplit(['.', ';']).next().unwrap_or_default();
    let has = |words: &[&str]| words.iter().any(|word| last.contains(word));
    let end = |words: &[&str]| words.iter().find_map(|word| text.strip_suffix(word));
    let follows = end(&FOLLOWING).is_some();
    if has(&SAYING) {
        return None;
    }
    if let Some(before) = end(&ORDERING) {
        // `theo hướng dẫn:` tells what it goes by.
        return (!before.trim_end().ends_with("theo")).then_some(Section::Tasks);
    }
    match (follows, has(&RESULTS), has(&ORDERING)) {
        (true, true, _) => Some(Section::Results),
        (true, false, true) => Some(Section::Tasks),
        _ => None,
    }
}

/// Whether a text that ends with a colon leads to papers or parts, of which nothing is told.
pub(super) fn leads_to_parts(text: &str) -> bool {
    let text = before_colon(text);
    PARTS.iter().any(|end| text.ends_with(end))
}

/// The end of a text before its colon, in small letters.
fn before_colon(text: &str) -> String {
    let text = text.trim_end().trim_end_matches(':').trim_end();
    text.to_lowercase()
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
    let finds = INQUIRIES.iter().any(|inquiry| text.contains(inquiry));
    is_loud && !finds && (begins(&text, &DIRECTING) || is_conclusion || is_approval())
}

/// Whether an item is the first of its list: `1.`, `a)`.
pub(super) fn is_first(text: &str) -> bool {
    let word = text.split_whitespace().next().unwrap_or_default();
    let number = word.trim_matches(|c: char| !c.is_alphanumeric());
    number == "1" || number == "a"
}

/// Whether a text annexed to another begins, or one of its forms.
pub(super) fn opens_annex(text: &str) -> bool {
    let words: Vec<String> = text
        .split_whitespace()
        .take(3)
        .map(str::to_lowercase)
        .collect();
    let names = |first: &str, second: &str| {
        words.first().is_some_and(|word| word == first)
            && words.get(1).is_some_and(|word| word.starts_with(second))
    };
    (names("phụ", "lục") || names("mẫu", "số")) && is_fragment(text)
}

/// Whether a text has no part in what its section is about: it is of its document, of a table of contents, or nothing.
pub(super) fn is_beside(text: &str) -> bool {
    let small = text.to_lowercase();
    let words: Vec<&str> = small.split_whitespace().take(4).collect();
    let has_number = |word: &&str| word.contains(|c: char| c.is_ascii_digit());
    // `- 10 giờ 30: bế mạc`
    let is_hour = words
        .windows(2)
        .any(|it| has_number(&it[0]) && it[1] == "giờ");
    let is_listed = small.contains("trang ") && small.ends_with(|c: char| c.is_ascii_digit());
    is_listed
        || small.split_whitespace().nth(FEWEST_WORDS - 1).is_none()
        || CLOSING.iter().any(|phrase| small.contains(phrase))
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
    fn headings_say_what_they_are_about() {
        for (heading, topic) in [
            (
                "I. KẾT QUẢ THỰC HIỆN NHIỆM VỤ TRỌNG TÂM",
                Topic::Of(Section::Results),
            ),
            ("A. Đánh giá kết quả năm 2024", Topic::Of(Section::Results)),
            ("II. KẾT QUẢ KIỂM TRA, XÁC MINH", Topic::Other),
            (
                "III. Dự báo và công tác thời gian tới",
                Topic::Of(Section::Tasks),
            ),
            ("V. Trọng tâm tháng 10", Topic::Of(Section::Tasks)),
            ("IV. Tồn tại, hạn chế", Topic::Other),
            ("1. Về trồng trọt", Topic::Unsaid),
        ] {
            assert_eq!(Topic::of(heading), topic, "{heading}");
        }
    }

    #[test]
    fn lines_say_what_lists_they_lead_to() {
        for (line, section) in [
            (
                "Chủ tịch UBND xã đã kết luận như sau:",
                Some(Section::Tasks),
            ),
            ("Kết quả đạt được như sau:", Some(Section::Results)),
            ("Đoàn đã phát hiện một số vi phạm như sau:", None),
            ("Các đại biểu phát biểu ý kiến:", None),
            ("Nộp hồ sơ theo hướng dẫn:", None),
        ] {
            assert_eq!(leads_to(line), section, "{line}");
        }
        assert!(leads_to_parts("Hồ sơ gửi kèm gồm:"));
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
