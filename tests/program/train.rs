//! Labels of one's own, from examples to results, with the fake encoder: the words alone must do.

use std::fs;
use std::path::Path;

use crate::support::{assert_lawful, json_lines, run_fake, stderr, stdout, tomtat};

const EXAMPLES: &str = "data/labels.vi.jsonl";

fn json_file(path: &str) -> serde_json::Value {
    let bytes = fs::read(path).expect("the record is written");
    serde_json::from_slice(&bytes).expect("a record is JSON")
}

fn train(data: &str, folder: &Path, more: &[&str]) {
    let folder = folder.to_str().expect("a temporary folder in UTF-8");
    let arguments = ["train", "labels", "--frozen", "--data", data, "-o", folder];
    let output = run_fake(&[&arguments[..], more].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let report = stdout(&output);
    assert!(report.contains("macro-F1"), "{report}");
    assert!(
        !report.contains("labels that were said"),
        "all have scores: {report}"
    );
}

#[test]
fn trained_labels_are_scored_honestly_and_used() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let held_out = folder.path().join("held-out.jsonl");
    let held_out = held_out.to_str().expect("a temporary folder in UTF-8");
    train(EXAMPLES, folder.path(), &["--cross-validated", held_out]);

    let report = tomtat(&["eval", "labels", "--json", held_out, EXAMPLES]).output();
    let report = report.expect("the program starts");
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).expect("one report");
    assert_eq!(report["missing"], 0);
    assert!(report["macro_f1"].as_f64() > Some(0.6), "{report}");
    let strict = tomtat(&["eval", "labels", "--min", "0.999", held_out, EXAMPLES]).output();
    assert_eq!(strict.expect("the program starts").status.code(), Some(4));

    let labels = folder.path().to_str().expect("a temporary folder in UTF-8");
    let sample = "data/samples/bao-cao-so-ket-6-thang.txt";
    let output = run_fake(&[
        "classify",
        "--format",
        "jsonl",
        "--with-text",
        "--labels",
        labels,
        sample,
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let record = json_lines(&stdout(&output)).remove(0);
    assert_lawful(&record);
    assert!(
        record["by_label"]["model"]
            .as_array()
            .is_some_and(|found| !found.is_empty())
    );
}

#[test]
fn a_label_set_of_ones_own_trains_twice_to_the_same_bytes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fs::read_to_string(EXAMPLES).expect("the examples are there");
    let renamed = text
        .replace("\"achievement\"", "\"kết quả\"")
        .replace("\"directive\"", "\"chỉ đạo\"");
    let data = folder.path().join("nhan.jsonl");
    fs::write(&data, renamed).expect("the folder is writable");
    let data = data.to_str().expect("a temporary folder in UTF-8");

    let written: Vec<[Vec<u8>; 2]> = ["một", "hai"]
        .into_iter()
        .map(|name| {
            train(data, &folder.path().join(name), &["--folds", "3"]);
            ["labels.safetensors", "train.json"].map(|file| {
                let bytes = fs::read(folder.path().join(name).join(file));
                bytes.expect("labels and their record are written")
            })
        })
        .collect();
    assert!(written[0] == written[1]);
    let record: serde_json::Value = serde_json::from_slice(&written[0][1]).expect("JSON");
    assert_eq!(record["data"][0]["path"], data);
    assert_eq!(record["options"]["folds"], 3);
    assert!(record["tuning"].is_null(), "{record}");

    let labels = folder.path().join("hai");
    let labels = labels.to_str().expect("a temporary folder in UTF-8");
    let output = run_fake(&[
        "summarize",
        "--labels",
        labels,
        "data/samples/bao-cao-so-ket-6-thang.txt",
    ]);
    assert!(
        stdout(&output).contains("\nkết quả\n"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn an_encoder_of_ones_own_learns_and_is_used() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fs::read_to_string(EXAMPLES).expect("the examples are there");
    let few: Vec<&str> = text
        .lines()
        .filter(|line| line.len() < 700)
        .step_by(5)
        .collect();
    let data = folder.path().join("nhan.jsonl");
    fs::write(&data, few.join("\n")).expect("the folder is writable");
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let model = folder.path().join("mo-hinh");
    let model = model.to_str().expect("a temporary folder in UTF-8");
    let arguments = ["train", "labels", "--data", data, "-o", model];
    let settings = [
        "--layers",
        "0,5",
        "--frozen-layers",
        "1",
        "--epochs",
        "1",
        "--folds",
        "2",
        "--patience",
        "1",
    ];
    let output = tomtat(&[&arguments[..], &settings].concat()).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(stdout(&output).contains("held out"), "{}", stdout(&output));
    assert!(
        stderr(&output).contains("kept in f32"),
        "{}",
        stderr(&output)
    );
    let record = fs::read(folder.path().join("mo-hinh/train.json")).expect("it is written");
    let record: serde_json::Value = serde_json::from_slice(&record).expect("JSON");
    assert_eq!(record["tuning"]["device"], "cpu");
    assert_eq!(record["tuning"]["kept_epoch"], 1);
    assert!(record["tuning"]["epochs"][0]["held_out"].is_number());
    assert!(
        !folder
            .path()
            .join("mo-hinh/checkpoint.safetensors")
            .exists()
    );

    // Both name the same folder: the labels alone, or the model with the labels beside it.
    let sample = "data/samples/bao-cao-so-ket-6-thang.txt";
    let classified = |flag| {
        let output = tomtat(&["classify", "--format", "jsonl", flag, model, sample]).output();
        let output = output.expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        json_lines(&stdout(&output)).remove(0)
    };
    let record = classified("--labels");
    assert_eq!(record["model"]["name"], "mo-hinh");
    assert_eq!(record["paragraphs"], classified("--model")["paragraphs"]);
}

#[test]
fn new_labels_start_from_what_heads_learn() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fs::read_to_string(EXAMPLES).expect("the examples are there");
    let few: Vec<String> = text
        .lines()
        .filter(|line| line.len() < 700)
        .map(|line| line.replace("\"achievement\"", "\"kết quả\""))
        .map(|line| line.replace("\"directive\"", "\"chỉ đạo\""))
        .map(|line| line.replace("\"model\"", "\"mô hình\""))
        .collect();
    let data = folder.path().join("nhan.jsonl");
    fs::write(&data, few.join("\n")).expect("the folder is writable");
    let [data, model] = [data, folder.path().join("mo-hinh")].map(|path| {
        path.to_str()
            .expect("a temporary folder in UTF-8")
            .to_owned()
    });
    let settings = ["--frozen-layers", "6", "--epochs", "1", "--folds", "2"];
    let output = tomtat(&["train", "labels", "--data", &data, "-o", &model])
        .args(settings)
        .output()
        .expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    let shown = stdout(&output);
    let (_, figure) = shown.split_once("macro-F1").expect("a report");
    let figure = figure
        .split_whitespace()
        .next()
        .and_then(|it| it.parse::<f64>().ok());
    assert!(figure > Some(0.7), "{shown}");
}

#[test]
fn a_smaller_model_is_made_and_takes_labels() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("kho.jsonl");
    let line = |text: &str| format!("{{\"text\": \"{text}\"}}\n");
    let lines = ["Thu ngân sách vượt dự toán.", "Còn hai xã chậm tiến độ."].map(line);
    fs::write(&data, lines.concat()).expect("the folder is writable");
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let model = folder.path().join("nho");
    let model = model.to_str().expect("a temporary folder in UTF-8");
    let output = tomtat(&[
        "train", "distil", "--data", data, "--layers", "1,5", "--steps", "2", "-o", model,
    ])
    .output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("step 2: loss"),
        "{}",
        stderr(&output)
    );
    let mut names: Vec<_> = fs::read_dir(model)
        .expect("the model is a folder")
        .map(|entry| entry.expect("it can be listed").file_name())
        .collect();
    names.sort();
    assert_eq!(names.len(), 4, "{names:?}");
    let record = json_file(&format!("{model}/distil.json"));
    assert_eq!(record["options"]["layers"], serde_json::json!([1, 5]));
    assert_eq!(record["data"]["windows"], 2);

    let info = tomtat(&["model", "info", "--model", model]).output();
    let info = stdout(&info.expect("the program starts"));
    assert!(info.contains("nho"), "{info}");
    let labels = folder.path().join("nhan");
    train(EXAMPLES, &labels, &["--model", model]);
}

