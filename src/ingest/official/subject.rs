//! Can a line be one of a title? Not where it opens the text, numbers a section or is a sentence.

use super::fold::{folded, starts_with_any};
use super::kind::is_kind;

/// How lines begin that are no part of a title; with their marks, for `Trồng rừng` and `Đề nghị` are subjects.
const BEGINNINGS: [&str; 17] = [
    "căn cứ",
    "kính gửi",
    "kính thưa",
    "thưa",
    "thực hiện",
    "chương",
    "phần",
    "xét",
    "theo",
    "ngày",
    "nhằm",
    "ban hành",
    "để",
    "trong",
    "chủ tịch",
    "giám đốc",
    "bộ trưởng",
];

/// Words that begin with one of them and mean something else: `CHƯƠNG TRÌNH MỤC TIÊU`, `Theo dõi thi hành pháp luật`.
const OTHER_WORDS: [&str; 3] = ["chương trình", "phần mềm", "theo dõi"];

/// Those of them with which a line in capitals goes on as well, for nobody types a text in capitals below its title.
const GOING_ON: [&str; 6] = ["thực hiện", "theo", "ngày", "nhằm", "trong", "ban hành"];

/// Those of them that a subject begins with as well, if the line says no more than that.
const SUBJECTS: [&str; 2] = ["thực hiện", "ban hành"];

/// Those of them with which no line goes on; a font of capitals may have them in small letters.
const UNMISTAKABLE: [&str; 4] = ["căn cứ", "kính gửi", "kính thưa", "thưa"];

/// Whether a line begins as the text below a title does, or opens its first article.
///
/// With a capital letter: `ngày 5 tháng 6 …` and `thực hiện …` go on with the line above them.
pub(super) fn opens_text(line: &str) -> bool {
    let is_small = !line.starts_with(char::is_uppercase);
    let is_loud = is_loud(line);
    let line = line.to_lowercase();
    let after = |beginning: &str| line.strip_prefix(beginning);
    let opens = |beginning: &&str| {
        after(beginning).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
    };
    if OTHER_WORDS.iter().any(opens) {
        return false;
    }
    if is_small {
        return UNMISTAKABLE.iter().any(opens);
    }
    // On whose proposal something is decided is said below the title.
    if is_loud && GOING_ON.iter().any(opens) && !opens(&"theo đề nghị") {
        return false;
    }
    BEGINNINGS.iter().any(opens)
        || after("điều ").is_some_and(|rest| rest.starts_with(|next: char| next.is_ascii_digit()))
}

/// No line of a title has more characters.
pub(super) const LONGEST_TITLE_LINE: usize = 250;

/// Whether a line is the body that speaks, or on what grounds.
pub(super) fn is_preamble(text: &str) -> bool {
    opens_text(text) || text.starts_with(['(', '-']) || text.split_whitespace().count() < 3
}

pub(super) fn is_subject(text: &str) -> bool {
    // `KẾ HOẠCH` and below it `Thực hiện Nghị quyết số 12 …`; a preamble goes on to what is reported or decided.
    let is_done = begins_as_preamble(text) && !text.ends_with(',') && !is_body_speaking(text);
    (is_title_line(text) || (is_done && ends_as_title(text))) && !text.ends_with('.')
}

/// Whether a line begins as both a subject and a preamble do.
pub(super) fn begins_as_preamble(text: &str) -> bool {
    SUBJECTS.iter().any(|verb| begins_with(text, verb))
}

/// Who speaks in a preamble after its grounds, with the marks: `Thực hiện Công văn số 5, Ủy ban nhân dân xã báo cáo kết quả`.
const SPEAKERS: [&str; 38] = [
    "ủy ban",
    "uỷ ban",
    "ubnd",
    "hđnd",
    "hội",
    "sở",
    "bộ",
    "cục",
    "chi cục",
    "phòng",
    "văn phòng",
    "ban",
    "công an",
    "công ty",
    "trường",
    "trung tâm",
    "bệnh viện",
    "đảng ủy",
    "đơn vị",
    "xã",
    "phường",
    "huyện",
    "thành phố",
    "tỉnh",
    "thị",
    "nhà trường",
    "trạm",
    "chi bộ",
    "đảng bộ",
    "thôn",
    "ngành",
    "mttq",
    "mặt trận",
    "đoàn",
    "liên đoàn",
    "công đoàn",
    "khoa",
    "viện",
];

