//! To whom does a letter go? `Kính gửi: …`, and the list below it.

use std::ops::Range;

use super::below::names_unit;
use super::body::{BODIES, PLACES, names_body, names_marked_body};
use super::fold::{Folded, folded, starts_with_any};
use super::office::names_office;
use super::recipient::DASHES;
use super::subject::begins_with;
use super::superior::begins_prevention;
use super::telling::{requests, tells_act, tells_result};

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
        ordered(below)
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
        (true, true) => items(below).max(plain_items(names, below)),
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

/// How many lines are bodies of a list without dashes: each but the last ends as an item does. Below a single name the text
/// begins, whatever ends it, unless the line below it is an item as well.
fn plain_items(names: &str, texts: &[&str]) -> usize {
    let mut is_list = names.is_empty() || names.trim_end_matches(';').contains(';');
    let mut is_open = true;
    let list = texts.iter().take_while(|text| {
        let is_above_open = std::mem::replace(&mut is_open, text.ends_with([';', ',']));
        let may_end = std::mem::replace(&mut is_list, true) && !has_figure(text);
        is_above_open && (is_open || may_end) && is_plain_body(text)
    });
    list.count()
}

fn is_plain_body(text: &str) -> bool {
    let is_short = text.split_whitespace().count() <= LONGEST_ADDRESSEE;
    is_short && (is_body_name(text) || names_several(text)) && !requests(text)
}

fn has_figure(text: &str) -> bool {
    text.contains(|letter: char| letter.is_ascii_digit())
}

/// What may follow those to whom a letter goes, and tells which of them: `Các trường trên địa bàn`.
const WHICH: [&str; 8] = [
    "và",
    "thuộc",
    "trực thuộc",
    "trong",
    "trên địa bàn",
    "của",
    "tại",
    "liên quan",
];

/// The most words of a kind of bodies behind a comma: `đoàn thể cấp tỉnh`.
const MOST_KIND_WORDS: usize = 4;

/// Whether a line names bodies or places of one kind or several and says nothing of them: `Các sở, ban, ngành`.
fn names_several(text: &str) -> bool {
    let Some(name) = text.strip_prefix("Các ").filter(|_| !tells_act(text)) else {
        return false;
    };
    let folded_name = Folded::new(name);
    let kinds = BODIES.iter().chain(&PLACES);
    let kinds = kinds.filter_map(|kind| folded_name.find(kind));
    let first = kinds.filter(|place| place.start == 0);
    let Some(end) = first.map(|place| place.end).max() else {
        return false;
    };
    let is_which = |words: &str| {
        WHICH
            .iter()
            .any(|word| words.contains(&format!(" {word} ")))
    };
    name[end..].split(',').enumerate().all(|(index, words)| {
        let padded = format!(" {} ", words.trim_matches([' ', ';', '.', '/']));
        let most = if index == 0 { 0 } else { MOST_KIND_WORDS };
        words.trim_start().starts_with(char::is_uppercase)
            || words.split_whitespace().count() <= most
            || padded.trim().is_empty()
            || is_which(&padded)
    })
}

/// To how many of these lines a telegram goes: items with bodies and officers, and among them one that is not known.
fn ordered(texts: &[&str]) -> usize {
    let mut count = 0;
    while let Some(text) = texts.get(count) {
        let goes_on = || texts.get(count + 1).is_some_and(|next| is_ordered(next));
        count += match is_ordered(text) {
            true => 1,
            false if count > 0 && may_be_ordered(text) && goes_on() => 2,
            false => break,
        };
    }
    count
}

/// Whether a line is an item that nothing is told of: `- Chủ các hồ chứa thủy điện;`
fn may_be_ordered(text: &str) -> bool {
    let Some(item) = text.strip_prefix(DASHES).map(str::trim_start) else {
        return false;
    };
    let is_told = tells_result(item) || requests(item) || (has_figure(item) && !names_body(item));
    item.ends_with([';', ',']) && item.chars().count() <= LONGEST_ITEM && !is_told
}

/// Who stands for a body or holds an office.
const PERSONS: [&str; 4] = ["Các đồng chí ", "Đồng chí ", "Thường trực ", "Lãnh đạo "];

/// Whether a line is an item with a body or an officer, of whom no figures are told: to them a telegram goes, and not what they
/// are to do.
fn is_ordered(text: &str) -> bool {
    let Some(item) = text.strip_prefix(DASHES).map(str::trim_start) else {
        return false;
    };
    let person = PERSONS.iter().find_map(|person| item.strip_prefix(person));
    let names_officer = names_office(person.unwrap_or(item)) || person.is_some_and(names_body);
    let is_officer = names_officer && !tells_act(item);
    let is_short = text.chars().count() <= LONGEST_ITEM;
    let may_be = is_short && !has_figure(item);
    is_body_item(text) || (may_be && (is_officer || names_several(item)))
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
    let is_long = text.split_whitespace().count() > LONGEST_ADDRESSEE;
    let is_sentence = text.ends_with('.') && (has_figure(text) || is_long);
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

/// Whether a line is an item that names a body, or several, and says nothing of it; of teams and departments a report tells.
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
    fn a_short_sentence_below_a_single_addressee_is_the_text() {
        let cases: [(&[&str], usize); 6] = [
            (
                &["Kính gửi: Quý phụ huynh,", "Trường cho học sinh nghỉ Tết."],
                1,
            ),
            (
                &["Kính gửi: UBND các xã;", "Trạm Y tế tiêm vắc xin sáng mai."],
                1,
            ),
            (
                &["Kính gửi:", "UBND các xã;", "Các xã hoàn trả kinh phí."],
                2,
            ),
            (&["Kính gửi:", "UBND các xã;", "Sở họp ngày 25/6."], 2),
            (
                &[
                    "Kính gửi: Sở Y tế;",
                    "Sở Nội vụ;",
                    "Các huyện ủy, thành ủy.",
                ],
                3,
            ),
            (
                &["Kính gửi:", "Sở Y tế;", "Các trường học trên địa bàn."],
                3,
            ),
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
        let mut several = texts;
        several[2] = "- Các sở, ban, ngành, đoàn thể tỉnh;";
        assert_eq!(addressees(&several, 1), 1..4);
        several[2] = "- Các sở tổ chức trực ban;";
        assert_eq!(addressees(&several, 1), 1..2);
        // One that is not known stands among others.
        let unknown = [
            texts[0],
            texts[1],
            "- Ban Tổ chức Tỉnh ủy;",
            "- Chủ các hồ chứa thủy điện;",
            "- Thường trực Hội đồng nhân dân các huyện.",
        ];
        assert_eq!(addressees(&unknown, 1), 1..5);
        // What is to be done is no addressee.
        texts[2] = "- Sơ tán dân khỏi vùng nguy hiểm trước 18 giờ;";
        assert_eq!(addressees(&texts, 1), 1..2);
        // In a report it is the text.
        texts[0] = "BÁO CÁO";
        assert_eq!(addressees(&texts, 1), 1..1);
    }
}
