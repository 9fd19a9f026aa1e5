//! Runs the program, and checks the laws that every result keeps.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// The program with `arguments`, in the repository's root. Where it writes into a pipe, it has no colours or progress bars
/// to show, whatever the environment says.
pub(crate) fn tomtat(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tomtat"));
    command
        .args(arguments)
        .env_remove("NO_COLOR")
        .env_remove("HF_HOME");
    command
}

/// Runs the program with the fake encoder, which is instant.
pub(crate) fn run_fake(arguments: &[&str]) -> Output {
    let output = tomtat(arguments).args(["--encoder", "fake"]).output();
    output.expect("the program starts")
}

/// Runs the program and gives it `input` on standard input.
pub(crate) fn run_with_input(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = tomtat(arguments)
        .args(["--encoder", "fake"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    stdin.write_all(input).expect("the program reads its input");
    drop(stdin);
    child.wait_with_output().expect("the program ends")
}

/// A path as results and messages name it.
pub(crate) fn written(path: &Path) -> String {
    let path = path.to_str().expect("UTF-8");
    path.replace(std::path::MAIN_SEPARATOR, "/")
}

/// Says that a test is left out, past the harness, which keeps what passing tests print to itself.
pub(crate) fn skip(reason: &str) {
    let _ = writeln!(std::io::stderr(), "skipped: {reason}");
}

/// What it wrote to standard output.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("output is UTF-8")
}

/// What it wrote to standard error.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("messages are UTF-8")
}

/// One JSON object a line.
pub(crate) fn json_lines(text: &str) -> Vec<Value> {
    text.lines()
        .map(|line| serde_json::from_str(line).expect("every line is JSON"))
        .collect()
}

/// The results that a run wrote into `folder`.
pub(crate) fn results(folder: &Path) -> Vec<Value> {
    let path = folder.join("results.jsonl");
    json_lines(&std::fs::read_to_string(path).expect("the run wrote its results"))
}

/// Asserts what `data/result.schema.json` and the result format promise of a record with its text.
pub(crate) fn assert_lawful(record: &Value) {
    assert_matches_schema(record);
    let text = record["text"].as_str().unwrap_or_default();
    let mut end = 0;
    for paragraph in items(&record["paragraphs"]) {
        assert_place(paragraph, text);
        assert!(
            number(paragraph, "start_byte") >= end,
            "paragraphs are ordered"
        );
        end = number(paragraph, "end_byte");
        let mut sentence_end = number(paragraph, "start_byte");
        for sentence in items(&paragraph["sentences"]) {
            assert_place(sentence, text);
            assert!(
                number(sentence, "start_byte") >= sentence_end,
                "sentences are ordered"
            );
            sentence_end = number(sentence, "end_byte");
            assert!(sentence_end <= end, "a sentence lies in its paragraph");
        }
    }
    assert_quotations(&record["summary"]["sentences"], record, text);
    for quotations in record["by_label"].as_object().expect("an object").values() {
        assert_quotations(quotations, record, text);
    }
    assert_eq!(
        record["tokens"]["total"], record["tokens"]["encoded"],
        "nothing is cut off"
    );
}

/// Asserts that a record is as `data/result.schema.json` says.
pub(crate) fn assert_matches_schema(record: &Value) {
    let schema = include_str!("../../data/result.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is one");
    let errors: Vec<String> = validator
        .iter_errors(record)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:?}");
}

fn assert_quotations(quotations: &Value, record: &Value, text: &str) {
    let mut end = 0;
    for quotation in items(quotations) {
        assert_place(quotation, text);
        let start = number(quotation, "start_byte");
        assert!(start >= end, "quotations stand in reading order");
        end = number(quotation, "end_byte");
        assert_eq!(
            quotation["text"].as_str(),
            text.get(start..end),
            "word for word"
        );
        let paragraph = &record["paragraphs"][number(quotation, "paragraph")];
        let is_prose = matches!(paragraph["kind"].as_str(), Some("body" | "list_item"));
        // Its cell tells a task or a result.
        let is_entry = paragraph["kind"] == "table" && items(&paragraph["sentences"]).len() > 1;
        assert!(is_prose || is_entry, "only prose is quoted: {paragraph}");
        let sentence = &paragraph["sentences"][number(quotation, "sentence")];
        assert!(number(sentence, "start_byte") <= start && end <= number(sentence, "end_byte"));
    }
}

/// The place's bytes lie on character boundaries and its characters count them.
fn assert_place(place: &Value, text: &str) {
    for (byte, character) in [("start_byte", "start_char"), ("end_byte", "end_char")] {
        let before = text
            .get(..number(place, byte))
            .expect("on a character boundary");
        assert_eq!(before.chars().count(), number(place, character));
    }
    assert!(
        number(place, "start_byte") < number(place, "end_byte"),
        "not empty: {place}"
    );
}

fn items(value: &Value) -> &[Value] {
    value.as_array().expect("an array")
}

fn number(value: &Value, key: &str) -> usize {
    let number = value[key]
        .as_u64()
        .unwrap_or_else(|| panic!("{key} of {value}"));
    usize::try_from(number).expect("a small number")
}
