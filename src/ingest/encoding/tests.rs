//! The laws of decoding, over tables, fixtures and whatever strings there are.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

use super::legacy::Cell;
use super::normalize::normalize;
use super::syllable::tests::SYLLABLES;
use super::*;
use crate::ingest::ReadError;

/// Encodes a text, as it looks when its bytes are read as windows-1252; `None` where the encoding lacks a letter.
fn encode(text: &str, encoding: LegacyEncoding) -> Option<String> {
    let bytes = encode_bytes(text, encoding)?;
    let (shown, _) = encoding_rs::WINDOWS_1252.decode_without_bom_handling(&bytes);
    Some(shown.into_owned())
}

/// The text's bytes in the encoding, if that has all its letters.
pub(in crate::ingest) fn encode_bytes(text: &str, encoding: LegacyEncoding) -> Option<Vec<u8>> {
    let cells: BTreeMap<char, Cell> = encoding
        .cells()
        .into_iter()
        .map(|cell| (cell.letter, cell))
        .collect();
    let mut encoded = Vec::new();
    for letter in text.chars() {
        match cells.get(&letter) {
            Some(Cell { base, mark, .. }) => encoded.extend([*base].into_iter().chain(*mark)),
            None => encoded.push(u8::try_from(letter).ok().filter(u8::is_ascii)?),
        }
    }
    Some(encoded)
}

fn decode_as(text: &str, encoding: LegacyEncoding) -> String {
    decode_runs(&[[Run::plain(text)]], EncodingChoice::Legacy(encoding))
        .paragraphs
        .concat()
}

fn decode(paragraphs: &[&str]) -> Decoded {
    let runs: Vec<[Run<'_>; 1]> = paragraphs.iter().map(|text| [Run::plain(text)]).collect();
    decode_runs(&runs, EncodingChoice::Auto)
}

fn in_font<'a>(text: &'a str, font: &'a str) -> Run<'a> {
    Run {
        text,
        font: Some(font),
    }
}

#[test]
fn every_cell_reads_back() {
    for encoding in LegacyEncoding::ALL {
        let cells = encoding.cells();
        assert!(cells.len() >= 80, "{encoding:?}");
        for cell in cells.iter().filter(|cell| cell.letter.is_alphabetic()) {
            let bytes: Vec<u8> = [cell.base].into_iter().chain(cell.mark).collect();
            let text = encoding_rs::WINDOWS_1252
                .decode_without_bom_handling(&bytes)
                .0;
            // VISCII's Õ is told from a no-break space by the capital before it.
            let text = format!("X{text}");
            assert_eq!(
                decode_as(&text, encoding),
                format!("X{}", cell.letter),
                "{encoding:?}"
            );
        }
    }
}

#[test]
fn no_two_cells_share_their_bytes() {
    for encoding in LegacyEncoding::ALL {
        let mut bytes: Vec<_> = encoding
            .cells()
            .iter()
            .map(|cell| (cell.base, cell.mark))
            .collect();
        let count = bytes.len();
        bytes.sort_unstable();
        bytes.dedup();
        assert_eq!(bytes.len(), count, "{encoding:?}");
    }
}

/// The golden file is what glibc's iconv and Free recode 3.6 say: `scripts/reference/legacy_fonts.py`.
#[test]
fn cells_agree_with_other_converters() {
    let golden = include_str!("../../../tests/fixtures/reference/legacy_fonts.tsv");
    for line in golden.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = line.split('\t').collect();
        let [name, letter, hex] = fields[..] else {
            panic!("three fields: {line}")
        };
        let encoding = LegacyEncoding::ALL
            .into_iter()
            .find(|encoding| encoding.name() == name)
            .unwrap();
        let cells = encoding.cells();
        let hex_of = |cell: &Cell| {
            let mark = cell
                .mark
                .map_or(String::new(), |mark| format!("{mark:02X}"));
            format!("{:02X}{mark}", cell.base)
        };
        let mut ours = cells
            .iter()
            .filter(|cell| cell.letter.to_string() == letter)
            .map(hex_of);
        match name {
            // VN1's capitals below A0, which the fonts do not have.
            "tcvn3" if hex < "A0" => assert_eq!(ours.next(), None),
            // recode has these two the wrong way round: its small letters and every other table say so.
            "vni" if "ẮẰ".contains(letter) => assert!(ours.all(|ours| ours != hex)),
            _ => assert!(ours.any(|ours| ours == hex), "{line}"),
        }
    }
}

