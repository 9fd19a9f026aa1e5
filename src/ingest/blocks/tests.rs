//! The laws of gathering blocks.

use super::*;
use crate::ingest::encoding::normalize::normalize;

fn shown(blocks: Blocks) -> Vec<(ParagraphKind, String)> {
    blocks
        .finish()
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect()
}

fn cell(blocks: &mut Blocks, texts: &[&str]) {
    blocks.begin_cell();
    for text in texts {
        blocks.add(ParagraphKind::Body, text, None);
    }
    blocks.end_cell();
}

#[test]
fn a_table_row_is_one_paragraph_without_its_empty_cells() {
    let mut blocks = Blocks::default();
    blocks.begin_table();
    blocks.begin_row();
    cell(&mut blocks, &["Chỉ tiêu", "năm"]);
    cell(&mut blocks, &[]);
    cell(&mut blocks, &["Kết quả"]);
    blocks.end_table();
    assert_eq!(
        shown(blocks),
        [(ParagraphKind::Table, "Chỉ tiêu năm | Kết quả".to_owned())]
    );
}

#[test]
fn pieces_are_counted_wherever_they_come_from() {
    let mut blocks = Blocks::default();
    blocks.begin_table();
    blocks.begin_row();
    cell(&mut blocks, &["Chỉ tiêu", "năm"]);
    cell(&mut blocks, &[]);
    blocks.end_table();
    blocks.add_all(vec![Block::of_text("Hết.")]);
    assert_eq!(blocks.pieces, 5);
    assert!(blocks.check_pieces().is_ok());
    blocks.pieces += MAX_PIECES;
    assert_eq!(blocks.check_pieces().unwrap_err().code(), "too_large");
}

#[test]
fn a_frame_of_one_column_keeps_the_kinds_of_its_paragraphs() {
    let mut blocks = Blocks::default();
    blocks.begin_table();
    blocks.begin_row();
    cell(&mut blocks, &["Một.", "Hai."]);
    blocks.end_table();
    assert_eq!(
        shown(blocks),
        [
            (ParagraphKind::Body, "Một.".to_owned()),
            (ParagraphKind::Body, "Hai.".to_owned())
        ]
    );
}

#[test]
fn several_paragraphs_alone_between_rows_of_three_entries_head_those_below() {
    let table = |row: &[&[&str]]| {
        let mut blocks = Blocks::default();
        blocks.begin_table();
        for texts in [row, &[&["II. Văn hóa", "(Nghị quyết số 05)"]], row] {
            blocks.begin_row();
            for texts in texts {
                cell(&mut blocks, texts);
            }
        }
        blocks.end_table();
        shown(blocks)
    };
    let heads = table(&[&["1"], &["Mở lớp"], &["Xã Tân Lập"]]);
    let head = "II. Văn hóa (Nghị quyết số 05)".to_owned();
    assert_eq!(heads[1], (ParagraphKind::Table, head));
    let beside = table(&[&["Nơi nhận:"], &["CHỦ TỊCH"]]);
    assert_eq!(beside[1], (ParagraphKind::Body, "II. Văn hóa".to_owned()));
}

#[test]
fn a_long_entry_stays_in_its_row_where_others_have_as_many() {
    let long = "Sửa đường liên xã. ".repeat(60);
    let long = long.trim();
    let rows = |others: &[&[&str]]| {
        let mut blocks = Blocks::default();
        blocks.begin_table();
        for row in others {
            blocks.begin_row();
            for text in *row {
                cell(&mut blocks, &[*text]);
            }
        }
        blocks.begin_row();
        cell(&mut blocks, &["1"]);
        cell(&mut blocks, &[long, "Xong."]);
        cell(&mut blocks, &["30/6"]);
        blocks.end_table();
        shown(blocks).split_off(others.len())
    };
    let entry = rows(&[&["STT", "Nhiệm vụ", "Hạn"]]);
    assert_eq!(
        entry,
        [(ParagraphKind::Table, format!("1 | {long} Xong. | 30/6"))]
    );
    let page = rows(&[&["Trang nhất"], &["Tin", "Ảnh"]]);
    assert_eq!(page.len(), 4);
}

