use super::*;

fn read(archive: &str) -> Vec<Result<ArchiveRecord, ArchiveError>> {
    ArchiveReader::new(archive.as_bytes(), Columns::default(), BlankLines::Passed).collect()
}

#[test]
fn one_bad_line_never_ends_the_archive() {
    let records = read(
        "\u{feff}{\"id\":\"a\",\"text\":\"Một.\\nHai.\",\"more\":[1]}\n\n{oops\n{\"id\":7,\"paragraphs\":[\" Ba. \",\"\"]}\r\n\
         {\"id\":\" \",\"paragraphs\":[\"Bốn.\"]}\n{\"id\":\"e\",\"text\":\" \"}\n{\"id\":\"f\"}",
    );
    let shown: Vec<String> = records
        .iter()
        .map(|record| match record {
            Ok(record) => format!("{} {}", record.id, record.document.paragraphs.len()),
            Err(ArchiveError::Record { id, source, .. }) => format!("{id} {}", source.code()),
            Err(error) => error.to_string(),
        })
        .collect();
    assert_eq!(
        shown,
        [
            "a 2",
            "line-3 corrupt",
            "7 1",
            "line-5 1",
            "e empty_document",
            "f corrupt"
        ]
    );
}

#[test]
fn a_last_line_that_is_not_ended_has_the_bytes_of_one_that_is() {
    let line = "{\"id\":\"a\",\"text\":\"Xã đã có nước sạch.\"}";
    let lines = |archive: &str, count: usize| -> Vec<Vec<u8>> {
        let columns = Columns::default();
        let mut reader = ArchiveReader::new(archive.as_bytes(), columns, BlankLines::Passed);
        let mut next = || reader.next().map(|_| reader.line_bytes().to_vec());
        let lines = (0..count).map_while(|_| next()).collect();
        assert!(next().is_none(), "no more than {count} lines");
        lines
    };
    for end in ["\n", "\r\n"] {
        let ended = format!("{line}{end}");
        let expected = [ended.as_bytes(), ended.as_bytes()];
        assert_eq!(lines(&ended.repeat(2), 2), expected);
        assert_eq!(lines(&format!("{ended}{line}"), 2), expected);
    }
    assert_eq!(lines(line, 1), [format!("{line}\n").as_bytes()]);
}

#[test]
fn numbers_are_ids_as_they_are_written() {
    let cases = [
        ("{\"id\":418.10,\"text\":\"Một.\"}", "418.10"),
        ("{\"id\":418.1,\"text\":\"Một.\"}", "418.1"),
        (
            " { \"text\" : \"Một {\\\"id\\\": 7}.\", \"id\" : 12345678901234567890123 } ",
            "12345678901234567890123",
        ),
        (
            "{\"id\":2.50,\"so\":{\"id\":3.50},\"id\":1e3,\"text\":\"Một.\"}",
            "1e3",
        ),
        ("{\"id\":-7,\"text\":\"Một.\"}", "-7"),
    ];
    for (line, expected) in cases {
        let record = read_record(line.as_bytes(), 1, &Columns::default());
        assert_eq!(record.expect(line).id, expected);
    }
}

#[test]
fn a_bad_line_is_told_what_is_wrong_with_it() {
    let cases = [
        ("  ", "the line is blank"),
        (
            "[{\"id\":\"a\",\"text\":\"Một.\"}]",
            "write one record {…} a line",
        ),
        ("[", "write one record {…} a line"),
        ("{\"text\":null}", "its text is null"),
        ("{\"id\":", "write one record {…} a line"),
        ("{\"id\"}", "no JSON record: expected `:`"),
        (
            "{\"so\":1,\"noi_dung\":\"Một.\"}",
            "no \"text\" or \"paragraphs\"; name its column of texts with --text-column (it has noi_dung, so)",
        ),
    ];
    for (line, expected) in cases {
        let Err(ArchiveError::Record { source, .. }) =
            read_record(line.as_bytes(), 7, &Columns::default())
        else {
            panic!("{line} is no record")
        };
        let message = source.to_string();
        assert!(message.ends_with(expected), "{message}");
    }
    let named = Columns {
        text: Some("noi_dung".to_owned()),
        ..Columns::default()
    };
    let error = read_record(b"{\"text\":\"x\"}", 7, &named).unwrap_err();
    let source = std::error::Error::source(&error).unwrap().to_string();
    assert!(source.contains("has no \"noi_dung\"; name"), "{source}");
}

#[test]
fn a_paragraph_of_an_archive_stays_one_paragraph() {
    let records = read("{\"id\":\"a\",\"title\":\"Tin\",\"paragraphs\":[\"Một.\\nHai.\",\"Ba.\"]}");
    let record = records[0].as_ref().unwrap();
    assert_eq!(record.document.paragraphs[0].text, "Một. Hai.");
    assert_eq!(record.document.title.as_deref(), Some("Tin"));
}

