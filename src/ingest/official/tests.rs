//! Letters written for the purpose, in the layouts that files give.

use super::*;

mod foot;
mod head;
mod title;

fn paragraphs(texts: &[&str]) -> Vec<RawParagraph> {
    texts
        .iter()
        .map(|text| RawParagraph {
            text: (*text).to_owned(),
            ..RawParagraph::default()
        })
        .collect()
}

/// Recognises a letter, checks which paragraphs are furniture (`x` in `marks`) and gives what was read.
fn recognised(texts: &[&str], marks: &str) -> Option<Letter> {
    let mut paragraphs = paragraphs(texts);
    let letter = recognise(&mut paragraphs);
    let found: String = paragraphs
        .iter()
        .map(|paragraph| if paragraph.furniture { 'x' } else { '.' })
        .collect();
    assert_eq!(
        found,
        marks,
        "{:#?}",
        texts.iter().zip(found.chars()).collect::<Vec<_>>()
    );
    letter
}

fn letter(facts: [&str; 4], title: &str) -> Letter {
    let fact = |index: usize| Some(facts[index].to_owned()).filter(|fact| !fact.is_empty());
    let official = Official {
        number: fact(0),
        date: fact(1),
        issuer: fact(2),
        signer: fact(3),
    };
    Letter {
        official,
        title: Some(title.to_owned()).filter(|title| !title.is_empty()),
    }
}

const BODY: &str = "Sáu tháng đầu năm, huyện đã hoàn thành nâng cấp mười hai tuyến đường liên xã.";

#[test]
fn reads_a_letter_on_separate_lines() {
    let texts = [
        "ỦY BAN NHÂN DÂN TỈNH HOÀI GIANG",
        "SỞ GIAO THÔNG VẬN TẢI",
        "Số: 512/BC-SGTVT",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Hoài Giang, ngày 05 tháng 7 năm 2024",
        "BÁO CÁO",
        "Kết quả sáu tháng đầu năm 2024",
        "Kính gửi: Ủy ban nhân dân tỉnh",
        BODY,
        "Nơi nhận:",
        "- Như trên;",
        "- Lưu: VT, KH.",
        "KT. GIÁM ĐỐC",
        "PHÓ GIÁM ĐỐC",
        "(Đã ký)",
        "Trần Quốc Thái",
    ];
    let found = recognised(&texts, "xxxxxx..x.xxxxxxx");
    let facts = [
        "512/BC-SGTVT",
        "2024-07-05",
        "SỞ GIAO THÔNG VẬN TẢI",
        "Trần Quốc Thái",
    ];
    assert_eq!(
        found.unwrap(),
        letter(facts, "BÁO CÁO Kết quả sáu tháng đầu năm 2024")
    );
}

#[test]
fn reads_two_columns_that_share_their_lines() {
    let texts = [
        "ủy ban nhân dân Cộng hòa xã hội chủ nghiã việt nam",
        "tỉnh Hoài Giang Độc lập - Tự do - Hạnh phúc",
        "Số: 256 /2004/QĐ-UB TP.Hoài Giang, ngày 01 tháng 7 năm 2004",
        "QUYẾT ĐỊNH",
        "V/v ban hành quy chế làm việc",
        BODY,
        "Nơi nhận: TM. ỦY BAN NHÂN DÂN",
        "- Bộ Nội vụ CHỦ TỊCH",
        "- Lưu (Đã ký) Lê Thị Bích Hằng",
    ];
    let found = recognised(&texts, "xxx...xxx");
    let facts = [
        "256/2004/QĐ-UB",
        "2004-07-01",
        "ủy ban nhân dân tỉnh Hoài Giang",
        "Lê Thị Bích Hằng",
    ];
    assert_eq!(
        found.unwrap(),
        letter(facts, "QUYẾT ĐỊNH V/v ban hành quy chế làm việc")
    );
}

#[test]
fn reads_a_letterhead_that_is_one_table_row() {
    let texts = [
        "UBND HUYỆN LẠC BÌNH PHÒNG NỘI VỤ Số: 17/CV-NV CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM \
            Độc lập - Tự do - Hạnh phúc Lạc Bình, ngày 3 tháng 2 năm 2025",
        "V/v rà soát hồ sơ cán bộ",
        "Kính gửi:",
        "- Các phòng, ban thuộc huyện;",
        "- Ủy ban nhân dân các xã.",
        BODY,
        "Nơi nhận: - Như trên; - Lưu: VT. TRƯỞNG PHÒNG (Đã ký) Hoàng Văn Lâm",
    ];
    let found = recognised(&texts, "xxxxx.x");
    let facts = ["17/CV-NV", "2025-02-03", "PHÒNG NỘI VỤ", "Hoàng Văn Lâm"];
    assert_eq!(found.unwrap(), letter(facts, "rà soát hồ sơ cán bộ"));
}

