//! Scoring, against figures made by other programs and against hand counts.

#![expect(
    clippy::unwrap_used,
    reason = "a test says what it skips, and may panic"
)]

use std::error::Error as _;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};
use tomtat::eval::rouge::Rouge;
use tomtat::eval::{self, EvalError, LabelReport, SummaryReport};

const GENERATED_LINES: usize = 240;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn lines(values: &[Value]) -> String {
    values.iter().fold(String::new(), |mut lines, value| {
        writeln!(lines, "{value}").unwrap();
        lines
    })
}

fn score_labels(results: &[Value], gold: &[Value]) -> Result<LabelReport, EvalError> {
    eval::labels(lines(results).as_bytes(), lines(gold).as_bytes())
}

fn score_summaries(results: &[Value], gold: &[Value]) -> Result<SummaryReport, EvalError> {
    eval::summaries(lines(results).as_bytes(), lines(gold).as_bytes())
}

fn labelled(id: &str, labels: &[(&str, f64)]) -> Value {
    let labels: Vec<Value> = labels
        .iter()
        .map(|(label, score)| json!({"label": label, "score": score}))
        .collect();
    json!({"id": id, "paragraphs": [{"labels": labels, "abstained": false}], "summary": null})
}

/// `scripts/reference/rouge.py` made the expected scores; it says how.
#[test]
fn rouge_equals_the_reference() {
    let read = |name: &str| -> Vec<Value> {
        let path = root().join("tests/fixtures/rouge").join(name);
        serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    };
    let (pairs, expected) = (read("pairs.json"), read("expected.json"));
    assert_eq!(pairs.len(), expected.len());
    for (pair, expected) in pairs.iter().zip(&expected) {
        let rouge = Rouge::of(
            pair["candidate"].as_str().unwrap(),
            pair["reference"].as_str().unwrap(),
        );
        for (score, name) in [
            (rouge.rouge_1, "rouge_1"),
            (rouge.rouge_2, "rouge_2"),
            (rouge.rouge_l, "rouge_l"),
        ] {
            let expected = expected[name].as_f64().unwrap();
            assert!(
                (score - expected).abs() < 1e-12,
                "{name} of {pair}: {score}, not {expected}"
            );
        }
    }
}

#[test]
fn labels_are_counted_by_hand() {
    let results = [
        labelled("a", &[("achievement", 0.9), ("model", 0.6)]),
        labelled("b", &[("achievement", 0.8)]),
        labelled("c", &[]),
        labelled("unknown", &[("directive", 0.9)]),
    ];
    let gold = [
        json!({"id": "a", "labels": ["achievement", "model"], "doc": "x"}),
        json!({"id": "b", "labels": [], "doc": "x", "sure": false}),
        json!({"id": "c", "labels": ["directive"], "doc": "y"}),
        json!({"id": "d", "labels": ["model"]}),
    ];
    let report = score_labels(&results, &gold).unwrap();
    assert_eq!(
        (report.paragraphs, report.missing, report.documents),
        (4, 1, 3)
    );
    assert!((report.exact - 0.25).abs() < 1e-12);
    let f1: Vec<f64> = report.labels.iter().map(|label| label.f1).collect();
    for (f1, expected) in f1.iter().zip([2.0 / 3.0, 0.0, 2.0 / 3.0]) {
        assert!((f1 - expected).abs() < 1e-12, "{f1} is not {expected}");
    }
    assert!((report.macro_f1 - 4.0 / 9.0).abs() < 1e-12);
    assert!(report.macro_f1_interval.low <= report.macro_f1);
    assert_eq!(report.sure.unwrap().paragraphs, 3);
    assert!(report.decided.is_none());
}

#[test]
fn abstentions_are_told_apart() {
    let mut unsure = labelled("b", &[("model", 0.5)]);
    unsure["paragraphs"][0]["abstained"] = json!(true);
    let results = [labelled("a", &[("model", 0.9)]), unsure];
    let gold = [
        json!({"id": "a", "labels": ["model"]}),
        json!({"id": "b", "labels": []}),
    ];
    let decided = score_labels(&results, &gold).unwrap().decided.unwrap();
    assert_eq!(decided.paragraphs, 1);
    assert!((decided.exact - 1.0).abs() < 1e-12);
}

#[test]
fn a_label_set_of_ones_own_is_scored_by_its_names() {
    let results = [labelled("a", &[("khen thưởng", 0.9)]), labelled("b", &[])];
    let gold = [
        json!({"id": "a", "labels": ["khen thưởng"]}),
        json!({"id": "b", "labels": ["kỷ luật"]}),
    ];
    let report = score_labels(&results, &gold).unwrap();
    let names: Vec<&str> = report
        .labels
        .iter()
        .map(|label| label.label.as_str())
        .collect();
    assert_eq!(names, ["khen thưởng", "kỷ luật"]);
    assert!((report.macro_f1 - 0.5).abs() < 1e-12);
}

