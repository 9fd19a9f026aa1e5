//! What kind of sentence says nothing of its subject? One that asks, that greets, that says who was there.

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

/// How a sentence tells what was not achieved, unless what follows tells what was.
const SHORTFALLS: [&str; 9] = [
    "thấp hơn kế hoạch",
    "thấp hơn mục tiêu",
    "thấp hơn chỉ tiêu",
    "còn cao",
    "còn thấp",
    "còn chậm",
    "còn nhiều hạn chế",
    "còn hạn chế",
    " tụt ",
];
const GAINS: [&str; 6] = [
    " đạt ",
    " tăng ",
    " giảm ",
    " hoàn thành ",
    " đã ",
    " vượt ",
];
/// What compares: `còn thấp hơn cả năm trước` may be good.
const COMPARING: [&str; 2] = [" hơn", " nhất"];
/// What was done wherever it stands, and how sentences begin that tell what is over.
const DONE: &str = " đã hoàn thành ";
const FORMERLY: [&str; 2] = ["Trước đây", "Từ chỗ"];

/// How a sentence ends that only wants its document known, approved or carried out.
const CLOSING: [&str; 14] = [
    "biết, thực hiện",
    "biết và thực hiện",
    "biết để thực hiện",
    "nghiêm túc thực hiện",
    "nghiêm túc tổ chức thực hiện",
    "nghiêm túc triển khai thực hiện",
    "xem xét, phê duyệt",
    "xem xét phê duyệt",
    "xem xét, quyết định",
    "xem xét quyết định",
    "xem xét, chỉ đạo",
    "xem xét, cho ý kiến",
    "xem xét, giải quyết",
    "xem xét, thông qua",
];

/// How it begins, unless it informs somebody so that they know.
const OPENING: [&str; 8] = [
    "Kính",
    "Đề nghị",
    "Yêu cầu",
    "Trên đây",
    "Giao ",
    "Điều ",
    "Nhận được",
    "Rất mong",
];
/// What informs, and what follows so few words later; more of them say what of.
const INFORMING: [&str; 2] = [" thông báo ", " để "];
const INFORMING_WORDS: usize = 8;

/// And how one may end after a word for carrying out and the kind of document: `thi hành Quyết định này`.
const CARRYING_OUT: [&str; 2] = ["thực hiện ", "thi hành "];
const KIND_WORDS: usize = 3;

/// How an article ends that names who carries a document out, however many they are, with so few words more before that
/// (`chịu trách nhiệm hướng dẫn và tổ chức thi hành`), and how one says since when it holds.
const DUTY: &str = "trách nhiệm ";
const DUTY_WORDS: usize = 10;
const EFFECT: &str = " này có hiệu lực ";
const SINCE_SIGNED: [&str; 2] = ["từ ngày ký", "từ ngày ký ban hành"];

/// A longer one says something besides.
const CLOSING_WORDS: usize = 30;

/// How a sentence begins that counts what there is, not what was gained; and what one has that tells of a gain all the same.
const COUNTING: [&str; 5] = ["Hiện ", "Hiện nay", "Hiện tại", "Toàn ", "Trong đó"];
const GAINED: [&str; 6] = ["%", "chuẩn", "công nhận", "hiệu quả", "thu hút", "đạt"];
const COUNT_WORDS: usize = 3;

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

/// A text up to its last mark that closes nothing.
pub(super) fn without_closers(text: &str) -> &str {
    text.trim_end_matches(['"', '”', '’', ')', ']', '»'])
}

/// Whether a text ends as a question does.
pub(super) fn asks(text: &str) -> bool {
    without_closers(text).ends_with('?')
}

