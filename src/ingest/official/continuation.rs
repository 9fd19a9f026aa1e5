//! Does a line of a title go on with the line above it? Titles are centred and broken where it pleases the eye.

use super::body::names_body;
use super::fold::{folded, starts_with_any};
use super::kind::{is_bare_kind, is_kind};
use super::office::is_office;
use super::period::{tells_time, tells_time_or_plan};
use super::subject::{begins_with, is_loud, is_subject, is_title_line, may_be_in_title};
use super::superior::begins_prevention;
use super::telling::tells_act;
use super::untitled::names_part;

/// Words that no line of a title ends with, unless the next one goes on with it.
const UNFINISHED: [&str; 15] = [
    "của", "về", "và", "cho", "tại", "trong", "với", "theo", "đến", "từ", "các", "những", "việc",
    "số", "trên",
];

/// More of them, of two syllables: what was done, or what is looked back on, is still to come.
const UNFINISHED_PAIRS: [&str; 4] = ["thực hiện", "kết quả", "sơ kết", "tổng kết"];

/// The most words of a line that begins with a name and goes on with the title.
const MOST_NAME_WORDS: usize = 15;

/// Whether line `index` goes on with the line before it.
///
/// A name may stand at the break, so that the line begins with a capital letter: then the line before or this one shows
/// that it was broken.
pub(super) fn continues(texts: &[&str], index: usize) -> bool {
    let (Some(before), Some(text)) = (texts.get(index - 1), texts.get(index)) else {
        return false;
    };
    if before.ends_with('.') || !may_be_in_title(text) {
        return false;
    }
    if tells_time_or_plan(text) || goes_on_loudly(before, text) {
        return true;
    }
    if before.ends_with(';') || !is_title_line(text) {
        return false;
    }
    let is_small = |text: &str| text.starts_with(char::is_lowercase);
    let next_goes_on = || texts.get(index + 1).is_some_and(|next| is_small(next));
    if is_small(text) {
        // A sentence of the text may be all in small letters; the last line of a title follows an unfinished one.
        return is_subject(text) || is_unfinished(before);
    }
    // After a comma, a name goes on, no sentence.
    let is_name = !before.ends_with(',')
        || (text.split_whitespace().count() <= MOST_NAME_WORDS
            && !text.contains(|letter: char| letter.is_ascii_digit()));
    is_subject(text)
        && is_name
        && !(ends_with_pair(before) && acts(text))
        && (is_quotation(text) || is_unfinished(before) || (is_unfinished(text) && next_goes_on()))
}

/// Whether a line is a quotation and no more than a time behind it: a sentence says what it did.
fn is_quotation(text: &str) -> bool {
    let quoted = text.strip_prefix(['“', '"']);
    let rest = quoted.and_then(|quoted| quoted.rsplit_once(['”', '"']));
    rest.is_some_and(|(_, rest)| rest.is_empty() || tells_time(rest.trim_start()))
}

/// Whether a line tells what somebody does; `Kết quả thực hiện` stands above the text as well.
fn acts(text: &str) -> bool {
    let persons = ["ông", "bà", "anh", "chị", "đồng chí"];
    (names_body(text) && tells_act(text)) || persons.iter().any(|it| begins_with(text, it))
}

pub(super) fn is_unfinished(line: &str) -> bool {
    let small = line.to_lowercase();
    let last = small.rsplit(' ').next().unwrap_or(&small);
    line.ends_with([',', ';', '-', '–']) || UNFINISHED.contains(&last) || ends_with_pair(line)
}

fn ends_with_pair(line: &str) -> bool {
    let line = line.to_lowercase();
    UNFINISHED_PAIRS.iter().any(|pair| line.ends_with(pair))
}

/// What stands below a title on a line of its own, in capitals as well.
const SECTIONS: [&str; 13] = [
    "phu luc",
    "dac diem",
    "dat van de",
    "phan mo dau",
    "tinh hinh chung",
    "muc dich",
    "muc tieu",
    "thanh phan",
    "ket qua dat duoc",
    "nhung ket qua dat duoc",
    "mot so ket qua dat duoc",
    "ton tai han che",
    "nhung ton tai",
];

/// The least words of a subject that begins with a kind itself.
const LEAST_SUBJECT_WORDS: usize = 4;

/// Whether a line in capitals goes on with another one: neither the name of a part, nor who speaks below the title.
fn goes_on_loudly(before: &str, text: &str) -> bool {
    let name = folded(text);
    let is_section = names_part(text) || starts_with_any(&name, &SECTIONS);
    let is_body = (names_body(text) && !begins_prevention(text) && !begins_with(text, "số"))
        || is_office(text);
    // `THÔNG BÁO` and below it `KẾT LUẬN CỦA CHỦ TỊCH …`: alone, the second kind would be that of another document.
    let is_below_kind =
        is_bare_kind(before) && text.split_whitespace().count() >= LEAST_SUBJECT_WORDS;
    is_loud(before)
        && is_loud(text)
        && !is_section
        && !text.ends_with('.')
        && (is_unfinished(before) || !(is_body || (is_kind(text) && !is_below_kind)))
}

#[cfg(test)]
mod tests {
    use crate::ingest::official::title::find_title;

