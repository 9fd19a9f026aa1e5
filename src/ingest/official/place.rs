//! Which place stands before a date? `Số: 418/BC-CAH Lạc Bình, ngày …` → `Lạc Bình`.

use super::fold::Folded;
use super::number::find_number;
use super::words::words_from_the_end;

/// What parts the cells of a table's row.
pub(super) const CELLS: &str = " | ";

/// Where the name of the place before a date starts, or the date where none is before it; `None` in a sentence.
pub(super) fn place_name_start(before: &str) -> Option<usize> {
    let cell = before.rfind(CELLS).map_or(0, |bar| bar + CELLS.len());
    Some(cell + start_in_cell(&before[cell..])?)
}

fn start_in_cell(before: &str) -> Option<usize> {
    let before = without_hour(before).trim_end();
    if before.is_empty() {
        return Some(0);
    }
    let name = before.strip_suffix(',');
    let is_parted = name.is_some();
    let name = name.unwrap_or(before);
    let number_end = find_number(name).map(|number| number.place.end);
    let start = number_end.unwrap_or(0);
    // A row may have other strokes between its cells.
    let column = name[start..].trim_start_matches(|letter: char| !letter.is_alphanumeric());
    if column.is_empty() {
        return number_end.filter(|_| is_parted);
    }
    let start = name.len() - column.len();
    // Before it may also stand what the letter is about: `V/v`.
    let is_alone = is_place(column) && !column.contains('/');
    if !is_parted {
        // The comma may be forgotten: `Lạc Bình ngày 5 …`, but no `Sáng ngày 5 …`.
        let is_name = words(column).count() > 1 && words(column).all(is_capitalised);
        return (is_alone && is_name).then_some(start);
    }
    is_alone
        .then_some(start)
        .or_else(|| trailing_place(column).map(|place| start + place))
}

/// What stands before the hour that a telegram has before its date: `Lạc Bình, hồi 20 giờ 30 phút`.
fn without_hour(before: &str) -> &str {
    let is_hour = |word: &str| {
        let word = word.trim_end_matches(',');
        word.starts_with(|letter: char| letter.is_ascii_digit()) || ["giờ", "phút"].contains(&word)
    };
    let mut words = words_from_the_end(before).skip_while(|(_, word)| is_hour(word));
    let first = words.next();
    let opening = first.filter(|(_, word)| ["hồi", "lúc"].contains(&word.to_lowercase().as_str()));
    opening.map_or(before, |(start, _)| &before[..start])
}

/// The most words that the name of a place has besides its level.
const MOST_WORDS: usize = 4;

/// Whether a text is a place and nothing else: alone in its column it may be spelt anyhow, `Hà nội`, `HÀ NỘI`.
fn is_place(text: &str) -> bool {
    let names: Vec<&str> = text.split(',').map(without_level).collect();
    let is_short = |name: &&str| (1..=MOST_WORDS).contains(&words(name).count());
    let is_name = |name: &&str| words(name).all(|word| word.starts_with(char::is_uppercase));
    let is_named = words(text).count() <= MOST_WORDS
        || (names.iter().all(is_short) && (names.len() == 1 || names.iter().all(is_name)));
    // `Phường 5` is one, too, and so is `xã Khê Hạ`.
    let mut starts = [text, without_level(text)].into_iter();
    starts.any(|start| start.starts_with(char::is_uppercase)) && is_named && !is_behind_body(text)
}

/// Whether a body in capitals stands before a place that is not: `BỘ Y TẾ Huế`.
fn is_behind_body(text: &str) -> bool {
    let is_loud = |word: &str| !word.contains(char::is_lowercase) && word.chars().count() > 1;
    let mut words = words(without_level(text));
    words.next().is_some_and(is_loud)
        && words
            .next_back()
            .is_some_and(|word| word.contains(char::is_lowercase))
}

/// The words of a name; the stroke in `Bà Rịa - Vũng Tàu` is none.
fn words(text: &str) -> impl DoubleEndedIterator<Item = &str> {
    let words = text.split_whitespace();
    words.filter(|word| word.contains(char::is_alphanumeric))
}

/// What kinds of places are called, folded.
const LEVELS: [&str; 12] = [
    "thanh pho",
    "thi xa",
    "thi tran",
    "tinh",
    "huyen",
    "quan",
    "phuong",
    "xa",
    "tp",
    "tx",
    "tt",
    "dac khu",
];

/// The name of a place without the kind before it.
fn without_level(text: &str) -> &str {
    let folded = Folded::new(text);
    let mut levels = LEVELS.iter().filter_map(|level| folded.find(level));
    let level = levels.find(|place| text[..place.start].trim().is_empty());
    level.map_or(text, |place| {
        text[place.end..].trim_start_matches(['.', ' '])
    })
}

