//! Bad input: a clear line, the right exit status, a record of the failure, and nothing else lost.

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;

#[cfg(unix)]
use crate::support::skip;
use crate::support::{
    assert_lawful, json_lines, results, run_fake, run_with_input, stderr, stdout, tomtat,
};
use serde_json::Value;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const GOOD: &str = "Sáu tháng đầu năm, toàn huyện đã hoàn thành 14/16 chỉ tiêu. Yêu cầu các xã tiếp \
                    tục rà soát, báo cáo kết quả trước ngày 15 hằng tháng.";

/// A folder with one good document, to which a test adds a bad one.
struct Archive {
    folder: TempDir,
}

impl Archive {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        fs::create_dir(folder.path().join("kho")).expect("the folder is writable");
        let archive = Self { folder };
        archive.add("z-tot.txt", GOOD.as_bytes());
        archive
    }

    fn path(&self, name: &str) -> String {
        let path = self.folder.path().join("kho").join(name);
        path.to_str()
            .expect("a temporary folder in UTF-8")
            .to_owned()
    }

    fn add(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("the folder is writable");
    }

    /// Runs over the folder: the good document must be whole, and `name` fail with `code` and a message
    /// on standard error that names it.
    fn assert_fails(&self, name: &str, code: &str) -> Value {
        let out = self
            .folder
            .path()
            .join("ket-qua")
            .to_str()
            .expect("UTF-8")
            .to_owned();
        let output = run_fake(&["run", &self.path(""), "--with-text", "-o", &out]);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        let line = stderr(&output)
            .lines()
            .find(|line| line.contains(name))
            .map(str::to_owned);
        let line = line.unwrap_or_else(|| panic!("no line names {name}: {}", stderr(&output)));
        assert!(line.contains(code), "{line}");
        assert!(!stderr(&output).contains("panicked"), "{}", stderr(&output));

        let mut records = results(Path::new(&out));
        records.iter().for_each(assert_lawful);
        let good = records.pop().expect("the good document is there");
        assert_eq!(good["id"], "z-tot.txt");
        assert_eq!(good["status"], "success");
        let bad = records.pop().expect("the bad document is there");
        assert_eq!(bad["id"], name);
        assert_eq!(bad["status"], "failure");
        assert_eq!(bad["error"]["code"], code, "{bad}");
        bad
    }
}

fn sample_docx() -> Vec<u8> {
    fs::read("data/samples/hoi-nghi-tong-ket-nong-thon-moi.docx").expect("the sample is there")
}

#[test]
fn an_empty_file() {
    let archive = Archive::new();
    archive.add("rong.txt", b"");
    archive.assert_fails("rong.txt", "empty_document");
}

#[test]
fn white_space_alone_is_an_empty_document() {
    let archive = Archive::new();
    archive.add("trang.txt", " \r\n\u{feff}\u{200b}\n\t".as_bytes());
    archive.assert_fails("trang.txt", "empty_document");
}

#[test]
fn binary_junk() {
    let archive = Archive::new();
    let junk: Vec<u8> = (0..4096_u32)
        .map(|index| (index.wrapping_mul(2_654_435_761) >> 13) as u8)
        .collect();
    archive.add("rac.bin", &junk);
    archive.assert_fails("rac.bin", "unsupported_format");
}

#[test]
fn a_truncated_docx() {
    let archive = Archive::new();
    let whole = sample_docx();
    archive.add("cut.docx", &whole[..whole.len() / 2]);
    archive.assert_fails("cut.docx", "corrupt");
}

#[test]
fn a_docx_with_a_bomb_inside() {
    let archive = Archive::new();
    let file = File::create(archive.path("bom.docx")).expect("the folder is writable");
    let mut package = ZipWriter::new(file);
    let options = SimpleFileOptions::default();
    package
        .start_file("[Content_Types].xml", options)
        .expect("a new entry");
    package
        .write_all(b"<Types/>")
        .expect("the folder is writable");
    package
        .start_file("word/document.xml", options)
        .expect("a new entry");
    let block = vec![b' '; 1 << 20];
    for _ in 0..1500 {
        package.write_all(&block).expect("spaces pack well");
    }
    package.finish().expect("the folder is writable");
    archive.assert_fails("bom.docx", "too_large");
}

#[test]
fn bytes_in_no_encoding() {
    let archive = Archive::new();
    let mut bytes = b"Bao cao ".to_vec();
    bytes.extend([0xC3, 0x28, 0xFF, 0x81, 0x8D, 0x90, 0x9D, b' '].repeat(30));
    archive.add("hong.txt", &bytes);
    archive.assert_fails("hong.txt", "unknown_encoding");
}

#[cfg(unix)]
#[test]
fn a_file_without_permission() {
    use std::os::unix::fs::PermissionsExt;
    let archive = Archive::new();
    archive.add("kin.txt", GOOD.as_bytes());
    let locked = fs::Permissions::from_mode(0o000);
    fs::set_permissions(archive.path("kin.txt"), locked).expect("it is ours");
    if File::open(archive.path("kin.txt")).is_ok() {
        skip("this user may read every file");
        return;
    }
    archive.assert_fails("kin.txt", "permission_denied");
}