#[test]
fn a_model_that_learns_too_fast_is_not_written() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("kho.jsonl");
    fs::write(&data, "{\"text\": \"Thu ngân sách vượt dự toán.\"}\n").expect("room");
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let model = folder.path().join("nho");
    let model = model.to_str().expect("a temporary folder in UTF-8");
    let distil = |rate: &str| {
        let output = tomtat(&[
            "train", "distil", "--data", data, "--layers", "1", "--steps", "3", "--rate", rate,
            "-o", model,
        ])
        .output();
        output.expect("the program starts")
    };
    assert_eq!(distil("nan").status.code(), Some(2));
    let output = distil("1e30");
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--rate"), "{}", stderr(&output));
    let written = fs::read_dir(model).expect("the folder was made");
    let mut written = written.map(|entry| entry.expect("it can be listed").file_name());
    assert!(written.all(|name| name == "checkpoint.safetensors"));
}

#[test]
fn too_few_or_bad_examples_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("nhan.jsonl");
    let data_path = data.to_str().expect("a temporary folder in UTF-8");
    let cases = [
        (
            "{\"text\": \"Đạt kế hoạch.\", \"labels\": [\"a\"]}\n",
            "label `a` holds in 1 documents",
        ),
        ("{\"text\": \"Đạt kế hoạch.\"}\n", "nhan.jsonl, line 1"),
        (
            "{\"text\": \"Đạt kế hoạch.\", \"labels\": []}\n",
            "no example has a label",
        ),
    ];
    for (line, expected) in cases {
        fs::write(&data, line).expect("the folder is writable");
        let out = folder.path().join("ra");
        let out = out.to_str().expect("a temporary folder in UTF-8");
        let output = run_fake(&[
            "train", "labels", "--frozen", "--data", data_path, "-o", out,
        ]);
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
}

