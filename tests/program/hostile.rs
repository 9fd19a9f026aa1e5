//! An archive that means harm: every input has a record, and the good ones their results.

use std::fs;
use std::io::{Cursor, Write};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::resume::{archive, report};
use crate::support::{assert_lawful, results, run_fake, skip, stderr};
use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::Value;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// A folder that is filled with inputs, and counts them.
struct Store {
    folder: PathBuf,
    good: Vec<String>,
    expected: usize,
}

impl Store {
    fn add(&mut self, name: &str, bytes: &[u8]) {
        let path = self.folder.join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("the folder is writable");
        fs::write(path, bytes).expect("the folder is writable");
        self.expected += 1;
    }

    fn add_good(&mut self, name: &str) {
        let text = report(self.good.len());
        self.add(name, text.as_bytes());
        self.good.push(name.to_owned());
    }
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .expect("in memory");
        writer.write_all(bytes).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

/// A ZIP file that says of its members that they have a password.
fn locked_zip() -> Vec<u8> {
    let mut bytes = zip(&[("kin.txt", b"Xong.")]);
    for (signature, flags) in [(b"PK\x03\x04", 6), (b"PK\x01\x02", 8)] {
        let at = bytes
            .windows(4)
            .position(|window| window == signature)
            .expect("a header");
        bytes[at + flags] |= 1;
    }
    bytes
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn locked_office_file() -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("in memory");
    let mut stream = file.create_stream("/EncryptedPackage").expect("in memory");
    stream.write_all(&[7; 512]).expect("in memory");
    drop(stream);
    file.flush().expect("in memory");
    file.into_inner().into_inner()
}

/// The fixtures of all formats, cut off, spoiled and under wrong names.
fn add_spoiled_files(store: &mut Store) {
    let formats = [
        "doc",
        "docx",
        "fodt",
        "html",
        "odt",
        "pdf",
        "rtf",
        "spreadsheetml",
        "wordml",
        "xls",
        "xlsx",
    ];
    for (index, format) in formats.iter().enumerate() {
        let bytes =
            fs::read(format!("tests/fixtures/formats/report.{format}")).expect("it is there");
        for cut in [3, 10, 37, 50, 64, 80, 91] {
            let end = bytes.len() * cut / 100;
            store.add(&format!("cut/{cut}.{format}"), &bytes[..end]);
        }
        for seed in 1..=6 {
            let mut spoiled = bytes.clone();
            for step in 1..=8_usize {
                let at = (step * 7919 * seed + 131 * seed) % spoiled.len();
                spoiled[at] ^= (step * 37 + seed) as u8;
            }
            store.add(&format!("hong/{seed}.{format}"), &spoiled);
        }
        store.add(
            &format!("ten-sai/{index}.{}", formats[(index + 1) % formats.len()]),
            &bytes,
        );
    }
}

fn add_traps(store: &mut Store) {
    let zeros = vec![b'0'; 40 << 20];
    let deep = |text: &str| text.repeat(30_000);
    for index in 0..8 {
        store.add(&format!("rong/{index}.docx"), b"");
    }
    store.add("bay/bom.gz", &gzip(&zeros));
    store.add("bay/bom.zip", &zip(&[("a.txt", &zeros)]));
    store.add(
        "bay/bom.docx",
        &zip(&[
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", &zeros),
        ]),
    );
    store.add("bay/ra-ngoai.zip", &zip(&[("../../etc/passwd", b"x")]));
    store.add("bay/khoa.zip", &locked_zip());
    store.add("bay/khoa.docx", &locked_office_file());
    store.add(
        "bay/sau.pdf",
        format!("%PDF-1.4\n1 0 obj\n{}", deep("[")).as_bytes(),
    );
    store.add("bay/sau.rtf", format!("{{\\rtf1 {}", deep("{")).as_bytes());
    store.add(
        "bay/sau.html",
        format!("<html>{}", deep("<div>")).as_bytes(),
    );
    store.add("bay/anh.png", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    store.add("bay/bang.parquet", b"PAR1\0\0\0\0PAR1");
    store.add(
        "bay/bang.tar",
        &[b"x\0".repeat(128), b"\0ustar".to_vec(), vec![0; 400]].concat(),
    );
    let mut inner = zip(&[("a.txt", b"Xong.")]);
    for _ in 0..6 {
        inner = zip(&[("a.zip", &inner)]);
    }
    store.add("bay/long-nhau.zip", &inner);
    store.add(
        "bay/mot-dong.txt",
        "rà soát, báo cáo; ".repeat(10_000_000 / 25).as_bytes(),
    );
    let lines = "{\"id\":\"dong\",\"text\":[1]}\n[]\n{\"id\":\"x\"\n{\"text\":null}\n";
    store.add(
        "bay/dong-xau.jsonl",
        format!("{}{lines}", lines.repeat(0)).as_bytes(),
    );
    store.expected += 3;
}

#[cfg(unix)]
fn add_links(store: &mut Store) {
    use std::os::unix::fs::{PermissionsExt, symlink};
    symlink("..", store.folder.join("bay/vong")).expect("the folder is writable");
    symlink("khong-co", store.folder.join("bay/hong")).expect("the folder is writable");
    store.expected += 2;
    store.add("bay/kin.txt", b"Xong.");
    let locked = fs::Permissions::from_mode(0o000);
    fs::set_permissions(store.folder.join("bay/kin.txt"), locked).expect("it is ours");
}

#[cfg(not(unix))]
fn add_links(_: &mut Store) {}

#[test]
fn every_hostile_input_has_a_record_and_the_good_ones_their_results() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut store = Store {
        folder: folder.path().join("kho"),
        good: Vec::new(),
        expected: 0,
    };
    let odd_names = [
        "ba\u{301}o ca\u{301}o \u{111}e\u{302}\u{309}.txt", // NFD
        "hai\ndòng.txt",
        "dấu!chấm.than.txt",
        "kho.zip!gia.txt",
        "\"ngoặc' & <b>.txt",
        " đầu.txt",
        "-o.txt",
        ".ẩn.txt",
        "không đuôi",
        "😀.pdf",
    ];
    // Windows has no such files, though archives from elsewhere do.
    let is_name = |name: &&str| cfg!(unix) || !name.contains(['\n', '"', '<', '>']);
    for name in odd_names.into_iter().filter(is_name) {
        store.add_good(&format!("tot/{name}"));
    }
    (10..50).for_each(|index| store.add_good(&format!("tot/{index:02}.txt")));
    add_spoiled_files(&mut store);
    add_traps(&mut store);
    add_links(&mut store);
    assert!(store.expected >= 200, "{} inputs", store.expected);

    let out = folder.path().join("ket-qua");
    let paths = [&store.folder, &out].map(|path| path.to_str().expect("UTF-8").to_owned());
    let output = run_fake(&["run", &paths[0], "-o", &paths[1], "--with-text"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));
    let records = results(&out);
    let ids: Vec<&str> = records
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect();
    assert_eq!(records.len(), store.expected, "{ids:?}");
    records.iter().for_each(assert_lawful);
    for (index, name) in store.good.iter().enumerate() {
        let found = records.iter().find(|record| record["id"] == **name);
        let found = found.unwrap_or_else(|| panic!("no record of {name:?}"));
        assert_eq!(found["status"], "success", "{found}");
        let text = found["text"].as_str().unwrap_or_default();
        assert_eq!(text, report(index).replace("\n\n", "\n"));
    }
    let code = |id: &str| {
        let found = records.iter().find(|record| record["id"] == id);
        found.map(|record| record["error"]["code"].as_str().unwrap_or("").to_owned())
    };
    for (id, expected) in [
        ("bay/bom.gz!bom", "too_large"),
        ("bay/bom.zip!a.txt", "too_large"),
        ("bay/ra-ngoai.zip!../../etc/passwd", "unsafe_name"),
        ("bay/khoa.zip!kin.txt", "encrypted"),
        ("bay/khoa.docx", "encrypted"),
        ("bay/bang.parquet", "corrupt"),
        ("bay/mot-dong.txt", ""),
        ("rong/0.docx", "empty_document"),
        ("rong/7.docx", "empty_document"),
    ] {
        assert_eq!(code(id).as_deref(), Some(expected), "{id}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_document_that_needs_too_much_memory_fails_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("kho");
    fs::create_dir_all(&store).expect("the folder is writable");
    let line = format!("{}\n", report(1).replace('\n', " "));
    fs::write(store.join("lon.txt"), line.repeat((80 << 20) / line.len())).expect("writable");
    fs::write(store.join("tot.txt"), report(2)).expect("writable");
    let out = folder.path().join("ket-qua");
    let paths = [&store, &out].map(|path| path.to_str().expect("UTF-8").to_owned());
    let output = run_fake(&["run", &paths[0], "-o", &paths[1], "--document-memory", "96"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let records = results(&out);
    assert_eq!(
        records[0]["error"]["code"], "reader_crashed",
        "{}",
        records[0]["error"]
    );
    assert_eq!(records[1]["status"], "success");
}

/// Runs the program twice in a mount of its own: on a disk that is too small, and once there is room.
const SMALL_DISK: &str = r#"
    mount -t tmpfs -o size=400k none "$OUT" || exit 99
    "$TOMTAT" run "$STORE" -o "$OUT" --encoder fake 2> "$RESULT/first"
    echo $? >> "$RESULT/first"
    mount -o remount,size=64m "$OUT"
    "$TOMTAT" run "$STORE" -o "$OUT" --encoder fake 2> "$RESULT/second"
    echo $? >> "$RESULT/second"
    cp "$OUT/results.jsonl" "$OUT/run.json" "$RESULT"
"#;

#[test]
fn a_full_disk_ends_a_run_that_goes_on_once_there_is_room() {
    let folder = archive(500);
    let at = |name: &str| folder.path().join(name);
    for name in ["dia", "ra"] {
        fs::create_dir(at(name)).expect("the folder is writable");
    }
    let done = Command::new("unshare")
        .args([
            "--user",
            "--map-root-user",
            "--mount",
            "sh",
            "-c",
            SMALL_DISK,
        ])
        .env("TOMTAT", env!("CARGO_BIN_EXE_tomtat"))
        .env("STORE", at("kho"))
        .env("OUT", at("dia"))
        .env("RESULT", at("ra"))
        .output();
    if !done.is_ok_and(|done| done.status.success()) {
        skip("no disk of its own can be mounted here");
        return;
    }
    let read = |name: &str| fs::read_to_string(at("ra").join(name)).expect("the script wrote it");
    let first = read("first");
    assert!(
        first.contains("run.sqlite: the disk is full") && first.ends_with("\n1\n"),
        "{first}"
    );
    assert!(read("second").ends_with("\n3\n"), "{}", read("second"));
    let manifest: Value = serde_json::from_str(&read("run.json")).expect("JSON");
    let work = &manifest["work"];
    let done: u64 = ["processed", "reused"]
        .iter()
        .filter_map(|key| work[key].as_u64())
        .sum();
    assert_eq!(done, 500);
    assert!(
        work["processed"].as_u64() < Some(440),
        "what was done before is kept: {work}"
    );

    let clean = at("sach");
    let paths = [&at("kho"), &clean].map(|path| Path::to_str(path).expect("UTF-8").to_owned());
    run_fake(&["run", &paths[0], "-o", &paths[1]]);
    let clean = fs::read_to_string(clean.join("results.jsonl")).expect("the run wrote it");
    assert!(read("results.jsonl") == clean);
}