#[test]
fn every_syllable_reads_back_in_every_encoding() {
    // A lone `ã` looks like a bullet in TCVN3 and is left one.
    let words = SYLLABLES.iter().filter(|syllable| *syllable != "ã");
    let syllables = words.map(String::as_str).collect::<Vec<_>>().join(" ");
    for encoding in LegacyEncoding::ALL {
        let encoded = encode(&syllables, encoding).unwrap();
        let decoded: String = decode_as(&encoded, encoding).nfc().collect();
        let pairs = decoded.split(' ').zip(syllables.split(' '));
        let wrong: Vec<_> = pairs.filter(|(ours, theirs)| ours != theirs).collect();
        assert!(wrong.is_empty(), "{encoding:?}: {wrong:?}");
    }
}

const REPORT: [&str; 3] = [
    "Sáu tháng đầu năm, huyện đã hoàn thành nâng cấp mười hai tuyến đường liên xã, trồng mới hơn ba trăm hecta rừng.",
    "Yêu cầu các phòng, ban khẩn trương rà soát tiến độ giải ngân, báo cáo trước ngày mười lăm hằng tháng.",
    "Mô hình nuôi cá lồng trên sông của hợp tác xã cho thu nhập ổn định, được nhiều hộ dân học tập.",
];

#[test]
fn tells_each_encoding_by_its_syllables() {
    for encoding in LegacyEncoding::ALL {
        for text in REPORT {
            let encoded = encode(text, encoding).unwrap();
            let decoded = decode(&[&encoded]);
            assert_eq!(decoded.paragraphs[0].nfc().collect::<String>(), text);
            assert_eq!(decoded.encoding.name, encoding.name());
            assert!(decoded.encoding.confidence > 0.6, "{decoded:?}");
        }
    }
}

#[test]
fn confidence_grows_with_the_text() {
    let encoded = REPORT.map(|text| encode(text, LegacyEncoding::Vni).unwrap());
    let confidence = |count: usize| {
        let paragraphs: Vec<&str> = encoded[..count].iter().map(String::as_str).collect();
        decode(&paragraphs).encoding.confidence
    };
    assert!(confidence(1) < confidence(2) && confidence(2) < confidence(3));
    assert!(confidence(3) <= 1.0);
}

#[test]
fn a_short_paragraph_follows_its_document() {
    let heading = encode("Phần thứ hai", LegacyEncoding::Tcvn3).unwrap();
    assert_eq!(decode(&[&heading]).paragraphs, [heading.as_str()]);
    let report = encode(REPORT[0], LegacyEncoding::Tcvn3).unwrap();
    assert_eq!(decode(&[&heading, &report]).paragraphs[0], "Phần thứ hai");
}

#[test]
fn encodings_may_be_mixed() {
    let tcvn3 = encode(REPORT[0], LegacyEncoding::Tcvn3).unwrap();
    let vni = encode(REPORT[1], LegacyEncoding::Vni).unwrap();
    let decoded = decode(&[&tcvn3, &vni, REPORT[2]]);
    assert_eq!(decoded.paragraphs, REPORT);
    assert_eq!(decoded.encoding.name, "utf-8+tcvn3+vni");
}

#[test]
fn fonts_decide_where_the_text_is_short() {
    let paragraphs = [
        vec![
            in_font("§", ".VnTime"),
            in_font("iÒu 5", ".VnTime"),
            in_font(": café", "Arial"),
        ],
        vec![in_font("ñieà", "VNI-Times"), in_font("u 6", "VNI-Helve")],
        vec![in_font("céng hoµ", ".VnTimeH")],
    ];
    let decoded = decode_runs(&paragraphs, EncodingChoice::Auto);
    assert_eq!(decoded.paragraphs, ["Điều 5: café", "điều 6", "CỘNG HOÀ"]);
}

#[test]
fn a_font_that_lies_is_not_believed() {
    let vni = encode(REPORT[0], LegacyEncoding::Vni).unwrap();
    for text in [vni.as_str(), REPORT[0]] {
        let decoded = decode_runs(&[[in_font(text, ".VnTime")]], EncodingChoice::Auto);
        assert_eq!(decoded.paragraphs, [REPORT[0]]);
        let decoded = decode_runs(&[[in_font(text, "Times New Roman")]], EncodingChoice::Auto);
        assert_eq!(decoded.paragraphs, [REPORT[0]]);
    }
}