#[test]
fn a_label_set_with_some_of_the_standard_names_is_scored_by_its_own() {
    let results = [labelled("a", &[("model", 0.9)]), labelled("b", &[])];
    let gold = [
        json!({"id": "a", "labels": ["model"]}),
        json!({"id": "b", "labels": ["directive"]}),
    ];
    let report = |names: &[&str]| {
        let (results, gold) = (lines(&results), lines(&gold));
        eval::labels_of_names(results.as_bytes(), gold.as_bytes(), names).unwrap()
    };
    assert!((report(&["model"]).macro_f1 - 1.0).abs() < 1e-12);
    assert!((report(&["directive", "model", "thưởng"]).macro_f1 - 0.5).abs() < 1e-12);
    assert!(report(&["thưởng"]).macro_f1.abs() < 1e-12);
    // The published scorer divides by three.
    let all = score_labels(&results, &gold).unwrap();
    assert!((all.macro_f1 - 1.0 / 3.0).abs() < 1e-12);
}

#[test]
fn several_references_are_averaged_and_a_missing_summary_counts_as_empty() {
    let results =
        [json!({"id": "a", "summary": {"sentences": [{"text": "một hai"}, {"text": "ba"}]}})];
    let gold = [
        json!({"id": "a", "summaries": ["một hai ba", "bốn"]}),
        json!({"id": "b", "summary": "năm"}),
    ];
    let report = score_summaries(&results, &gold).unwrap();
    assert_eq!((report.documents, report.missing), (2, 1));
    assert!((report.rouge.rouge_1 - 0.25).abs() < 1e-12);
    assert!((report.syllables_per_summary - 1.5).abs() < 1e-12);
    assert!((report.scores[0].rouge.rouge_2 - 0.5).abs() < 1e-12);
}

#[test]
fn for_a_copy_answers_the_document_that_was_read() {
    let said = "Xã Tân Lập đã bê tông hóa 12 km đường.";
    let copy = |id: &str, sha256: &str| json!({"id": id, "status": "skipped", "source": {"sha256": sha256}, "paragraphs": []});
    let mut read = labelled("b.txt", &[("directive", 0.9)]);
    read["status"] = "success".into();
    read["source"] = json!({"sha256": "0a"});
    read["summary"] = json!({"sentences": [{"text": said}]});
    let results = [copy("a.txt", "0a"), read, copy("c.txt", "0b")];
    let gold =
        ["a.txt", "b.txt"].map(|id| json!({"id": id, "summary": said, "labels": ["directive"]}));
    let summaries = score_summaries(&results, &gold).unwrap();
    assert!((summaries.rouge.rouge_l - 1.0).abs() < 1e-12);
    let labels = score_labels(&results, &gold).unwrap();
    assert!((labels.exact - 1.0).abs() < 1e-12);
    // A copy of nothing that the results have says nothing.
    let gold = [json!({"id": "c.txt", "summary": said})];
    let summaries = score_summaries(&results, &gold).unwrap();
    assert_eq!(summaries.missing, 0);
    assert!(summaries.rouge.rouge_l < 1e-12);
}

#[test]
fn summaries_are_compared_with_those_of_a_baseline() {
    let (results, gold) = generated();
    let score = |results: &[Value]| score_summaries(results, &gold).unwrap();
    let mut report = score(&results);
    assert!(!report.to_string().contains("baseline"));
    report.compare(&score(&results));
    let gain = report.gain.unwrap();
    assert!(gain.rouge_2.difference.abs() < 1e-12 && gain.rouge_2.p_value > 0.999);
    report.compare(&score(&results[..results.len() / 2]));
    let gain = report.gain.unwrap();
    assert!(gain.rouge_2.interval.low > 0.0 && gain.rouge_2.p_value < 0.01);
    let shown = report.to_string();
    let missing = gold.len() - results.len() / 2;
    let told = format!(
        "(it lacks {missing} of {} documents, which count as empty",
        gold.len()
    );
    assert!(shown.contains(&told), "{shown}");
    assert!(shown.contains("):\nROUGE-1  +"), "{shown}");
    let json: Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert!(json["gain"]["rouge_l"]["p_value"].is_number());
}

