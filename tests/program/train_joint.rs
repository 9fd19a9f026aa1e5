//! An encoder that learns labels and what is quoted of reports together.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};

use crate::support::{assert_lawful, json_lines, stderr, stdout, tomtat};

const PRAISE: &str = "Tập thể đơn vị luôn giữ vững tinh thần đoàn kết và trách nhiệm.";

/// A folder with labelled paragraphs and with documents that readers have quoted praise from.
struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let examples = fs::read_to_string("data/labels.vi.jsonl").expect("the examples are there");
        let short = examples.lines().filter(|line| line.len() < 500);
        let few: Vec<&str> = short.step_by(9).collect();
        fs::write(folder.path().join("nhan.jsonl"), few.join("\n")).expect("room");
        let quoted: Vec<String> = (10..18).map(|number| quoted(number).to_string()).collect();
        fs::write(folder.path().join("chon.jsonl"), quoted.join("\n")).expect("room");
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the model in a folder puts first in a report.
    fn best(&self, model: &str) -> String {
        let (told, ordered) = sentences(31);
        let report = ["I. Kết quả", &told, PRAISE, "II. Nhiệm vụ", &ordered].join("\n\n");
        let path = self.path("bao-cao.txt");
        fs::write(&path, report).expect("room");
        let (path, model) = (path.to_string_lossy(), self.path(model));
        let model = model.to_string_lossy();
        let arguments = [
            "summarize",
            "--format",
            "jsonl",
            "--with-text",
            "--budget",
            "3s",
        ];
        let output = tomtat(&[&arguments[..], &["--labels", &model, &path]].concat()).output();
        let output = output.expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        let record = json_lines(&stdout(&output)).remove(0);
        assert_lawful(&record);
        let sentences = record["summary"]["sentences"].as_array().expect("an array");
        let mut best = sentences.iter().filter(|sentence| sentence["score"] == 1.0);
        let best = best.next().expect("scores go up to 1");
        best["text"].as_str().expect("a sentence").to_owned()
    }

    fn train(&self, quoted: &str, out: &str, more: &[&str]) -> Output {
        let of = |name| self.path(name).to_string_lossy().into_owned();
        let (data, quoted, out) = (of("nhan.jsonl"), of(quoted), of(out));
        let arguments = ["train", "joint", "--data", &data, "--quoted", &quoted];
        let settings = ["--epochs", "1", "--frozen-layers", "5", "--folds", "2"];
        let arguments = [&arguments[..], &settings, &["-o", &out], more].concat();
        tomtat(&arguments).output().expect("the program starts")
    }
}

/// What a document with this number tells was done, and what it orders.
fn sentences(number: usize) -> (String, String) {
    let told = format!("Trạm y tế xã Khê Hạ {number} đã tiêm chủng cho {number}5 trẻ em.");
    let ordered = format!("Yêu cầu các thôn rà soát hộ nghèo trước ngày {number} tháng 7.");
    (told, ordered)
}

fn quoted(number: usize) -> Value {
    let (told, ordered) = sentences(number);
    let paragraphs = [format!("{told} {PRAISE}"), ordered];
    json!({ "id": format!("tài liệu {number}"), "paragraphs": paragraphs, "quoted": [PRAISE] })
}

fn read(path: &Path) -> Vec<u8> {
    fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

#[test]
fn one_encoder_learns_labels_and_what_is_quoted() {
    let desk = Desk::new();
    let stale = desk.path("ra/quoting.json");
    fs::create_dir(desk.path("ra")).expect("room");
    fs::write(&stale, "{}").expect("room");
    let output = desk.train("chon.jsonl", "ra", &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(!stale.exists(), "it is of another head");
    for expected in [
        "macro-F1",
        "Before the encoder learns, on 4 readings",
        "With the encoder that has learnt, on 4 readings",
        "Head written to",
    ] {
        assert!(stdout(&output).contains(expected), "{}", stdout(&output));
    }
    let record: Value = serde_json::from_slice(&read(&desk.path("ra/train.json"))).expect("JSON");
    let quoting = &record["tuning"]["quoting"];
    assert_eq!(quoting["data"][0]["documents"], 8);
    assert_eq!(
        (&quoting["learnt"], &quoting["held_out"]),
        (&json!(4), &json!(4))
    );
    assert!(!desk.path("ra/checkpoint.safetensors").exists());

    // The head is of the encoder beside it, and has its say in what is quoted.
    assert_eq!(desk.best("ra"), PRAISE);
    fs::remove_file(desk.path("ra/quoting.safetensors")).expect("it is there");
    assert_ne!(desk.best("ra"), PRAISE);
}

#[test]
fn the_same_command_gives_the_same_bytes() {
    let desk = Desk::new();
    let written = |out: &str, threads: &str| {
        let output = desk.train("chon.jsonl", out, &["--quiet", "-j", threads]);
        assert!(output.status.success(), "{}", stderr(&output));
        let files = ["labels.safetensors", "quoting.safetensors", "train.json"];
        files.map(|file| read(&desk.path(out).join(file)))
    };
    // A model is named like its folder; what lies there is written over, whatever the number of threads.
    let first = written("mot/ra", "1");
    assert!(first == written("hai/ra", "2"));
    assert!(first == written("hai/ra", "1"));
}

#[test]
fn documents_without_quoted_sentences_are_refused() {
    let desk = Desk::new();
    let none: Vec<String> = (10..18)
        .map(|number| {
            let mut document = quoted(number);
            document["quoted"] = json!([]);
            document.to_string()
        })
        .collect();
    fs::write(desk.path("khong.jsonl"), none.join("\n")).expect("room");
    let output = desk.train("khong.jsonl", "ra", &[]);
    assert_eq!(output.status.code(), Some(1));
    let error = stderr(&output);
    assert!(
        error.starts_with("tomtat: no document has a sentence that is quoted"),
        "{error}"
    );
    assert!(!desk.path("ra/model.gguf").exists());
}