#[test]
fn short_text_follows_what_other_text_in_its_font_turns_out_to_be() {
    let short = ["Phòng Tài chính", "Cán bộ công tác", "Hà Tân"];
    let paragraphs = |texts: &[&str]| -> Vec<String> {
        let runs: Vec<_> = texts
            .iter()
            .map(|text| [in_font(text, ".VnTime")])
            .collect();
        let decoded = decode_runs(&runs, EncodingChoice::Auto);
        decoded.paragraphs
    };
    let unicode = [short[0], short[1], REPORT[0], short[2]];
    assert_eq!(paragraphs(&unicode), unicode);
    let encoded = unicode.map(|text| encode(text, LegacyEncoding::Tcvn3).unwrap());
    assert_eq!(paragraphs(&encoded.each_ref().map(String::as_str)), unicode);
    // Where the font keeps its word, text in other fonts says nothing against it.
    let other = [
        [in_font(REPORT[0], "Times New Roman")],
        [in_font(REPORT[1], "Arial")],
        [in_font(&encoded[2], ".VnTime")],
        [in_font("tê tá", ".VnTime")],
    ];
    let decoded = decode_runs(&other, EncodingChoice::Auto);
    assert_eq!(decoded.paragraphs[3], "tờ tỏ");
}

#[test]
fn a_font_may_hold_unicode_here_and_legacy_text_there() {
    let heading = encode("Tờ trình", LegacyEncoding::Tcvn3).unwrap();
    let report = encode(REPORT[1], LegacyEncoding::Tcvn3).unwrap();
    let texts = [
        REPORT[0],
        "Ông Bùi Sĩ Hà",
        &heading,
        &report,
        "Cán bộ công tác",
    ];
    let runs = texts.map(|text| [in_font(text, ".VnTime")]);
    let decoded = decode_runs(&runs, EncodingChoice::Auto);
    let expected = [REPORT[0], texts[1], "Tờ trình", REPORT[1], texts[4]];
    assert_eq!(decoded.paragraphs, expected);
    assert_eq!(decoded.encoding.name, "utf-8+tcvn3");
}

#[test]
fn short_text_in_a_font_of_unicode_is_what_makes_sense() {
    let tcvn3 = |text| encode(text, LegacyEncoding::Tcvn3).unwrap();
    let decoded = |texts: &[&str]| {
        let runs: Vec<_> = texts
            .iter()
            .map(|text| [in_font(text, ".VnTime")])
            .collect();
        decode_runs(&runs, EncodingChoice::Auto).paragraphs
    };
    // One paragraph in Unicode spoils none of those that keep the font's word.
    for short in ["Số hộ", "Cũ", "Tờ có", "Lớp", "Số hộ có", "Một bộ"] {
        assert_eq!(decoded(&[REPORT[0], &tcvn3(short)])[1], short);
    }
    let report = tcvn3(REPORT[1]);
    for short in ["Phòng", "Hà Tân", "Chè", "Có", "Vì sao", "Thuê"] {
        assert_eq!(decoded(&[&report, short, &report, REPORT[0]])[1], short);
    }
    // "Cụ" as it is in TCVN3: both words are common, and what is nearest decides.
    assert_eq!(decoded(&[REPORT[0], "Cô", &report, &report])[1], "Cụ");
    assert_eq!(decoded(&[&report, REPORT[0], "Cô"])[2], "Cô");
    assert_eq!(decoded(&["Cô", &report, REPORT[0], REPORT[2]])[0], "Cụ");
    assert_eq!(decoded(&[&report, "Cô", REPORT[0], REPORT[2]])[1], "Cô");
}

#[test]
fn a_mark_in_the_next_run_joins_its_base() {
    let paragraph = [
        in_font("toa", "VNI-Times"),
        in_font("øn", "VNI-Helve-Condense"),
    ];
    assert_eq!(
        decode_runs(&[paragraph], EncodingChoice::Auto).paragraphs,
        ["toàn"]
    );
}

#[test]
fn reads_the_disguises_of_the_letter_u_with_horn() {
    for disguise in ["\u{AD}", "\u{1F}", "\u{2212}", "\u{1F}\u{AD}"] {
        let text = format!("n{disguise}íc ta ®· thùc hiÖn ®Çy ®ñ");
        let decoded = decode(&[&text]).paragraphs.concat();
        assert_eq!(
            normalize(&decoded),
            "nước ta đã thực hiện đầy đủ",
            "{disguise:?}"
        );
    }
}

