//! What do headings, lines before lists and titles say that they are about?

use super::Section;
use super::words::{
    AGREEMENTS, ASIDE, ASIDE_ALONE, BESIDE_RESULTS, COUNTING, DIRECTING, DIVISIONS, DOING,
    EXPECTED, FINDING, FINDINGS, FOLLOWING, FULFILLING, HANDLING, INQUIRIES, INTRODUCING,
    JUDGEMENTS, NAME_WORDS, ORDERING, ORDERING_ALL, ORDERING_FIRST, OUTLINES, PARTS, RESULTS,
    REVIEWS, SAYING, SURE_RESULTS, SURE_TASKS, TASKS, TASKS_FIRST, WHOM_WORDS, WISHING,
};
use crate::phrases::is_fragment;

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
        let first = without_number(&heading);
        let begins = |words: &[&str]| words.iter().any(|word| first.starts_with(word));
        let names_results = begins(&REVIEWS) || has(&RESULTS);
        let is_sure = names_ahead(&heading, &SURE_TASKS);
        let names_tasks = names_ahead(&heading, &TASKS) || begins(&TASKS_FIRST);
        if has(&FINDINGS) || (judges(&heading) && !is_sure) {
            return Self::Other;
        }
        match (names_results, (names_tasks || is_sure) && !is_done) {
            (true, true) if is_sure || !first.starts_with(RESULTS[0]) => Self::Other,
            (true, _) => results_unless_aside(&first),
            (false, true) if is_sure => Self::Of(Section::Tasks),
            (false, true) if opens_aside(&first) || has(&ASIDE_ALONE) || has(&[WISHING]) => {
                Self::Other
            }
            (false, true) => Self::Of(Section::Tasks),
            (false, false) if has(&ASIDE) || has(&EXPECTED) || has(&ASIDE_ALONE) => Self::Other,
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

/// A heading without what numbers it: `II.`, `2.1`, `Điều 2.`
fn without_number(heading: &str) -> String {
    let is_number = |word: &&str| DIVISIONS.contains(word) || !word.ends_with(char::is_alphabetic);
    let words: Vec<&str> = heading.split_whitespace().skip_while(is_number).collect();
    words.join(" ")
}

/// Whether a heading in small letters judges what was done, or says why, and not that something was done about it.
fn judges(heading: &str) -> bool {
    let mut places = JUDGEMENTS
        .iter()
        .flat_map(|word| heading.match_indices(word));
    places.any(|(at, _)| {
        let before = &heading[..at];
        !HANDLING.iter().any(|handling| before.contains(handling))
    })
}

/// Whether a heading without its number begins with what is neither result nor task.
fn opens_aside(first: &str) -> bool {
    let rest = without_counting(first);
    ASIDE.iter().any(|word| rest.starts_with(word))
        && !TASKS.iter().any(|task| rest.starts_with(task))
}

/// What a heading that names results is about.
fn results_unless_aside(first: &str) -> Topic {
    let is_expected = EXPECTED.iter().any(|word| first.contains(word));
    let is_beside = REVIEWS.iter().any(|opening| first.starts_with(opening))
        || without_counting(first).starts_with(BESIDE_RESULTS);
    if is_expected || (opens_aside(first) && !is_beside) {
        Topic::Other
    } else {
        Topic::Of(Section::Results)
    }
}

fn without_counting(first: &str) -> &str {
    let mut rest = first;
    while let Some(after) = COUNTING.iter().find_map(|word| rest.strip_prefix(word)) {
        rest = after;
    }
    rest
}

/// Whether a heading names one of these tasks, and not that they were done, alone or among others:
/// `Thực hiện chỉ tiêu, nhiệm vụ`.
fn names_ahead(heading: &str, tasks: &[&str]) -> bool {
    let mut places = tasks.iter().flat_map(|task| heading.match_indices(task));
    places.any(|(at, _)| {
        let mut before = heading[..at].trim_end();
        while let Some(listed) = TASKS.iter().find_map(|task| {
            let before = before.strip_suffix(" và").or(before.strip_suffix(','))?;
            before.trim_end().strip_suffix(task)
        }) {
            before = listed.trim_end();
        }
        let before = before.trim_end_matches(|c: char| c.is_ascii_digit() || c == ' ');
        let mut counting = COUNTING.iter().map(|word| word.trim_end());
        let counted = counting.find_map(|word| before.strip_suffix(word));
        let before = counted.unwrap_or(before).trim_end();
        !FULFILLING.iter().any(|word| before.ends_with(word))
    })
}

/// What a line is about beyond doubt.
fn sure(line: &str) -> Option<Section> {
    let line = line.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| line.contains(word));
    match (has(&SURE_RESULTS), names_ahead(&line, &SURE_TASKS)) {
        (_, false) if judges(&line) || has(&FINDINGS) => None,
        (true, false) if results_unless_aside(&without_number(&line)) == Topic::Other => None,
        (true, false) => Some(Section::Results),
        (false, true) => Some(Section::Tasks),
        _ => None,
    }
}

