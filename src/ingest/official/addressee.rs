//! To whom does a letter go? `Kính gửi: …`, and the list below it.

use std::ops::Range;

use super::below::names_unit;
use super::body::{BODIES, PLACES, names_body, names_marked_body};
use super::fold::{Folded, folded, starts_with_any};
use super::office::names_office;
use super::recipient::DASHES;
use super::subject::begins_with;
use super::superior::begins_prevention;
use super::telling::tells_act;

/// The `Kính gửi` right after the title, or who sends a telegram, and the list to which it leads.
pub(super) fn addressees(texts: &[&str], start: usize) -> Range<usize> {
    let is_telegram = |text: &&str| starts_with_any(&folded(text), &["cong dien"]);
    let is_address = |text: &&&str| {
        starts_with_any(&folded(text), &["kinh gui"])
            || (sends_telegram(text) && texts[..start].iter().any(is_telegram))
    };
    let Some(address) = texts.get(start).filter(is_address) else {
        return start..start;
    };
    let below = &texts[start + 1..];
    let items = if starts_with_any(&folded(address), &["kinh gui"]) {
        items_below(address, below)
    } else {
        below.iter().take_while(|text| is_ordered(text)).count()
    };
    start..start + 1 + items
}

/// How many lines below `Kính gửi` are a list to which it leads.
fn items_below(address: &str, below: &[&str]) -> usize {
    let names = address.split_once(':').map_or("", |(_, names)| names);
    let names = names.trim();
    // `Kính gửi: Sở Y tế` is whole: dashes below it begin what is reported, unless the first names one more body.
    let is_open = address.ends_with([':', ';', ',']) && !tells_act(names);
    let begins_list = is_open
        || names.starts_with(DASHES)
        || below.first().is_some_and(|item| is_body_item(item));
    match (begins_list, is_open) {
        (false, _) => 0,
        (true, false) => items(below),
        (true, true) => items(below).max(plain_items(below)),
    }
}

/// How many lines are items of a list of addressees; below one that ends in a full stop only names of bodies are.
fn items(texts: &[&str]) -> usize {
    let mut may_end = false;
    let list = texts.iter().take_while(|text| {
        let goes_on = if may_end {
            is_body_item(text)
        } else {
            is_addressee(text)
        };
        may_end |= text.ends_with('.');
        goes_on
    });
    list.count()
}

/// How many lines are bodies of a list without dashes: each but the last ends as an item does.
fn plain_items(texts: &[&str]) -> usize {
    let mut is_open = true;
    let list = texts.iter().take_while(|text| {
        let goes_on = is_open && is_plain_body(text);
        is_open = text.ends_with([';', ',']);
        goes_on
    });
    list.count()
}

fn is_plain_body(text: &str) -> bool {
    let name = text.strip_prefix("Các ");
    let is_place = name.is_some_and(|name| starts_with_any(&folded(name), &PLACES));
    let is_short = text.split_whitespace().count() <= LONGEST_ADDRESSEE;
    is_short && (is_body_name(text) || (is_place && !tells_act(text)))
}

/// Whether a line is an item with a body or an officer, of whom no figures are told: to them a telegram goes, and not what they
/// are to do.
fn is_ordered(text: &str) -> bool {
    let Some(item) = text.strip_prefix(DASHES).map(str::trim_start) else {
        return false;
    };
    let has_figure = item.contains(|letter: char| letter.is_ascii_digit());
    let officer = item
        .strip_prefix("Các đồng chí ")
        .or(item.strip_prefix("Đồng chí "));
    let is_officer = names_office(officer.unwrap_or(item)) && !has_figure && !tells_act(item);
    is_body_item(text) || (is_officer && text.chars().count() <= LONGEST_ITEM)
}

/// No line with a sender has more bytes.
const LONGEST_LINE: usize = 200;

/// Whether a line says who sends a telegram: `CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH điện:`.
fn sends_telegram(text: &str) -> bool {
    let sender = text
        .split_once(':')
        .map(|(sender, _)| sender.to_lowercase());
    sender
        .is_some_and(|sender| sender.trim_end().ends_with(" điện") && sender.len() <= LONGEST_LINE)
}

/// The most words of somebody in a list to whom a letter goes, with what is asked of them, before a full stop.
const LONGEST_ADDRESSEE: usize = 12;

/// No item of a list of addressees has more characters.
const LONGEST_ITEM: usize = 160;

/// Whether a line is an item of a list and no sentence of a report, which is longer or has a figure.
fn is_addressee(text: &str) -> bool {
    if is_body_item(text) {
        return true;
    }
    let has_figure = text.contains(|letter: char| letter.is_ascii_digit());
    let is_long = text.split_whitespace().count() > LONGEST_ADDRESSEE;
    let is_sentence = text.ends_with('.') && (has_figure || is_long);
    text.starts_with(DASHES) && text.chars().count() <= LONGEST_ITEM && !is_sentence
}

