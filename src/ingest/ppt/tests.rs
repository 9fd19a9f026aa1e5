use std::io::{Cursor, Write};

use super::*;

fn record(version: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).unwrap();
    [
        &version.to_le_bytes()[..],
        &kind.to_le_bytes(),
        &length.to_le_bytes(),
        data,
    ]
    .concat()
}

fn text(kind: u32, text: &[u8]) -> Vec<u8> {
    [
        record(0, kind::TEXT_HEADER, &kind.to_le_bytes()),
        record(0, kind::TEXT_BYTES, text),
    ]
    .concat()
}

/// A presentation of one slide: `outline` in the list, `drawn` on the slide.
fn presentation(outline: &[u8], drawn: &[u8]) -> Vec<u8> {
    const CONTAINER: u16 = 0xF;
    let place = record(0, kind::SLIDE_PLACE, &[2, 0, 0, 0, 0, 0, 0, 0]);
    let list = record(CONTAINER, kind::SLIDE_LIST, &[&place, outline].concat());
    let mut stream = record(CONTAINER, 0x03E8, &list);
    let slide_at = u32::try_from(stream.len()).unwrap();
    stream.extend(record(CONTAINER, 0x03EE, drawn));
    let directory_at = u32::try_from(stream.len()).unwrap();
    let places = [
        (1u32 | 2 << 20).to_le_bytes(),
        0u32.to_le_bytes(),
        slide_at.to_le_bytes(),
    ]
    .concat();
    stream.extend(record(0, kind::DIRECTORY, &places));
    let edit_at = u32::try_from(stream.len()).unwrap();
    let edit = [0, 0, 0, directory_at, 1, 0, 0]
        .map(u32::to_le_bytes)
        .concat();
    stream.extend(record(0, kind::USER_EDIT, &edit));
    let user = [0x0FF6_0000, 20, 20, 0xE391_C05F, edit_at]
        .map(u32::to_le_bytes)
        .concat();
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    for (name, data) in [("/PowerPoint Document", stream), ("/Current User", user)] {
        file.create_stream(name).unwrap().write_all(&data).unwrap();
    }
    file.flush().unwrap();
    file.into_inner().into_inner()
}

#[test]
fn outline_text_stands_where_the_slide_refers_to_it() {
    let outline = [text(0, b"Title"), text(1, b"One\rTwo"), text(1, b"Left")].concat();
    let reference = |index: u8| record(0, kind::OUTLINE_REFERENCE, &[index, 0, 0, 0]);
    let drawn = [reference(0), text(4, b"Drawn"), reference(1)].concat();
    let (blocks, _) = read(&presentation(&outline, &record(0xF, 0x040C, &drawn))).unwrap();
    let shown: Vec<_> = blocks
        .iter()
        .map(|block| (block.kind, block.text()))
        .collect();
    let expected = [
        (ParagraphKind::Heading, "Title"),
        (ParagraphKind::Body, "Drawn"),
        (ParagraphKind::Body, "One"),
        (ParagraphKind::Body, "Two"),
        (ParagraphKind::Body, "Left"),
    ];
    assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
}

#[test]
fn records_that_nest_without_end_are_walked_without_a_stack() {
    let count = 200_000u32;
    let header = |index: u32| [[0xF, 0, 0x0C, 0x04], ((count - index) * 8).to_le_bytes()].concat();
    let nested: Vec<u8> = (1..=count).flat_map(header).collect();
    let (blocks, _) = read(&presentation(&text(1, b"One"), &nested)).unwrap();
    assert_eq!(blocks.len(), 1);
}