/// What a text that ends with a colon leads to.
pub(super) fn leads_to(text: &str) -> Option<Section> {
    let text = before_colon(text);
    let last = text
        .rsplit(['.', ';'])
        .next()
        .unwrap_or_default()
        .trim_start();
    let introduces = INTRODUCING.iter().any(|opening| last.starts_with(opening));
    let last = match last.rsplit_once(", ") {
        Some((_, last)) if introduces => last,
        _ => last,
    };
    let has = |words: &[&str]| words.iter().any(|word| last.contains(word));
    let end = |words: &[&str]| words.iter().find_map(|word| text.strip_suffix(word));
    let follows = end(&FOLLOWING).is_some();
    if has(&SAYING) || text.ends_with("báo cáo như sau") {
        return None;
    }
    if let Some((_, verb)) = last.rsplit_once(" đã ") {
        let begins = |verbs: &[&str]| verbs.iter().any(|it| verb.starts_with(it));
        return match (follows, has(&RESULTS) || begins(&DOING), begins(&ORDERING)) {
            (true, true, false) => Some(Section::Results),
            (true, false, true) => Some(Section::Tasks),
            _ => None,
        };
    }
    if let Some(before) = end(&ORDERING) {
        // `theo hướng dẫn:` tells what it goes by.
        return (!before.trim_end().ends_with("theo")).then_some(Section::Tasks);
    }
    if names_whom(last) && !follows {
        return Some(Section::Tasks);
    }
    match (follows, has(&RESULTS), has(&ORDERING)) {
        (true, true, _) => Some(Section::Results),
        (true, false, true) => Some(Section::Tasks),
        _ => None,
    }
}

