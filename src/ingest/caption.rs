//! Is a line the caption of a picture? By its credit, by who stands where, by what it calls itself.
//!
//! Archives of news keep the captions of pictures that they have lost, as paragraphs among the others.

use super::attendance::{SAYING, acts_at_event, begins_with_seen};

/// How long a caption may be, in words.
const MAX_WORDS: usize = 60;
/// How long a line that only calls itself a picture may be, in words.
const MAX_SCENE_WORDS: usize = 25;
/// How long the name of who took the picture may be, in words.
const MAX_CREDIT_WORDS: usize = 6;

/// How lines begin that say what a picture shows.
const SCENES: [&str; 3] = ["Cận cảnh ", "Ảnh minh h", "Hình minh h"];

/// What a view is of in a picture; of streets and of the economy reports speak too.
const VIEWS: [&str; 2] = ["Quang cảnh ", "Toàn cảnh "];
const VIEWED: [&str; 10] = [
    "buổi",
    "hội nghị",
    "hội thảo",
    "phiên",
    "lễ",
    "cuộc",
    "đại hội",
    "điểm cầu",
    "họp",
    "kỳ họp",
];

/// How brackets begin and end that tell where in a picture somebody is.
const PLACES: [&str; 7] = ["bìa", "bên", "ngồi", "đứng", "ngoài", "thứ", "người"];
const SIDES: [&str; 3] = ["trái", "phải", "giữa"];
const WAYS: [&str; 2] = ["sang", "qua"];

/// What somebody does who is seen at an event; of many it is also told that they are there.
const DOING: [&str; 6] = [
    " phát biểu",
    " chủ trì",
    " chụp ảnh",
    " trình bày",
    " tham luận",
    " kết luận",
];
const MANY: [&str; 2] = ["Các đại biểu", "Đại biểu"];
const BEING_THERE: &str = " dự ";
/// What was done or will be is told by the text, as what somebody says is, and not by a picture.
const WHEN: [&str; 2] = [" đã ", " sẽ "];
/// Whether a paragraph tells what a picture shows, in one sentence at most.
pub(super) fn is_caption(text: &str) -> bool {
    let words = text.split_whitespace().take(MAX_WORDS + 1).count();
    if words > MAX_WORDS {
        return false;
    }
    let (told, is_credited) = match credit(text) {
        Some(place) => (&text[..place], true),
        None => (text, false),
    };
    let is_told_as_one = is_credited
        || has_place(told)
        || (words <= MAX_SCENE_WORDS && is_scene(told))
        || shows_speaker(told);
    is_told_as_one && is_one_sentence(told)
}

fn is_scene(text: &str) -> bool {
    let after = |view: &&str| text.strip_prefix(*view);
    let is_view = |rest: &str| VIEWED.iter().any(|event| rest.starts_with(event));
    SCENES.iter().any(|scene| text.starts_with(scene))
        || VIEWS.iter().filter_map(after).any(is_view)
}

/// Whether a text says no more than that somebody is at an event: `Đồng chí Vân phát biểu tại hội nghị.`
fn shows_speaker(text: &str) -> bool {
    let is_person = text.starts_with(char::is_uppercase) && begins_with_seen(text);
    if !is_person
        || SAYING
            .iter()
            .chain(&WHEN)
            .any(|telling| text.contains(telling))
    {
        return false;
    }
    let is_many = MANY.iter().any(|many| text.starts_with(many));
    acts_at_event(
        text,
        DOING.into_iter().chain(is_many.then_some(BEING_THERE)),
    )
}

/// Where a text ends with who took the picture: `… . Ảnh: Hồng Vân`, `… (Ảnh: CTV)`.
fn credit(text: &str) -> Option<usize> {
    let place = text.rfind("Ảnh").max(text.rfind("ẢNH"))?;
    let before = text[..place].trim_end();
    let after = &text[place + "Ảnh".len()..];
    let (name, marks): (_, &[char]) = match after.strip_prefix(':') {
        Some(name) => (name, &['.', '!', '…', '(', '-', '–', '/', '”', '"']),
        // Without a colon it has to be a sentence of its own, or `Bảo tàng Ảnh Hà Nội` would be a credit.
        None => (after.strip_prefix(' ')?, &['.', '!', '…']),
    };
    let name = name.trim().trim_end_matches(['.', ')', ' ']);
    let is_name = (name.is_empty() || name.starts_with(char::is_uppercase))
        && name.split_whitespace().count() <= MAX_CREDIT_WORDS
        && !name.contains([',', ';', ':', '?']);
    (is_name && (before.is_empty() || before.ends_with(marks))).then_some(place)
}

