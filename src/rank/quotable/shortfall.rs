//! Which sentences tell of no gain, though they speak of what was done?

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

/// How a sentence begins that counts what there is, not what was gained; and what one has that tells of a gain all the same.
const COUNTING: [&str; 5] = ["Hiện ", "Hiện nay", "Hiện tại", "Toàn ", "Trong đó"];
const GAINED: [&str; 6] = ["%", "chuẩn", "công nhận", "hiệu quả", "thu hút", "đạt"];
const COUNT_WORDS: usize = 3;

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
