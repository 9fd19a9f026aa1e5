//! Does a text tell of what was done, of what is to be done, or of what is not done yet?

/// Texts with one of these tell of what was done, even among tasks.
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

/// Texts with one of these tell of what is to be done, even among results.
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

/// How a line begins that gives an order, though it looks like a heading; in the midst of a heading, words of that list may name what
/// stands below it.
const ORDERS: [&str; 4] = ["Giao ", "Yêu cầu ", "Đề nghị ", "Kiến nghị "];

/// How a cell begins that tells of a task that is not done, or not in full.
const PENDING: [&str; 5] = ["chưa ", "đang ", "không ", "mới ", "còn "];

/// How a cell begins that tells of what befell, which is an achievement where there was less of it.
const BEFALLING: [&str; 2] = ["xảy ra ", "phát sinh "];

/// Whether a text tells of what was done.
pub fn is_told_as_done(text: &str) -> bool {
    has(text, &DONE)
}

/// Whether a text tells of what is to be done.
pub fn is_told_as_due(text: &str) -> bool {
    has(text, &DUE) || text.starts_with("Giao ")
}

/// Whether what came of a task is that it is not done yet, or that something befell.
pub fn is_pending(text: &str) -> bool {
    let small = text.trim_start().to_lowercase();
    let begins = |words: &[&str]| words.iter().any(|word| small.starts_with(word));
    let befell = begins(&BEFALLING) && !small.contains("giảm");
    begins(&PENDING) || befell || is_told_as_due(text)
}

/// Whether a line gives an order.
pub fn orders(text: &str) -> bool {
    let words = text.trim_start_matches(|c: char| !c.is_uppercase());
    ORDERS.iter().any(|order| words.starts_with(order))
}

fn has(text: &str, words: &[&str]) -> bool {
    let text = text.to_lowercase();
    words.iter().any(|word| text.contains(word))
}