#[test]
fn a_table_in_a_cell_is_read_in_place() {
    let mut blocks = Blocks::default();
    blocks.begin_table();
    blocks.begin_row();
    cell(&mut blocks, &["trái"]);
    blocks.begin_cell();
    blocks.begin_table();
    blocks.begin_row();
    cell(&mut blocks, &["a"]);
    cell(&mut blocks, &["b"]);
    blocks.end_table();
    blocks.end_cell();
    blocks.end_table();
    assert_eq!(
        shown(blocks),
        [
            (ParagraphKind::Body, "trái".to_owned()),
            (ParagraphKind::Table, "a | b".to_owned())
        ]
    );
}

#[test]
fn an_aside_follows_the_paragraph_it_is_anchored_in() {
    let mut blocks = Blocks::default();
    blocks.begin_paragraph(ParagraphKind::Body);
    blocks.push("trước ", None);
    blocks.begin_aside();
    blocks.add(ParagraphKind::Body, "khung", None);
    blocks.end_aside();
    blocks.push("sau", None);
    let texts: Vec<_> = shown(blocks).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["trước sau", "khung"]);
}

#[test]
fn unbalanced_calls_lose_no_text() {
    let mut blocks = Blocks::default();
    blocks.end_table();
    blocks.end_aside();
    blocks.end_cell();
    blocks.begin_table();
    blocks.push("ngoài ô", None);
    blocks.begin_aside();
    blocks.begin_cell();
    blocks.push("trong khung", None);
    let texts: Vec<_> = shown(blocks).into_iter().map(|(_, text)| text).collect();
    assert_eq!(texts, ["ngoài ô", "trong khung"]);
}

#[test]
fn runs_of_one_font_are_joined() {
    let mut block = Block::default();
    block.push("C", Some(".VnTime"));
    block.push("éng", Some(".VnTime"));
    block.push(" a", None);
    assert_eq!(block.runs.len(), 2);
}

#[test]
fn a_raised_number_is_read_as_a_whole_however_many_runs_it_has() {
    let mut blocks = Blocks::default();
    blocks.begin_paragraph(ParagraphKind::Body);
    blocks.push("Mật độ 10", None);
    for (piece, font) in [("-", Some("Arial")), ("1", None), ("2", None)] {
        blocks.push_at(Script::Super, piece, font);
    }
    blocks.push(" g/m", None);
    blocks.push_at(Script::Super, "3", None);
    blocks.push(", bài 1", None);
    blocks.push_at(Script::Super, "s", None);
    blocks.push_at(Script::Super, "t", None);
    blocks.push(", 38", None);
    blocks.push_at(Script::Super, "0", None);
    blocks.push_at(Script::Super, "C", None);
    blocks.push(", 12 km", None);
    blocks.push_at(Script::Super, "2", None);
    blocks.push_at(Script::Super, "[1], ", None);
    blocks.push("10", None);
    blocks.push_at(Script::Super, "3", None);
    blocks.push_at(Script::Super, " và", None);
    let block = blocks.finish().remove(0);
    assert_eq!(
        normalize(&block.text()),
        "Mật độ 10⁻¹² g/m³, bài 1st, 38⁰C, 12 km²[1], 10³ và"
    );
    assert!(block.runs.iter().all(|run| run.script == Script::Line));
}

#[test]
fn the_title_is_the_first_paragraph_made_so_that_says_anything_with_its_fonts() {
    let mut blocks = Blocks::default();
    blocks.begin_paragraph(ParagraphKind::Heading);
    blocks.set_title();
    blocks.begin_table();
    blocks.begin_row();
    blocks.begin_cell();
    blocks.begin_paragraph(ParagraphKind::Heading);
    blocks.set_title();
    blocks.push("B¸o c¸o", Some(".VnTime"));
    blocks.end_cell();
    cell(&mut blocks, &["Số 7"]);
    blocks.end_table();
    blocks.begin_paragraph(ParagraphKind::Heading);
    blocks.set_title();
    blocks.push("Phụ lục", None);
    let title = blocks.take_title().unwrap();
    assert_eq!(title.text(), "B¸o c¸o");
    assert_eq!(title.runs[0].font.as_deref(), Some(".VnTime"));
}
