//! Which texts have no part in what is told around them?

use super::closing::informs;
use super::marks::{has_more_words, without_closers};

/// What has fewer says nothing: `- Không.`
const FEWEST_WORDS: usize = 3;

/// How paragraphs begin in which reports say that they end here: they repeat the title and are no prose. In the midst of others the
/// same words only count as one of the list below.
const ENDING: &str = "Trên đây là";

/// Texts with one of these, in small letters, tell of their own document, which is enough for them to be of no section. More has to
/// be so of a sentence that is quoted last since it only closes its document (`closing`).
const OF_DOCUMENT: [&str; 8] = [
    "trên đây là",
    " này có hiệu lực",
    "được lập thành",
    "lập thành 0",
    "cùng nghe",
    "biểu quyết:",
    "thông qua ngày",
    "cuộc họp kết thúc",
];

/// Whether a report says in a paragraph that it ends here.
pub fn ends_report(paragraph: &str) -> bool {
    paragraph.starts_with(ENDING)
}

/// Whether a text has no part in what is told around it: it is of its document, of a table of contents, or nothing.
pub fn is_beside(text: &str) -> bool {
    let small = text.to_lowercase();
    // A line of a table of contents.
    let is_listed = small.contains(" trang ") && small.ends_with(|c: char| c.is_ascii_digit());
    is_listed
        || !has_more_words(&small, FEWEST_WORDS - 1)
        || OF_DOCUMENT.iter().any(|phrase| small.contains(phrase))
        || makes_known(&small)
}

/// Whether a text in small letters only says whom its document is made known to: `Văn phòng … thông báo để … biết, thực hiện`.
fn makes_known(text: &str) -> bool {
    let passes_on = ["chỉ thị này", "nghị quyết này"].iter().any(|act| {
        let rest = text.trim_start().strip_prefix(act).unwrap_or_default();
        rest.trim_start()
            .trim_start_matches("được ")
            .starts_with("phổ biến đến")
    });
    let text = without_closers(text).trim_end_matches(['.', '/', ' ']);
    let known = text.rsplit_once(" biết").map(|(_, rest)| rest);
    let ends = known.is_some_and(|rest| rest.is_empty() || rest.ends_with("thực hiện"));
    passes_on || (ends && informs(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_makes_its_document_known_says_nothing() {
        assert!(is_beside(
            "Văn phòng UBND huyện thông báo để các xã, các phòng biết, thực hiện./."
        ));
        assert!(is_beside("Chỉ thị này được phổ biến đến từng thôn, bản."));
        for order in [
            "Các xã thông báo lịch cấp nước để bà con chủ động gieo cấy.",
            "Công an xã thông báo thủ đoạn lừa đảo mới để người dân biết, phòng tránh.",
        ] {
            assert!(!is_beside(order), "{order}");
        }
    }
}