/// What begins as the name of a body does and is none.
const NO_BODIES: [&str; 6] = [
    "ban hành",
    "hội nghị",
    "hội thi",
    "trường hợp",
    "đoàn kết",
    "phòng chống",
];

/// Whether a line is an item that names a body, or several, and says nothing of it.
fn is_body_item(text: &str) -> bool {
    let item = text.strip_prefix(DASHES);
    item.is_some_and(|item| is_body_name(item.trim_start()))
}

fn is_body_name(text: &str) -> bool {
    let name = text.strip_prefix("Các ").unwrap_or(text);
    name.starts_with(char::is_uppercase)
        && (names_body(name) || (names_marked_body(name) && !names_unit(&name.to_lowercase())))
        && !NO_BODIES.iter().any(|other| begins_with(name, other))
        && !begins_prevention(name)
        && !tells_act(name)
        && text.chars().count() <= LONGEST_ITEM
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_that_names_a_body_and_no_more_is_an_addressee() {
        let cases: [(&[&str], usize); 6] = [
            (
                &[
                    "Kính gửi:",
                    "- Các Bộ, cơ quan ngang Bộ;",
                    "- Ủy ban nhân dân các huyện, thị xã và thành phố trực thuộc tỉnh Hoài Giang.",
                    "- Đội Kiểm lâm cơ động số 3.",
                    "- Hội Nông dân giúp 31 hộ thoát nghèo.",
                ],
                4,
            ),
            (
                &[
                    "Kính gửi: Các cơ quan",
                    "- Ban Chỉ đạo 389 tỉnh",
                    "- Sở Y tế.",
                ],
                3,
            ),
            (&["Kính gửi: Sở Y tế", "- Trạm Y tế xã đã khám cho dân."], 1),
            (&["Kính gửi: Sở Y tế", "- Khoa Nhi tiếp nhận nhiều ca;"], 1),
            (&["Kính gửi: Sở Y tế", "- Ban hành kế hoạch tiêm chủng."], 1),
            (&["Kính gửi: Sở Y tế", "- Trường học có 12 lớp tiêm đủ."], 1),
        ];
        for (texts, count) in cases {
            assert_eq!(addressees(texts, 0), 0..count, "{texts:?}");
        }
    }

    #[test]
    fn a_list_of_addressees_is_one_that_their_line_leads_to() {
        let cases: [(&[&str], usize); 9] = [
            (
                &[
                    "Kính gửi: Sở Y tế; UBND huyện,",
                    "Phòng Nội vụ.",
                    "Trạm Y tế xin ý kiến.",
                ],
                2,
            ),
            (
                &[
                    "Kính gửi: UBND huyện, Phòng báo cáo như sau:",
                    "- Đã trồng 120 ha rừng;",
                ],
                1,
            ),
            (
                &[
                    "Kính gửi:",
                    "- Các xã, thị trấn.",
                    "- Trường Khê Hạ có 12 lớp;",
                ],
                2,
            ),
            (
                &[
                    "Kính gửi:",
                    "UBND huyện Lạc Bình;",
                    "Các xã, thị trấn.",
                    "Phòng Nội vụ xin ý kiến.",
                ],
                3,
            ),
            (&["Kính gửi: Sở Y tế", "- Đã khám cho 45 người."], 1),
            (
                &[
                    "Kính gửi:",
                    "- Sở Y tế;",
                    "- UBND huyện.",
                    "- Đã khám cho 45 người.",
                ],
                3,
            ),
            (
                &[
                    "Kính gửi:",
                    "- UBND huyện, đề nghị xem xét chỉ đạo.",
                    "- Sở Y tế.",
                ],
                3,
            ),
            (&["Kính gửi: - Sở Y tế;", "- Ban Chỉ đạo 389 tỉnh;"], 2),
            (&["BÁO CÁO", "- Sở Y tế;"], 0),
        ];
        for (texts, count) in cases {
            assert_eq!(addressees(texts, 0), 0..count, "{texts:?}");
        }
    }

    #[test]
    fn a_telegram_names_its_sender_above_the_addressees() {
        let mut texts = [
            "CÔNG ĐIỆN",
            "Chủ tịch Ủy ban nhân dân tỉnh điện:",
            "- Giám đốc các sở, thủ trưởng các ban, ngành;",
            "- Chủ tịch Ủy ban nhân dân các xã.",
            "Bão số 3 đang vào gần bờ.",
        ];
        assert_eq!(addressees(&texts, 1), 1..4);
        // What is to be done is no addressee.
        texts[2] = "- Sơ tán dân khỏi vùng nguy hiểm trước 18 giờ;";
        assert_eq!(addressees(&texts, 1), 1..2);
        // In a report it is the text.
        texts[0] = "BÁO CÁO";
        assert_eq!(addressees(&texts, 1), 1..1);
    }
}
