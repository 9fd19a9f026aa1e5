use super::*;
use ParagraphKind::{Body, Caption, Heading, ListItem, Table};

fn shown(rtf: &str) -> Vec<(ParagraphKind, String)> {
    let (blocks, _) = read(rtf.as_bytes()).unwrap();
    blocks
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect()
}

#[test]
fn reads_fonts_styles_lists_tables_and_notes() {
    let rtf = r"{\rtf1\ansi\ansicpg1252\deff0{\fonttbl{\f0\froman\fcharset0 Times New Roman;}{\f1\fcharset0 .VnTime{\*\falt x};}}
{\stylesheet{\snext0 Normal;}{\s1\outlinelevel0\f1 heading 1;}{\*\cs10 Default;}}{\info{\title T\'ean}{\author A}}
{\header Trang \chpgn\par}\pard\s1 C\'e9ng\par\pard\plain Th\u226?n b\'e0i{\v \'e8n}{\deleted c\par}.{\footnote\pard Ch\'fa th\'edch.}\par
{\pard\ls1{\listtext 1.\tab}M\'f4t\par}\trowd\intbl A\cell B{\field{\*\fldinst PAGE}{\fldrslt 7}}\cell\row\pard Sau\_x\par}";
    let expected = [
        (Heading, "Céng"),
        (Body, "Thân bài."),
        (ListItem, "Môt"),
        (Table, "A | B7"),
        (Body, "Sau-x"),
        (Caption, "Chú thích."),
    ];
    assert_eq!(
        shown(rtf),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
    let (blocks, title) = read(rtf.as_bytes()).unwrap();
    assert_eq!(title.unwrap().text(), "Tên");
    assert_eq!(blocks[0].runs[0].font.as_deref(), Some(".VnTime"));
    assert_eq!(blocks[1].runs[0].font.as_deref(), Some("Times New Roman"));
}

#[test]
fn bytes_are_in_the_character_set_of_their_font() {
    let rtf = r"{\rtf1\ansi{\fonttbl{\f0\fcharset204 Arial;}{\f1\fcharset163 .VnTime;}{\f2\fcharset134 SimSun;}}\f0\'cf\f1\'cf\f2\'d6\'d0}";
    assert_eq!(shown(rtf)[0].1, "ПÏ中");
}

#[test]
fn western_fonts_are_in_windows_1252_where_the_file_is_in_another() {
    let text = |fonts: &str, text: &str| {
        let rtf = format!(r"{{\rtf1\ansi\ansicpg1258\deff0{{\fonttbl{fonts}}}\f0 {text}\par}}");
        let options = crate::ingest::ReadOptions::default();
        let found = crate::ingest::read(rtf.as_bytes(), None, &options).unwrap();
        found.paragraphs[0].text.clone()
    };
    let western = r"{\f0\fcharset0 Arial;}";
    let wordpad = format!(r"{western}{{\f1\fcharset163 Arial;}}");
    assert_eq!(
        text(
            &wordpad,
            r"B\'e0 con \'fd th\f1\'fd\'ec\f0 c, x\'e3 x\'e2y \f1\'f0\'fd\'f5\'cc\f0 ng."
        ),
        "Bà con ý thức, xã xây đường."
    );
    // All in windows-1258, as simple programs write it, shows by its syllables.
    assert_eq!(
        text(
            western,
            r"Xa\'de \'f0a\'de tr\'f4\'ccng r\'fd\'ccng pho\'ccng h\'f4\'f2."
        ),
        "Xã đã trồng rừng phòng hộ."
    );
    // Short ones show by nothing but what the file declares.
    assert_eq!(text(western, r"S\'f4\'ec: 12/BC-UBND"), "Số: 12/BC-UBND");
}

#[test]
fn a_character_by_number_takes_the_place_of_its_replacement() {
    assert_eq!(
        shown(r"{\rtf1\uc2\u7897??\u-10179\'3f\'3f\u-8704\'3f\'3f x{\uc0\u7897 y}}")[0].1,
        "ộ😀 xộy"
    );
}

#[test]
fn a_named_character_may_be_a_replacement() {
    let rtf = r"{\rtf1 Qu\'fd I\u8211\endash  II \u8220\ldblquote n\'f4ng th\'f4n\u8221\rdblquote , \uc2\u8212\emdash\emdash{ }\uc1\u8230\tab h\u7871\par t}";
    assert_eq!(
        shown(rtf),
        [
            (Body, "Quý I– II “nông thôn”, — … hế".to_owned()),
            (Body, "t".to_owned())
        ]
    );
}

#[test]
fn properties_and_what_follows_the_document_are_no_text() {
    let rtf = r"{\rtf1{\info{\title Th\'f4ng b\'e1o}{\hlinkbase C:\\vanthu\par}{\version3 b}c}T\'f4i.\par} -- ch\u7919? k\'fd --{\rtf1 l\'e0 th\u7915?}";
    assert_eq!(shown(rtf), [(Body, "Tôi.".to_owned())]);
    let (_, title) = read(rtf.as_bytes()).unwrap();
    assert_eq!(title.unwrap().text(), "Thông báo");
}

#[test]
fn a_page_and_a_column_part_paragraphs() {
    let rtf = r"{\rtf1 C\'e1c x\'e3\column C\'e1c th\'f4n\page X\'f3m B\'e0n\line C\'f4\par}";
    let texts: Vec<_> = shown(rtf).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["Các xã", "Các thôn", "Xóm Bàn Cô"]);
}

#[test]
fn text_boxes_are_read_once() {
    let rtf = r"{\rtf1 A{\shp{\*\shpinst{\sp{\sn x}{\sv 1}}{\shptxt\pard Khung\par}}{\shprslt{\*\do Khung}}} B\par}";
    assert_eq!(
        shown(rtf),
        [(Body, "A B".to_owned()), (Body, "Khung".to_owned())]
    );
}

#[test]
fn text_boxes_follow_the_paragraph_that_they_are_anchored_in() {
    let text_box = |text: &str| format!(r"{{\shp{{\*\shpinst{{\shptxt\pard {text}\par}}}}}}");
    let inner = text_box("Trong");
    let body = [
        text_box(r"X\'e3 A\par S\u7889?: 5"),
        r"\par\pard B\'e1o c\'e1o\par Hai".to_owned(),
        text_box(&format!(r"Ngo\'e0i {{\upr{{?}}{{\*\ud x}}}}{inner}")),
        r"\par\trowd\intbl M\u7897?t".to_owned(),
        text_box("Khung"),
        r"\cell B\cell\row\pard Ba{\footnote\pard Ch\'fa".to_owned(),
        text_box("Ghi"),
        r"}\par".to_owned(),
    ];
    let expected = [
        (Body, "Xã A"),
        (Body, "Số: 5"),
        (Body, "Báo cáo"),
        (Body, "Hai"),
        (Body, "Ngoài x"),
        (Body, "Trong"),
        (Table, "Một Khung | B"),
        (Body, "Ba"),
        (Caption, "Chú"),
        (Body, "Ghi"),
    ];
    assert_eq!(
        shown(&format!(r"{{\rtf1 {}}}", body.concat())),
        expected.map(|(kind, text)| (kind, text.to_owned()))
    );
}

#[test]
fn boxes_and_lists_of_a_form_show_what_was_chosen() {
    let field = |form: &str, text: &str| {
        format!(
            r"{{\field{{\*\fldinst {{ FORM {{{{\*\datafield 6500}}{{\*\formfield{{{form}{{\*\ffname O}}}}}}}}}}}}{{\fldrslt }}}} {text}\par "
        )
    };
    let body = [
        field(r"\fftype1\ffres0\ffdefres1", "A"),
        field(r"\fftype1\ffres1\ffdefres0", "B"),
        field(r"\fftype1\ffres25\ffdefres1", "C"),
        field(
            r"\fftype2\ffres1{\*\ffl Kh\u225\'e1}{\*\ffl T\u7889\'3ft}",
            "D",
        ),
        field(r"\fftype0", "E"),
    ];
    let expected = ["☐ A", "☑ B", "☑ C", "Tốt D", " E"];
    let texts = shown(&format!(r"{{\rtf1 {}}}", body.concat()));
    let texts: Vec<_> = texts.into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, expected);
}

#[test]
fn signs_and_raised_numbers_are_what_they_show() {
    let rtf = r#"{\rtf1{\fonttbl{\f0 Times New Roman;}{\f5\fcharset2 Symbol;}{\f6\fcharset2 Wingdings;}}\f0 T\u7927? l\u7879? {\field{\*\fldinst SYMBOL 179 \\f "Symbol" \\s 14}{\fldrslt\f5 \'b3}}95%, {\f5\'a3} 5; {\f6 q} Nam {\f6\'fe} N\u7919?; 12{\super 1)} ha, 10{\super 3\nosupersub  kg}, CO{\sub 2}.\par}"#;
    let found = crate::ingest::read(rtf.as_bytes(), None, &crate::ingest::ReadOptions::default());
    assert_eq!(
        found.unwrap().paragraphs[0].text,
        "Tỷ lệ ≥95%, ≤ 5; ❑ Nam ☑ Nữ; 12¹⁾ ha, 10³ kg, CO₂."
    );
}

#[test]
fn what_moved_away_is_left_out_and_of_a_pair_the_unicode_is_read() {
    let rtf = r"{\rtf1{\mvf X\'e3 b\'ean. }{\upr{S\'ecn L\'f4?}{\*\ud{S\u417?n La}}} {\mvt x\'e3 b\'ean.}\par}";
    let before = format!("\u{FEFF}\r\n{rtf}");
    assert!(beginning(before.as_bytes()).is_some());
    for rtf in [rtf, &before] {
        assert_eq!(shown(rtf), [(Body, "Sơn La xã bên.".to_owned())]);
    }
}

#[test]
fn words_drawn_as_a_picture_are_a_paragraph() {
    let rtf = r"{\rtf1 B\u236?a{\shp{\*\shpinst{\sp{\sn shapeType}{\sv 136}}{\sp{\sn gtextUNICODE}{\sv S\u417? k\u7871?t}}}}\par}";
    assert_eq!(
        shown(rtf),
        [(Body, "Bìa".to_owned()), (Body, "Sơ kết".to_owned())]
    );
}

#[test]
fn damage_is_told_from_size() {
    assert_eq!(read(b"{\\rtf1 a").unwrap_err().code(), "corrupt");
    assert_eq!(
        read("{".repeat(2000).as_bytes()).unwrap_err().code(),
        "too_large"
    );
}