/// Where the place starts that a text ends with: up to five capitalised words, two more before a stroke, and the kind of
/// place before them.
fn trailing_place(text: &str) -> Option<usize> {
    let words: Vec<(usize, &str)> = words_from_the_end(text).take(10).collect();
    let names = |from: usize, most: usize| {
        let rest = words.iter().skip(from).take(most);
        rest.take_while(|(_, word)| is_capitalised(word)).count()
    };
    let mut count = names(0, 5);
    if count == 0 {
        return loud_place(&words);
    }
    if words.get(count).is_some_and(|(_, word)| is_stroke(word)) {
        let before = names(count + 1, 2);
        count += if before > 0 { before + 1 } else { 0 };
    }
    let (name, _) = words.get(count - 1)?;
    let level = match &words[count..] {
        [
            (place, "TP." | "Tp." | "TX." | "Tx." | "TT." | "P." | "Q."),
            ..,
        ] => Some(place),
        [(_, "phố"), (place, "Thành" | "thành"), ..]
        | [(_, "xã" | "trấn"), (place, "Thị" | "thị"), ..] => Some(place),
        [(place, "xã" | "phường" | "huyện" | "quận" | "tỉnh"), ..] => Some(place),
        _ => None,
    };
    Some(*level.unwrap_or(name))
}

/// Where a place in capitals starts behind words in small letters, of which the last stand first: `cấp đất HÀ NỘI`.
fn loud_place(words: &[(usize, &str)]) -> Option<usize> {
    let is_loud = |word: &str| word.chars().all(char::is_uppercase);
    let count = words.iter().take_while(|(_, word)| is_loud(word)).count();
    let (_, before) = words.get(count)?;
    let is_place = (2..=MOST_WORDS).contains(&count) && !before.contains(char::is_uppercase);
    words[..count]
        .last()
        .filter(|_| is_place)
        .map(|(start, _)| *start)
}

fn is_capitalised(word: &str) -> bool {
    word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase)
}

fn is_stroke(word: &str) -> bool {
    matches!(word, "-" | "–" | "—")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_what_stands_between_the_other_column_and_the_date() {
        // What stands beside it, and the place.
        let cases = [
            ("", "Lạc Bình"),
            ("", "HÀ NỘI"),
            ("", "Hà nội"),
            ("", "TP. Huế"),
            ("", "Thành phố Hồ Chí Minh"),
            ("", "THÀNH PHỐ HỒ CHÍ MINH"),
            ("", "Bà Rịa - Vũng Tàu"),
            ("", "Thành phố Phan Rang – Tháp Chàm"),
            ("", "Xã Khê Hạ, huyện Lạc Bình"),
            ("Số: 418/BC-CAH ", "Lạc Bình"),
            ("Số: 418/BC-CAH ", "HOÀI GIANG"),
            ("Số: 12/KH-THCSKH\t", "Khê Hạ"),
            ("Số:41/BC-BYT | ", "Huế"),
            ("Số: …/BC-BYT ", "Thành phố Hồ Chí Minh"),
            ("Số: 41/UBND-VX V/v cấp đất ", "Lạc Bình"),
            ("BỘ Y TẾ ", "Huế"),
            ("", "xã Khê Hạ"),
            ("UBND HUYỆN LẠC BÌNH XÃ KHÊ HẠ ", "xã Khê Hạ"),
            ("UBND HUYỆN LẠC BÌNH THỊ TRẤN MỸ AN ", "thị trấn Mỹ An"),
            ("ỦY BAN NHÂN DÂN QUẬN NHẤT ", "P. Mỹ An"),
            ("UBND TỈNH BÀ RỊA - VŨNG TÀU ", "Bà Rịa - Vũng Tàu"),
            (
                "ỦY BAN NHÂN DÂN THÀNH PHỐ HỒ CHÍ MINH ",
                "Thành phố Hồ Chí Minh",
            ),
            ("CÔNG AN HUYỆN LẠC BÌNH ", "TP. Hoài Giang"),
            ("Số: 5/KH-UBND", ""),
            ("Số: 5/UBND-KT V/v cấp đất | ", "HÀ NỘI"),
            ("V/v cấp đất ", "Huế"),
            ("V/v cấp đất ở ", "HÀ NỘI"),
        ];
        for (beside, place) in cases {
            let before = format!("{beside}{place}, ");
            let start = place_name_start(&before);
            assert_eq!(start, Some(beside.len()), "{before}");
        }
    }

    #[test]
    fn the_hour_of_a_telegram_stands_between_the_place_and_the_date() {
        let hours = ["hồi 20 giờ 30 phút ", "Hồi 20 giờ, ", "lúc 20h30 "];
        for hour in hours {
            let before = format!("Số: 7/CĐ-UBND Lạc Bình, {hour}");
            assert_eq!(place_name_start(&before), Some("Số: 7/CĐ-UBND ".len()));
            assert_eq!(place_name_start(hour), Some(0));
        }
        assert_eq!(place_name_start("Xã Khê Hạ phát điện lại từ 20 giờ "), None);
    }

    #[test]
    fn the_comma_behind_a_place_may_be_forgotten() {
        assert_eq!(place_name_start("Lạc Bình "), Some(0));
        assert_eq!(
            place_name_start("Số: 5/KH-UBND | Khê Hạ "),
            Some("Số: 5/KH-UBND | ".len())
        );
        for before in [
            "Sáng ",
            "Trong các ",
            "Hội nghị ",
            "Ở Lạc Bình từ ",
            "Số: 5/KH-UBND ",
        ] {
            assert_eq!(place_name_start(before), None, "{before}");
        }
    }

    #[test]
    fn no_place_stands_before_a_date_in_a_sentence() {
        let cases = [
            "Kế hoạch này được lập tại hội nghị,",
            "Thực hiện chỉ đạo trên, Sở Y tế,",
            "Theo kế hoạch đã thông qua từ",
        ];
        for before in cases {
            assert_eq!(place_name_start(before), None, "{before}");
        }
    }
}
