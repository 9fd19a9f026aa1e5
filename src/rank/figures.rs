//! Which figures does a title name? They are what its document reports.

/// Words before a number that is a name or a date: `Thông tư 39`, `tháng 10`.
const NAMING: [&str; 18] = [
    "tư",
    "định",
    "quyết",
    "thị",
    "số",
    "điều",
    "lộ",
    "khóa",
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
];

/// No title is longer; each of its figures would be looked for in each unit.
const MOST_WORDS: usize = 200;

/// The figures of a title: numbers of two digits at least that are neither names nor dates.
#[derive(Clone, Debug)]
pub struct TitleFigures<'t>(Vec<&'t str>);

impl<'t> TitleFigures<'t> {
    /// Those of `title`.
    #[must_use]
    pub fn of(title: &'t str) -> Self {
        let mut before = String::new();
        let mut figures = Vec::new();
        for word in title.split_whitespace().take(MOST_WORDS) {
            let figure = word.trim_matches(|mark: char| !mark.is_alphanumeric());
            if is_figure(figure) && !NAMING.contains(&before.as_str()) {
                figures.push(figure);
            }
            before = word.to_lowercase();
        }
        Self(figures)
    }

    /// Whether a text has one of them.
    #[must_use]
    pub fn are_in(&self, text: &str) -> bool {
        let is_digit = |character: char| character.is_ascii_digit();
        self.0.iter().any(|figure| {
            text.match_indices(figure).any(|(start, found)| {
                let (before, after) = (&text[..start], &text[start + found.len()..]);
                !before.ends_with(is_digit) && !after.starts_with(is_digit)
            })
        })
    }
}

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

    #[test]
    fn figures_are_no_names_and_no_dates() {
        let title =
            "Năm 2022: thu 1.276 tỷ đồng theo Thông tư 39, 24/7, tháng 10; 85% hộ, Covid-19, quý 3";
        assert_eq!(TitleFigures::of(title).0, ["1.276", "85"]);
    }

    #[test]
    fn a_text_has_a_figure_as_a_whole() {
        let figures = TitleFigures::of("Trao 85 suất quà");
        assert!(figures.are_in("Huyện trao 85 suất."));
        assert!(!figures.are_in("Huyện trao 185 suất, 850 vở."));
        assert!(!TitleFigures::of("Trao quà").are_in("Trao quà."));
    }
}