#[test]
fn a_split_that_leaves_nothing_is_refused_before_anything_is_learnt() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("nhan.jsonl");
    let line = |id: &str, labels: &str| {
        format!(
            "{{\"id\": \"{id}\", \"doc\": \"d\", \"text\": \"Đạt kế hoạch.\", \"labels\": [{labels}]}}\n"
        )
    };
    fs::write(&data, line("1", "\"model\"") + &line("2", "")).expect("room");
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let out = folder.path().join("ra");
    let out = out.to_str().expect("a temporary folder in UTF-8");
    // With one document, the first fold holds out all and the others nothing.
    for (fold, expected) in [
        ("0", "of more documents"),
        ("1", "fewer --folds"),
        ("5", "no fold 5"),
    ] {
        let arguments = ["train", "labels", "--data", data, "-o", out, "--fold", fold];
        let output = tomtat(&arguments).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(1));
        assert!(stderr(&output).contains(expected), "{}", stderr(&output));
    }
    let arguments = ["train", "labels", "--data", data, "-o", out];
    let mut command = tomtat(&arguments);
    let output = command.args(["--frozen-layers", "99"]).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("--frozen-layers 99"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_folder_without_labels_is_no_input() {
    let output = run_fake(&[
        "classify",
        "--labels",
        "data/samples",
        "data/samples/README.md",
    ]);
    assert_eq!(output.status.code(), Some(66));
    assert!(
        stderr(&output).contains("tomtat train labels"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn opinions_of_a_teacher_are_learnt_from_and_not_scored() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = fs::read_to_string(EXAMPLES).expect("the examples are there");
    let labelled = text.lines().count();
    let opinion = |(index, line): (usize, &str)| {
        let mut line: serde_json::Value = serde_json::from_str(line).expect("an example");
        let mut scores = serde_json::Map::new();
        for label in line["labels"].as_array().expect("labels").clone() {
            scores.insert(label.as_str().expect("a name").to_owned(), 0.9.into());
        }
        line["scores"] = scores.into();
        line["doc"] = format!("document {index} of the teacher").into();
        let line = line.as_object_mut().expect("an example");
        line.retain(|key, _| key != "labels" && key != "id");
        serde_json::to_string(line).expect("an example")
    };
    let opinions: Vec<String> = text.lines().step_by(4).enumerate().map(opinion).collect();
    let data = folder.path().join("opinions.jsonl");
    fs::write(&data, opinions.join("\n")).expect("the folder is writable");
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let out = folder.path().join("nhan");
    let held_out = folder.path().join("held-out.jsonl");
    let held_out_path = held_out.to_str().expect("a temporary folder in UTF-8");
    let more = ["--data", data, "--cross-validated", held_out_path];
    train(EXAMPLES, &out, &more);
    let records = fs::read_to_string(held_out).expect("records are written");
    assert_eq!(records.lines().count(), labelled);
}

/// A news text whose summary is its third sentence.
fn summarised(number: usize) -> String {
    let fact = format!("Xã số {number} đã thu ngân sách {number} tỷ đồng trong quý vừa qua.");
    let sentences = [
        "Sáng nay trời nhiều mây và có mưa rào ở vài nơi.".to_owned(),
        "Người dân đi chợ từ rất sớm như mọi ngày trong tuần.".to_owned(),
        fact.clone(),
        "Chiều cùng ngày nhiều đoàn khách đến thăm các làng nghề.".to_owned(),
    ];
    let title = format!("Xã số {number} thu ngân sách {number} tỷ đồng");
    let id = format!("tin-{number}#0");
    serde_json::json!({ "id": id, "title": title, "paragraphs": sentences, "summary": fact })
        .to_string()
}

#[test]
fn a_scorer_of_ones_own_is_learnt_the_same_way_twice_and_used() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
    let lines: Vec<String> = (10..40).map(summarised).collect();
    fs::write(path("tin.jsonl"), lines.join("\n")).expect("room");
    let data = format!("{}:1", path("tin.jsonl"));
    // It makes tokens alone, so that neither the encoder nor what it should run on has a say.
    for (output, device) in [("once", "cpu"), ("twice", "cuda")] {
        let run = tomtat(&[
            "train",
            "salience",
            "--data",
            &data,
            "-o",
            &path(output),
            "--trees",
            "60",
            "--folds",
            "3",
            "--cross-validated",
            &path("held-out"),
            "--device",
            device,
        ])
        .output();
        let run = run.expect("the program starts");
        assert!(run.status.success(), "{}", stderr(&run));
    }
    let file = |folder: &str, name: &str| fs::read(format!("{}/{name}", path(folder)));
    for name in ["salience.safetensors", "salience.json"] {
        let written = file("once", name).expect("written");
        assert_eq!(written, file("twice", name).expect("written"), "{name}");
    }
    let record = json_file(&format!("{}/salience.json", path("once")));
    assert_eq!(record["data"][0]["file"]["documents"], 30);
    assert_eq!(record["options"]["boosting"]["trees"], 60);
    let report = tomtat(&[
        "eval",
        "summaries",
        "--json",
        &path("held-out"),
        &path("tin.jsonl"),
    ])
    .output();
    let report = report.expect("the program starts").stdout;
    let report: serde_json::Value = serde_json::from_slice(&report).expect("one report");
    assert!(report["rouge_2"].as_f64() > Some(0.9), "{report}");

    // With the labels of the program, since none lie beside the scorer.
    let used = run_fake(&[
        "summarize",
        "--format",
        "jsonl",
        "--budget",
        "1s",
        "--labels",
        &path("once"),
        "data/samples/bao-cao-so-ket-6-thang.txt",
    ]);
    assert!(used.status.success(), "{}", stderr(&used));
    let record = json_lines(&stdout(&used)).remove(0);
    assert_eq!(
        record["summary"]["sentences"].as_array().map(Vec::len),
        Some(1)
    );
}

#[test]
fn what_readers_quoted_ranks_reports() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| {
        let path = folder.path().join(name);
        path.to_str()
            .expect("a temporary folder in UTF-8")
            .to_owned()
    };
    let praise = "Tập thể đơn vị luôn giữ vững tinh thần đoàn kết và trách nhiệm.";
    let document = |number: usize| {
        let told = format!("Trạm y tế xã Khê Hạ {number} đã tiêm chủng cho {number}5 trẻ em.");
        let ordered = format!("Yêu cầu các thôn rà soát hộ nghèo trước ngày {number} tháng 7.");
        (told, ordered)
    };
    let line = |number: usize, quoted: &[&str]| {
        let (told, ordered) = document(number);
        let paragraphs = [&told, praise, &ordered];
        serde_json::json!({ "id": format!("tài liệu {number}"), "paragraphs": paragraphs, "quoted": quoted })
    };
    let lines = |of: &dyn Fn(usize) -> serde_json::Value| {
        let lines: Vec<String> = (10..25).map(|number| of(number).to_string()).collect();
        lines.join("\n")
    };
    // Readers who want praise and nothing else, and others who want what was done.
    fs::write(path("chon.jsonl"), lines(&|number| line(number, &[praise]))).expect("room");
    let done = |number: usize| line(number, &[&document(number).0]);
    fs::write(path("viec.jsonl"), lines(&done)).expect("room");
    fs::write(path("khong.jsonl"), lines(&|number| line(number, &[]))).expect("room");
    let train = |data: &str, out: &str| {
        run_fake(&["train", "quoting", "--data", &path(data), "-o", &path(out)])
    };
    let trained = train("chon.jsonl", "ra");
    assert!(trained.status.success(), "{}", stderr(&trained));
    assert!(
        stdout(&trained).contains("15 readings"),
        "{}",
        stdout(&trained)
    );
    let record = json_file(&format!("{}/quoting.json", path("ra")));
    assert_eq!(record["data"][0]["documents"], 15);
    let trained = train("viec.jsonl", "viec");
    assert!(trained.status.success(), "{}", stderr(&trained));
    let refused = train("khong.jsonl", "khong");
    assert_eq!(refused.status.code(), Some(1));
    assert!(
        stderr(&refused).contains("`quoted`"),
        "{}",
        stderr(&refused)
    );

    let (told, ordered) = document(31);
    let report = ["I. Kết quả", &told, praise, "II. Nhiệm vụ", &ordered].join("\n\n");
    fs::write(path("bao-cao.txt"), report).expect("room");
    // A summary has all three; its scores say which one the head would take.
    let best = |head: &str| {
        let (file, head) = (path("bao-cao.txt"), path(head));
        let arguments = ["summarize", "--format", "jsonl", "--budget", "3s"];
        let output = run_fake(&[&arguments[..], &["--labels", &head, &file]].concat());
        let record = json_lines(&stdout(&output)).remove(0);
        let sentences = record["summary"]["sentences"].as_array().cloned();
        let best = sentences
            .expect("an array")
            .into_iter()
            .find(|sentence| sentence["score"] == 1.0);
        best.expect("scores go up to 1")["text"].clone()
    };
    assert_eq!(best("ra"), praise);
    assert_eq!(best("viec"), told);
}

#[test]
fn summaries_of_other_documents_are_refused() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let data = folder.path().join("tin.jsonl");
    let strange = |number: usize| {
        let mut line: serde_json::Value =
            serde_json::from_str(&summarised(number)).expect("a document");
        line["summary"] = "Nothing here is said there.".into();
        line.to_string()
    };
    let lines: Vec<String> = (10..20).map(strange).collect();
    fs::write(&data, lines.join("\n")).expect("room");
    let data = data.to_str().expect("a temporary folder in UTF-8");
    let out = folder.path().join("ra");
    let out = out.to_str().expect("a temporary folder in UTF-8");
    let output = run_fake(&["train", "salience", "--data", data, "-o", out]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("two words in a row"),
        "{}",
        stderr(&output)
    );
    assert!(!folder.path().join("ra/salience.safetensors").exists());
}

