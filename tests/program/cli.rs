//! The program as people run it: real files in, text and JSON out.

use std::fs;
use std::path::{Path, PathBuf};

use crate::support::{
    assert_lawful, json_lines, results, run_fake, run_with_input, skip, stderr, stdout, tomtat,
};

const VIETNAMESE: &str = "data/samples/bao-cao-so-ket-6-thang.txt";
const WORD: &str = "data/samples/hoi-nghi-tong-ket-nong-thon-moi.docx";
const ENGLISH: &str = "data/samples/annual-report-district.en.md";

#[test]
fn every_sample_gives_a_lawful_record() {
    let output = run_fake(&[
        "summarize",
        "--format",
        "jsonl",
        "--with-text",
        VIETNAMESE,
        WORD,
        ENGLISH,
    ]);
    assert!(output.status.success(), "{}", stderr(&output));
    let records = json_lines(&stdout(&output));
    assert_eq!(records.len(), 3);
    for record in &records {
        assert_lawful(record);
        assert_eq!(record["status"], "success");
        assert_eq!(
            record["summary"]["sentences"].as_array().map(Vec::len),
            Some(4)
        );
    }
    let languages: Vec<_> = records
        .iter()
        .map(|record| record["language"].as_str())
        .collect();
    assert_eq!(languages, [Some("vi"), Some("vi"), Some("en")]);
}

#[test]
fn the_text_that_people_read_names_every_label_and_place() {
    let output = run_fake(&["summarize", VIETNAMESE]);
    let text = stdout(&output);
    for expected in [
        "Tóm tắt",
        "Kết quả đạt được",
        "Chỉ đạo, nhiệm vụ",
        "Mô hình",
        "đoạn ",
        "câu ",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "no colours off a terminal");
    assert!(
        stderr(&output).is_empty(),
        "nothing to say: {}",
        stderr(&output)
    );
}

#[test]
fn markdown_and_json_are_there_for_other_programs() {
    let markdown = stdout(&run_fake(&["summarize", "--format", "md", ENGLISH]));
    assert!(
        markdown.starts_with("# ") && markdown.contains("## Summary"),
        "{markdown}"
    );
    let json = stdout(&run_fake(&["classify", "--format", "json", ENGLISH, WORD]));
    let records: serde_json::Value = serde_json::from_str(&json).expect("one JSON array");
    assert_eq!(records.as_array().map(Vec::len), Some(2));
}

#[test]
fn standard_input_is_a_file_like_any_other() {
    let bytes = fs::read(VIETNAMESE).expect("the sample is there");
    let piped = run_with_input(&["summarize", "--format", "jsonl", "-"], &bytes);
    let named = run_fake(&["summarize", "--format", "jsonl", VIETNAMESE]);
    let mut piped = json_lines(&stdout(&piped)).remove(0);
    let mut named = json_lines(&stdout(&named)).remove(0);
    for record in [&mut piped, &mut named] {
        record["id"] = "-".into();
        record["source"]["path"] = "-".into();
    }
    assert_eq!(piped, named);
}

#[test]
fn a_run_takes_folders_globs_and_archives() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = folder.path().join("kho.jsonl");
    let lines = "{\"id\": \"a\", \"text\": \"Đã hoàn thành 95% kế hoạch năm.\"}\n\
                 không phải JSON\n\
                 {\"id\": \"b\", \"title\": \"Tin\", \"paragraphs\": [\"Yêu cầu các xã báo cáo.\", \"Hết.\"]}\n";
    fs::write(&archive, lines).expect("the folder is writable");
    let out = folder.path().join("ket-qua");
    let arguments = [
        "run",
        "data/samples",
        "data/samples/*.md",
        archive.to_str().expect("UTF-8"),
        "-o",
    ];
    let output = run_fake(
        &[
            &arguments[..],
            &[out.to_str().expect("UTF-8"), "--with-text"],
        ]
        .concat(),
    );
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));

    let records = results(&out);
    let ids: Vec<_> = records
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect();
    assert_eq!(ids[ids.len() - 3..], ["a", "line-2", "b"]);
    assert!(ids.contains(&WORD), "{ids:?}");
    let failed: Vec<_> = records
        .iter()
        .filter(|record| record["status"] == "failure")
        .collect();
    assert_eq!(failed.len(), 1);
    assert_eq!(failed[0]["error"]["code"], "corrupt");
    records.iter().for_each(assert_lawful);
}

#[test]
fn a_run_gives_the_same_bytes_whatever_the_number_of_threads() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut written = Vec::new();
    for jobs in ["1", "3"] {
        let out = folder.path().join(jobs);
        let output = run_fake(&[
            "run",
            "data/samples",
            "-j",
            jobs,
            "-o",
            out.to_str().expect("UTF-8"),
        ]);
        assert!(output.status.success(), "{}", stderr(&output));
        written.push(fs::read(out.join("results.jsonl")).expect("the run wrote its results"));
    }
    assert!(written[0] == written[1]);
}

