//! Does a text say no more than that somebody is at an event? Captions do, and sentences between others.

/// How those are named who are there, in small letters.
const PERSONS: [&str; 43] = [
    "đồng chí",
    "các đồng chí",
    "ông",
    "các ông",
    "bà",
    "các bà",
    "các vị",
    "đại diện",
    "lãnh đạo",
    "các lãnh đạo",
    "đại biểu",
    "các đại biểu",
    "phó",
    "chủ tịch",
    "chủ nhiệm",
    "bí thư",
    "tổng bí thư",
    "thủ tướng",
    "bộ trưởng",
    "thứ trưởng",
    "giám đốc",
    "tổng giám đốc",
    "trưởng",
    "cục trưởng",
    "tổng cục trưởng",
    "chánh",
    "ủy viên",
    "uỷ viên",
    "các ủy viên",
    "các uỷ viên",
    "nguyên",
    "toàn thể",
    "các thành viên",
    "thường trực",
    "đại tướng",
    "thượng tướng",
    "trung tướng",
    "thiếu tướng",
    "đại tá",
    "thượng tá",
    "trung tá",
    "thiếu tá",
    "đại úy",
];

/// What they attend, after some words at most: `phát biểu chỉ đạo tại hội nghị`.
const EVENTS: [&str; 10] = [
    "hội nghị",
    "hội thảo",
    "buổi",
    "lễ",
    "phiên họp",
    "cuộc họp",
    "đại hội",
    "tọa đàm",
    "kỳ họp",
    "hội thi",
];
const WORDS_BEFORE_EVENT: usize = 6;

/// How long the name of an event may be, in words, with what somebody does there.
const MAX_EVENT_WORDS: usize = 14;

/// How long a sentence may be that only says who is there, in words.
const MAX_WORDS: usize = 40;

/// What those do of whom nothing else is told, and what tells more.
const ATTENDING: [&str; 3] = [" dự ", " chủ trì ", " phát biểu chỉ đạo "];
const TELLING: [&str; 13] = [
    " cho biết",
    " nhấn mạnh",
    " yêu cầu",
    " đề nghị",
    " khẳng định",
    " đánh giá",
    " cho rằng",
    " ghi nhận",
    " trao ",
    " tặng ",
    ":",
    ";",
    "“",
];

/// Whether a text begins with somebody by his office, his rank or as one of many, in small letters or capitals.
pub(crate) fn begins_with_person(text: &str) -> bool {
    // The longest of them has three words.
    let words: Vec<String> = text.split(' ').take(4).map(str::to_lowercase).collect();
    let start = words.join(" ");
    PERSONS.iter().any(|person| {
        let rest = start.strip_prefix(person);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    })
}

/// Whether a sentence only says that somebody, who is named first, comes to an event or leads it.
pub(crate) fn only_attends(sentence: &str) -> bool {
    sentence.starts_with(char::is_uppercase)
        && sentence.split_whitespace().nth(MAX_WORDS).is_none()
        && begins_with_person(sentence)
        && !TELLING.iter().any(|telling| sentence.contains(telling))
        && acts_at_event(sentence, ATTENDING)
}

/// Whether the first of some doings in a text is at an event, and nothing else is told.
pub(super) fn acts_at_event<'d>(text: &str, doings: impl IntoIterator<Item = &'d str>) -> bool {
    let does = doings.into_iter().filter_map(|doing| text.find(doing));
    does.min().is_some_and(|at| is_event(&text[at..]))
}

/// Whether a text is what somebody does at an event and nothing else: no number and no comma tells more.
fn is_event(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let counts = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    let begins_event = |at: usize| {
        let rest = words[at..].join(" ");
        EVENTS.iter().any(|event| rest.starts_with(event))
    };
    words.len() <= MAX_EVENT_WORDS
        && !text.contains(',')
        && !words.iter().any(counts)
        && (1..words.len().min(WORDS_BEFORE_EVENT + 1)).any(begins_event)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_comes_to_an_event_or_leads_it_only_attends() {
        for text in [
            "Ủy viên Ban Thường vụ, Bí thư Huyện ủy Lò Văn Sính dự Lễ khánh thành.",
            "Chủ tịch xã Hoàng Thị Vân, trưởng ban chỉ đạo, đã chủ trì hội nghị.",
            "Đại tá Lò Văn Sính dự và phát biểu chỉ đạo đại hội.",
        ] {
            assert!(only_attends(text), "{text}");
        }
        for text in [
            "Chủ tịch xã dự lễ khánh thành và trao nhà cho ba hộ.",
            "Bí thư Huyện ủy chủ trì hội nghị, giao Phòng Y tế hai nhiệm vụ.",
            "Chủ tịch huyện chủ trì 12 hội nghị đối thoại.",
            "Ông Sính dự kiến mở lại chợ phiên.",
            "Xã dự hội thi nấu ăn của huyện.",
        ] {
            assert!(!only_attends(text), "{text}");
        }
    }
}
