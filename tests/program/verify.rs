//! `tomtat verify`: every quotation is proven, and what changed is named.

use std::fs;
use std::io::Write;
#[cfg(target_os = "linux")]
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

#[cfg(target_os = "linux")]
use crate::support::results;
use crate::support::{json_lines, run_fake, stderr, stdout, tomtat};

/// A folder `kho` with documents and the results of a run over them.
struct Run {
    folder: TempDir,
}

impl Run {
    fn over(documents: usize, arguments: &[&str]) -> Self {
        let run = Self {
            folder: tempfile::tempdir().expect("a temporary folder"),
        };
        fs::create_dir(run.folder.path().join("kho")).expect("the folder is writable");
        for number in 0..documents {
            run.write(&format!("kho/bc-{number:03}.txt"), text(number).as_bytes());
        }
        let rows = "{\"id\": \"dòng 1\", \"text\": \"Đã hoàn thành kế hoạch. Yêu cầu các xã báo cáo.\"}\n\
                    {\"id\": \"dòng 2\", \"text\": \"Đã trồng 12 ha rừng. Đề nghị tiếp tục chăm sóc.\"}\n";
        run.write("kho/bang.jsonl", rows.as_bytes());
        run.write(
            "kho/goi.zip",
            &zip(&[("a.txt", &text(1000)), ("b/c.txt", &text(1001))]),
        );
        let word = "data/samples/hoi-nghi-tong-ket-nong-thon-moi.docx";
        fs::copy(word, run.folder.path().join("kho/hoi-nghi.docx")).expect("the sample is there");
        let (kho, out) = (run.path("kho"), run.path("ket-qua"));
        let output = run_fake(&[&["run", &kho, "-o", &out], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        run
    }

    fn path(&self, name: &str) -> String {
        self.folder
            .path()
            .join(name)
            .to_str()
            .expect("UTF-8")
            .to_owned()
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("the folder is writable");
    }

    /// Turns one bit of a file.
    fn flip(&self, name: &str, position: usize) {
        let mut bytes = fs::read(self.path(name)).expect("it is there");
        bytes[position] ^= 1;
        self.write(name, &bytes);
    }

    fn verify(&self) -> (Option<i32>, String) {
        let output = tomtat(&["verify", &self.path("ket-qua")])
            .output()
            .expect("it starts");
        (output.status.code(), stdout(&output))
    }

    fn verify_as_json(&self) -> Value {
        let arguments = ["verify", "--format", "json", &self.path("ket-qua")];
        let output = tomtat(&arguments).output().expect("it starts");
        serde_json::from_slice(&output.stdout).expect("it is JSON")
    }
}

fn text(number: usize) -> String {
    format!(
        "BÁO CÁO\n\nSáu tháng đầu năm, xã số {number} đã hoàn thành 14/16 chỉ tiêu, hòa giải 12 vụ.\n\nYêu cầu các thôn \
         tiếp tục rà soát hộ nghèo; báo cáo kết quả trước ngày 15 hằng tháng.\n"
    )
}

fn zip(members: &[(&str, &str)]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, text) in members {
        let options = zip::write::SimpleFileOptions::default();
        writer.start_file(*name, options).expect("in memory");
        writer.write_all(text.as_bytes()).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

#[test]
fn five_hundred_documents_are_proven_and_one_changed_byte_is_found() {
    let run = Run::over(495, &[]);
    let report = run.verify_as_json();
    let totals = &report["totals"];
    assert_eq!(totals["documents"], 500, "{report}");
    assert_eq!(
        (&totals["failed"], &totals["unread"]),
        (&0.into(), &0.into()),
        "{report}"
    );
    assert_eq!(totals["proven"], totals["quotations"]);
    assert!(totals["quotations"].as_u64() > Some(500), "{report}");

    run.flip("kho/bc-217.txt", 40);
    let (status, said) = run.verify();
    assert_eq!(status, Some(4), "{said}");
    let named: Vec<&str> = said.lines().filter(|line| line.contains("kho/")).collect();
    assert!(!named.is_empty());
    assert!(
        named.iter().all(|line| line.contains("kho/bc-217.txt")),
        "{said}"
    );
    let report = run.verify_as_json();
    assert_eq!(report["totals"]["failed"], 1);
    assert_eq!(report["failed"][0]["id"], "bc-217.txt");
    assert_eq!(report["failed"][0]["problems"][0]["code"], "changed");
}

#[test]
fn rows_of_archives_and_members_of_containers_are_named_one_by_one() {
    let run = Run::over(1, &[]);
    assert_eq!(run.verify().0, Some(0));
    let rows = fs::read_to_string(run.path("kho/bang.jsonl")).expect("it is there");
    run.write("kho/bang.jsonl", rows.replace("12 ha", "13 ha").as_bytes());
    run.write("kho/goi.zip", &zip(&[("a.txt", &text(1000))]));
    let report = run.verify_as_json();
    let failed = report["failed"].as_array().expect("an array");
    let ids: Vec<_> = failed.iter().filter_map(|it| it["id"].as_str()).collect();
    assert_eq!(ids, ["dòng 2", "goi.zip!b/c.txt"], "{report}");
    assert_eq!(failed[0]["problems"][0]["code"], "changed");
    assert_eq!(failed[1]["problems"][0]["code"], "unreadable");
}

#[test]
fn results_that_were_cut_are_told() {
    let run = Run::over(3, &[]);
    let results = fs::read_to_string(run.path("ket-qua/results.jsonl")).expect("they are there");
    let cut: Vec<&str> = results.lines().take(2).collect();
    run.write("ket-qua/results.jsonl", (cut.join("\n") + "\n").as_bytes());
    let output = tomtat(&["verify", &run.path("ket-qua")]).output();
    let output = output.expect("it starts");
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("run.json"), "{}", stderr(&output));
}

#[test]
fn results_that_were_cut_within_a_line_are_told() {
    let run = Run::over(3, &[]);
    let results = fs::read(run.path("ket-qua/results.jsonl")).expect("they are there");
    let [results_folder, page] = [run.path("ket-qua"), run.path("trang.html")];
    for (left, documents) in [(results.len() - 100, 7), (100, 0)] {
        run.write("ket-qua/results.jsonl", &results[..left]);
        let report = run.verify_as_json();
        assert_eq!(report["totals"]["documents"], documents, "{report}");
        let verify = tomtat(&["verify", &results_folder]).output();
        let digest = tomtat(&["digest", &results_folder, "-o", &page]).output();
        for (output, status) in [(verify, 4), (digest, 1)] {
            let output = output.expect("it starts");
            assert_eq!(output.status.code(), Some(status));
            let said = stderr(&output);
            let line = format!("line {}: no result", documents + 1);
            assert!(said.contains("run.json") && said.contains(&line), "{said}");
            assert!(!said.contains("at line"), "{said}");
        }
    }
}

#[test]
fn a_missing_document_is_named() {
    let run = Run::over(3, &[]);
    fs::remove_file(run.path("kho/bc-001.txt")).expect("it is ours");
    let (status, said) = run.verify();
    assert_eq!(status, Some(4));
    assert!(said.contains("kho/bc-001.txt: cannot be read"), "{said}");
    assert!(
        !said.contains("bc-000") && !said.contains("bc-002"),
        "{said}"
    );
}

#[test]
fn documents_that_are_looked_for_in_the_wrong_place_are_told() {
    let run = Run::over(3, &[]);
    let root = run.folder.path();
    let mut again = tomtat(&["run", "kho", "-o", "ket-qua", "--encoder", "fake"]);
    let output = again.current_dir(root).output().expect("it starts");
    assert!(output.status.success(), "{}", stderr(&output));
    let verify = |more: &[&str]| {
        let mut verify = tomtat(&["verify", &run.path("ket-qua")]);
        let output = verify.args(more).output().expect("it starts");
        (output.status.code(), stderr(&output))
    };
    let (status, said) = verify(&[]);
    assert_eq!(status, Some(4));
    assert!(said.contains("--root names it"), "{said}");
    let root = root.to_str().expect("UTF-8");
    assert_eq!(verify(&["--root", root]), (Some(0), String::new()));
    fs::remove_file(run.path("kho/bc-001.txt")).expect("it is ours");
    let (status, said) = verify(&["--root", root]);
    assert_eq!((status, said.as_str()), (Some(4), ""), "one that is gone");
}

#[test]
fn an_archive_that_was_moved_is_run_again_and_needs_no_root() {
    let run = Run::over(3, &[]);
    fs::rename(run.path("kho"), run.path("kho-moi")).expect("it is ours");
    let [results, tables] = [run.path("ket-qua"), run.path("bang")];
    let verify = ["verify", &results];
    let digest = ["digest", &results, "-o", "-"];
    let export = [
        "export",
        &results,
        "--to",
        "csv",
        "--with-text",
        "-o",
        &tables,
    ];
    for arguments in [&verify[..], &digest, &export] {
        let said = stderr(&tomtat(arguments).output().expect("it starts"));
        assert!(said.contains("over its new place"), "{said}");
        assert!(!said.contains("--root"), "{said}");
    }
}

#[test]
fn a_quotation_that_was_put_into_the_mouth_of_a_document_is_found() {
    let run = Run::over(2, &[]);
    let results = fs::read_to_string(run.path("ket-qua/results.jsonl")).expect("it is there");
    let forged = results.replace("xã số 1 đã hoàn thành 14/16", "xã số 1 đã hoàn thành 16/16");
    assert_ne!(results, forged, "it is quoted");
    run.write("ket-qua/results.jsonl", forged.as_bytes());
    let (status, said) = run.verify();
    assert_eq!(status, Some(4));
    assert!(said.contains("bc-001.txt: does not say"), "{said}");
    assert!(!said.contains("bc-000"), "{said}");
}

#[test]
fn the_way_a_run_read_its_texts_is_found_out() {
    let run = Run::over(1, &["--tone-placement", "new"]);
    let results = fs::read_to_string(run.path("ket-qua/results.jsonl")).expect("it is there");
    assert!(results.contains("hoà giải"), "the tone was moved");
    let (status, said) = run.verify();
    assert_eq!(status, Some(0), "{said}");
}

#[test]
fn the_numbers_that_readers_are_told_and_the_text_kept_are_proven() {
    let run = Run::over(1, &["--with-text"]);
    assert_eq!(run.verify().0, Some(0));
    let results = fs::read_to_string(run.path("ket-qua/results.jsonl")).expect("it is there");
    let forge = |change: fn(&mut Value)| {
        let mut records = json_lines(&results);
        change(&mut records[0]);
        let lines: Vec<String> = records.iter().map(Value::to_string).collect();
        run.write("ket-qua/results.jsonl", lines.join("\n").as_bytes());
        run.verify()
    };
    let (status, said) =
        forge(|record| record["summary"]["sentences"][0]["paragraph"] = 999.into());
    assert_eq!(status, Some(4));
    assert!(said.contains("does not say"), "{said}");
    let (status, said) = forge(|record| record["text"] = "Một văn bản khác.".into());
    assert_eq!(status, Some(4));
    assert!(said.contains("the text in its record"), "{said}");
}

#[test]
fn a_copy_is_proven_by_its_bytes() {
    let run = Run::over(1, &[]);
    run.write("kho/chep.txt", text(0).as_bytes());
    let (kho, out) = (run.path("kho"), run.path("ket-qua"));
    assert!(run_fake(&["run", &kho, "-o", &out]).status.success());
    let report = run.verify_as_json();
    let totals = &report["totals"];
    assert_eq!(
        (&totals["copies"], &totals["unread"]),
        (&1.into(), &0.into())
    );
    assert_eq!(run.verify().0, Some(0));
    run.write("kho/chep.txt", text(1).as_bytes());
    let (status, said) = run.verify();
    assert_eq!(status, Some(4));
    assert!(
        said.contains("kho/chep.txt: its bytes have changed"),
        "{said}"
    );
    fs::remove_file(run.path("kho/chep.txt")).expect("it is ours");
    let (status, said) = run.verify();
    assert_eq!(status, Some(4));
    assert!(said.contains("kho/chep.txt: cannot be read"), "{said}");
}

#[test]
fn no_record_hides_its_quotations_behind_its_status_or_its_version() {
    let run = Run::over(1, &[]);
    let results = fs::read_to_string(run.path("ket-qua/results.jsonl")).expect("it is there");
    for status in ["failure", "skipped"] {
        let forged = results.replacen("\"success\"", &format!("\"{status}\""), 1);
        run.write("ket-qua/results.jsonl", forged.as_bytes());
        assert_eq!(run.verify().0, Some(4), "{status}");
        let report = run.verify_as_json();
        let problems = &report["failed"][0]["problems"];
        assert_eq!(problems[0]["code"], "quoted_unread", "{report}");
    }
    let forged = results.replacen("\"schema_version\":1", "\"schema_version\":2", 1);
    run.write("ket-qua/results.jsonl", forged.as_bytes());
    let output = tomtat(&["verify", &run.path("ket-qua")]).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("another version"),
        "{}",
        stderr(&output)
    );
}

#[cfg(target_os = "linux")]
#[test]
fn files_whose_names_are_no_text_are_told_apart_and_found_again() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let kho = folder.path().join("kho");
    fs::create_dir(&kho).expect("the folder is writable");
    // As old programs wrote “báo” and “bảo”, and one that only looks so.
    for (number, name) in [&b"b\xb8o.txt"[..], b"b\xb6o.txt", br"b\xB8o.txt"]
        .into_iter()
        .enumerate()
    {
        fs::write(kho.join(OsStr::from_bytes(name)), text(number)).expect("the folder is writable");
    }
    let mut members = tar::Builder::new(Vec::new());
    for (number, name) in [&b"b\xb8o.txt"[..], b"b\xb6o.txt"].into_iter().enumerate() {
        let text = text(10 + number);
        let mut header = tar::Header::new_gnu();
        header.set_size(text.len() as u64);
        let path = Path::new(OsStr::from_bytes(name));
        members
            .append_data(&mut header, path, text.as_bytes())
            .expect("in memory");
    }
    fs::write(
        kho.join("goi.tar"),
        members.into_inner().expect("in memory"),
    )
    .expect("writable");
    let [kho, out] = ["kho", "ket-qua"].map(|name| folder.path().join(name).display().to_string());
    let output = run_fake(&["run", &kho, "-o", &out]);
    assert!(output.status.success(), "{}", stderr(&output));
    let records = results(Path::new(&out));
    let ids: Vec<_> = records
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect();
    assert_eq!(
        ids,
        [
            r"b\x5CxB8o.txt",
            r"b\xB6o.txt",
            r"b\xB8o.txt",
            r"goi.tar!b\xB8o.txt",
            r"goi.tar!b\xB6o.txt"
        ]
    );
    let output = tomtat(&["verify", &out])
        .output()
        .expect("the program starts");
    assert!(
        stdout(&output).contains("5 of 5 documents hold"),
        "{}",
        stdout(&output)
    );
    assert!(output.status.success());
    // From another folder too.
    let relative = tomtat(&["run", "kho", "-o", &out, "--encoder", "fake"])
        .current_dir(folder.path())
        .output();
    assert!(relative.expect("the program starts").status.success());
    let root = folder.path().display().to_string();
    let output = tomtat(&["verify", &out, "--root", &root])
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", stdout(&output));
}
