//! Is the text of a page what the page shows?

/// Whether a text is the codes of a font that does not say which letters it shows. Programs number the letters of such
/// fonts as they come, so that signs are as frequent as letters.
pub(super) fn is_of_private_codes(text: &str) -> bool {
    /// So many characters tell it.
    const ENOUGH: usize = 200;
    /// In texts of any language, and of any encoding from before Unicode, less than two in a hundred are such signs.
    const LEAST_SHARE: f32 = 0.2;
    // Without those of numbers, forms, tables, addresses and rules of stars.
    let is_sign = |c: &char| "!\"#$&'?@\\^`{}".contains(*c);
    let visible = text.chars().filter(|c| !c.is_whitespace());
    let count = visible.clone().count();
    let signs = visible.filter(is_sign).count();
    count >= ENOUGH && signs as f32 > LEAST_SHARE * count as f32
}

/// Whether a text is what programs write onto a scan that they sign: who did, and when.
pub(super) fn is_stamp_of_signature(text: &str) -> bool {
    /// Where two sign, their stamps are shorter than that; so is no page of text.
    const MOST: usize = 300;
    const MARKS: [&str; 6] = [
        "ký bởi",
        "người ký:",
        "ngày ký:",
        "thời gian ký:",
        "được ký số",
        "signed by",
    ];
    let is_short = text.chars().nth(MOST).is_none();
    is_short && {
        let text = text.to_lowercase();
        MARKS.iter().any(|mark| text.contains(mark))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_of_fonts_are_told_from_texts_and_forms() {
        let codes = "!\"#$%\"&'( )*+,\"-. /#0$1%2 \"3&4'5(6 )7*8 +,!\"#$ ".repeat(8);
        assert!(is_of_private_codes(&codes));
        for text in [
            "Các xã, thị trấn đã gieo trồng xong vụ mùa (đạt 92,4%). ",
            "C¸c x·, thÞ trÊn ®· gieo trång xong vô mïa (®¹t 92,4%). ",
            "12,5% | 8% | (1) | (2) | 45/60 | + 3 | - 2 ",
            "Họ và tên: .................... Ngày sinh: ___/___/______ ",
            "a.tran@xa.vn, b.le@xa.vn; ",
        ] {
            assert!(!is_of_private_codes(&text.repeat(20)), "{text}");
        }
    }

    #[test]
    fn stamps_say_who_signed_and_nothing_else() {
        let stamp = "Ký bởi: Ủy ban nhân dân xã Liêm Cần Ngày ký: 14-06-2024 15:30:12 +07:00";
        assert!(is_stamp_of_signature(stamp));
        assert!(!is_stamp_of_signature("Hội nghị ký kết giao ước thi đua"));
        let letter = "Huyện đã làm tốt nhiều việc, dân phấn khởi và tin tưởng. ".repeat(6) + stamp;
        assert!(!is_stamp_of_signature(&letter));
    }
}
