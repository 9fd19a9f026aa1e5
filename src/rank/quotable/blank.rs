//! Is a text a line to fill in? `Họ và tên: …`, `Lạc Bình, ngày … tháng … năm 20...`

/// The parts of a date, of which one is left to fill in between two others.
const DATES: [(&str, &str); 2] = [("ngày", "tháng"), ("tháng", "năm")];

/// Whether a text has a gap to fill in: dots after a colon, or in a date.
pub(super) fn has_gap(text: &str) -> bool {
    let dots = text.match_indices('…').chain(text.match_indices(".."));
    dots.map(|(at, dots)| (text[..at].trim_end(), &text[at + dots.len()..]))
        .any(|(before, after)| {
            let after = after.trim_start_matches(['.', '…', ' ']);
            let is_date = |(before_it, after_it): &(&str, &str)| {
                before.ends_with(before_it) && after.starts_with(after_it)
            };
            before.ends_with(':') || DATES.iter().any(is_date)
        })
}

/// Whether a text can be nothing but a line to fill in, where most lines around it are.
pub(super) fn is_blank(text: &str) -> bool {
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
        ] {
            assert!(!has_gap(text), "{text}");
        }
    }
}