#[test]
fn capitals_typed_without_a_capitals_font_are_capitals() {
    let text = "quy ®Þnh cña chÝnh phñ. CHÝNH PHñ Vµ QUèC HéI";
    let decoded = decode_as(text, LegacyEncoding::Tcvn3);
    assert_eq!(decoded, "quy định của chính phủ. CHÍNH PHỦ VÀ QUỐC HỘI");
}

#[test]
fn text_of_other_languages_is_never_touched() {
    let texts = [
        "Où aller à Noël ? « L'été dernier, déjà, les élèves étaient très fatigués », a-t-elle répété.",
        "¿Dónde está el niño? Mañana habrá más información sobre la economía española, según el señor Muñoz.",
        "Größere Maßnahmen für die Bevölkerung über Österreich und die Schweiz müssen geprüft werden.",
        "A eleição não será adiada; as informações já estão à disposição dos cidadãos.",
        "Více než polovina obyvatel se účastnila schůze; příští zasedání bude v březnu.",
        "Tøm den gule bøtte på mandag, så går vi på arbejde igen når året er omme. Øl og æbler.",
        "Düğün salonu önünde çok güzel çiçekler vardı; şehir müzesi öğle vakti açılıyor.",
        "В первом полугодии объём промышленного производства вырос на 5 %.",
        "上半年全市地区生产总值同比增长百分之五。",
        "Diện tích 45 m², nhiệt độ 37 °C, sai số ±5 %, giá 10 €, © 2024, § 5, khoá ½",
        "area of 45 m² and 37 °C, cost £5m, ± 3 µm, © 2024",
    ];
    for text in texts {
        let decoded = decode(&[text]);
        assert_eq!(decoded.paragraphs, [text]);
        assert_eq!(decoded.encoding.name, "utf-8");
    }
    assert_eq!(decode(&texts).paragraphs, texts);
}

#[test]
fn a_forced_encoding_is_obeyed() {
    let encoded = encode("hội", LegacyEncoding::Vps).unwrap();
    let paragraph = [[in_font(&encoded, "VNI-Times")]];
    let choice = EncodingChoice::Legacy(LegacyEncoding::Vps);
    assert_eq!(decode_runs(&paragraph, choice).paragraphs, ["hội"]);
    assert_eq!(decode_runs(&paragraph, choice).encoding.name, "vps");
    assert_eq!(
        decode_runs(&paragraph, EncodingChoice::Unicode).paragraphs,
        [encoded]
    );
}

#[test]
fn a_forced_encoding_is_none_of_a_document_in_unicode() {
    let text = "Bà con xã Lạc Bình được mùa.";
    let choice = EncodingChoice::Legacy(LegacyEncoding::Tcvn3);
    let paragraphs = [
        [Run::plain(text)],
        [Run::plain("Bà mẹ à")],
        [Run::plain("là")],
    ];
    let decoded = decode_runs(&paragraphs, choice);
    assert_eq!(decoded.paragraphs, [text, "Bà mẹ à", "là"]);
    assert_eq!(decoded.encoding.name, "utf-8");
    assert_eq!(decode_bytes(text.as_bytes(), choice).unwrap().0, text);
}

#[test]
fn a_doubtful_piece_is_in_the_one_older_encoding_beside_it() {
    let vni = EncodingChoice::Legacy(LegacyEncoding::Vni);
    for (name, choice) in [
        (Some("vni"), vni),
        (Some("utf-8+vni"), vni),
        (Some("windows-1252+vni"), vni),
        (Some("tcvn3+vni"), EncodingChoice::Auto),
        (Some("utf-8"), EncodingChoice::Auto),
        (None, EncodingChoice::Auto),
    ] {
        assert_eq!(EncodingChoice::Auto.as_beside(name), choice, "{name:?}");
    }
    let asked = EncodingChoice::Unicode;
    assert_eq!(asked.as_beside(Some("vni")), asked);
}

#[test]
fn names_of_encodings_can_be_read_back() {
    let choices = [
        "auto",
        "utf-8",
        "tcvn3",
        "vni",
        "viscii",
        "vps",
        "bkhcm2",
        "windows-1258",
    ];
    for name in choices {
        assert_eq!(name.parse::<EncodingChoice>().unwrap().to_string(), name);
    }
    let error = "latin1".parse::<EncodingChoice>().unwrap_err();
    assert!(error.to_string().contains("use auto, utf-8"), "{error}");
}