/// Whether the words before a colon say whom somebody orders, and not what: `Giao Phòng Nội vụ:`
fn names_whom(text: &str) -> bool {
    let first = ORDERING_FIRST
        .iter()
        .find_map(|verb| text.strip_prefix(verb));
    let later = || {
        ORDERING_ALL
            .iter()
            .find_map(|verb| text.split_once(verb).map(|(_, rest)| rest))
    };
    let whom = first.or_else(later);
    whom.is_some_and(|whom| whom.split_whitespace().nth(WHOM_WORDS).is_none())
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

/// What an item that is no heading names: what stands before its colon, or all of it where it is no sentence.
pub(super) fn name_of_item(text: &str) -> &str {
    if is_fragment(text) {
        return text;
    }
    let name = text.split_once(':').map(|(name, _)| name);
    let name = name.filter(|name| name.split_whitespace().nth(NAME_WORDS).is_none());
    name.unwrap_or_default()
}

/// Whether a document with this title reports what its office did.
pub(super) fn reports(title: &str) -> bool {
    let title = title.to_lowercase();
    title.starts_with("báo cáo") && !FINDING.iter().any(|what| title.contains(what))
}

/// Whether a title is of an agreement on who does what, which has articles as laws have.
pub(in crate::pipeline) fn agrees(title: &str) -> bool {
    let title = title.to_lowercase();
    AGREEMENTS.iter().any(|kind| title.starts_with(kind))
}

/// Whether a title is of an outline that reports are to be made after.
pub(super) fn is_outline(title: &str) -> bool {
    let title = title.to_lowercase();
    OUTLINES.iter().any(|kind| title.starts_with(kind))
}

/// Whether a line begins with what it is about, as headings do, and items, which begin with verbs, do not: `Kết quả đạt được`,
/// but `Nắm tình hình, khó khăn của các hộ`.
pub(super) fn opens_with_topic(line: &str) -> bool {
    let line = line.to_lowercase();
    let begins = |line: &str| {
        let topics = ASIDE
            .iter()
            .chain(&ASIDE_ALONE)
            .chain(&JUDGEMENTS)
            .chain(&EXPECTED)
            .chain(&RESULTS)
            .chain(&REVIEWS);
        topics
            .into_iter()
            .any(|topic| line.starts_with(topic) && *topic != "báo cáo kết quả")
    };
    begins(without_counting(&line))
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
    let is_direction =
        || begins(&text, &DIRECTING) || agrees(&text) || is_conclusion || is_approval();
    is_loud && !finds && is_direction()
}

/// Whether a line says that it is annexed to a document that gives directions: `(Kèm theo Kế hoạch số 12/KH-UBND …)`.
pub(super) fn is_annexed_to_direction(line: &str) -> bool {
    let line = line.to_lowercase();
    let annexed = line.split_once("kèm theo").map(|(_, act)| act.trim_start());
    annexed.is_some_and(|act| DIRECTING.iter().any(|kind| act.starts_with(kind)))
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
    let refers = text.trim_end().ends_with("kèm theo") || text.trim_end().ends_with("đính kèm");
    (names("phụ", "lục") || names("mẫu", "số")) && is_fragment(text) && !refers
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
                "I. KẾT QUẢ THỰC HIỆN CÁC CHỈ TIÊU, NHIỆM VỤ NĂM 2023",
                Topic::Of(Section::Results),
            ),
            ("KẾT QUẢ THỰC HIỆN CHẾ ĐỘ", Topic::Of(Section::Results)),
            ("III. Việc thực hiện nhiệm vụ, giải pháp", Topic::Unsaid),
            (
                "III. Dự báo và công tác thời gian tới",
                Topic::Of(Section::Tasks),
            ),
            ("V. Trọng tâm tháng 10", Topic::Of(Section::Tasks)),
            ("IV. Tồn tại, hạn chế", Topic::Other),
            ("I- Đánh giá tháng 10", Topic::Of(Section::Results)),
            (
                "I. Đánh giá tình hình thực hiện nhiệm vụ quý I",
                Topic::Of(Section::Results),
            ),
            ("TỔNG KẾT NĂM 2024", Topic::Of(Section::Results)),
            ("II. Đánh giá công tác, hạn chế", Topic::Other),
            ("III. Đánh giá, xếp loại", Topic::Other),
            ("1. Về trồng trọt", Topic::Unsaid),
            (
                "I. KẾT QUẢ ĐẠT ĐƯỢC TRONG THỜI GIAN QUA",
                Topic::Of(Section::Results),
            ),
            (
                "I. Kết quả thực hiện chức năng, nhiệm vụ được giao",
                Topic::Of(Section::Results),
            ),
            (
                "II. Kết quả thực hiện 05 nhiệm vụ trọng tâm",
                Topic::Of(Section::Results),
            ),
            (
                "2. Kết quả tháo gỡ khó khăn cho doanh nghiệp",
                Topic::Of(Section::Results),
            ),
            (
                "I. Tình hình và kết quả thực hiện",
                Topic::Of(Section::Results),
            ),
            ("3. Kết quả và khó khăn", Topic::Other),
            ("IV. Kết quả mong đợi", Topic::Other),
            ("Phần 1. Báo cáo kết quả", Topic::Other),
            ("I. Kết quả quý I, phương hướng quý II", Topic::Other),
            ("II. DỰ KIẾN NHIỆM VỤ THÁNG 7", Topic::Of(Section::Tasks)),
            (
                "III. Giải pháp khắc phục hạn chế",
                Topic::Of(Section::Tasks),
            ),
            (
                "Ý kiến chỉ đạo của Chủ tịch UBND huyện",
                Topic::Of(Section::Tasks),
            ),
            ("1. Chức năng, nhiệm vụ", Topic::Other),
            ("2. Nhiệm vụ, quyền hạn", Topic::Other),
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
            ("Xã đã hoàn thành các nhiệm vụ sau:", Some(Section::Results)),
            (
                "Thực hiện chỉ đạo của Huyện ủy, xã đã tổ chức các hoạt động sau:",
                Some(Section::Results),
            ),
            (
                "Thực hiện công văn về việc hướng dẫn, xã báo cáo như sau:",
                None,
            ),
            ("Các đại biểu phát biểu ý kiến:", None),
            (
                "Sau khi nghe các đại biểu phát biểu, đồng chí Chủ tịch xã kết luận như sau:",
                Some(Section::Tasks),
            ),
            (
                "Với sự tham gia của nhân dân, xã đã đạt được kết quả như sau:",
                Some(Section::Results),
            ),
            ("Giao Phòng Nội vụ:", Some(Section::Tasks)),
            (
                "Chủ tịch UBND huyện yêu cầu các phòng, ban:",
                Some(Section::Tasks),
            ),
            ("Các yêu cầu đối với nhà thầu:", None),
            (
                "UBND huyện yêu cầu các xã sớm sửa xong và đưa vào sử dụng 9 cây cầu tạm:",
                None,
            ),
            ("Nộp hồ sơ theo hướng dẫn:", None),
        ] {
            assert_eq!(leads_to(line), section, "{line}");
        }
        assert!(leads_to_parts("Hồ sơ gửi kèm gồm:"));
    }

    #[test]
    fn titles_say_what_kind_of_document_it_is() {
        assert!(reports("BÁO CÁO Kết quả công tác năm 2024"));
        assert!(!reports("BÁO CÁO Kết quả kiểm tra việc thu phí"));
        assert!(agrees("THỎA THUẬN PHỐI HỢP giữa hai trường"));
        assert!(directs("QUY CHẾ PHỐI HỢP"));
        assert!(is_outline("ĐỀ CƯƠNG BÁO CÁO"));
    }

    #[test]
    fn items_begin_with_verbs_and_headings_with_what_they_are_about() {
        for heading in [
            "Kết quả đạt được",
            "Một số khó khăn, vướng mắc",
            "Tình hình chung",
        ] {
            assert!(opens_with_topic(heading), "{heading}");
        }
        for item in [
            "Nắm tình hình, khó khăn của từng hộ",
            "Báo cáo kết quả thực hiện với UBND huyện hằng quý",
        ] {
            assert!(!opens_with_topic(item), "{item}");
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
