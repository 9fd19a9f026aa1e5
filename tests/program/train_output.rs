//! Where training writes, and what lies there already.

use std::fs;
use std::path::Path;
use std::process::Output;

use serde_json::Value;

use crate::support::{run_fake, stderr, tomtat};

/// Paragraphs in as many documents, every second of which has the label `a`.
fn write_examples(path: &Path, count: usize) {
    let line = |index: usize| {
        let (text, labels) = if index.is_multiple_of(2) {
            ("Đạt và vượt kế hoạch.", vec!["a"])
        } else {
            ("Họp sáng thứ hai.", Vec::new())
        };
        serde_json::json!({ "text": format!("{text} {index}"), "labels": labels }).to_string()
    };
    let lines: Vec<String> = (0..count).map(line).collect();
    fs::write(path, lines.join("\n")).expect("the folder is writable");
}

fn assert_refused(output: &Output, expected: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
    assert!(stderr(output).contains(expected), "{}", stderr(output));
}

#[test]
fn an_encoder_and_its_labels_stay_together() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (data, own) = (path("nhan.jsonl"), path("cua-toi"));
    write_examples(Path::new(&data), 16);
    let train = |kind: &str, more: &[&str]| {
        let arguments = ["train", kind, "--data", &data, "-o", &own];
        run_fake(&[&arguments[..], more].concat())
    };
    let labels = || fs::read(folder.path().join("cua-toi/labels.safetensors")).expect("labels");
    let record = || -> Value {
        let json = fs::read(folder.path().join("cua-toi/train.json")).expect("a record");
        serde_json::from_slice(&json).expect("JSON")
    };

    let settings = ["--layers", "0", "--epochs", "1", "--folds", "2"];
    let quiet = ["--patience", "1", "--frozen-layers", "1", "--quiet"];
    let output = train("labels", &[&settings[..], &quiet].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(stderr(&output), "");

    let before = labels();
    for (kind, more) in [("labels", &["--frozen"][..]), ("calibrate", &[])] {
        assert_refused(&train(kind, more), "cua-toi holds another encoder");
    }
    for base in ["--labels", "--model"] {
        let roundabout = path("cua-toi/../cua-toi");
        assert_refused(
            &train("labels", &[base, &roundabout]),
            "would be written over",
        );
        let more = ["--layers", "0", base, &roundabout];
        assert_refused(&train("distil", &more), "would be written over");
    }
    assert_refused(&train("distil", &["--layers", "1"]), "holds labels");
    assert!(labels() == before, "what was refused wrote nothing");

    let trained = record();
    let output = train("calibrate", &["--labels", &own, "--seed", "7"]);
    assert!(output.status.success(), "{}", stderr(&output));
    let calibrated = record();
    assert_eq!(calibrated["data"], trained["data"]);
    assert_eq!(calibrated["options"]["seed"], 7);
    let calibration = &calibrated["calibration"];
    assert_eq!(calibration["labels_sha256"], trained["labels_sha256"]);
    assert_eq!(calibration["made"], trained);
    assert_ne!(calibrated["labels_sha256"], trained["labels_sha256"]);

    let output = train("labels", &["--frozen", "--folds", "2", "--labels", &own]);
    assert!(output.status.success(), "{}", stderr(&output));
    let frozen = record();
    assert!(frozen["calibration"].is_null(), "{frozen}");
    assert_eq!(frozen["encoder_made"], trained);
    let output = train("labels", &["--frozen", "--folds", "2", "--labels", &own]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(record(), frozen);
}

#[test]
fn a_layer_that_is_not_there_is_told_before_anything_is_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let (data, missing, out) = (path("nhan.jsonl"), path("kho.jsonl"), path("ra"));
    write_examples(Path::new(&data), 4);
    for (kind, data) in [("distil", &missing), ("labels", &data)] {
        let arguments = [
            "train", kind, "--data", data, "--layers", "1,99", "-o", &out,
        ];
        assert_refused(&run_fake(&arguments), "there is no layer 99");
    }
}

#[test]
fn the_processor_refuses_to_learn_in_bf16() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("nhan.jsonl");
    write_examples(&data, 4);
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let out = folder.path().join("ra");
    let out = out.to_str().expect("a temporary folder in UTF-8");
    let arguments = ["train", "labels", "--data", data, "-o", out];
    let mut command = tomtat(&arguments);
    let output = command
        .args(["--device", "cpu", "--dtype", "bf16"])
        .output();
    assert_refused(
        &output.expect("the program starts"),
        "leave --dtype bf16 out",
    );
}

#[test]
fn no_encoder_is_written_beside_a_quoting_head() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let data = path("nhan.jsonl");
    write_examples(Path::new(&data), 16);
    fs::copy(
        "models/tomtat-small/quoting.safetensors",
        path("quoting.safetensors"),
    )
    .expect("room");
    let own = path(".");
    for more in [&["labels"][..], &["distil", "--layers", "0"]] {
        let arguments = ["--data", &data, "-o", &own];
        let output = run_fake(&[&["train"], more, &arguments[..]].concat());
        assert_refused(&output, "holds a quoting head");
    }
}