/// Whether a sentence only greets, thanks or wishes well: nothing is told in it, with a figure or without.
pub(super) fn is_salutation(sentence: &str) -> bool {
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

/// Whether a sentence tells what was not achieved, and nothing of what was after that.
pub fn falls_short(sentence: &str) -> bool {
    let has = |text: &str, words: &[&str]| words.iter().any(|word| text.contains(word));
    let compares = |after: &str| COMPARING.iter().any(|word| after.starts_with(word));
    let is_past = FORMERLY.iter().any(|opening| sentence.starts_with(opening));
    let found = SHORTFALLS.iter().filter_map(|short| {
        let after = &sentence[sentence.find(short)? + short.len()..];
        (!compares(after)).then_some(after)
    });
    let rest = found.max_by_key(|after| after.len());
    !is_past && !sentence.contains(DONE) && rest.is_some_and(|rest| !has(rest, &GAINS))
}

/// Whether a sentence only wants its document known, approved or carried out; it names no figure and no day.
pub fn closes(sentence: &str) -> bool {
    let text = without_closers(sentence).trim_end_matches(['.', '/', '!', ';', ' ']);
    if names_duty(text) || takes_effect(text) {
        return true;
    }
    let opens = OPENING.iter().any(|opening| text.starts_with(opening)) || informs(text);
    if !opens || text.contains(" đã ") {
        return false;
    }
    let text = match text.strip_prefix("Điều ") {
        Some(article) => article.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.'),
        None => text,
    };
    if text.contains(|c: char| c.is_ascii_digit())
        || text.split_whitespace().nth(CLOSING_WORDS).is_some()
    {
        return false;
    }
    let text = text.to_lowercase();
    CLOSING.iter().any(|ending| text.ends_with(ending)) || carries_out_this(&text)
}

/// Whether a sentence informs somebody so that they know, and says little of what.
fn informs(text: &str) -> bool {
    let [informing, so_that] = INFORMING;
    let object = text.rfind(so_that).and_then(|end| {
        // The last space of the one is the first of the other where nothing stands between.
        let before = &text[..=end];
        before
            .rfind(informing)
            .map(|at| &before[at + informing.len()..])
    });
    object.is_some_and(|object| object.split_whitespace().nth(INFORMING_WORDS).is_none())
}

/// Whether a text ends with a word for carrying out and the kind of its document.
fn carries_out_this(text: &str) -> bool {
    let kind = text.strip_suffix(" này").and_then(|text| {
        let places = CARRYING_OUT
            .iter()
            .filter_map(|verb| text.rfind(verb).map(|at| at + verb.len()));
        places.max().map(|at| &text[at..])
    });
    kind.is_some_and(|kind| kind.split_whitespace().count() <= KIND_WORDS)
}

/// Whether a text ends with the duty to carry its document out, and nothing else.
fn names_duty(text: &str) -> bool {
    let duty = text.rfind(DUTY).map(|at| &text[at + DUTY.len()..]);
    duty.is_some_and(|duty| {
        (carries_out_this(duty) || duty.ends_with("thi hành"))
            && !duty.contains(|c: char| c.is_ascii_digit())
            && duty.split_whitespace().nth(DUTY_WORDS).is_none()
    })
}

/// Whether a text says that its document holds since it was signed, and no more.
fn takes_effect(text: &str) -> bool {
    let since = text.split_once(EFFECT).map(|(_, since)| since);
    since.is_some_and(|since| {
        SINCE_SIGNED.iter().any(|ending| since.ends_with(ending))
            && !since.contains(|c: char| c.is_ascii_digit())
    })
}

/// Whether a sentence tells of no gain: it tells what was not achieved, what was founded when, or how many there are.
pub fn tells_no_gain(sentence: &str) -> bool {
    let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
    let is_gain = || has(&GAINS) || has(&GAINED);
    let counts = || {
        let places = [" có ", " gồm "].into_iter();
        let mut after = places.filter_map(|verb| sentence.split_once(verb));
        after.any(|(_, rest)| {
            let mut words = rest.split_whitespace().take(COUNT_WORDS);
            words.any(|word| word.starts_with(|c: char| c.is_ascii_digit()))
        })
    };
    let is_stock = has(&["được thành lập"])
        || (COUNTING.iter().any(|opening| sentence.starts_with(opening)) && counts());
    falls_short(sentence) || (is_stock && !is_gain())
}

/// Whether a sentence only says who was there.
pub(super) fn is_attendance(sentence: &str) -> bool {
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