#[test]
fn reads_a_letter_of_the_party() {
    let texts = [
        "ĐẢNG BỘ TỈNH HOÀI GIANG",
        "HUYỆN ỦY LẠC BÌNH",
        "Số 88-KH/HU",
        "ĐẢNG CỘNG SẢN VIỆT NAM",
        "Lạc Bình, ngày 9 tháng 9 năm 2023",
        "KẾ HOẠCH",
        "Học tập nghị quyết trong toàn đảng bộ huyện",
        BODY,
        "T/M BAN THƯỜNG VỤ",
        "BÍ THƯ",
        "Phạm Minh Đức",
    ];
    let found = recognised(&texts, "xxxxx...xxx");
    let facts = [
        "88-KH/HU",
        "2023-09-09",
        "HUYỆN ỦY LẠC BÌNH",
        "Phạm Minh Đức",
    ];
    assert_eq!(
        found.unwrap(),
        letter(
            facts,
            "KẾ HOẠCH Học tập nghị quyết trong toàn đảng bộ huyện"
        )
    );
}

#[test]
fn ordinary_texts_are_left_alone() {
    let cases: &[&[&str]] = &[
        &[],
        &[BODY, BODY],
        &[
            "Quyết định số 13/2020/QĐ-TTg ngày 6/4/2020 của Thủ tướng sẽ hết hiệu lực sau ngày 31/12/2020.",
            BODY,
        ],
        &[
            "Hướng dẫn nêu rõ việc thi hành Thông tư số 19/2020/TT-BCT",
            BODY,
        ],
        &[
            "Nơi nhận của thông báo này là Sở Y tế, Sở Giáo dục và các huyện.",
            "Nơi nhận hồ sơ: bộ phận một cửa",
        ],
        &[
            "BÁO CÁO",
            "Kết quả công tác",
            "I. TÌNH HÌNH",
            BODY,
            "II. GIẢI PHÁP",
            BODY,
        ],
        &[
            "Nhân dịp kỷ niệm ngày thành lập nước Cộng hòa xã hội chủ nghĩa Việt Nam, huyện tổ chức mít tinh.",
            "Bộ luật dân sự nước Cộng hòa xã hội chủ nghĩa Việt Nam",
            "Hà Nội, ngày 5 tháng 6 năm 2024, Bộ trưởng đã chủ trì hội nghị trực tuyến với các địa phương.",
        ],
        &[
            "Chủ tịch Nguyễn Văn An",
            "Nguyễn Văn An",
            "Trần Thị Bình",
            BODY,
        ],
        &[
            "Danh sách đại biểu",
            "Nguyễn Văn An",
            "Trần Thị Bình",
            "Lê Văn Cường",
        ],
        &[
            "Số 5 đường Lê Lợi",
            "Ngày 5 tháng 6 năm 2024, đoàn đã làm việc tại xã.",
            "Giám đốc cho biết:",
            BODY,
        ],
    ];
    for texts in cases {
        assert_eq!(recognised(texts, &".".repeat(texts.len())), None);
    }
}

#[test]
fn prose_between_head_and_foot_is_never_swallowed() {
    let texts = [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Ủy ban nhân dân huyện đã ban hành kế hoạch số 12/KH-UBND ngày 3 tháng 2 năm 2024.",
        "Bộ Tài chính đề nghị các địa phương báo cáo trước ngày 15 tháng 3 năm 2024.",
        "- Xã Khê Hạ hoàn thành trước hạn;",
        "Giám đốc Sở chịu trách nhiệm thi hành.",
    ];
    recognised(&texts, "x....");
}

/// What is read off a letter with this head and this foot.
fn facts_of(head: &[&str], foot: &[&str]) -> Official {
    let texts = [head, &["BÁO CÁO", "Kết quả trồng rừng", BODY], foot].concat();
    recognise(&mut paragraphs(&texts)).unwrap().official
}

const STATE: &str = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM";
