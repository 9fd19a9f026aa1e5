//! `tomtat export`: the tables say what the results say.

use std::fs::{self, File};
use std::path::Path;
use std::process::Output;

use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::{Field, Row};
use serde_json::Value;

use crate::archive::REPORTS;
use crate::digest::results_of;
use crate::support::{json_lines, run_fake, stderr, tomtat, written};

fn rows(path: &str) -> Vec<Value> {
    let file = File::open(path).expect("the table is there");
    let reader = SerializedFileReader::new(file).expect("it is Parquet");
    let rows = reader.get_row_iter(None).expect("it has rows");
    let cells = |row: Row| {
        let cells = row.get_column_iter();
        Value::Object(
            cells
                .map(|(name, cell)| (name.clone(), value(cell)))
                .collect(),
        )
    };
    rows.map(|row| cells(row.expect("it is whole"))).collect()
}

fn value(cell: &Field) -> Value {
    match cell {
        Field::Null => Value::Null,
        Field::Str(text) => text.as_str().into(),
        Field::Long(number) => (*number).into(),
        Field::Double(number) => (*number).into(),
        Field::Bool(truth) => (*truth).into(),
        Field::ListInternal(list) => list.elements().iter().map(value).collect(),
        other => panic!("no table has {other:?}"),
    }
}

#[test]
fn parquet_has_every_paragraph_and_quotation() {
    let (_folder, results) = results_of(&REPORTS);
    let out = format!("{results}/bang");
    let arguments = [
        "export", &results, "--to", "parquet", "--to", "csv", "-o", &out,
    ];
    let output = tomtat(&arguments).output().expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));

    let paragraphs = rows(&format!("{out}/paragraphs.parquet"));
    assert_eq!(paragraphs.len(), 6);
    let order = &paragraphs[1];
    assert_eq!(order["document"], "huyện Lạc Bình/2022.docx");
    assert_eq!(
        (&order["number"], &order["date"]),
        (&"12/BC-UBND".into(), &"2022-12-14".into())
    );
    assert_eq!(order["labels"], serde_json::json!(["directive"]));
    assert_eq!(order["page"], Value::Null);
    let text = order["text"].as_str().expect("the results carry it");
    let place = |name: &str| order[name].as_u64().expect("a number") as usize;
    assert_eq!(
        text.chars().count(),
        place("end_char") - place("start_char")
    );
    assert_eq!(paragraphs[5]["date"], Value::Null);

    let numbers = paragraphs.iter().map(|row| row["paragraph"].as_i64());
    let numbers: Vec<_> = numbers.collect();
    assert_eq!(numbers[..2], [Some(1), Some(2)], "from 1, as on a screen");

    let summaries = rows(&format!("{out}/summaries.parquet"));
    let [paragraph, sentence] = ["paragraph", "sentence"].map(|name| &summaries[1][name]);
    assert_eq!((paragraph, sentence), (&2.into(), &1.into()));
    let sections: Vec<_> = summaries
        .iter()
        .filter_map(|row| row["section"].as_str())
        .collect();
    let expected = [
        "achievement",
        "directive",
        "achievement",
        "model",
        "directive",
        "achievement",
    ];
    assert_eq!(sections, expected);
    assert_eq!(summaries[0]["score"], 0.9);

    let table = fs::read_to_string(format!("{out}/summaries.csv")).expect("the table is there");
    assert!(table.starts_with("\u{feff}document,source,title,"));
    assert_eq!(table.lines().count(), 7);
    assert!(table.contains("\"Toàn huyện có 14 xã đạt chuẩn nông thôn mới, vượt 2 xã"));
}

#[test]
fn texts_come_from_the_documents_where_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().to_str().expect("UTF-8");
    let sample = "data/samples/bao-cao-so-ket-6-thang.txt";
    let output = run_fake(&["run", sample, "-o", out]);
    assert!(output.status.success(), "{}", stderr(&output));
    for (arguments, has_text) in [(vec![], false), (vec!["--with-text"], true)] {
        let mut command = tomtat(&["export", out, "--to", "parquet", "-o", out]);
        let output = command
            .args(arguments)
            .output()
            .expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        let rows = rows(&format!("{out}/paragraphs.parquet"));
        let results = fs::read_to_string(format!("{out}/results.jsonl")).expect("it is there");
        let record = json_lines(&results).remove(0);
        assert_eq!(
            Some(rows.len()),
            record["paragraphs"].as_array().map(Vec::len)
        );
        assert!(rows.iter().all(|row| row["text"].is_string() == has_text));
    }
}