#[test]
fn budgets_hold() {
    for (budget, most) in [("2s", 2), ("1s", 1)] {
        let output = run_fake(&[
            "summarize",
            "--format",
            "jsonl",
            "--budget",
            budget,
            VIETNAMESE,
        ]);
        let record = json_lines(&stdout(&output)).remove(0);
        assert_eq!(record["summary"]["budget"], budget);
        assert_eq!(
            record["summary"]["sentences"].as_array().map(Vec::len),
            Some(most)
        );
    }
    let output = run_fake(&["summarize", "--budget", "nhiều", VIETNAMESE]);
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("4s, 200w or 20%"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn completions_and_help_are_there() {
    let output = tomtat(&["completions", "bash"])
        .output()
        .expect("the program starts");
    assert!(stdout(&output).contains("_tomtat"));
    for command in [
        "summarize",
        "classify",
        "run",
        "verify",
        "digest",
        "export",
        "extract",
        "eval",
        "train",
        "model",
    ] {
        let output = tomtat(&[command, "--help"])
            .output()
            .expect("the program starts");
        assert!(
            output.status.success() && stdout(&output).contains("Usage"),
            "{command}"
        );
    }
}

#[test]
fn a_card_that_is_missing_is_an_error_that_says_why() {
    let output = tomtat(&["classify", "--device", "cuda:4096", VIETNAMESE]).output();
    let output = output.expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(stdout(&output).is_empty());
    let reasons = ["built without CUDA", "driver", "no card cuda:4096"];
    let said = stderr(&output);
    assert!(reasons.iter().any(|reason| said.contains(reason)), "{said}");
}

#[test]
fn a_scan_tells_what_a_run_would_meet() {
    let folder = crate::resume::archive(60);
    let store = folder.path().join("kho");
    let output = run_fake(&["scan", "--json", store.to_str().expect("UTF-8")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let survey: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(survey["inputs"], 60);
    assert_eq!(survey["unreadable"]["corrupt"]["count"], 2);
    let repeated = 60 / 5 - 2 - 1;
    assert_eq!(survey["copies"], repeated, "{survey}");
    assert_eq!(survey["readable"], 60 - 2 - repeated);
    assert_eq!(survey["formats"]["jsonl"], 12);
    assert!(survey["estimate"]["seconds"].as_f64() > Some(0.0));
    let text = stdout(&run_fake(&["scan", store.to_str().expect("UTF-8")]));
    assert!(
        text.contains("a run takes about") && text.contains("hong-0002.docx"),
        "{text}"
    );
}

#[test]
fn progress_and_failures_can_be_read_by_programs() {
    let folder = crate::resume::archive(60);
    let paths = ["kho", "ket-qua"].map(|name| folder.path().join(name));
    let [store, out] = paths.each_ref().map(|path| path.to_str().expect("UTF-8"));
    let output = run_fake(&["run", store, "-o", out, "--progress", "json"]);
    let events = json_lines(&stderr(&output));
    let last = events.last().expect("an event");
    assert_eq!(
        (&last["event"], &last["inputs"]),
        (&"finished".into(), &60.into()),
        "{last}"
    );
    let failures = events.iter().filter(|event| event["event"] == "failure");
    let failed: Vec<_> = failures.map(|event| &event["error"]["code"]).collect();
    assert_eq!(failed, ["corrupt", "corrupt"]);

    let manifest = fs::read_to_string(paths[1].join("run.json")).expect("it was written");
    let manifest: serde_json::Value = serde_json::from_str(&manifest).expect("JSON");
    assert_eq!(manifest["results"]["failures"]["corrupt"], 2);
    assert_eq!(manifest["settings"]["encoder"], "fake");
    assert!(manifest["timings"]["read_seconds"].as_f64() > Some(0.0));
}

#[test]
fn what_is_said_besides_is_an_event_for_programs_too() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let [table, out] = ["kho.jsonl", "ra"].map(|name| folder.path().join(name));
    fs::write(&table, "{\"text\":\"Xã đã có nước sạch.\"}\n").expect("the folder is writable");
    let [table, out] = [&table, &out].map(|path| path.to_str().expect("UTF-8"));
    let run = ["run", table, "-o", out, "--progress", "json"];
    let more = ["--title-column", "tieu-de", "--also", "csv"];
    let events = json_lines(&stderr(&run_fake(&[&run[..], &more].concat())));
    for (name, message) in [
        ("warning", "no row has a title in a column tieu-de"),
        ("message", "1 document: "),
    ] {
        let is_said = events.iter().any(|event| {
            let said = event["message"].as_str().unwrap_or_default();
            event["event"] == name && said.contains(message)
        });
        assert!(is_said, "{name}: {events:?}");
    }
}

#[test]
fn what_failed_is_counted_alike_when_a_run_is_repeated() {
    let folder = crate::resume::archive(60);
    let store = folder.path().join("kho");
    fs::copy(store.join("hong-0002.docx"), store.join("ban-sao.docx")).expect("it is there");
    let paths = ["kho", "khong-co", "ket-qua"].map(|name| folder.path().join(name));
    let [store, gone, out] = paths.each_ref().map(|path| path.to_str().expect("UTF-8"));
    for processed in [2, 0] {
        let output = run_fake(&["run", store, gone, "-o", out, "--progress", "json"]);
        let events = json_lines(&stderr(&output));
        let last = events.last().expect("an event");
        assert_eq!(last["failed"], 4, "{last}");
        let manifest = fs::read(paths[2].join("run.json")).expect("it was written");
        let manifest: serde_json::Value = serde_json::from_slice(&manifest).expect("JSON");
        assert_eq!(manifest["results"]["failure"], 4);
        let work = &manifest["work"];
        assert_eq!((&work["failed"], &work["missing"]), (&4.into(), &1.into()));
        let read = work["read"].as_u64().expect("a number");
        assert_eq!(work["processed"], read + processed, "{work}");
    }
}

#[test]
fn the_seed_report_has_its_three_labels() {
    let Some(shared) = shared() else { return };
    let seeds = fs::read_dir(shared.join("seeds")).expect("the seeds are there");
    let seed = seeds
        .last()
        .expect("one seed")
        .expect("it can be listed")
        .path();
    let output = tomtat(&["classify", "--format", "jsonl", "--with-text"])
        .arg(seed)
        .output();
    let output = output.expect("the program starts");
    let record = json_lines(&stdout(&output)).remove(0);
    assert_lawful(&record);
    let best: Vec<_> = record["paragraphs"]
        .as_array()
        .expect("an array")
        .iter()
        .map(|paragraph| paragraph["labels"][0]["label"].as_str())
        .collect();
    assert_eq!(
        best,
        [Some("achievement"), Some("model"), Some("directive")]
    );
}

/// Paragraphs of a report: two achievements, an order, an initiative.
const LABELLED: [&str; 4] = [
    "Trong 6 tháng đầu năm, toàn huyện đã giải ngân 412 tỷ đồng vốn đầu tư công, đạt 61,3% kế hoạch, cao hơn cùng kỳ năm trước \
     8,2 điểm phần trăm.",
    "Tỷ lệ hộ nghèo giảm còn 3,1%, vượt chỉ tiêu được giao; 14/15 xã đã đạt chuẩn nông thôn mới.",
    "Yêu cầu Chủ tịch Ủy ban nhân dân các xã khẩn trương rà soát hồ sơ tồn đọng, báo cáo kết quả về huyện trước ngày 30 tháng 7.",
    "Mô hình “Tổ công nghệ số cộng đồng” tại xã Bình Minh giúp người dân nộp hồ sơ trực tuyến ngay tại nhà văn hóa, được đánh \
     giá hiệu quả và đang được nhân rộng ra toàn huyện.",
];

#[test]
fn an_untitled_document_is_a_report_where_half_of_it_has_labels() {
    let story = [
        "Chiều qua, sương mù dày đặc bao phủ thung lũng từ lúc bốn giờ.",
        "Bà Hoa kể rằng hồi bé bà vẫn theo mẹ ra chợ bán rau.",
        "Con đường làng quanh co giữa hai hàng tre già.",
        "Trời tạnh, lũ trẻ lại kéo nhau ra sân đình thả diều.",
        "Đến tối, cả xóm mới biết chuyện cái cầu gỗ đã bị nước cuốn trôi.",
    ];
    let mixed = [&story[..], &LABELLED[..]].concat();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = folder.path().join("kho.jsonl");
    let lines = [
        serde_json::json!({ "id": "bao-cao", "paragraphs": LABELLED }),
        serde_json::json!({ "id": "tin", "paragraphs": mixed }),
        serde_json::json!({ "id": "co-ten", "title": "Báo cáo 6 tháng đầu năm", "paragraphs": LABELLED }),
        serde_json::json!({ "id": "luat-su", "title": "Luật sư nói gì", "paragraphs": LABELLED }),
    ];
    fs::write(&archive, lines.map(|line| line.to_string()).join("\n")).expect("it can be written");
    let output = tomtat(&["summarize", "--format", "jsonl", "--budget", "3s"])
        .arg(&archive)
        .output();
    let records = json_lines(&stdout(&output.expect("the program starts")));
    let sentences = |record: &serde_json::Value| {
        let sentences = record["summary"]["sentences"].as_array().cloned();
        sentences.expect("an array")
    };
    let mut labels: Vec<String> = sentences(&records[0])
        .iter()
        .map(|sentence| sentence["labels"][0].as_str().expect("a label").to_owned())
        .collect();
    labels.sort();
    assert_eq!(labels, ["achievement", "directive", "model"]);
    assert_eq!(sentences(&records[1])[0]["text"], story[0]);
    // A title that begins like a report's makes it no news, as others do, though it says a little of labels.
    let texts = |record: &serde_json::Value| -> Vec<serde_json::Value> {
        let sentences = sentences(record).into_iter();
        sentences
            .map(|mut sentence| sentence["text"].take())
            .collect()
    };
    assert_eq!(texts(&records[2]), texts(&records[0]));
    assert_ne!(sentences(&records[3]), sentences(&records[0]));
}

#[test]
fn the_model_in_its_folder_is_the_one_in_the_program() {
    let summarize = |more: &[&str]| {
        let report = "data/samples/bao-cao-so-ket-6-thang.txt";
        stdout(&run_fake(&[&["summarize", report][..], more].concat()))
    };
    let inside = summarize(&[]);
    assert!(!inside.is_empty());
    assert_eq!(summarize(&["--model", "models/tomtat-small"]), inside);
}

/// `../shared`, if it is here; else says so and gives nothing.
fn shared() -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared");
    if shared.is_dir() {
        return Some(shared);
    }
    skip("../shared is not here");
    None
}

#[test]
fn an_archive_with_a_broken_first_line_is_still_an_archive() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let archive = folder.path().join("kho.jsonl");
    let lines = "{hỏng\n{\"id\": \"a\", \"text\": \"Đã hoàn thành kế hoạch năm.\"}\n";
    fs::write(&archive, lines).expect("the folder is writable");
    let output = run_fake(&[
        "summarize",
        "--format",
        "jsonl",
        archive.to_str().expect("UTF-8"),
    ]);
    let ids: Vec<_> = json_lines(&stdout(&output))
        .iter()
        .map(|record| record["id"].clone())
        .collect();
    assert_eq!(ids, ["line-1", "a"]);
}

#[test]
fn patterns_match_with_and_without_a_leading_dot_and_say_when_nothing_does() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().to_str().expect("UTF-8");
    let output = run_fake(&["run", "./data/samples/*.docx", "-o", out]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(results(folder.path())[0]["id"], WORD);
    let output = run_fake(&["run", "data/samples/*.pdf", "-o", out]);
    assert_eq!(output.status.code(), Some(66));
    assert!(
        stderr(&output).contains("no file matches"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn a_summary_goes_into_a_file_that_is_no_document() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name);
    let report = "# Báo cáo\n\nToàn huyện đã trồng mới 85 ha rừng, đạt 106% kế hoạch.\n";
    fs::write(path("a.md"), report).expect("the folder is writable");
    let run = |arguments: &[&str]| {
        let mut program = tomtat(arguments);
        let output = program
            .args(["--encoder", "fake"])
            .current_dir(folder.path())
            .output();
        output.expect("the program starts")
    };
    let shown = run(&["summarize", "a.md", "--format", "md"]);
    let written = run(&[
        "summarize",
        "a.md",
        "--format",
        "md",
        "-o",
        "moi/tom-tat.md",
    ]);
    assert!(written.status.success(), "{}", stderr(&written));
    assert!(written.stdout.is_empty() && written.stderr.is_empty());
    let page = fs::read(path("moi/tom-tat.md")).expect("it was written");
    assert!(!page.is_empty() && page == shown.stdout);

    // Neither a document nor an earlier summary is lost.
    for pattern in ["a.md", "*.md", "./a.md"] {
        let refused = run(&["summarize", pattern, "-o", "a.md"]);
        let said = stderr(&refused);
        assert!(
            said.contains("a.md is read, and would be written over"),
            "{said}"
        );
    }
    if cfg!(windows) {
        let refused = run(&["summarize", "*.md", "-o", "A.MD"]);
        assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    }
    assert_eq!(
        fs::read_to_string(path("a.md")).expect("it is there"),
        report
    );
    let run_there = run(&["run", "a.md", "-o", "ra"]);
    assert!(run_there.status.success(), "{}", stderr(&run_there));
    for file in ["ra/results.jsonl", "ra/run.sqlite", "ra/RUN.json"] {
        let refused = run(&["summarize", "a.md", "-o", file]);
        assert_eq!(refused.status.code(), Some(1), "{}", stderr(&refused));
    }
    let nothing = run(&["summarize", "khong-co.md", "-o", "moi/tom-tat.md"]);
    assert_eq!(nothing.status.code(), Some(66));
    assert_eq!(fs::read(path("moi/tom-tat.md")).expect("it is there"), page);
    assert_eq!(
        fs::read_dir(path("moi")).expect("it was made").count(),
        1,
        "nothing half written"
    );
}
