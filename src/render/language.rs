//! What do readers of Vietnamese and of English call labels, letters and places?

use crate::record::{ACHIEVEMENT, DIRECTIVE, MODEL, Official};

/// The language of what stands around quotations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InterfaceLanguage {
    /// Tiếng Việt.
    Vietnamese,
    /// English.
    English,
}

/// What every way to show quotations calls the same.
struct Words {
    number: &'static str,
    dated: &'static str,
    page: &'static str,
    paragraph: &'static str,
    sentence: &'static str,
    labels: [(&'static str, &'static str); 3],
}

static VIETNAMESE: Words = Words {
    number: "Số",
    dated: "ngày",
    page: "trang",
    paragraph: "đoạn",
    sentence: "câu",
    labels: [
        (ACHIEVEMENT, "Kết quả đạt được"),
        (DIRECTIVE, "Chỉ đạo, nhiệm vụ"),
        (MODEL, "Mô hình, cách làm hay"),
    ],
};

static ENGLISH: Words = Words {
    number: "No.",
    dated: "dated",
    page: "page",
    paragraph: "paragraph",
    sentence: "sentence",
    labels: [
        (ACHIEVEMENT, "Achievements"),
        (DIRECTIVE, "Directives"),
        (MODEL, "Models worth copying"),
    ],
};

impl InterfaceLanguage {
    fn words(self) -> &'static Words {
        match self {
            Self::Vietnamese => &VIETNAMESE,
            Self::English => &ENGLISH,
        }
    }

    /// A label's heading; a label of the user's own is its own heading.
    #[must_use]
    pub fn label(self, name: &str) -> &str {
        let labels = self.words().labels.iter();
        let mut headings = labels.filter(|(label, _)| *label == name);
        headings.next().map_or(name, |(_, heading)| heading)
    }

    /// One line of what an official letter says of itself, as far as it is known:
    /// `Số 418/BC-CAH · ngày 14/6/2024 · Công an huyện Lạc Bình`.
    #[must_use]
    pub fn letter_line(self, official: &Official) -> Option<String> {
        let words = self.words();
        let number = official.number.as_deref();
        let date = official.date.as_deref();
        let parts = [
            number.map(|number| format!("{} {number}", words.number)),
            date.map(|date| format!("{} {}", words.dated, self.date(date))),
            official.issuer.clone(),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(" · "))
    }

    /// A date of ISO 8601 as people write it.
    fn date(self, date: &str) -> String {
        let parts: Vec<&str> = date.split('-').collect();
        match parts[..] {
            [year, month, day] if self == Self::Vietnamese => {
                let short = |part: &str| part.trim_start_matches('0').to_owned();
                format!("{}/{}/{year}", short(day), short(month))
            }
            _ => date.to_owned(),
        }
    }

    /// Where a quotation stands, by the indices of its paragraph and its sentence: `trang 2, đoạn 3, câu 2`.
    #[must_use]
    pub fn place(self, page: Option<u32>, paragraph: usize, sentence: usize) -> String {
        let words = self.words();
        let page = page.map_or(String::new(), |page| format!("{} {page}, ", words.page));
        let (paragraph, sentence) = (paragraph + 1, sentence + 1);
        format!(
            "{page}{} {paragraph}, {} {sentence}",
            words.paragraph, words.sentence
        )
    }

    /// A paragraph by its index: `đoạn 3`.
    #[must_use]
    pub fn paragraph(self, index: usize) -> String {
        format!("{} {}", self.words().paragraph, index + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::InterfaceLanguage::{English, Vietnamese};
    use super::*;

    #[test]
    fn a_letter_says_in_one_line_what_is_known_of_it() {
        let mut official = Official {
            number: Some("25/BC-UBND".to_owned()),
            date: Some("2022-06-02".to_owned()),
            issuer: Some("UBND huyện Lạc Bình".to_owned()),
            signer: Some("Vũ Thị Lan".to_owned()),
        };
        let line = |official: &Official, language: InterfaceLanguage| {
            language.letter_line(official).unwrap_or_default()
        };
        let all = "Số 25/BC-UBND · ngày 2/6/2022 · UBND huyện Lạc Bình";
        assert_eq!(line(&official, Vietnamese), all);
        official.issuer = None;
        assert_eq!(
            line(&official, English),
            "No. 25/BC-UBND · dated 2022-06-02"
        );
        official.number = None;
        assert_eq!(line(&official, Vietnamese), "ngày 2/6/2022");
        assert_eq!(Vietnamese.letter_line(&Official::default()), None);
    }

    #[test]
    fn places_are_counted_from_one() {
        assert_eq!(Vietnamese.place(Some(2), 2, 1), "trang 2, đoạn 3, câu 2");
        assert_eq!(English.place(None, 0, 0), "paragraph 1, sentence 1");
    }
}