#[test]
fn only_documents_in_other_languages_are_read_by_their_own_calibration() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    train(EXAMPLES, folder.path(), &[]);
    let learnt = folder.path().to_str().expect("a temporary folder in UTF-8");
    let other = ["--other-languages", "data/labels.en.jsonl"];
    let paragraphs = [&[][..], &other].map(|more| {
        let output = tempfile::tempdir().expect("a temporary folder");
        let labels = output.path().to_str().expect("a temporary folder in UTF-8");
        let arguments = [
            "train",
            "calibrate",
            "--labels",
            learnt,
            "--data",
            EXAMPLES,
            "-o",
            labels,
        ];
        let done = run_fake(&[&arguments[..], more].concat());
        assert!(done.status.success(), "{}", stderr(&done));
        let samples = [
            "data/samples/bao-cao-so-ket-6-thang.txt",
            "data/samples/annual-report-district.en.md",
        ];
        let arguments = [
            "classify",
            "--format",
            "jsonl",
            "--all-scores",
            "--labels",
            labels,
        ];
        let records = json_lines(&stdout(&run_fake(&[&arguments[..], &samples].concat())));
        records
            .into_iter()
            .map(|record| record["paragraphs"].clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(paragraphs[0][0], paragraphs[1][0], "Vietnamese");
    assert_ne!(paragraphs[0][1], paragraphs[1][1], "English");
}