/// Whether brackets say where in the picture somebody is: `(bìa phải)`, `(thứ 2 từ trái sang)`, `(giữa)`.
fn has_place(text: &str) -> bool {
    let insides = text.split('(').skip(1);
    insides
        .filter_map(|part| part.split_once(')'))
        .any(|(inside, _)| {
            let words: Vec<&str> = inside
                .split([' ', ','])
                .filter(|word| !word.is_empty())
                .collect();
            let words = words
                .split_last()
                .filter(|(last, _)| WAYS.contains(last))
                .map_or(&words[..], |(_, rest)| rest);
            let is_side = words.last().is_some_and(|last| SIDES.contains(last));
            let is_placed =
                words.len() == 1 || words.first().is_some_and(|first| PLACES.contains(first));
            is_side && is_placed && words.len() <= 6
        })
}

/// Whether no other sentence begins within a text.
fn is_one_sentence(text: &str) -> bool {
    let text = text.trim_end_matches([' ', '(', '-', '–', '/']);
    !text
        .match_indices(['.', '!', '?', '…'])
        .any(|(place, mark)| {
            let rest = &text[place + mark.len()..];
            let next = rest.trim_start();
            // `TP. Hồ Chí Minh`, `PGS. TS. Vân`: short words in capitals end no sentence.
            let word = text[..place].rsplit([' ', '.']).next().unwrap_or_default();
            let is_abbreviation = word.chars().count() <= 3 && word.starts_with(char::is_uppercase);
            rest.len() > next.len() && next.starts_with(char::is_uppercase) && !is_abbreviation
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
            "Các đại biểu dự lễ tại TP. Lạc Bình - Ảnh: CTV",
            "Đoàn nhận Bằng khen. Ảnh T.D",
            "Ảnh: Minh Trí.",
            "Chủ tịch xã (thứ 2 từ trái sang) trao quà cho các hộ",
            "Anh Nam (bìa phải) giới thiệu vườn cam.",
            "Ông Sính (giữa) và bà Vân (ngồi, bên trái) ở chốt rừng",
            "Quang cảnh buổi lễ.",
            "Ảnh minh họa",
            "Đồng chí Lò Văn Sính, Bí thư Huyện ủy phát biểu tại hội nghị.",
            "Phó Chủ tịch Ủy ban nhân dân huyện Hoàng Thị Vân chủ trì buổi làm việc",
            "Thiếu tướng Lò Văn Sính - Cục trưởng Cục Hậu cần phát biểu chỉ đạo đại hội.",
            "Tổng Giám đốc Hoàng Thị Vân kết luận buổi làm việc.",
            "Các đại biểu chụp ảnh lưu niệm tại Lễ khánh thành.",
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
            "Tuyến đường (bên phải là kênh chính) dài 4 km được thi công cả ngày lẫn đêm.",
            "Trong đợt cao điểm (từ ngày 15/6 đến giữa tháng 8), Công an huyện bắt giữ 12 đối tượng.",
            "Các xã gửi báo cáo (thứ hai hằng tuần phải gửi) về Văn phòng.",
            "Hợp đồng vay (bên vay phải có tài sản) đã ký xong.",
            "Sáng 5/6, xã họp. Huyện đã hoàn thành 12/14 chỉ tiêu. Ảnh: Hồng Vân",
            "Đồng chí Lò Văn Ảnh: Nhất trí với báo cáo.",
            "Ban tổ chức trao giải cho ba tác phẩm (Ảnh Mùa vàng).",
            "Quang cảnh các tuyến đường nay đã sáng, xanh, sạch, đẹp.",
            "Huyện đã hỗ trợ 215 hộ nghèo.",
            "Đồng chí Lò Văn Sính phát biểu tại hội nghị, yêu cầu các xã báo cáo trước ngày 15.",
            "Phát biểu tại hội nghị, đồng chí Vân giao Phòng Y tế 2 nhiệm vụ.",
            "Ông Sính trình bày cách ủ phân để bà con các bản làm theo.",
            "Chủ tịch Ủy ban nhân dân huyện chủ trì 12 hội nghị đối thoại, giải quyết 42 kiến nghị.",
            "Lãnh đạo huyện dự lễ khởi công 12 công trình",
            "Phó Chủ tịch huyện dự lễ khởi công đường liên xã",
            "Đại biểu dự đại hội bầu Ban Chấp hành khóa mới gồm 15 đồng chí.",
            "Thường trực Hội đồng nhân dân xã chủ trì phiên họp về nước sạch.",
            "Trưởng ban Văn hóa xã chủ trì buổi tập cồng chiêng.",
            "Giám đốc hợp tác xã chủ trì khôi phục lễ hội cầu mùa.",
            "Chủ tịch Ủy ban nhân dân huyện chủ trì phối hợp với các ngành rà soát, lập danh sách hộ nghèo và tổ chức lễ trao nhà.",
        ] {
            assert!(!is_caption(text), "{text}");
        }
    }
}