fn fixture(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats/legacy");
    fs::read(folder.join(name)).unwrap()
}

#[test]
fn whole_files_read_as_their_transcript() {
    let expected = String::from_utf8(fixture("expected.txt")).unwrap();
    let paragraphs = |text: &str| {
        // Not every encoding has curly quotes, and the plain files do without.
        let lines = text
            .lines()
            .map(|line| normalize(line).replace(['“', '”'], "\""));
        lines
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    for encoding in LegacyEncoding::ALL
        .into_iter()
        .filter(|&encoding| encoding != LegacyEncoding::BkHcm2)
    {
        let bytes = fixture(&format!("{}.txt", encoding.name()));
        let (text, found) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
        assert_eq!(found.name, encoding.name());
        assert!(found.confidence > 0.8, "{found:?}");
        assert_eq!(paragraphs(&text), paragraphs(&expected), "{encoding:?}");
        let (forced, _) = decode_bytes(&bytes, EncodingChoice::Legacy(encoding)).unwrap();
        assert_eq!(paragraphs(&forced), paragraphs(&expected), "{encoding:?}");
    }
}

#[test]
fn unicode_is_told_by_mark_and_form() {
    let text = "Kính gửi: Sở Y tế\r\n";
    let utf16 =
        |order: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(order).collect::<Vec<u8>>();
    let cases = [
        (text.as_bytes().to_vec(), "utf-8"),
        ([b"\xEF\xBB\xBF", text.as_bytes()].concat(), "utf-8"),
        (
            [vec![0xFF, 0xFE], utf16(u16::to_le_bytes)].concat(),
            "utf-16le",
        ),
        (
            [vec![0xFE, 0xFF], utf16(u16::to_be_bytes)].concat(),
            "utf-16be",
        ),
        (utf16(u16::to_le_bytes), "utf-16le"),
        (utf16(u16::to_be_bytes), "utf-16be"),
    ];
    for (bytes, name) in cases {
        let (decoded, encoding) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
        assert_eq!(
            (
                decoded.as_str(),
                encoding.name.as_str(),
                encoding.confidence
            ),
            (text, name, 1.0)
        );
    }
}

#[test]
fn other_encodings_of_the_web_are_told_where_the_evidence_is_good() {
    let french = "L'assemblée générale a été reportée à la mi-février, précise le communiqué; \
        les délégués étaient déjà arrivés à Orléans.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(french);
    let (text, encoding) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
    assert_eq!(
        (text.as_str(), encoding.name.as_str()),
        (french, "windows-1252")
    );
    let russian = "В первом полугодии объём производства вырос, сообщает министерство экономики.";
    let (bytes, _, _) = encoding_rs::WINDOWS_1251.encode(russian);
    let (text, encoding) = decode_bytes(&bytes, EncodingChoice::Auto).unwrap();
    assert_eq!(
        (text.as_str(), encoding.name.as_str()),
        (russian, "windows-1251")
    );
}

#[test]
fn a_little_damage_leaves_utf_8_what_it_is() {
    let mut text = REPORT.join("\n").into_bytes();
    text.push(0xE1);
    text.extend(b" h\n");
    let (decoded, encoding) = decode_bytes(&text, EncodingChoice::Auto).unwrap();
    assert_eq!(decoded, format!("{}\u{FFFD} h\n", REPORT.join("\n")));
    assert_eq!(encoding.name, "utf-8");
    assert!((0.5..1.0).contains(&encoding.confidence), "{encoding:?}");
    let page = b"\xC4\x90\xC6\xB0\xE1\xBB\x9Dng l\xC3\xA0ng \xE1 h";
    assert_eq!(
        read_bytes(page, Some("utf-8")).unwrap(),
        "Đường làng \u{FFFD} h"
    );
    assert!(!read_bytes(page, None).unwrap().contains('Đ'));
}

#[test]
fn a_little_damage_leaves_utf_16_what_it_is() {
    let units: Vec<u16> = REPORT[0].encode_utf16().collect();
    let read = |units: &[u16]| {
        let bytes = units.iter().flat_map(|unit| unit.to_le_bytes());
        let marked: Vec<u8> = [0xFF, 0xFE].into_iter().chain(bytes).collect();
        let text = decode_bytes(&marked, EncodingChoice::Auto).map(|(text, _)| text);
        assert_eq!(read_bytes(&marked[2..], None).is_ok(), text.is_ok());
        text
    };
    let damaged = [&units[..], &[0xD800], &units].concat();
    assert_eq!(
        read(&damaged).unwrap(),
        [REPORT[0], REPORT[0]].join("\u{FFFD}")
    );
    let cut = [&units[..], &[0xD83C]].concat();
    assert_eq!(read(&cut).unwrap(), REPORT[0]);
    let ruined = [&units[..], &[0xDC00, 0x20].repeat(9)].concat();
    let Err(ReadError::UnknownEncoding { offset }) = read(&ruined) else {
        panic!("half of it is lost");
    };
    assert_eq!(offset, 2 + 2 * units.len());
}

#[test]
fn a_label_utf_8_over_legacy_bytes_is_not_believed() {
    for encoding in LegacyEncoding::ALL {
        let shown = encode(REPORT[0], encoding).unwrap();
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(&shown);
        assert_eq!(
            read_bytes(&bytes, Some("utf-8")).unwrap(),
            shown,
            "{encoding:?}"
        );
    }
}

#[test]
fn what_cannot_be_told_is_an_error_that_says_where() {
    for bytes in [
        &b"abc \x80\x81\x00\x02"[..],
        b"so: \xB5",
        b"Th\xF3 t\xAD\xEDng",
        b"\xEF\xBB\xBFab\xFFc",
    ] {
        let error = decode_bytes(bytes, EncodingChoice::Auto).unwrap_err();
        let ReadError::UnknownEncoding { offset } = error else {
            panic!("{error:?}")
        };
        assert!(
            bytes[offset] >= 0x80 || bytes[offset] == 0,
            "{offset} in {bytes:?}"
        );
    }
    assert!(decode_bytes(b"\xB5", EncodingChoice::Unicode).is_err());
}

/// Strings in which bytes of every encoding are frequent.
fn any_text() -> impl Strategy<Value = String> {
    let character = prop_oneof![
        4 => proptest::char::range('\u{80}', '\u{FF}'),
        4 => proptest::char::range(' ', '~'),
        1 => proptest::char::any(),
        1 => proptest::sample::select(vec!['\u{1F}', '−', '∙', 'μ', '“', '\u{301}', '\u{F0B7}', 'ế', '\n']),
    ];
    proptest::collection::vec(character, 0..80)
        .prop_map(|characters| characters.into_iter().collect())
}

fn any_font() -> impl Strategy<Value = Option<&'static str>> {
    proptest::sample::select(vec![
        None,
        Some(".VnTime"),
        Some(".VnTimeH"),
        Some("VNI-Times"),
        Some("VPS"),
        Some("Arial"),
    ])
}