#[test]
fn paragraphs_that_say_nothing_do_not_hide_the_text() {
    let records = read(
        "{\"id\":\"a\",\"paragraphs\":[],\"text\":\"Một.\"}\n{\"id\":\"b\",\"paragraphs\":[]}\n\
         {\"id\":\"c\",\"paragraphs\":[null,\"Hai.\"],\"text\":\"Ba.\"}\n\
         {\"id\":\"d\",\"paragraphs\":\"\",\"text\":\"Bốn.\"}\n\
         {\"id\":\"e\",\"paragraphs\":[\"\",\" \"],\"text\":\"Năm.\"}",
    );
    let texts: Vec<_> = records
        .iter()
        .flatten()
        .map(|record| record.document.paragraphs[0].text.as_str())
        .collect();
    assert_eq!(texts, ["Một.", "Hai.", "Bốn.", "Năm."]);
    let Err(ArchiveError::Record { source, .. }) = &records[1] else {
        panic!("nothing is in it")
    };
    assert_eq!(source.code(), "empty_document");
}

#[test]
fn a_line_beyond_the_limit_is_passed_over() {
    let mut archive = format!(
        "{{\"id\":\"long\",\"text\":\"{}\"}}\n",
        "x".repeat(MAX_LINE_BYTES)
    );
    archive.push_str("{\"id\":\"b\",\"text\":\"Hai.\"}\n");
    let records = read(&archive);
    let Err(ArchiveError::Record { source, .. }) = &records[0] else {
        panic!("too long")
    };
    assert_eq!(source.code(), "too_large");
    assert_eq!(records[1].as_ref().unwrap().id, "b");
}

#[test]
fn knows_an_archive_by_its_first_line() {
    assert!(is_archive(
        b"\xef\xbb\xbf{\"id\":1,\"text\":\"x\"}\n{bad",
        &Columns::default()
    ));
    assert!(is_archive(
        b"{\"id\": \"a\", \"paragraphs\" : [\"cut o",
        &Columns::default()
    ));
    assert!(!is_archive(b"{\"id\":1}\n", &Columns::default()));
    assert!(!is_archive(b"{\n\"text\": 1}", &Columns::default()));
    assert!(!is_archive("Báo cáo".as_bytes(), &Columns::default()));
}

#[test]
fn json_that_goes_on_over_lines_is_told_from_bad_lines() {
    for spread in [
        "{\n  \"id\": \"a\",\n  \"text\": \"Một.\"\n}\n{\n  \"id\": \"b\"",
        "\u{feff}[\n{\"id\":\"a\",\"text\":\"Một.\"},\n{\"id\":\"b\",\"te",
        "{\"reports\": [\n{\"id\":\"a\",\"text\":\"Một.\"},\n{\"id\":\"b\",\"text\":\"Hai.\"}\n]}",
    ] {
        assert!(is_spread(spread.as_bytes()), "{spread}");
    }
    for lines in [
        "{\"id\":\"a\",\"text\":\"Một.\"}\n{\"id\":\n",
        "{\"id\":\"a\",\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
        "{\"id\":\"a\",\"text\":\"Mộ\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
        "{\"id\":\"a\",\"paragraphs\":[\"Một.\",\n\"Hai.\"]}\n{\"id\":\"b\",\"text\":\"Ba.\"}\n",
        "{\"id\":\"a\",\"text\":\n{\"id\":\"b\",\"text\":\"Hai.\"}\n",
        "[{\"id\":\"a\",\"text\":\"Một.\"}]\n",
        "[{\"id\":\"a\",\"text\":\"Mộ",
    ] {
        assert!(!is_spread(lines.as_bytes()), "{lines}");
    }
}

#[test]
fn columns_of_other_names_are_found_by_them() {
    let columns = Columns {
        id: Some("so".to_owned()),
        text: Some("noi_dung".to_owned()),
        ..Columns::default()
    };
    let archive =
        "{\"so\":3,\"noi_dung\":[\"Một.\",\"Hai.\"],\"text\":\"khác\"}\n\n{\"text\":\"x\"}";
    assert!(is_archive(archive.as_bytes(), &columns));
    let reader = ArchiveReader::new(archive.as_bytes(), columns, BlankLines::Records);
    let records: Vec<_> = reader.collect();
    assert_eq!(records.len(), 3);
    let first = records[0].as_ref().unwrap();
    assert_eq!(
        (first.id.as_str(), first.document.paragraphs.len()),
        ("3", 2)
    );
    assert!(records[1].is_err() && records[2].is_err());
}

#[test]
fn an_unreadable_archive_ends_with_its_error() {
    struct Broken;
    impl io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::other("gone"))
        }
    }
    let mut reader = ArchiveReader::new(
        io::BufReader::new(Broken),
        Columns::default(),
        BlankLines::Passed,
    );
    assert!(matches!(
        reader.next(),
        Some(Err(ArchiveError::Io { line: 1, .. }))
    ));
    assert!(reader.next().is_none());
}
