//! Does a quotation stand by itself on a page, away from its report?

use crate::segment;

/// How sentences begin that say something of the one before them, which the page does not show.
const CONNECTIVES: [&str; 19] = [
    "tuy nhiên",
    "tuy vậy",
    "theo đó",
    "bên cạnh đó",
    "ngoài ra",
    "trong đó",
    "qua đó",
    "nhờ đó",
    "do đó",
    "vì vậy",
    "như vậy",
    "nhưng",
    "cụ thể",
    "đây là",
    "đó là",
    "mô hình này",
    "chương trình này",
    "điều này",
    "việc này",
];

/// Enough of a text to know: links are looked for from the start again after each one.
const LOOKED_AT_CHARS: usize = 2_000;

/// As many telephone numbers are a list of them.
const NUMBERS: usize = 3;

/// Whether a text begins with a word that needs the sentence before it.
pub(super) fn needs_before(text: &str) -> bool {
    let words: Vec<String> = segment::words(text).take(3).collect();
    let begins = |connective: &str| {
        let mut expected = connective.split(' ');
        let mut found = words.iter();
        expected.all(|word| found.next().is_some_and(|found| found == word))
    };
    let is_verb = ["cụ thể hóa", "cụ thể hoá"].iter().any(|verb| begins(verb));
    !is_verb && CONNECTIVES.iter().any(|connective| begins(connective))
}

/// Whether a text is an address book rather than prose: mostly links, or telephone numbers.
pub(super) fn is_addresses(text: &str) -> bool {
    let end = text.char_indices().nth(LOOKED_AT_CHARS);
    let text = end.map_or(text, |(end, _)| &text[..end]);
    let length = |text: &str| {
        text.chars()
            .filter(|letter| letter.is_alphanumeric())
            .count()
    };
    let links: usize = links(text).map(length).sum();
    links * 2 > length(text) || telephone_numbers(text) >= NUMBERS
}

/// The links of a text: addresses, and those of Markdown with what they are called.
fn links(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let (start, length) = next_link(rest)?;
        let link = &rest[start..start + length];
        rest = &rest[start + length..];
        Some(link)
    })
}

/// Where the next link starts, and its length in bytes.
fn next_link(text: &str) -> Option<(usize, usize)> {
    let address = ["https://", "http://", "www."];
    let address = address.iter().filter_map(|start| text.find(start)).min();
    let target = text.find("](");
    if let Some(target) = target
        && let Some(name) = text[..target].rfind('[')
        && address.is_none_or(|address| name < address)
    {
        let length = text[name..]
            .find(')')
            .map_or(text.len() - name, |end| end + 1);
        return Some((name, length));
    }
    let start = address?;
    let length = text[start..].find(char::is_whitespace);
    Some((start, length.unwrap_or(text.len() - start)))
}

/// How many runs of digits read as telephone numbers: ten or eleven of them from 0 on, whatever sets them apart.
fn telephone_numbers(text: &str) -> usize {
    let is_apart = |letter: char| !(letter.is_ascii_digit() || matches!(letter, ' ' | '.' | '-'));
    let is_number = |run: &&str| {
        let digits = run.chars().filter(char::is_ascii_digit);
        let first = digits.clone().next();
        (10..=11).contains(&digits.count()) && first == Some('0')
    };
    text.split(is_apart).filter(is_number).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connectives_need_the_sentence_before() {
        let cases = [
            ("Tuy nhiên, ba xã chưa xong.", true),
            ("“Theo đó, mỗi xã làm một tuyến.”", true),
            ("NGOÀI RA, huyện còn trồng rừng.", true),
            ("Mô hình này đã có ở tám xã.", true),
            ("Mô hình chợ phiên đã có ở tám xã.", false),
            ("Cụ thể, mỗi xã làm một tuyến.", true),
            ("Cụ thể hóa nghị quyết, huyện làm ba tuyến.", false),
            ("Đây là", true),
            ("Đó đây trong huyện, đường đã xong.", false),
            ("Theo đó đây", true),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(needs_before(text), expected, "{text}");
        }
    }

    #[test]
    fn links_and_lists_of_telephone_numbers_are_no_prose() {
        let cases = [
            (
                "[Đường liên xã xong trước hạn](https://lacbinh.example/tin/12) Xem thêm",
                true,
            ),
            (
                "Xem https://lacbinh.example/tin/duong-lien-xa-xong-truoc-han-ba-thang",
                true,
            ),
            (
                "Huyện mở trang www.lacbinh.example để người dân góp ý về mười hai tuyến đường liên xã.",
                false,
            ),
            (
                "Đường dây nóng: Công an huyện 0912.345.678; Trung tâm Y tế 024 3825 1234, ông Lâm (0987 654 321).",
                true,
            ),
            (
                "Gọi 0912345678 khi đường hỏng; cả năm chi 1.250.000.000 đồng.",
                false,
            ),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_addresses(text), expected, "{text}");
        }
    }
}