proptest! {
    #[test]
    fn never_panics_on_any_runs(runs in proptest::collection::vec((any_text(), any_font()), 0..6)) {
        let paragraph: Vec<Run<'_>> = runs.iter().map(|(text, font)| Run { text, font: *font }).collect();
        let choices = LegacyEncoding::ALL.into_iter().map(EncodingChoice::Legacy);
        for choice in choices.chain([EncodingChoice::Auto, EncodingChoice::Unicode]) {
            let decoded = decode_runs(&[&paragraph[..], &paragraph[..]], choice);
            prop_assert_eq!(decoded.paragraphs.len(), 2);
            prop_assert!((0.0..=1.0).contains(&decoded.encoding.confidence));
            let _ = normalize(&decoded.paragraphs[0]);
        }
    }

    #[test]
    fn never_panics_on_any_bytes(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let legacy = LegacyEncoding::ALL.into_iter().map(EncodingChoice::Legacy);
        for choice in legacy.chain([EncodingChoice::Auto, EncodingChoice::Unicode]) {
            let _ = decode_bytes(&bytes, choice);
        }
        let _ = read_bytes(&bytes, Some("gbk"));
    }

    #[test]
    fn ascii_is_the_same_in_every_font(text in "[ -~]{0,60}", font in any_font()) {
        let font = font.filter(|font| !font.ends_with('H'));
        let decoded = decode_runs(&[[Run { text: &text, font }]], EncodingChoice::Auto);
        prop_assert_eq!(decoded.paragraphs, [text]);
    }

    #[test]
    fn unicode_vietnamese_is_never_touched(picks in proptest::collection::vec(0_usize..100_000, 1..40)) {
        let text = picks.iter().map(|pick| SYLLABLES[pick % SYLLABLES.len()].as_str()).collect::<Vec<_>>().join(" ");
        prop_assert_eq!(decode(&[&text]).paragraphs, [text]);
    }
}