#[test]
fn a_text_that_is_not_to_be_had_is_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    fs::write(path("a.txt"), "Toàn xã đã hoàn thành 12 km đường bê tông.").expect("it is new");
    let (source, out) = (path("a.txt"), path("out"));
    // What a copy says, nobody looks for.
    fs::copy(&source, path("b.txt")).expect("it is new");
    let output = run_fake(&["run", &source, &path("b.txt"), "-o", &out]);
    assert!(output.status.success(), "{}", stderr(&output));
    fs::remove_file(&source).expect("it is there");
    let mut command = tomtat(&["export", &out, "--to", "csv", "-o", &out, "--with-text"]);
    let output = command.output().expect("the program starts");
    assert_eq!(output.status.code(), Some(3));
    assert!(
        stderr(&output).contains("the text of 1 of 1 document "),
        "{}",
        stderr(&output)
    );
}

#[test]
fn what_was_not_read_has_a_table_of_its_own() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    let text = "Toàn xã đã hoàn thành 12 km đường bê tông.";
    for (name, text) in [("a.txt", text), ("b.txt", text), ("c.txt", "")] {
        fs::write(path(name), text).expect("it is new");
    }
    let out = path("out");
    let paths = ["a.txt", "b.txt", "c.txt"].map(path);
    let [a, b, c] = paths.each_ref();
    run_fake(&["run", a, b, c, "-o", &out]);
    let said = |arguments: &[&str]| {
        let output = tomtat(arguments).output().expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    };
    let counts = "1 document (and 1 copy, 1 not read): ";
    let exported = said(&["export", &out, "--to", "csv", "-o", &out]);
    assert!(exported.starts_with(counts), "{exported}");
    let failures = fs::read_to_string(format!("{out}/failures.csv")).expect("it is there");
    let c = written(Path::new(c));
    let expected =
        format!("\u{feff}document,source,status,code,message\r\n{c},{c},failure,empty_document,");
    assert!(failures.starts_with(&expected), "{failures}");
    assert_eq!(failures.lines().count(), 2);
    let page = format!("{out}/digest.html");
    let digested = said(&["digest", &out, "-o", &page]);
    assert!(digested.contains(counts), "{digested}");
    let page = fs::read_to_string(page).expect("it is there");
    let facts = "1 văn bản · 1 bản sao · 1 văn bản không đọc được";
    assert!(page.contains(facts), "{page}");
}

#[test]
fn tables_are_written_over_earlier_ones_and_over_nothing_else() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| format!("{}/{name}", folder.path().display());
    let text = "Toàn xã đã hoàn thành 12 km đường bê tông, đạt 120% kế hoạch.";
    fs::write(path("a.txt"), text).expect("it is new");
    let (out, tables) = (path("out"), path("bảng"));
    let run = |arguments: &[&str]| {
        let output = run_fake(&[&["run"], arguments].concat());
        assert!(output.status.success(), "{}", stderr(&output));
    };
    let export = |results: &str| {
        let to = ["--to", "parquet", "--to", "csv", "--with-text"];
        let places = ["export", results, "-o", &tables];
        let arguments = [&places[..], &to].concat();
        tomtat(&arguments).output().expect("the program starts")
    };
    run(&[&path("a.txt"), "-o", &out]);
    for _ in 0..2 {
        let output = export(&out);
        assert!(output.status.success(), "{}", stderr(&output));
    }
    let refused = |output: &Output, table: &str, why: &str, before: &[u8]| {
        assert_eq!(output.status.code(), Some(1), "{}", stderr(output));
        assert!(stderr(output).contains(table), "{}", stderr(output));
        assert!(stderr(output).contains(why), "{}", stderr(output));
        let names = fs::read_dir(&tables).expect("it is a folder").count();
        assert_eq!(names, 6, "nothing is left beside them");
        let after = fs::read(format!("{tables}/{table}")).expect("it is there");
        assert!(after == before, "{table} is another");
    };
    // What was made of a table of ours does not take its place.
    let source = format!("{tables}/paragraphs.parquet");
    let before = fs::read(&source).expect("it is there");
    let columns = ["--id-column", "document", "--text-column", "text"];
    let again = path("lại");
    run(&[&[source.as_str(), "-o", &again], &columns[..]].concat());
    refused(&export(&again), "paragraphs.parquet", "is read", &before);
    // Nor does a table take that of somebody else.
    let summaries = "đơn vị,kết quả\nXã Tân Lập,12 km đường\n".as_bytes();
    for table in ["summaries.csv", "summaries.parquet"] {
        let place = format!("{tables}/{table}");
        let ours = fs::read(&place).expect("it is there");
        fs::write(&place, summaries).expect("it is writable");
        refused(&export(&out), table, "is no table", summaries);
        fs::write(&place, ours).expect("it is writable");
    }
}
