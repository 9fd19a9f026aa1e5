//! To whom does a letter go? `Kính gửi: …`, and the list below it.

use std::ops::Range;

use super::body::{names_body, names_marked_body};
use super::fold::{folded, starts_with_any};
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
    // `Kính gửi: Sở Y tế` is whole: dashes below it begin what is reported, unless the first names one more body.
    let begins_list = |address: &str| {
        let names = address.split_once(':').map_or("", |(_, names)| names);
        names.trim_start().starts_with(DASHES)
            || address.ends_with([':', ';', ','])
            || texts.get(start + 1).is_some_and(|item| is_body_item(item))
    };
    let items = texts[start + 1..]
        .iter()
        .take_while(|text| is_addressee(text));
    let items = if begins_list(address) {
        items.count()
    } else {
        0
    };
    start..start + 1 + items
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
    let Some(item) = text.strip_prefix(DASHES).map(str::trim_start) else {
        return false;
    };
    let name = item.strip_prefix("Các ").unwrap_or(item);
    name.starts_with(char::is_uppercase)
        && (names_body(name) || names_marked_body(name))
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
        let cases: [(&[&str], usize); 5] = [
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
            (&["Kính gửi: Sở Y tế", "- Ban hành kế hoạch tiêm chủng."], 1),
            (&["Kính gửi: Sở Y tế", "- Trường học có 12 lớp tiêm đủ."], 1),
        ];
        for (texts, count) in cases {
            assert_eq!(addressees(texts, 0), 0..count, "{texts:?}");
        }
    }

    #[test]
    fn a_list_of_addressees_is_one_that_their_line_leads_to() {
        let cases: [(&[&str], usize); 5] = [
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
        // In a report it is the text.
        texts[0] = "BÁO CÁO";
        assert_eq!(addressees(&texts, 1), 1..1);
    }
}
