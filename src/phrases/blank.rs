//! Does a text leave something to fill in? `Họ và tên: …`, `Lạc Bình, ngày … tháng … năm 20...`

use super::figures::has_figures;

/// The parts of a date, of which one is left to fill in between two others.
const DATES: [(&str, &str); 2] = [("ngày", "tháng"), ("tháng", "năm")];

/// Signs that something is left out, wherever they stand: enough for a text to be of no section. A line to fill in tells little else.
const BLANKS: [&str; 3] = ["……", "....", "…/"];

/// One dot more may only cut a list short, unless one of these stands before it.
const GAP: &str = " … ";
const BEFORE_GAP: [&str; 8] = [":", " số", " ngày", " tháng", " năm", " đạt", " là", " gồm"];

/// A text of more words outside its date tells something, whatever is left to fill in.
const MOST_WORDS: usize = 10;
/// What stands before a colon names a field in so many words at most; more of them lead to a list.
const MOST_NAMING_WORDS: usize = 20;

/// Whether a text has a gap to fill in and tells little else: dots in a date, or after a colon.
pub fn has_gap(text: &str) -> bool {
    let has_little = words(text).nth(MOST_WORDS).is_none();
    let dots = text.match_indices('…').chain(text.match_indices(".."));
    dots.map(|(at, dots)| (text[..at].trim_end(), &text[at + dots.len()..]))
        .any(|(before, after)| {
            let after = after.trim_start_matches(['.', '…', ' ']);
            let is_date = |(before_it, after_it): &(&str, &str)| {
                before.ends_with(before_it) && after.starts_with(after_it)
            };
            (before.ends_with(':') && names_field(before) && ends_field(after))
                || (DATES.iter().any(is_date) && has_little)
        })
}

/// The words of a text but those of dates, without numbers.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let is_told = |word: &&str| {
        let is_of_date = DATES
            .iter()
            .any(|&(first, last)| *word == first || *word == last);
        word.contains(char::is_alphabetic) && !is_of_date
    };
    text.split([' ', '…', '.', ',']).filter(is_told)
}

/// Whether a text up to a colon is, after the gap or the stop before it, short enough to name what is to be filled in.
fn names_field(text: &str) -> bool {
    let name = text.rsplit(['…', '.']).next().unwrap_or_default();
    words(name).nth(MOST_NAMING_WORDS).is_none()
}

/// Whether what follows a gap is nothing, or the next field: `, nơi cấp: …`, but not `thu từ đất đạt 8 tỷ đồng`.
fn ends_field(text: &str) -> bool {
    let is_next = text.starts_with('(')
        || (text.contains(':') && !text.starts_with(|next: char| next.is_lowercase()));
    is_next || !text.contains(char::is_alphanumeric)
}

/// Whether a text leaves something to be filled in, whatever else it tells.
pub fn has_blank(text: &str) -> bool {
    let is_gap = |(at, _): (usize, &str)| {
        let before = &text[..at];
        let clause = before.rsplit(['.', ';', ':']).next().unwrap_or_default();
        let is_list = clause.contains(", ") || has_figures(text);
        !is_list || BEFORE_GAP.iter().any(|end| before.ends_with(end))
    };
    BLANKS.iter().any(|blank| text.contains(blank)) || text.match_indices(GAP).any(is_gap)
}

/// Whether a text can be nothing but a line to fill in, where most lines around it are.
pub fn is_blank(text: &str) -> bool {
    has_gap(text) || text.ends_with([':', '：', '…']) || text.ends_with("..")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_where_something_is_to_be_filled_in() {
        for text in [
            "Nơi ở hiện nay: ..",
            "Lạc Bình, ngày … tháng … năm 200...",
            "(người có công) đã mất ngày…tháng…năm…",
            "Ngày cấp: ...../....., nơi cấp: .....",
        ] {
            assert!(has_gap(text), "{text}");
        }
        for text in [
            "Các xã trồng ngô, lúa, sắn…",
            "Ngày 15 tháng 6, huyện họp như mọi năm...",
            "Theo Công văn số .../UBND ngày … tháng 4, xã đã trồng 12 ha quế và nuôi 300 con dê.",
            "Bốn thôn nộp danh sách hộ cận nghèo về xã trước ngày … tháng 9 năm 2024.",
            "Sản lượng cá đạt 45 tấn, trong đó: … cá lồng đạt 30 tấn.",
        ] {
            assert!(!has_gap(text), "{text}");
        }
    }

    #[test]
    fn blanks_are_wherever_something_is_left_out() {
        assert!(has_blank("Tổng số buổi tuyên truyền: … buổi."));
        assert!(has_blank(
            "Các thôn nộp báo cáo trước ngày … tháng 9, gồm 12 biểu."
        ));
        for told in [
            "Xã trồng 12 ha rừng, 5 ha chè…",
            "Bà con trồng ngô, lúa, sắn … trên đất dốc.",
        ] {
            assert!(!has_blank(told), "{told}");
        }
    }
}
