//! Does a line say what was done, and how much of it? A sentence does; the name of a document or of a body does not.

/// Words with which a line tells what came out.
const RESULTS: [&str; 10] = [
    "đã",
    "đạt",
    "được",
    "hoàn thành",
    "chỉ ra",
    "lỗ",
    "xong",
    "là",
    "sẽ",
    "nên",
];

/// Words with which a body does something, of which the titles of plans have most as well.
const ACTS: [&str; 12] = [
    "tổ chức",
    "phối hợp",
    "tham mưu",
    "triển khai",
    "thông báo",
    "báo cáo",
    "yêu cầu",
    "giúp",
    "vượt",
    "phải",
    "chưa",
    "không",
];

/// Words with which a line asks for something, or says who gets it.
const REQUESTS: [&str; 6] = ["gửi", "mời", "xin", "cho", "đề nghị", "kiến nghị"];

/// What names begin or end with and what has such a word all the same: `kết quả đạt được`, `nhiệm vụ được giao`.
const NAMES: [&str; 4] = ["đạt được", "được giao", "các tổ chức", "ban tổ chức"];

/// Whether a line tells what came out, as no name does.
pub(super) fn tells_result(text: &str) -> bool {
    has_word(text, &RESULTS)
}

/// Whether a line that begins with the name of a body tells what it does.
pub(super) fn tells_act(text: &str) -> bool {
    has_word(text, &RESULTS) || has_word(text, &ACTS) || counts(text)
}

/// Whether a line asks for something, or says who gets it.
pub(super) fn requests(text: &str) -> bool {
    has_word(text, &REQUESTS)
}

fn has_word(text: &str, wanted: &[&str]) -> bool {
    let mut line = format!(" {} ", words(text).collect::<Vec<_>>().join(" "));
    for name in NAMES {
        line = line.replace(&format!(" {name} "), " ");
    }
    wanted
        .iter()
        .any(|word| line.contains(&format!(" {word} ")))
}

/// What is measured, and how large numbers are said.
const UNITS: [&str; 10] = [
    "ha", "km", "m", "m2", "tấn", "kg", "đồng", "nghìn", "triệu", "tỷ",
];

/// Whether a line has a percentage or an amount with its unit.
pub(super) fn measures(text: &str) -> bool {
    let words: Vec<String> = words(text).collect();
    let is_amount = |pair: &[String]| is_number(&pair[0]) && UNITS.contains(&pair[1].as_str());
    text.contains('%') || words.windows(2).any(is_amount)
}

/// What is numbered, so that a number behind it counts nothing: `Đội số 5`, `Ban Chỉ đạo 389`, `tháng 6`.
const NUMBERED: [&str; 15] = [
    "số", "tháng", "năm", "quý", "ngày", "tuần", "lần", "khóa", "thứ", "đạo", "khu", "vực", "đoạn",
    "kỳ", "đến",
];

/// Whether a line has a number that counts something: before it stands a small word, and what is counted behind it.
fn counts(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_small = |word: &str| word.starts_with(char::is_lowercase);
    text.contains('%')
        || words.windows(3).any(|words| {
            let is_year = words[1].len() == 4;
            is_number(words[1])
                && !is_year
                && is_small(words[0])
                && !NUMBERED.contains(&words[0])
                && is_small(words[2])
        })
}

fn is_number(word: &str) -> bool {
    word.starts_with(|letter: char| letter.is_ascii_digit())
        && word
            .chars()
            .all(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ','))
}

/// The words of a text in small letters, without the marks around them.
fn words(text: &str) -> impl Iterator<Item = String> {
    let is_mark = |letter: char| !letter.is_alphanumeric();
    let words = text.split_whitespace();
    words.map(move |word| word.trim_matches(is_mark).to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_nothing() {
        for name in [
            "Báo cáo kết quả đạt được năm 2024",
            "Đội Kiểm lâm số 3 huyện",
            "Kế hoạch trồng rừng",
        ] {
            assert!(
                !tells_result(name) && !measures(name) && !counts(name),
                "{name}"
            );
        }
        assert!(tells_result("Kế hoạch trồng rừng hoàn thành sớm"));
        assert!(measures("Tờ trình xin 2,5 tỷ làm cầu") && measures("vượt 5%"));
        assert!(tells_act("Trường Khê Hạ có 12 lớp") && tells_act("Hội Nông dân tổ chức tập huấn"));
    }
}
