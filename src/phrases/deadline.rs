//! Does a text say by when something has to be done? `trước ngày 30/9`, `chậm nhất 17 giờ`, `trong 5 ngày`

use super::figures::bare;
use crate::segment::table::{is_day, is_hour};

/// Within how many words after one that leads to it a day or an hour is a deadline.
const REACH: usize = 4;

/// Words that lead to one, with the word before where only both do.
const LEADING: [&str; 3] = ["trước", "xong", "hạn"];
const LEADING_PAIRS: [[&str; 2]; 3] = [["chậm", "nhất"], ["muộn", "nhất"], ["hoàn", "thành"]];

/// Words after `hạn` with which it is another word: shortcomings, droughts and limits.
const NO_TERM: [&str; 4] = ["chế", "hán", "mặn", "mức"];

/// Words before `trước` that make it the past.
const PAST: [&str; 6] = ["năm", "tháng", "quý", "tuần", "kỳ", "lần"];

/// What is before a count of days in which something has to be done, and what it counts.
const WITHIN: [&str; 2] = ["trong", "vòng"];
const COUNTED: [&str; 3] = ["giờ", "ngày", "tuần"];

/// What is before the number of a day or a month, and after that of an hour.
const DAYS: [&str; 3] = ["ngày", "tháng", "quý"];
const HOUR: &str = "giờ";

/// Whether a text says by when something has to be done.
#[must_use]
pub fn has_deadline(text: &str) -> bool {
    let mut words = text.split_whitespace().peekable();
    let mut before = String::new();
    let mut reach = 0_usize;
    while let Some(written) = words.next() {
        let word = bare(written).to_lowercase();
        let next = words.peek().map_or("", |next| bare(next)).to_lowercase();
        let is_within = WITHIN.contains(&before.as_str())
            && is_number(&word)
            && COUNTED.contains(&next.as_str());
        if is_within || (reach > 0 && is_time(&word, &next)) {
            return true;
        }
        reach = if written.ends_with(['.', ';', ',']) {
            0
        } else if leads(&before, &word, &next) {
            REACH
        } else {
            reach.saturating_sub(1)
        };
        before = word;
    }
    false
}

/// Whether a word leads to a deadline after this one.
fn leads(before: &str, word: &str, next: &str) -> bool {
    let is_other = match word {
        "trước" => PAST.contains(&before),
        "hạn" => NO_TERM.contains(&next),
        _ => false,
    };
    (LEADING.contains(&word) && !is_other) || LEADING_PAIRS.contains(&[before, word])
}

/// Whether a day, a month or an hour begins with a word before the next one.
fn is_time(word: &str, next: &str) -> bool {
    let is_quarter = |word: &str| matches!(word, "i" | "ii" | "iii" | "iv");
    (DAYS.contains(&word) && next.starts_with(|c: char| c.is_ascii_digit()))
        || (word == "quý" && is_quarter(next))
        || (is_number(word) && next == HOUR)
        || is_day(word)
        || is_hour(word)
}

fn is_number(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deadlines_are_days_and_hours_by_which_something_is_done() {
        for due in [
            "Hoàn thành giao 120 ha rừng cho thôn trước ngày 30/9/2024.",
            "Gửi danh sách chậm nhất là 17 giờ ngày mai.",
            "Sửa xong cầu treo trong tháng 8.",
            "Báo cáo về huyện trước 16h30.",
            "Trả lời đơn của bà con trong 5 ngày làm việc.",
            "Hạn cuối nộp bài 15/6.",
            "Hoàn thành trong quý III.",
            "Thời hạn: 15/6/2025.",
            "Nộp hồ sơ chậm nhất 17 giờ ngày 15/6, không gia hạn.",
            "Hạn chế cháy rừng, xong đường băng trước 17g30 ngày 5/3.",
        ] {
            assert!(has_deadline(due), "{due}");
        }
        for other in [
            "Ngày 30/9 họp dân, 17 giờ phát thanh.",
            "Trồng rừng trước mùa mưa.",
            "Trong 6 tháng, thu ngân sách tăng so với kỳ trước 3/5 khoản.",
            "Số 12/QĐ-UBND hạn chế đốt nương.",
            "Còn một số tồn tại, hạn chế trong tháng 10 cần khắc phục.",
            "Trước tình hình đó, ngày 12/3 xã đã họp khẩn.",
            "Việc chưa xong; ngày 12/3 họp lại.",
            "Do khô hạn mặn tháng 3 đến sớm.",
        ] {
            assert!(!has_deadline(other), "{other}");
        }
    }
}
