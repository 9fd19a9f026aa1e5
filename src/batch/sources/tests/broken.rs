//! Containers and tables whose bytes are not all that they should be.

use super::*;

/// Bytes that do not pack.
fn noise(count: usize) -> Vec<u8> {
    let next = |state: &u32| Some(state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    let states = std::iter::successors(Some(1), next);
    states
        .map(|state| (state >> 24) as u8)
        .take(count)
        .collect()
}

#[test]
fn small_gzip_streams_keep_what_stands_before_a_broken_end_or_other_bytes() {
    let packed = gzip(&tar(&[("a.txt", b"mot"), ("b.txt", &noise(9000))]));
    let rows = gzip(RECORD);
    let with = |packed: Vec<u8>, tail: &[u8]| [packed, tail.to_vec()].concat();
    let folder = folder(&[
        ("a.tgz", packed[..packed.len() / 2].to_vec()),
        ("b.jsonl.gz", rows[..rows.len() - 4].to_vec()),
        ("c.txt.gz", with(gzip(b"ba"), b"\r\n--bien--")),
        ("d.txt.gz", with(gzip(b"bon"), &[0; 2000])),
        ("e.txt.gz", with(gzip(b"nam "), &gzip(b"sau"))),
        ("f.jsonl.gz", with(rows, b"\0\0x")),
        ("g.txt.gz", gzip(&noise(2000))[..1500].to_vec()),
    ]);
    assert_eq!(
        shown(&inputs_of(folder.path())),
        [
            "a.tgz!a.txt mot",
            "a.tgz!b.txt corrupt",
            "a.tgz corrupt",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
            "line-3 corrupt",
            "c.txt.gz!c.txt ba",
            "c.txt.gz corrupt",
            "d.txt.gz!d.txt bon",
            "e.txt.gz!e.txt nam sau",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
            "f.jsonl.gz corrupt",
            "g.txt.gz!g.txt corrupt",
        ]
    );
}

#[test]
fn what_stood_in_a_damaged_container_is_unreadable_and_not_gone() {
    let rows = gzip(RECORD);
    let tape = gzip(&tar(&[("a.txt", &noise(9000)), ("b.txt", b"mot")]));
    let mut packed = zip(&[("a.txt", b"mot"), ("b.txt", b"hai")]);
    packed.truncate(packed.len() - 10);
    let folder = folder(&[
        ("a.tgz", tape[..tape.len() / 2].to_vec()),
        ("b.jsonl.gz", rows[..rows.len() - 4].to_vec()),
        ("c.zip", packed.clone()),
        ("d.zip", zip(&[("c.zip", &packed), ("e.txt", b"ba")])),
        ("e.txt", b"bon".to_vec()),
        ("f.jsonl", RECORD.to_vec()),
    ]);
    let mut reopener = Reopener::new(SourceOptions::default());
    for (path, expected) in [
        ("a.tgz!b.txt", "corrupt"),
        ("b.jsonl.gz!b.jsonl!line-2", "read"),
        ("b.jsonl.gz!b.jsonl!line-9", "corrupt"),
        ("c.zip!a.txt", "corrupt"),
        ("c.zip!b.txt", "corrupt"),
        ("d.zip!c.zip!a.txt", "corrupt"),
        ("d.zip!c.zip!b.zip!a.txt", "corrupt"),
        // These are whole, and hold no such thing.
        ("d.zip!a.txt", "not_found"),
        ("d.zip!b.zip!a.txt", "not_found"),
        ("d.zip!c.zip!a.txt", "corrupt"),
        ("e.txt!a.txt", "not_found"),
        ("f.jsonl!line-9", "not_found"),
        ("g.zip!a.txt", "not_found"),
        (&format!("g.zip!{}", "x".repeat(3000)), "not_found"),
    ] {
        let path = format!("{}/{path}", written(folder.path().as_os_str()));
        let found = reopener.reopen(&path);
        assert_eq!(found.source.path, path);
        let code = found.content.err().map(|failure| failure.code);
        assert_eq!(code.as_deref().unwrap_or("read"), expected, "{path}");
    }
}

#[cfg(unix)]
#[test]
fn what_the_system_does_not_let_see_is_not_gone() {
    let folder = folder(&[]);
    let around = folder.path().join("vong");
    std::os::unix::fs::symlink(&around, &around).expect("the folder is writable");
    for name in ["vong", "vong/a.txt", "vong/k.zip!a.txt"] {
        let path = format!("{}/{name}", folder.path().display());
        let failure = Reopener::new(SourceOptions::default())
            .reopen(&path)
            .content;
        let code = failure.err().map(|failure| failure.code);
        assert_eq!(code.as_deref(), Some("io_error"), "{path}");
    }
}

#[test]
fn a_table_without_rows_is_an_empty_document_but_a_stream_without_lines_has_no_answer() {
    let schema = "message bang { required int64 id; optional binary text (UTF8); }";
    let folder = folder(&[
        ("a.jsonl", Vec::new()),
        ("b.jsonl", b"\n \n".to_vec()),
        ("c.jsonl.gz", gzip(b"")),
        ("d.parquet", parquet_of(schema, &[], &[&[]])),
    ]);
    assert_eq!(
        shown(&inputs_of(folder.path())),
        [
            "a.jsonl empty_document",
            "b.jsonl empty_document",
            "c.jsonl.gz!c.jsonl empty_document",
            "d.parquet empty_document",
        ]
    );
    let options = SourceOptions {
        blank_lines: BlankLines::Records,
        ..SourceOptions::default()
    };
    assert_eq!(lines(Cursor::new(b""), &options).count(), 0);
}

#[test]
fn a_container_without_documents_is_an_empty_document() {
    let zeros = vec![0; 10240];
    let folder = folder(&[
        ("a.zip", zip(&[])),
        (
            "b.zip",
            zip(&[("kho/.DS_Store", b"x"), ("trong.zip", &zip(&[]))]),
        ),
        ("c.tar", zeros.clone()),
        ("d.tar.gz", gzip(&zeros)),
        ("e.tgz", gzip(&zeros)),
        ("g.doc", zeros),
        ("h.zip", zip(&[("kho/.DS_Store", b"x")])),
    ]);
    let shown = shown(&inputs_of(folder.path()));
    let expected = [
        "a.zip empty_document",
        "b.zip!trong.zip empty_document",
        "c.tar empty_document",
        "d.tar.gz empty_document",
        "e.tgz empty_document",
        &format!("g.doc {}", "\0".repeat(30)),
        "h.zip empty_document",
    ];
    assert_eq!(shown, expected);
}

#[test]
fn tables_in_utf16_are_read_and_json_over_lines_is_one_failure() {
    let wide = |text: &str| -> Vec<u8> {
        let marked = format!("\u{feff}{text}");
        marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
    };
    let spread = "{\n  \"id\": \"a\",\n  \"text\": \"Đã xong.\"\n}\n";
    let rows = std::str::from_utf8(RECORD).expect("UTF-8");
    let folder = folder(&[
        ("a.jsonl", wide(rows)),
        ("b.txt", wide(rows)),
        ("c.jsonl", spread.into()),
        ("d.jsonl", wide(spread)),
    ]);
    let inputs = inputs_of(folder.path());
    assert_eq!(
        shown(&inputs),
        [
            "một [Đã xong.]",
            "line-2 [Chưa.]",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
            "c.jsonl unsupported_format",
            "d.jsonl unsupported_format",
        ]
    );
    let again = Reopener::new(SourceOptions::default()).reopen(&inputs[1].source.path);
    assert_eq!(again.source, inputs[1].source);
    let failure = inputs[4].content.as_ref().expect_err("it is not read");
    assert!(failure.message.contains("JSON cannot be read; write"));
    // Who counts lines gets an answer for each.
    let options = SourceOptions {
        blank_lines: BlankLines::Records,
        ..SourceOptions::default()
    };
    assert_eq!(lines(Cursor::new(spread), &options).count(), 4);
    assert_eq!(lines(Cursor::new(wide(rows)), &options).count(), 2);
}

#[test]
fn a_name_that_is_no_pattern_is_that_of_a_file() {
    let folder = folder(&[("a.txt", b"mot".to_vec())]);
    let paths = ["thieu[1.txt", "a.txt"].map(|name| folder.path().join(name));
    let found = shown(&files(&paths, &SourceOptions::default()).collect::<Vec<_>>());
    assert!(found[0].ends_with("thieu[1.txt not_found"), "{found:?}");
    assert!(found[1].ends_with("a.txt mot"), "{found:?}");
}

#[cfg(unix)]
#[test]
fn a_zip_file_from_a_named_pipe_is_unpacked() {
    let folder = folder(&[]);
    let pipe = folder.path().join("ong.zip");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.expect("POSIX has it").success());
    let packed = zip(&[("a.txt", b"mot"), ("b.txt", b"hai")]);
    let writing = {
        let pipe = pipe.clone();
        thread::spawn(move || fs::write(pipe, packed))
    };
    let inputs: Vec<Input> = files(&[pipe], &SourceOptions::default()).collect();
    writing.join().expect("no panic").expect("it is read");
    let found = shown(&inputs);
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found[1].ends_with("ong.zip!b.txt hai"), "{found:?}");
}
