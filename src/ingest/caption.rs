//! Is a line the caption of a picture? By its credit, by who stands where, by what it calls itself.
//!
//! Archives of news keep the captions of pictures that they have lost, as paragraphs among the others.

/// How long a caption may be, in words.
const MAX_WORDS: usize = 60;
/// How long a line that only calls itself a picture may be, in words.
const MAX_SCENE_WORDS: usize = 25;
/// How long the name of who took the picture may be, in words.
const MAX_CREDIT_WORDS: usize = 6;

/// How lines begin that say what a picture shows.
const SCENES: [&str; 10] = [
    "Quang cảnh",
    "Cận cảnh",
    "Toàn cảnh buổi",
    "Toàn cảnh hội nghị",
    "Toàn cảnh phiên",
    "Toàn cảnh lễ",
    "Toàn cảnh cuộc",
    "Ảnh minh h",
    "Hình minh h",
    "Minh họa:",
];

/// How the place of a person in a picture begins, and on which side.
const PLACES: [&str; 10] = [
    "bìa ",
    "bên ",
    "thứ ",
    "ngồi ",
    "đứng ",
    "ngoài cùng",
    "hàng ",
    "người thứ",
    "áo ",
    "từ ",
];
const SIDES: [&str; 3] = ["trái", "phải", "giữa"];

/// Whether a paragraph tells what a picture shows.
pub(super) fn is_caption(text: &str) -> bool {
    let words = text.split_whitespace().count();
    let is_scene = SCENES.iter().any(|scene| text.starts_with(scene));
    words <= MAX_WORDS && (has_credit(text) || has_place(text))
        || words <= MAX_SCENE_WORDS && is_scene
}

/// Whether a text ends with who took the picture: `… Ảnh: Hồng Vân`, `… (Ảnh CTV)`.
fn has_credit(text: &str) -> bool {
    let marks = text.rmatch_indices("Ảnh").chain(text.rmatch_indices("ẢNH"));
    marks.into_iter().any(|(place, mark)| {
        let (before, after) = (text[..place].trim_end(), &text[place + mark.len()..]);
        // Without a colon a name has to follow a mark, or `Bảo tàng Ảnh Hà Nội` would be a credit.
        let is_apart = before.is_empty() || before.ends_with(['.', '!', '…', '(', '-', '–', '/']);
        let name = match after.strip_prefix(':') {
            Some(name) => name,
            None if is_apart && after.starts_with(' ') => after,
            None => return false,
        };
        let name = name.trim().trim_end_matches(['.', ')', ' ']);
        let is_named = name.starts_with(char::is_uppercase) || name.is_empty();
        is_named
            && name.split_whitespace().count() <= MAX_CREDIT_WORDS
            && !name.contains([',', ';', ':', '?'])
    })
}

/// Whether brackets say where in the picture somebody is: `(bìa phải)`, `(thứ 2 từ trái sang)`.
fn has_place(text: &str) -> bool {
    text.split('(').skip(1).any(|part| {
        part.split_once(')').is_some_and(|(inside, _)| {
            PLACES.iter().any(|place| inside.starts_with(place))
                && SIDES.iter().any(|side| inside.contains(side))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_captions_by_their_words() {
        for text in [
            "Đồng chí Lò Văn Sính phát biểu tại phiên họp. Ảnh: Hồng Vân",
            "Bà con thu hoạch ngô. (Ảnh: CTV)",
            "Đoàn nhận Bằng khen. Ảnh T.D",
            "Ảnh: Minh Trí.",
            "Chủ tịch xã (thứ 2 từ trái sang) trao quà cho các hộ",
            "Anh Nam (bìa phải) giới thiệu vườn cam.",
            "Quang cảnh buổi lễ.",
            "Ảnh minh họa",
        ] {
            assert!(is_caption(text), "{text}");
        }
    }

    #[test]
    fn leaves_sentences_about_pictures_alone() {
        for text in [
            "Bảo tàng Ảnh Hà Nội mở cửa từ tháng 6.",
            "Triển lãm trưng bày 120 bức Ảnh nghệ thuật của các tác giả trong tỉnh, thu hút đông người xem.",
            "Toàn cảnh kinh tế năm 2024 có nhiều điểm sáng.",
            "Tuyến đường (bên phải là kênh chính) dài 4 km được thi công cả ngày lẫn đêm, đến nay đã hoàn thành \
             nền hạ, thảm xong 2 km mặt đường, xây 12 cống thoát nước và trồng 400 cây xanh hai bên; nhà thầu cam kết \
             bàn giao trước ngày 30 tháng 9, sớm hơn hợp đồng một tháng để bà con đi lại trong mùa mưa.",
            "Huyện đã hỗ trợ 215 hộ nghèo.",
        ] {
            assert!(!is_caption(text), "{text}");
        }
    }
}
