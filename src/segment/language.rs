//! In which language is a text? A small, honest guess: nothing rather than a wrong tag.

use std::fmt;

/// A language that can be told from a text's letters and commonest words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Language {
    /// Vietnamese, written with its diacritics.
    Vietnamese,
    /// English.
    English,
    /// Chinese.
    Chinese,
    /// Japanese.
    Japanese,
    /// Korean.
    Korean,
    /// Russian.
    Russian,
    /// Thai.
    Thai,
    /// Lao.
    Lao,
    /// Khmer.
    Khmer,
    /// French.
    French,
    /// German.
    German,
    /// Spanish.
    Spanish,
}

/// How much of a text is read: enough for a verdict on any document, and a mixed one goes by its start.
const SAMPLE_CHARS: usize = 20_000;

/// With fewer letters than this a text in Latin or Cyrillic script shows too few common words.
const MIN_LETTERS: usize = 12;

/// The share of a text's words that must be common words of its language. Running prose has 0.25 and
/// more of those listed below, a text in another language under 0.1.
const MIN_COMMON_SHARE: f64 = 0.12;

/// How many times more common words a language must have than the next one: related languages
/// share a few.
const MIN_LEAD: u32 = 2;

/// The share of words with a letter of Vietnamese alone; its prose has 0.4 to 0.6, without a name
/// or two in it no other language has any.
const MIN_VIETNAMESE_SHARE: f64 = 0.2;

/// Common words that the other languages here, and their closest relatives, do not share.
const COMMON_WORDS: [(Language, &[&str]); 5] = [
    (
        Language::English,
        &[
            "the", "of", "and", "to", "is", "was", "were", "that", "for", "it", "with", "are",
            "this", "by", "from", "has", "have", "be", "which", "their", "will", "said",
        ],
    ),
    (
        Language::French,
        &[
            "le", "les", "et", "des", "est", "dans", "pour", "du", "au", "aux", "une", "par",
            "sur", "sont", "avec", "ce", "cette", "il", "qui", "ont", "été", "d", "l",
        ],
    ),
    (
        Language::German,
        &[
            "der", "die", "und", "das", "den", "von", "ist", "mit", "für", "auf", "dem", "im",
            "nicht", "ein", "eine", "zu", "des", "sich", "wird", "werden", "wurde", "auch",
        ],
    ),
    (
        Language::Spanish,
        &[
            "el", "los", "las", "y", "del", "una", "por", "con", "es", "se", "su", "al", "como",
            "más", "fue", "ha", "sus", "pero", "este", "esta",
        ],
    ),
    (
        Language::Russian,
        &[
            "и",
            "в",
            "на",
            "не",
            "с",
            "по",
            "что",
            "из",
            "для",
            "от",
            "к",
            "это",
            "как",
            "его",
            "был",
            "были",
            "также",
            "при",
            "году",
            "или",
        ],
    ),
];

impl Language {
    /// Tells the language of `text`.
    ///
    /// `None` where it is none of the twelve, too short to tell, or too mixed.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let sample = sample(text);
        let letters = Letters::of(sample);
        match letters.main_script()? {
            Script::Latin if letters.total < MIN_LETTERS => None,
            Script::Latin if is_vietnamese(sample) => Some(Self::Vietnamese),
            Script::Latin | Script::Cyrillic => by_common_words(sample),
            Script::Han if 10 * letters.count(Script::Kana) >= letters.count(Script::Han) => {
                Some(Self::Japanese)
            }
            Script::Han => Some(Self::Chinese),
            Script::Kana => Some(Self::Japanese),
            Script::Hangul => Some(Self::Korean),
            Script::Thai => Some(Self::Thai),
            Script::Lao => Some(Self::Lao),
            Script::Khmer => Some(Self::Khmer),
        }
    }

    /// The ISO 639-1 code: `vi`.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Vietnamese => "vi",
            Self::English => "en",
            Self::Chinese => "zh",
            Self::Japanese => "ja",
            Self::Korean => "ko",
            Self::Russian => "ru",
            Self::Thai => "th",
            Self::Lao => "lo",
            Self::Khmer => "km",
            Self::French => "fr",
            Self::German => "de",
            Self::Spanish => "es",
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

#[derive(Clone, Copy)]
enum Script {
    Latin,
    Cyrillic,
    Han,
    Kana,
    Hangul,
    Thai,
    Lao,
    Khmer,
}

const SCRIPTS: [Script; 8] = [
    Script::Latin,
    Script::Cyrillic,
    Script::Han,
    Script::Kana,
    Script::Hangul,
    Script::Thai,
    Script::Lao,
    Script::Khmer,
];

impl Script {
    fn of(letter: char) -> Option<Self> {
        Some(match letter {
            'a'..='z' | 'A'..='Z' | '\u{C0}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Self::Latin,
            '\u{400}'..='\u{52F}' => Self::Cyrillic,
            '\u{3040}'..='\u{30FF}' => Self::Kana,
            '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' => Self::Han,
            '\u{AC00}'..='\u{D7AF}' => Self::Hangul,
            '\u{E00}'..='\u{E7F}' => Self::Thai,
            '\u{E80}'..='\u{EFF}' => Self::Lao,
            '\u{1780}'..='\u{17FF}' => Self::Khmer,
            _ => return None,
        })
    }
}