#[test]
fn a_missing_file_and_a_directory_do_not_stop_the_others() {
    let archive = Archive::new();
    let (missing, good) = (archive.path("khong-co.txt"), archive.path("z-tot.txt"));
    let output = run_fake(&[
        "summarize",
        "--format",
        "jsonl",
        &missing,
        &archive.path(""),
        &good,
    ]);
    assert_eq!(output.status.code(), Some(3));
    let messages = stderr(&output);
    assert!(
        messages.contains("khong-co.txt: no such file [not_found]"),
        "{messages}"
    );
    assert!(
        messages.contains("it is a directory; `tomtat run`, `scan` and `extract` take directories"),
        "{messages}"
    );
    let statuses: Vec<Value> = json_lines(&stdout(&output))
        .iter()
        .map(|record| record["status"].clone())
        .collect();
    assert_eq!(statuses, ["failure", "failure", "success"]);
}

#[test]
fn nothing_but_missing_files_is_exit_status_66() {
    let output = run_fake(&["summarize", "khong-co.txt"]);
    assert_eq!(output.status.code(), Some(66), "{}", stderr(&output));
    assert!(output.stdout.is_empty());
}

#[test]
fn an_output_folder_that_cannot_be_made() {
    let archive = Archive::new();
    let output = run_fake(&[
        "run",
        &archive.path(""),
        "-o",
        &archive.path("z-tot.txt/con"),
    ]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("cannot make the output folder"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn fifty_megabytes_of_text_are_refused_with_the_way_out_named() {
    let archive = Archive::new();
    let line = format!("{GOOD}\n");
    archive.add("lon.txt", line.repeat(50_000_000 / line.len()).as_bytes());
    let record = archive.assert_fails("lon.txt", "too_large");
    let message = record["error"]["message"].as_str().unwrap_or_default();
    assert!(message.contains("--max-text"), "{message}");
}

#[test]
fn a_paragraph_of_a_hundred_thousand_words_is_read_whole() {
    let archive = Archive::new();
    archive.add(
        "a-dai.txt",
        "đẩy mạnh công tác tuyên truyền ".repeat(20_000).as_bytes(),
    );
    let out = archive.path("../ket-qua");
    let output = run_fake(&["run", &archive.path(""), "--with-text", "-o", &out]);
    assert!(output.status.success(), "{}", stderr(&output));
    let record = &results(Path::new(&out))[0];
    assert_lawful(record);
    assert!(
        record["tokens"]["total"].as_u64() > Some(100_000),
        "{}",
        record["tokens"]
    );
}

#[test]
fn bad_standard_input_says_so() {
    let output = run_with_input(&["summarize", "-"], b"");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("the document is empty"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn texts_are_not_written_where_the_documents_lie() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    fs::write(path("bao-cao.txt"), GOOD).expect("it is new");
    for input in ["bao-cao.txt", ""] {
        let output = run_extract(&[&path(input), "-o", &path("")]);
        assert_eq!(output.status.code(), Some(1));
        assert!(
            stderr(&output).contains("another folder"),
            "{}",
            stderr(&output)
        );
    }
    let kept = fs::read_to_string(path("bao-cao.txt")).expect("it is there");
    assert_eq!(kept, GOOD);
    let output = run_extract(&[&path("bao-cao.txt"), "-o", &path("chu")]);
    assert!(output.status.success(), "{}", stderr(&output));
}

#[test]
fn no_text_is_written_over_a_document_whatever_way_it_was_named() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    fs::create_dir_all(path("kho/2022")).expect("it is new");
    fs::write(path("kho/a.txt"), GOOD).expect("it is new");
    fs::write(path("kho/2022/a.txt"), "Báo cáo khác.").expect("it is new");
    for (input, output) in [
        ("kho/*.txt", "kho"),
        ("kho", "kho/2022"),
        ("kho/**/*.txt", "kho/2022"),
    ] {
        let refused = run_extract(&[&path(input), "-o", &path(output)]);
        assert!(!refused.status.success(), "{input}");
        assert!(
            stderr(&refused).contains("another folder"),
            "{}",
            stderr(&refused)
        );
    }
    let read = |name: &str| fs::read_to_string(path(name)).expect("it is there");
    assert_eq!(read("kho/a.txt"), GOOD);
    assert_eq!(read("kho/2022/a.txt"), "Báo cáo khác.");
}

#[test]
fn texts_are_written_over_earlier_ones() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    fs::create_dir(path("kho")).expect("it is new");
    fs::write(path("kho/a.txt"), GOOD).expect("it is new");
    for (input, output) in [("kho", "chu"), ("kho", "kho/chu"), ("kho/*.txt", "chu")] {
        for _ in 0..2 {
            let output = run_extract(&[&path(input), "-o", &path(output)]);
            assert!(output.status.success(), "{}", stderr(&output));
        }
    }
    fs::write(path("kho/a.txt"), "Báo cáo khác.").expect("it is ours");
    let output = run_extract(&[&path("kho"), "-o", &path("chu")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let text = fs::read_to_string(path("chu/a.txt")).expect("it is there");
    assert_eq!(text, "Báo cáo khác.\n");
}

#[test]
fn texts_keep_the_folders_of_their_documents_and_spare_documents_there() {
    let folder = folder_of_communes();
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    let read = |name: &str| fs::read_to_string(path(name)).expect("it is there");
    let pattern = path("kho/*/*.txt");
    for (number, named) in [
        vec![path("kho")],
        vec![path("kho/a"), path("kho/b")],
        vec![pattern],
    ]
    .into_iter()
    .enumerate()
    {
        let out = path(&format!("ra-{number}"));
        let mut arguments: Vec<&str> = named.iter().map(String::as_str).collect();
        arguments.extend(["-o", &out]);
        let output = run_extract(&arguments);
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(read(&format!("ra-{number}/bao-cao.txt")), "Xã A đã xong.\n");
        assert_eq!(
            read(&format!("ra-{number}/b/bao-cao.txt")),
            "Xã B đã xong.\n"
        );
    }
    // Where the folders of documents are those of their texts, none is written over.
    let output = run_extract(&[&path("kho/a"), &path("kho/b"), "-o", &path("kho")]);
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("[would_overwrite]"),
        "{}",
        stderr(&output)
    );
    assert_eq!(read("kho/b/bao-cao.txt"), "Xã B đã xong.");
}

/// Two communes, whose reports have one name.
fn folder_of_communes() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in [("a", "Xã A đã xong."), ("b", "Xã B đã xong.")] {
        let commune = folder.path().join("kho").join(name);
        fs::create_dir_all(&commune).expect("it is new");
        fs::write(commune.join("bao-cao.txt"), text).expect("it is new");
    }
    folder
}

#[cfg(unix)]
#[test]
fn no_text_goes_through_a_link_over_a_document() {
    let folder = folder_of_communes();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("ra")).expect("it is new");
    std::os::unix::fs::symlink("../kho/b", path("ra/b")).expect("it is new");
    let [store, out] = ["kho", "ra"].map(|name| path(name).to_string_lossy().into_owned());
    let output = run_extract(&[&store, "-o", &out]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let kept = fs::read_to_string(path("kho/b/bao-cao.txt")).expect("it is there");
    assert_eq!(kept, "Xã B đã xong.");
}

#[test]
fn summarize_takes_patterns() {
    let folder = folder_of_communes();
    let path = |name: &str| format!("{}/kho/{name}", folder.path().display());
    let output = run_fake(&[
        "classify",
        "--format",
        "jsonl",
        &path("**/*.txt"),
        &path("c*/x?"),
    ]);
    let found = crate::support::json_lines(&crate::support::stdout(&output));
    let statuses: Vec<_> = found.iter().map(|record| &record["status"]).collect();
    assert_eq!(statuses, ["success", "success", "failure"]);
    assert_eq!(output.status.code(), Some(3));
}

fn run_extract(arguments: &[&str]) -> std::process::Output {
    let mut command = tomtat(&["extract"]);
    let command = command.args(arguments);
    command.output().expect("the program starts")
}

#[cfg(unix)]
#[test]
fn an_extraction_warns_of_a_link_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    fs::create_dir_all(path("kho/2022")).expect("it is new");
    fs::write(path("kho/2022/a.txt"), GOOD).expect("it is new");
    std::os::unix::fs::symlink("2022", path("kho/moi")).expect("it is new");
    let output = run_extract(&[&path("kho"), "-o", &path("chu")]);
    let said = stderr(&output);
    assert_eq!(said.matches("is not followed").count(), 1, "{said}");
}

#[cfg(unix)]
#[test]
fn who_may_read_what_is_written_is_what_the_umask_says() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.txt");
    fs::write(&path, GOOD).expect("it is new");
    for (umask, rights) in [("077", 0o600), ("027", 0o640)] {
        let texts = folder.path().join(umask);
        let status = std::process::Command::new("sh")
            .args([
                "-c",
                "umask $0 && exec \"$1\" extract \"$2\" -o \"$3\"",
                umask,
            ])
            .arg(env!("CARGO_BIN_EXE_tomtat"))
            .args([&path, &texts])
            .status();
        assert!(status.expect("there is a shell").success());
        let written = fs::metadata(texts.join("a.txt")).expect("it is there");
        assert_eq!(written.permissions().mode() & 0o777, rights, "{umask}");
    }
}

#[cfg(unix)]
#[test]
fn a_pattern_takes_braces_and_is_charged_with_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    for year in ["2022", "2023", "2024"] {
        fs::create_dir(path(year)).expect("it is new");
        fs::write(
            path(&format!("{year}/{year}.txt")),
            format!("{GOOD} Năm {year}."),
        )
        .expect("it is new");
    }
    std::os::unix::fs::symlink("nowhere", path("2022/gay")).expect("it is new");
    let output = run_fake(&["run", &path("{2022,2023}/*.txt"), "-o", &path("ket-qua")]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(results(&folder.path().join("ket-qua")).len(), 2);
    let output = run_fake(&["scan", &path("khong-co")]);
    assert_eq!(output.status.code(), Some(66));
}