/// What they do there.
const DOINGS: [&str; 12] = [
    "báo cáo",
    "đã",
    "xin",
    "trình",
    "kính trình",
    "đề nghị",
    "thông báo",
    "xây dựng kế hoạch",
    "ban hành kế hoạch",
    "tổ chức",
    "tập trung",
    "triển khai",
];

/// How clauses begin and what they have that say what is done, whoever does it.
const OPENINGS: [&str; 3] = ["nay", "trong 6 tháng", "trong năm"];
const TELLING: [&str; 3] = [" như sau", " đã ", " xin "];

/// Whether a body says after a comma what it does, as no subject goes on: `phòng, chống` is one.
pub(super) fn is_body_speaking(text: &str) -> bool {
    text.to_lowercase().split(", ").skip(1).any(|clause| {
        let clause = format!("{clause} ");
        let does = |doing: &&str| clause.contains(&format!(" {doing} "));
        starts_with_any(&clause, &OPENINGS)
            || TELLING.iter().any(|words| clause.contains(words))
            || (starts_with_any(&clause, &SPEAKERS) && DOINGS.iter().any(does))
    })
}

/// Whether a line can be one of a title, the last one if it ends with a full stop.
pub(super) fn is_title_line(text: &str) -> bool {
    may_be_in_title(text) && !(is_loud(text) && is_kind(text))
}

/// Whether a line can be one of a title below another one: there a kind in capitals is a part of the subject.
pub(super) fn may_be_in_title(text: &str) -> bool {
    let is_other = |text: &str| text.starts_with(['(', '-', '+', '•']) || is_labelled(text);
    let is_about = |text: &str| starts_with_any(&folded(text), &["v v", "ve viec"]);
    ends_as_title(text)
        && !is_numbered(text)
        && (!is_other(text) || is_about(text))
        && !opens_text(text)
}

pub(super) fn is_loud(text: &str) -> bool {
    !text.contains(char::is_lowercase)
}

/// The most words before the colon of a line that tells when, where or who.
const LABEL_WORDS: usize = 3;

/// Under what; other words before a colon are a subject's: `Mô hình mới: trồng cam sạch`.
const LABELS: [&str; 20] = [
    "thời gian",
    "địa điểm",
    "thành phần",
    "chủ trì",
    "chủ tọa",
    "chủ toạ",
    "thư ký",
    "tên tập thể",
    "tên cá nhân",
    "tên đơn vị",
    "tên tác giả",
    "họ và tên",
    "họ tên",
    "lĩnh vực",
    "tác giả",
    "người",
    "đơn vị",
    "chức vụ",
    "nơi",
    "số",
];

/// Whether a line tells under a label when, where or who: `Thời gian: 14 giờ`, `Tên tập thể: Hội Phụ nữ xã`.
fn is_labelled(text: &str) -> bool {
    let label = text.split_once(": ").map(|(label, _)| label);
    label.is_some_and(|label| {
        label.split_whitespace().count() <= LABEL_WORDS
            && LABELS.iter().any(|it| begins_with(label, it))
    })
}

fn ends_as_title(text: &str) -> bool {
    let leads_on = [":", "như sau", "sau đây"];
    let small = text.to_lowercase();
    text.chars().count() <= LONGEST_TITLE_LINE && !leads_on.iter().any(|end| small.ends_with(end))
}

/// Whether a line begins with this word, whatever its letters.
pub(super) fn begins_with(text: &str, word: &str) -> bool {
    let text = text.to_lowercase();
    let rest = text.strip_prefix(word);
    rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
}

/// Whether a line begins with the number of a section or an item.
fn is_numbered(text: &str) -> bool {
    let number = text.trim_start_matches(
        |letter: char| matches!(letter, '0'..='9' | 'I' | 'V' | 'X' | 'A'..='C'),
    );
    number.len() < text.len()
        && number.starts_with(['.', ')', '/', '-'])
        && !number.starts_with("/v")
}
