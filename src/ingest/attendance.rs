//! Does a text say no more than that somebody is at an event? Captions do, and sentences between others.

/// How those are named who are seen at an event, in small letters: by an office or a rank of one person, or as many.
const SEEN: [&str; 29] = [
    "đồng chí",
    "các đồng chí",
    "ông",
    "bà",
    "lãnh đạo",
    "đại biểu",
    "các đại biểu",
    "chủ tịch",
    "phó chủ tịch",
    "bí thư",
    "phó bí thư",
    "thủ tướng",
    "phó thủ tướng",
    "bộ trưởng",
    "thứ trưởng",
    "giám đốc",
    "tổng giám đốc",
    "đại tướng",
    "thượng tướng",
    "trung tướng",
    "thiếu tướng",
    "đại tá",
    "thượng tá",
    "trung tá",
    "thiếu tá",
    "đại úy",
    "thượng úy",
    "đại uý",
    "thượng uý",
];

/// How other persons are named, by the first word of what they are: what an office does begins with it as well.
const OFFICES: [&str; 15] = [
    "các ông",
    "các bà",
    "các vị",
    "phó",
    "chủ nhiệm",
    "tổng bí thư",
    "trưởng",
    "cục trưởng",
    "tổng cục trưởng",
    "chánh",
    "ủy viên",
    "uỷ viên",
    "các ủy viên",
    "các uỷ viên",
    "nguyên",
];

/// Who else is in a list of those who came; of what they do as a body reports tell.
const BODIES: [&str; 5] = [
    "đại diện",
    "các lãnh đạo",
    "toàn thể",
    "các thành viên",
    "thường trực",
];

/// What they attend, after some words at most: `phát biểu chỉ đạo tại hội nghị`.
const EVENTS: [&str; 11] = [
    "hội nghị",
    "hội thảo",
    "buổi",
    "lễ",
    "phiên họp",
    "cuộc họp",
    "đại hội",
    "tọa đàm",
    "toạ đàm",
    "kỳ họp",
    "hội thi",
];
const WORDS_BEFORE_EVENT: usize = 6;

/// What is also done of other things than events, which may name one: `chủ trì chuẩn bị nội dung phiên họp`. The event has
/// to be what comes next, or comes after `và` with something else that is done there, and few words may follow it.
const LEADING: [&str; 2] = ["chủ trì", "dự"];
const WORDS_AFTER_EVENT: usize = 4;

/// How long the name of an event may be, in words, with what somebody does there.
const MAX_EVENT_WORDS: usize = 14;

/// How long a sentence may be that only says who is there, in words.
const MAX_WORDS: usize = 40;

/// What those do of whom nothing else is told.
const ATTENDING: [&str; 3] = [" dự ", " chủ trì ", " phát biểu chỉ đạo "];

/// What somebody says besides being there.
pub(super) const SAYING: [&str; 11] = [
    " cho biết",
    " nhấn mạnh",
    " yêu cầu",
    " đề nghị",
    " khẳng định",
    " đánh giá",
    " cho rằng",
    " ghi nhận",
    ":",
    ";",
    "“",
];

/// What somebody does besides.
const GIVING: [&str; 2] = [" trao ", " tặng "];

/// Whether a text begins with somebody by his office, his rank or as one of many, in small letters or capitals.
pub(crate) fn begins_with_person(text: &str) -> bool {
    begins_with_any(text, SEEN.iter().chain(&OFFICES).chain(&BODIES))
}

/// Whether a text begins with somebody who is seen in pictures, and not with what may also be a body.
pub(super) fn begins_with_seen(text: &str) -> bool {
    begins_with_any(text, &SEEN)
}

fn begins_with_any<'p>(text: &str, persons: impl IntoIterator<Item = &'p &'p str>) -> bool {
    // The longest of them has three words.
    let words: Vec<String> = text.split(' ').take(4).map(str::to_lowercase).collect();
    let start = words.join(" ");
    persons.into_iter().any(|person| {
        let rest = start.strip_prefix(person);
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    })
}

/// Whether a sentence only says that somebody, who is named first, comes to an event or leads it.
pub(crate) fn only_attends(sentence: &str) -> bool {
    sentence.starts_with(char::is_uppercase)
        && sentence.split_whitespace().nth(MAX_WORDS).is_none()
        && begins_with_any(sentence, SEEN.iter().chain(&OFFICES))
        && !SAYING
            .iter()
            .chain(&GIVING)
            .any(|telling| sentence.contains(telling))
        && acts_at_event(sentence, ATTENDING)
}

/// Whether the first of some doings in a text is at an event, and nothing else is told.
pub(super) fn acts_at_event<'d>(text: &str, doings: impl IntoIterator<Item = &'d str>) -> bool {
    let does = doings.into_iter().filter_map(|doing| text.find(doing));
    does.min().is_some_and(|at| is_event(text[at..].trim()))
}

/// Whether a text is what somebody does at an event and nothing else: no number and no comma tells more.
fn is_event(text: &str) -> bool {
    let words: Vec<String> = text.split_whitespace().map(str::to_lowercase).collect();
    let counts = |word: &String| word.bytes().all(|byte| byte.is_ascii_digit());
    if words.len() > MAX_EVENT_WORDS || text.contains(',') || words.iter().any(counts) {
        return false;
    }
    let mut places = 1..words.len().min(WORDS_BEFORE_EVENT + 1);
    let event = places.find_map(|at| Some((at, event_at(&words[at..])?)));
    let leads = LEADING.iter().find(|leading| text.starts_with(*leading));
    event.is_some_and(|(at, length)| {
        leads.is_none_or(|leading| {
            let next = leading.split(' ').count();
            (at == next || words.get(next).is_some_and(|word| word == "và"))
                && words.len() - at - length <= WORDS_AFTER_EVENT
        })
    })
}

/// How many of these words name an event that they begin with.
fn event_at(words: &[String]) -> Option<usize> {
    let rest = words.join(" ");
    let event = EVENTS.iter().find(|event| rest.starts_with(**event))?;
    let is_festival = rest.starts_with("lễ hội");
    (!is_festival).then(|| event.split(' ').count())
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
            "Trưởng phòng Tư pháp chủ trì kỳ họp.",
        ] {
            assert!(only_attends(text), "{text}");
        }
        for text in [
            "Chủ tịch xã dự lễ khánh thành và trao nhà cho ba hộ.",
            "Bí thư Huyện ủy chủ trì hội nghị, giao Phòng Y tế hai nhiệm vụ.",
            "Chủ tịch huyện chủ trì 12 hội nghị đối thoại.",
            "Ông Sính dự kiến mở lại chợ phiên.",
            "Xã dự hội thi nấu ăn của huyện.",
            "Thường trực Huyện ủy chủ trì hội nghị giao ban.",
            "Trưởng phòng Tư pháp chủ trì soạn văn bản cho kỳ họp.",
            "Chủ tịch xã chủ trì lễ hội đua thuyền.",
            "Chủ tịch xã chủ trì các buổi đối thoại ở bốn thôn.",
            "Bí thư Huyện ủy chủ trì hội nghị gỡ vướng về đất cho ba hợp tác xã.",
        ] {
            assert!(!only_attends(text), "{text}");
        }
    }
}