#[test]
fn errors_name_the_file_and_the_line() {
    let message = |results: &str, gold: &str| -> String {
        let error = eval::summaries(results.as_bytes(), gold.as_bytes()).unwrap_err();
        match error.source() {
            Some(cause) => format!("{error}: {cause}"),
            None => error.to_string(),
        }
    };
    let gold = "{\"id\": \"a\", \"summary\": \"một\"}\n";
    assert!(message("\n{\"id\": \"a\"}\nnot json\n", gold).starts_with("line 3 of the results: "));
    assert!(message("", "{}").contains("line 1 of the gold file: "));
    assert!(message("", "{}").contains("missing field `id`"));
    assert!(message("", "{\"id\": \"a\"}").contains("neither `summary` nor `summaries`"));
    let labels = eval::labels("".as_bytes(), gold.as_bytes())
        .unwrap_err()
        .to_string();
    assert!(
        labels.starts_with("the gold line of a has no `labels`"),
        "{labels}"
    );
    assert!(message("", "").starts_with("the gold file has no line"));
    assert!(message("[{\"id\": \"a\"}]\n", gold).contains("one object a line, without brackets"));
    assert!(message("{\"id\": \"b\"}\n", gold).starts_with("no `id` of the gold file"));
    let wide: Vec<u8> = gold.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let error = eval::summaries(wide.as_slice(), gold.as_bytes()).unwrap_err();
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("save it as UTF-8")
    );
}

#[test]
fn names_may_be_numbers_and_files_may_begin_with_a_mark() {
    let results = format!("\u{feff}{}", lines(&[labelled("7", &[("model", 0.9)])]));
    let gold = "\u{feff}{\"id\": 7, \"doc\": 3, \"labels\": [\"model\"]}\n{\"id\": \"8\", \"doc\": null, \"labels\": []}\n";
    let report = eval::labels(results.as_bytes(), gold.as_bytes()).unwrap();
    assert_eq!((report.paragraphs, report.missing), (2, 1));
    assert!((report.labels[2].recall - 1.0).abs() < 1e-12);
    let error =
        eval::labels("".as_bytes(), "{\"id\": [7], \"labels\": []}".as_bytes()).unwrap_err();
    let cause = error.source().unwrap().to_string();
    assert!(
        cause.starts_with("expected a string or a number"),
        "{cause}"
    );
}

#[test]
fn a_report_says_where_scores_are_known_of_some_lines_only() {
    let gold = ["a", "b"].map(|id| json!({"id": id, "labels": ["model"]}));
    let report = |of_b: &[(&str, f64)]| {
        let results = [labelled("a", &[("model", 0.9)]), labelled("b", of_b)];
        score_labels(&results, &gold).unwrap()
    };
    let said = report(&[]);
    assert_eq!(said.labels[2].scored, 1);
    assert!(said.to_string().contains("--all-scores"), "{said}");
    let all = report(&[("model", 0.4)]);
    assert!(!all.to_string().contains("--all-scores"), "{all}");
}

#[test]
fn labels_that_are_only_listed_with_their_scores_are_not_said() {
    let mut result = labelled("a", &[("model", 0.9), ("directive", 0.1)]);
    result["paragraphs"][0]["evidence"] = json!([{"label": "model", "sentence": 0}]);
    let gold = [json!({"id": "a", "labels": ["model"]})];
    let report = score_labels(&[result], &gold).unwrap();
    assert!((report.exact - 1.0).abs() < 1e-12);
    let directive = &report.labels[1];
    assert_eq!(
        (directive.label.as_str(), directive.scored),
        ("directive", 1)
    );
}

#[test]
fn a_report_is_shown_as_a_table_and_as_json() {
    let results = [labelled("a", &[("model", 0.9)])];
    let gold = [json!({"id": "a", "labels": ["model"]})];
    let report = score_labels(&results, &gold).unwrap();
    let table = report.to_string();
    assert!(
        table.contains("model        1.000      1.000   1.000      1   1.000   0.100"),
        "{table}"
    );
    let json: Value = serde_json::from_str(&report.to_json().unwrap()).unwrap();
    assert_eq!(json["labels"][2]["gold"], 1);

    let summaries = score_summaries(
        &[json!({"id": "a", "summary": {"sentences": [{"text": "một hai"}]}})],
        &[json!({"id": "a", "summary": "một hai"})],
    )
    .unwrap();
    assert!(
        summaries
            .to_string()
            .contains("ROUGE-2  100.0  (95 % interval 100.0–100.0)")
    );
    let json: Value = serde_json::from_str(&summaries.to_json().unwrap()).unwrap();
    assert!((json["rouge_l"].as_f64().unwrap() - 1.0).abs() < 1e-12);
}

/// Numbers that look random and are always the same.
fn noise(seed: usize) -> usize {
    seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40
}

fn generated_labels(index: usize, salt: usize) -> Vec<&'static str> {
    let names = ["achievement", "directive", "model"];
    names
        .into_iter()
        .enumerate()
        .filter(|(bit, _)| noise(index * 7 + bit + salt).is_multiple_of(3))
        .map(|(_, name)| name)
        .collect()
}