/// How many letters of each script a text has.
#[derive(Default)]
struct Letters {
    counts: [usize; SCRIPTS.len()],
    total: usize,
}

impl Letters {
    fn of(text: &str) -> Self {
        let mut letters = Self::default();
        for character in text.chars().filter(|c| c.is_alphabetic()) {
            letters.total += 1;
            if let Some(script) = Script::of(character) {
                letters.counts[script as usize] += 1;
            }
        }
        letters
    }

    fn count(&self, script: Script) -> usize {
        self.counts[script as usize]
    }

    /// The script of at least half of the letters; Japanese writes in two.
    fn main_script(&self) -> Option<Script> {
        let main = SCRIPTS
            .into_iter()
            .rev()
            .max_by_key(|&script| self.count(script))?;
        let count = match main {
            Script::Han | Script::Kana => self.count(Script::Han) + self.count(Script::Kana),
            _ => self.count(main),
        };
        (count > 0 && 2 * count >= self.total).then_some(main)
    }
}

fn sample(text: &str) -> &str {
    text.char_indices()
        .nth(SAMPLE_CHARS)
        .map_or(text, |(end, _)| &text[..end])
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphabetic())
        .filter(|word| !word.is_empty())
}

fn is_vietnamese(text: &str) -> bool {
    let (mut total, mut marked) = (0_u32, 0_u32);
    for word in words(text) {
        total += 1;
        marked += u32::from(word.contains(is_vietnamese_letter));
    }
    f64::from(marked) >= MIN_VIETNAMESE_SHARE * f64::from(total.max(1))
}

/// Whether `letter` is written in Vietnamese and in hardly any other language.
fn is_vietnamese_letter(letter: char) -> bool {
    matches!(
        letter,
        'đ' | 'Đ' | 'ơ' | 'Ơ' | 'ư' | 'Ư' | 'ă' | 'Ă' | '\u{1EA0}'..='\u{1EF9}'
    )
}

fn by_common_words(text: &str) -> Option<Language> {
    let mut counts = COMMON_WORDS.map(|(language, _)| (0_u32, language));
    let mut total = 0_u32;
    for word in words(text) {
        total += 1;
        let word = word.to_lowercase();
        for ((count, _), (_, common)) in counts.iter_mut().zip(COMMON_WORDS) {
            *count += u32::from(common.contains(&word.as_str()));
        }
    }
    counts.sort_by_key(|&(count, _)| std::cmp::Reverse(count));
    let [(best, language), (second, _), ..] = counts;
    let is_enough = best >= 2 && f64::from(best) >= MIN_COMMON_SHARE * f64::from(total);
    (is_enough && best >= MIN_LEAD * second).then_some(language)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Case {
        text: &'static str,
        code: Option<&'static str>,
    }

    fn check(cases: &[Case]) {
        for Case { text, code } in cases {
            assert_eq!(Language::of(text).map(Language::code), *code, "{text:?}");
        }
    }

    #[test]
    fn tells_the_twelve_languages() {
        check(&[
            Case {
                text: "Ủy ban nhân dân huyện báo cáo kết quả thực hiện nhiệm vụ.",
                code: Some("vi"),
            },
            Case {
                text: "The committee said that it was pleased with the results.",
                code: Some("en"),
            },
            Case {
                text: "Le comité est satisfait des résultats et de la gestion.",
                code: Some("fr"),
            },
            Case {
                text: "Der Ausschuss ist mit den Ergebnissen sehr zufrieden.",
                code: Some("de"),
            },
            Case {
                text: "El comité y los vecinos aprobaron el informe del año.",
                code: Some("es"),
            },
            Case {
                text: "Комитет рассмотрел отчет и принял решение на год.",
                code: Some("ru"),
            },
            Case {
                text: "全省经济社会发展取得新的成绩。",
                code: Some("zh"),
            },
            Case {
                text: "県は今年の計画を発表した。",
                code: Some("ja"),
            },
            Case {
                text: "위원회는 보고서를 승인했다.",
                code: Some("ko"),
            },
            Case {
                text: "คณะกรรมการรายงานผลการดำเนินงาน",
                code: Some("th"),
            },
            Case {
                text: "ຄະນະກຳມະການລາຍງານຜົນງານ",
                code: Some("lo"),
            },
            Case {
                text: "គណៈកម្មាធិការរាយការណ៍អំពីលទ្ធផល",
                code: Some("km"),
            },
        ]);
    }

    #[test]
    fn says_nothing_rather_than_something_wrong() {
        check(&[
            Case {
                text: "",
                code: None,
            },
            Case {
                text: "1.250.000 / 30 %",
                code: None,
            },
            Case {
                text: "Hà Nội",
                code: None,
            },
            Case {
                text: "Uy ban nhan dan huyen bao cao ket qua thuc hien nhiem vu.",
                code: None,
            },
            Case {
                text: "Il comitato ha approvato la relazione annuale che riguarda i lavori.",
                code: None,
            },
            Case {
                text: "Komitet zatwierdził sprawozdanie roczne i plan pracy.",
                code: None,
            },
            Case {
                text: "Η επιτροπή ενέκρινε την έκθεση.",
                code: None,
            },
        ]);
    }

    #[test]
    fn a_foreign_name_does_not_make_a_text_vietnamese() {
        let text = "The report was sent to Mr Nguyễn Văn Đức, who is the head of the office and its staff.";
        assert_eq!(Language::of(text), Some(Language::English));
    }
}
