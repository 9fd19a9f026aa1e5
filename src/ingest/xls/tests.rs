use std::io::{Cursor, Write};

use super::*;

fn record(kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u16::try_from(data.len()).unwrap();
    [&kind.to_le_bytes()[..], &length.to_le_bytes(), data].concat()
}

/// Numbers of two bytes, one after the other.
fn fields<const N: usize>(numbers: [u16; N]) -> Vec<u8> {
    numbers.into_iter().flat_map(u16::to_le_bytes).collect()
}

fn label(row: u16, column: u16, text: &str) -> Vec<u8> {
    let units: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let length = u16::try_from(units.len() / 2).unwrap();
    let data = [fields([row, column, 0, length]), vec![1], units].concat();
    record(record::LABEL, &data)
}

/// A workbook of Excel 97 with one sheet of these records.
fn workbook(records: &[Vec<u8>]) -> Vec<u8> {
    let begin = record(record::BEGIN, &fields([0x0600, 5, 0, 0]));
    let end = record(record::END, &[]);
    let length_of_sheet_record = 4 + 8;
    let sheet_at = u32::try_from(begin.len() + length_of_sheet_record + end.len()).unwrap();
    let sheet = [&sheet_at.to_le_bytes()[..], &[0, 0, 0, 0]].concat();
    let sheet = record(record::SHEET, &sheet);
    let records = records.concat();
    let stream = [&begin, &sheet, &end, &begin, &records, &end].map(Vec::as_slice);
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    let mut written = file.create_stream("/Workbook").unwrap();
    written.write_all(&stream.concat()).unwrap();
    drop(written);
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn hidden_rows_and_columns_are_left_out() {
    let columns = |first, last, flags| record(0x007D, &fields([first, last, 2304, 0, flags, 0]));
    let row = |row, flags| record(0x0208, &fields([row, 0, 4, 255, 0, 0, flags, 0]));
    let bytes = workbook(&[
        columns(0, 0, 0),
        columns(1, 2, 1),
        row(0, 0x0100),
        row(1, 0x0120),
        label(0, 0, "Huyện"),
        label(0, 1, "mã nội bộ"),
        label(0, 2, "ghi chú"),
        label(0, 3, "số hộ"),
        label(1, 0, "tạm tính"),
        label(2, 0, "Cộng"),
        label(2, 3, "7"),
    ]);
    let (blocks, _) = read(&bytes).unwrap();
    let texts: Vec<_> = blocks.iter().map(Block::text).collect();
    assert_eq!(texts, ["Huyện | số hộ", "Cộng | 7"]);
}

#[test]
fn merged_cells_are_hidden_only_as_a_whole() {
    let bytes = workbook(&[
        record(0x007D, &fields([0, 1, 2304, 0, 1, 0])),
        label(0, 0, "Kết quả giảm nghèo"),
        label(1, 0, "mã"),
        label(1, 2, "Tân Lập"),
        record(0x00E5, &fields([2, 0, 0, 0, 2, 1, 1, 0, 1])),
    ]);
    let (blocks, _) = read(&bytes).unwrap();
    let texts: Vec<_> = blocks.iter().map(Block::text).collect();
    assert_eq!(texts, ["Kết quả giảm nghèo", "Tân Lập"]);
}
