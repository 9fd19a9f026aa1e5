//! Which sentences only greet, or only say who was there?

use crate::ingest::attendance::{begins_with_person, only_attends};

/// How a sentence begins that says who was there.
const ATTENDING: [&str; 6] = [
    "đến dự",
    "tới dự",
    "tham dự",
    "cùng dự",
    "cùng tham dự",
    "về dự",
];

/// How one begins that says so only if an event follows: `Dự án` and `Tham gia mô hình` say something else.
const JOINING: [&str; 2] = ["dự", "tham gia"];

/// What people attend.
const EVENTS: [&str; 10] = [
    "buổi",
    "hội nghị",
    "hội thảo",
    "đại hội",
    "lễ",
    "cuộc họp",
    "cuộc làm việc",
    "chương trình làm việc",
    "phiên họp",
    "họp",
];

/// What may stand before.
const CONNECTIVES: [&str; 4] = ["cụ thể, ", "ngoài ra, ", "đồng thời, ", "cũng "];

/// How it is said in other words that they were.
const TAKING_PART: [&str; 2] = ["sự tham dự ", "sự tham gia "];

/// Who was there may say something in the same sentence, or something is told that they did.
const TELLING: [&str; 16] = [
    "yêu cầu",
    "đề nghị",
    "nhấn mạnh",
    "phát biểu",
    "đánh giá",
    "kết luận",
    "giao ",
    "cho biết",
    "khẳng định",
    "chia sẻ",
    "cho rằng",
    " đạt ",
    " tăng ",
    "doanh thu",
    " trồng ",
    "%",
];

/// Within how many words it is said that somebody was there.
const ATTENDANCE_WORDS: usize = 15;

/// How a speech greets those who hear it and takes its leave of them.
const GREETINGS: [&str; 14] = [
    "Kính thưa",
    "Thưa các ",
    "Thưa quý",
    "Thưa toàn thể",
    "Thưa Đại hội",
    "Thưa Hội nghị",
    "Thưa đồng chí",
    "Thưa đồng bào",
    "Xin trân trọng cảm ơn",
    "Xin chân thành cảm ơn",
    "Xin cảm ơn",
    "Trân trọng cảm ơn",
    "Kính chúc",
    "Chúc các ",
];

/// A longer sentence says something after the greeting.
const GREETING_WORDS: usize = 20;

/// Whether a sentence only greets, thanks or wishes well: nothing is told in it, with a figure or without.
pub fn is_salutation(sentence: &str) -> bool {
    let greets = GREETINGS
        .iter()
        .any(|opening| sentence.starts_with(opening))
        || (sentence.starts_with("Một lần nữa")
            && [" chúc ", " cảm ơn "]
                .iter()
                .any(|wish| sentence.contains(wish)));
    let tells = sentence.contains(" đã ") || sentence.contains(|c: char| c.is_ascii_digit());
    greets && !tells && sentence.split_whitespace().nth(GREETING_WORDS).is_none()
}

/// Whether a sentence only says who was there.
pub fn is_attendance(sentence: &str) -> bool {
    let words: Vec<&str> = sentence.split_whitespace().take(ATTENDANCE_WORDS).collect();
    let start = words.join(" ").to_lowercase();
    let connective = CONNECTIVES.iter().find_map(|word| start.strip_prefix(word));
    let start = connective.unwrap_or(&start);
    let attends = ATTENDING.iter().any(|opening| start.starts_with(opening))
        || JOINING.iter().any(|opening| {
            let event = start
                .strip_prefix(opening)
                .and_then(|rest| rest.strip_prefix(' '));
            event.is_some_and(|event| EVENTS.iter().any(|known| event.starts_with(known)))
        });
    let names_persons = || {
        let places = start.match_indices(" có ");
        places
            .map(|(place, found)| &start[place + found.len()..])
            .any(begins_with_persons)
    };
    let is_told = || TELLING.iter().any(|verb| sentence.contains(verb));
    (attends && names_persons() && !is_told()) || only_attends(sentence)
}

/// Whether a text begins with people: `các đồng chí …`, `hơn 120 đại biểu …`.
fn begins_with_persons(text: &str) -> bool {
    let about = ["hơn ", "gần ", "khoảng ", "trên "];
    let number = about.iter().find_map(|about| text.strip_prefix(about));
    let number = number.unwrap_or(text);
    let is_digit = |character: char| character.is_ascii_digit() || matches!(character, '.' | '/');
    let people = number.trim_start_matches(is_digit).trim_start();
    TAKING_PART.iter().any(|part| people.starts_with(part)) || begins_with_person(people)
}
