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
    presentation_of(&[(outline, drawn)], &[])
}

/// A presentation of slides, numbered from 256, by their texts in the outline and what is drawn on them, and of
/// notes.
fn presentation_of(slides: &[(&[u8], &[u8])], notes: &[&[u8]]) -> Vec<u8> {
    const CONTAINER: u16 = 0xF;
    let number = |index: usize| u32::try_from(index).unwrap();
    let place = |id: usize, slide: usize| {
        let fields = [number(id), 0, 0, 256 + number(slide), 0].map(u32::to_le_bytes);
        record(0, kind::SLIDE_PLACE, &fields.concat())
    };
    let outlines = slides
        .iter()
        .enumerate()
        .flat_map(|(index, (outline, _))| [place(2 + index, index), outline.to_vec()].concat());
    let list = record(CONTAINER, kind::SLIDE_LIST, &outlines.collect::<Vec<u8>>());
    let places: Vec<u8> = (0..notes.len())
        .flat_map(|index| place(2 + slides.len() + index, index))
        .collect();
    let notes_list = record(CONTAINER | 2 << 4, kind::SLIDE_LIST, &places);
    let mut stream = record(CONTAINER, 0x03E8, &[list, notes_list].concat());
    let drawn = slides.iter().map(|(_, drawn)| (0x03EE, *drawn));
    let parts: Vec<_> = drawn
        .chain(notes.iter().map(|notes| (0x03F0, *notes)))
        .collect();
    let mut directory = vec![1 | (1 + number(parts.len())) << 20, 0];
    for (kind, drawn) in parts {
        directory.push(number(stream.len()));
        stream.extend(record(CONTAINER, kind, drawn));
    }
    let directory_at = number(stream.len());
    let directory: Vec<u8> = directory.into_iter().flat_map(u32::to_le_bytes).collect();
    stream.extend(record(0, kind::DIRECTORY, &directory));
    file(stream, directory_at)
}

/// A file of these parts, with the edit that says where their directory is.
fn file(mut stream: Vec<u8>, directory_at: u32) -> Vec<u8> {
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
fn hidden_slides_are_left_out_with_their_notes() {
    let show = |flags: u8| {
        record(
            0,
            0x03F9,
            &[0, 0, 0, 0, 0, 0, 0, 0, 0, 0, flags, 0, 0, 0, 0, 0],
        )
    };
    let notes = |slide: u32, words: &[u8]| {
        let of = record(1, 0x03F1, &[slide.to_le_bytes(), [0; 4]].concat());
        [of, text(2, words)].concat()
    };
    let (plan, spare) = (text(1, b"Plan"), text(1, b"Spare"));
    let shown = [show(0b1), text(4, b"Map")].concat();
    let hidden = [show(0b101), text(4, b"Sketch")].concat();
    let notes = [notes(256, b"Say it"), notes(257, b"Skip it")];
    let bytes = presentation_of(
        &[(&plan, &shown), (&spare, &hidden)],
        &notes.each_ref().map(Vec::as_slice),
    );
    let (blocks, _) = read(&bytes).unwrap();
    let texts: Vec<_> = blocks.iter().map(Block::text).collect();
    assert_eq!(texts, ["Map", "Plan", "Say it"]);
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
fn dates_and_numbers_of_slides_are_left_out() {
    let shape = |placeholder: Option<u8>, text: Vec<u8>| {
        let shape = record(2, kind::SHAPE, &[0; 8]);
        let kind =
            placeholder.map(|kind| record(0, kind::PLACEHOLDER, &[0, 0, 0, 0, kind, 0, 0, 0]));
        let parts = [shape, kind.unwrap_or_default(), text].concat();
        record(0xF, 0xF004, &parts)
    };
    let field = |kind: u16, place: u8| record(0, kind, &[place, 0, 0, 0]);
    let number = [text(4, b"*"), field(kind::SLIDE_NUMBER, 0)].concat();
    let date = [text(4, b"So * ngay *"), field(kind::DATE, 10)].concat();
    let drawn = [
        shape(Some(9), text(4, b"Phong Tai chinh")),
        shape(None, text(4, b"Ghi chu *")),
        shape(None, number),
        shape(Some(14), date),
    ];
    let (blocks, _) = read(&presentation(&[], &drawn.concat())).unwrap();
    let texts: Vec<_> = blocks.iter().map(Block::text).collect();
    assert_eq!(texts, ["Ghi chu *", "So * ngay "]);
}

#[test]
fn records_that_nest_without_end_are_walked_without_a_stack() {
    let count = 200_000u32;
    let header = |index: u32| [[0xF, 0, 0x0C, 0x04], ((count - index) * 8).to_le_bytes()].concat();
    let nested: Vec<u8> = (1..=count).flat_map(header).collect();
    let (blocks, _) = read(&presentation(&text(1, b"One"), &nested)).unwrap();
    assert_eq!(blocks.len(), 1);
}
