//! Which numbers in a text are figures that tell something? Those that are neither names nor dates.

/// Words before a number that is a name or a date: `Thông tư 39`, `kỷ niệm 75 năm`, `tháng 10`.
const NAMING: [&str; 20] = [
    "tư",
    "định",
    "quyết",
    "thị",
    "số",
    "điều",
    "lộ",
    "khóa",
    "khoá",
    "quận",
    "phường",
    "tháng",
    "ngày",
    "năm",
    "thứ",
    "lần",
    "ql",
    "tổ",
    "khu",
    "niệm",
];

/// Words before a number that is a name where nothing is counted: `Đề án 06 của Chính phủ`, but `vượt kế hoạch 120 ha`.
const NAMING_OR_COUNTED: [&str; 6] = ["án", "hoạch", "luận", "luật", "trình", "vực"];

/// What follows a name and no number of things.
const AFTER_NAME: [&str; 13] = [
    "của", "về", "ngày", "được", "đã", "trên", "tại", "và", "là", "trong", "cho", "theo", "do",
];

/// What is after a number of the clock.
const OF_CLOCK: [&str; 2] = ["giờ", "phút"];

/// Whether a text has a figure: a number of two digits at least that is neither a name nor a date.
#[must_use]
pub fn has_figures(text: &str) -> bool {
    figures(text, usize::MAX).next().is_some()
}

/// How many figures a text has, if no more than `most`, else `most`.
pub fn count_figures(text: &str, most: usize) -> usize {
    figures(text, usize::MAX).take(most).count()
}

/// The figures among the first words of a text, without what stands around them.
pub fn figures(text: &str, most_words: usize) -> impl Iterator<Item = &str> {
    let mut words = text.split_whitespace().take(most_words).peekable();
    let mut before = [""; 3];
    std::iter::from_fn(move || {
        while let Some(written) = words.next() {
            let word = bare(written);
            let [first, second, third] = before;
            before = [second, third, word];
            if is_figure(word) {
                let next = words.peek().copied();
                let is_named = is_one_of(third, &NAMING)
                    || (is_one_of(third, &NAMING_OR_COUNTED) && counts_nothing(written, next))
                    || is_committee([first, second, third]);
                let is_of_clock = next.is_some_and(|next| is_one_of(bare(next), &OF_CLOCK));
                if !is_named && !is_of_clock {
                    return Some(word);
                }
            }
        }
        None
    })
}

/// A word without what stands around it.
pub(super) fn bare(word: &str) -> &str {
    word.trim_matches(|mark: char| !mark.is_alphanumeric())
}

/// Whether a number, as it is written, counts nothing before the next word.
fn counts_nothing(number: &str, next: Option<&str>) -> bool {
    let ends = number.ends_with([',', '.', ';', ':', ')', '”', '"']);
    let is_apart = next.is_none_or(|next| {
        is_one_of(bare(next), &AFTER_NAME) || bare(next).starts_with(char::is_uppercase)
    });
    !number.contains('%') && (ends || is_apart)
}

fn is_one_of(word: &str, words: &[&str]) -> bool {
    words.contains(&word.to_lowercase().as_str())
}

/// Whether these are the words before the number of a committee: `Ban Chỉ đạo 389`. One that has directed, `đã chỉ đạo 12 xã`, has
/// no number.
fn is_committee(words: [&str; 3]) -> bool {
    words.map(str::to_lowercase) == ["ban", "chỉ", "đạo"]
}

/// Whether a word is a number of two digits at least and no year: `05 mô hình` has one, as official texts write counts, `5 mô hình`
/// none, since a single digit as often numbers something as it counts.
fn is_figure(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_number = word
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b','));
    let is_year = word.len() == 4 && (word.starts_with("19") || word.starts_with("20"));
    is_number && digits >= 2 && !is_year
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures_of(text: &str) -> Vec<&str> {
        figures(text, usize::MAX).collect()
    }

    #[test]
    fn figures_are_no_names_and_no_dates() {
        let title = "Năm 2022: thu 1.276 tỷ đồng theo Thông tư 39 (số: 12), 24/7, tháng 10; 85% hộ, Covid-19, quý 3, khoá 15";
        assert_eq!(figures_of(title), ["1.276", "85"]);
        let others =
            "Ban Chỉ đạo 389, Đề án 06 của huyện, Kế hoạch 15, kỷ niệm 75 năm, hồi 19 giờ 30 phút";
        assert_eq!(figures_of(others), [""; 0]);
        let counted =
            "đã chỉ đạo 12 xã, thu hồi 85 tỷ, vượt kế hoạch 15%, công trình 25 tỷ, kế hoạch 120 ha";
        assert_eq!(figures_of(counted), ["12", "85", "15", "25", "120"]);
    }
}