    fn title_lines(title: &str) -> usize {
        let mut lines: Vec<&str> = title.split(" / ").collect();
        lines.push("Toàn xã đã giảm 31 hộ nghèo, đạt 104% kế hoạch huyện giao.");
        find_title(&lines, 0, None).len()
    }

    #[test]
    fn a_title_goes_on_over_its_lines() {
        let titles = [
            "BÁO CÁO / TÌNH HÌNH KINH TẾ - XÃ HỘI NĂM 2023 / VÀ PHƯƠNG HƯỚNG, NHIỆM VỤ NĂM 2024",
            "BÁO CÁO / TÌNH HÌNH PHÁT TRIỂN RỪNG / TRONG 6 THÁNG ĐẦU NĂM 2024",
            "BÁO CÁO / KẾT QUẢ CÔNG TÁC / PHÒNG, CHỐNG SẠT LỞ",
            "BÁO CÁO KẾT QUẢ / CHƯƠNG TRÌNH LÀM ĐƯỜNG LIÊN XÃ NĂM 2024",
            "BÁO CÁO SƠ KẾT / NGHỊ QUYẾT SỐ 05-NQ/HU VỀ LÀM ĐƯỜNG",
            "BÁO CÁO / Tình hình thực hiện / Chương trình tiêm chủng năm 2024",
            "BÁO CÁO / Tổng kết công tác năm 2023 / Phương hướng, nhiệm vụ năm 2024",
            "BÁO CÁO / Tổng kết công tác năm 2023; / Phương hướng, nhiệm vụ năm 2024",
            "BÁO CÁO / Tổng kết công tác năm 2023 - / Phương hướng, nhiệm vụ năm 2024",
            "BÁO CÁO / Công tác tháng 6, / Chương trình công tác tháng 7 năm 2024",
            "BÁO CÁO / Kết quả công tác thủy lợi / 6 tháng đầu năm 2024",
            "BÁO CÁO / Sơ kết thực hiện phong trào / “Cả xã trồng rừng”",
            "BÁO CÁO / Sơ kết phong trào / “Cả xã trồng rừng” giai đoạn 2021 - 2025",
            "BÁO CÁO / Kết quả thực hiện / Bộ tiêu chí thôn kiểu mẫu năm 2024",
            "BÁO CÁO / Mô hình mới: trồng cam sạch ở xã Khê Hạ",
            "KẾ HOẠCH / Tổ chức thi đua / năm 2024: Cả xã làm đường",
            "BÁO CÁO / Theo dõi thi hành pháp luật năm 2024",
            "THÔNG BÁO / KẾT LUẬN CỦA CHỦ TỊCH HUYỆN VỀ LÀM ĐƯỜNG",
            "TỜ TRÌNH / (V/v xin làm cầu qua suối)",
        ];
        for title in titles {
            assert_eq!(title_lines(title), title.split(" / ").count(), "{title}");
        }
    }

    #[test]
    fn what_stands_below_a_title_is_no_part_of_it() {
        let titles = [
            "BÁO CÁO / KẾT QUẢ TRỒNG RỪNG | PHẦN THỨ NHẤT",
            "BÁO CÁO / KẾT QUẢ TRỒNG RỪNG | ĐẶC ĐIỂM TÌNH HÌNH",
            "BÁO CÁO / KẾT QUẢ TRỒNG RỪNG | I. ĐẶC ĐIỂM",
            "QUYẾT ĐỊNH / VỀ VIỆC GIAO RỪNG | ỦY BAN NHÂN DÂN HUYỆN LẠC BÌNH",
            "QUYẾT ĐỊNH / VỀ VIỆC GIAO RỪNG | HIỆU TRƯỞNG TRƯỜNG TIỂU HỌC KHÊ HẠ",
            "QUYẾT ĐỊNH / VỀ VIỆC GIAO RỪNG | KẾ HOẠCH",
            "KẾ HOẠCH / Chuyển đổi số năm 2024 | Nhiệm vụ trọng tâm",
            "BÁO CÁO / Kết quả trồng rừng | Năm 2023, các xã trồng 12 ha",
            "BÁO CÁO / Kết quả trồng rừng | NHỮNG KẾT QUẢ ĐẠT ĐƯỢC",
            "QUYẾT ĐỊNH / VỀ VIỆC GIAO RỪNG | THEO ĐỀ NGHỊ CỦA HẠT KIỂM LÂM",
            "BÁO CÁO / Kết quả trồng rừng | Năm 2024 toàn xã trồng 12 ha",
            "BÁO CÁO / Kết quả thực hiện | Hạt Kiểm lâm thông báo kết quả như sau",
            "BÁO CÁO / Kết quả thực hiện | Trường Tiểu học Khê Hạ xây xong 12 phòng",
            "BÁO CÁO / Kết quả mô hình hay | “Cổng trường xanh” giúp 12 trường đỡ ùn tắc",
            "BÁO CÁO / Kết quả trồng rừng | Sở yêu cầu rà soát các lô rừng;",
            "BIÊN BẢN | Người ghi: Lê Thị Hoa",
            "BIÊN BẢN HỌP THÔN | Thời gian: 14 giờ, ngày 10 tháng 10 năm 2023",
        ];
        for title in titles {
            let (own, _) = title.split_once(" | ").unwrap();
            let lines = title_lines(&title.replace(" | ", " / "));
            assert_eq!(lines, own.split(" / ").count(), "{title}");
        }
    }
}