fn generated_text(index: usize, salt: usize) -> String {
    const WORDS: [&str; 9] = [
        "Hội", "nghị", "đã", "đạt", "kết", "quả", "2023,", "tốt.", "NĐ-CP",
    ];
    let words =
        (0..12 + noise(index) % 20).map(|place| WORDS[noise(index * 31 + place * salt) % 9]);
    words.collect::<Vec<_>>().join(" ")
}

fn generated() -> (Vec<Value>, Vec<Value>) {
    let result = |index: usize| {
        let said = generated_labels(index, usize::from(index.is_multiple_of(4)));
        let labels: Vec<(&str, f64)> = said.into_iter().map(|name| (name, 0.7)).collect();
        let mut line = labelled(&format!("d{index}"), &labels);
        line["summary"] = json!({"sentences": [{"text": generated_text(index, 3)}, {"text": generated_text(index, 5)}]});
        line
    };
    let gold = |index: usize| {
        json!({"id": format!("d{index}"), "labels": generated_labels(index, 0), "sure": !index.is_multiple_of(5),
               "summary": generated_text(index, 3 + index % 3)})
    };
    // Every eleventh result is missing.
    let results = (0..GENERATED_LINES)
        .filter(|index| !index.is_multiple_of(11))
        .map(result)
        .collect();
    (results, (0..GENERATED_LINES).map(gold).collect())
}

/// Says that a test is left out, past the harness, which keeps what passing tests print to itself.
fn skip(reason: &str) {
    let _ = writeln!(io::stderr(), "skipped: {reason}");
}

/// Runs a published scorer over two files; nothing where it is not here.
fn published(scorer: &str, results: &str, gold: &str, options: &[&str]) -> Option<String> {
    let script = root().join("../shared/score").join(scorer);
    if !script.exists() {
        skip("../shared is not here");
        return None;
    }
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| -> PathBuf {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path
    };
    let (results, gold) = (write("results.jsonl", results), write("gold.jsonl", gold));
    let output = match Command::new("python3")
        .arg(script)
        .arg(results)
        .arg(gold)
        .args(options)
        .output()
    {
        Ok(output) => output,
        Err(error) => {
            skip(&format!("python3 cannot be run: {error}"));
            return None;
        }
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Some(String::from_utf8(output.stdout).unwrap())
}

#[test]
fn labels_equal_the_published_scorer_to_the_printed_digit() {
    let (results, gold) = generated();
    let Some(printed) = published("labels.py", &lines(&results), &lines(&gold), &[]) else {
        return;
    };
    let report = score_labels(&results, &gold).unwrap();
    let mut expected = String::new();
    for label in &report.labels {
        let eval::LabelFigures {
            label,
            f1,
            precision,
            recall,
            gold,
            ..
        } = label;
        writeln!(
            expected,
            "{label:12} F1 {f1:.3}  precision {precision:.3}  recall {recall:.3}  gold {gold}"
        )
        .unwrap();
    }
    let LabelReport {
        paragraphs,
        missing,
        exact,
        macro_f1,
        ..
    } = report;
    writeln!(
        expected,
        "paragraphs {paragraphs}  missing {missing}  exact {exact:.3}  macro-F1 {macro_f1:.3}"
    )
    .unwrap();
    assert_eq!(printed, expected);

    let Some(printed) = published(
        "labels.py",
        &lines(&results),
        &lines(&gold),
        &["--sure-only"],
    ) else {
        return;
    };
    let sure = report.sure.unwrap();
    let last = printed.lines().last().unwrap();
    assert!(
        last.starts_with(&format!("paragraphs {} ", sure.paragraphs)),
        "{last}"
    );
    assert!(
        last.ends_with(&format!(
            "exact {:.3}  macro-F1 {:.3}",
            sure.exact, sure.macro_f1
        )),
        "{last}"
    );
}

#[test]
fn summaries_equal_the_published_scorer_to_the_printed_digit() {
    let (results, gold) = generated();
    let Some(printed) = published("summaries.py", &lines(&results), &lines(&gold), &[]) else {
        return;
    };
    let report = score_summaries(&results, &gold).unwrap();
    let SummaryReport {
        documents,
        missing,
        syllables_per_summary,
        rouge,
        ..
    } = report;
    let [one, two, longest] =
        [rouge.rouge_1, rouge.rouge_2, rouge.rouge_l].map(|score| 100.0 * score);
    let expected = format!(
        "documents {documents}  missing {missing}  syllables/summary {syllables_per_summary:.0}  \
         (F1, lower-cased NFC syllables)  ROUGE-1/2/L {one:.1}/{two:.1}/{longest:.1}\n"
    );
    assert_eq!(printed, expected);
}
