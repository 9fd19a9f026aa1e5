//! `tomtat pipe` between other programs.

#[cfg(unix)]
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, Stdio};

use crate::resume::report;
use crate::support::{assert_lawful, json_lines, run_with_input, skip, stderr, stdout, tomtat};

fn line(index: usize) -> String {
    serde_json::json!({"id": format!("bc-{index}"), "text": report(index)}).to_string()
}

#[test]
fn every_line_gives_one_line_in_its_place() {
    let good = line(1);
    let input = format!(
        "{good}\n\nkhông phải JSON\n{{\"id\": \"rong\", \"text\": \"\"}}\n{}",
        line(2)
    );
    let output = run_with_input(&["pipe", "--with-text"], input.as_bytes());
    assert_eq!(
        output.status.code(),
        Some(0),
        "bad lines are results: {}",
        stderr(&output)
    );
    let records = json_lines(&stdout(&output));
    let ids: Vec<_> = records
        .iter()
        .filter_map(|record| record["id"].as_str())
        .collect();
    assert_eq!(ids, ["bc-1", "line-2", "line-3", "rong", "bc-2"]);
    let failed: Vec<_> = records
        .iter()
        .map(|record| record["status"] == "failure")
        .collect();
    assert_eq!(failed, [false, true, true, true, false]);
    records.iter().for_each(assert_lawful);
}

#[test]
fn the_cells_of_a_table_of_tasks_are_quoted_and_those_of_a_budget_are_not() {
    let plan = "KẾ HOẠCH\nTiêm phòng đàn vật nuôi vụ xuân\n\n\
        | STT | Nhiệm vụ | Đơn vị chủ trì | Thời hạn |\n|---|---|---|---|\n\
        | 1 | Rà soát, thống kê đàn trâu, bò của chín bản | Ban Thú y | 10/3 |\n\
        | 2 | Mua 2.400 liều vắc xin lở mồm long móng | Ban Tài chính | 15/3 |\n\n\
        II. KINH PHÍ\n\n| STT | Nội dung | Số lượng | Thành tiền |\n|---|---|---|---|\n\
        | 1 | Mua vắc xin lở mồm long móng cho đàn trâu, bò | 2.400 | 48.000.000 |\n";
    let line = serde_json::json!({"id": "kh", "text": plan}).to_string();
    let output = run_with_input(&["pipe", "--with-text"], line.as_bytes());
    let record = json_lines(&stdout(&output)).remove(0);
    assert_lawful(&record);
    let quoted = record["by_label"]["directive"].as_array().expect("a list");
    let quoted: Vec<_> = quoted.iter().filter_map(|it| it["text"].as_str()).collect();
    let tasks = [
        "Rà soát, thống kê đàn trâu, bò của chín bản",
        "Mua 2.400 liều vắc xin lở mồm long móng",
    ];
    assert_eq!(quoted, tasks, "{record}");
    let paragraphs = record["paragraphs"].as_array().expect("a list");
    let budget = paragraphs.last().expect("the last row");
    assert_eq!(budget["labels"], serde_json::json!([]), "{budget}");
}

#[test]
fn an_answer_comes_before_the_next_question() {
    let mut child = tomtat(&["pipe", "--encoder", "fake"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("it is piped");
    let mut stdout = BufReader::new(child.stdout.take().expect("it is piped"));
    for index in 0..3 {
        writeln!(stdin, "{}", line(index)).expect("the program reads its input");
        let mut answer = String::new();
        stdout.read_line(&mut answer).expect("the program answers");
        assert!(
            answer.contains(&format!("\"id\":\"bc-{index}\"")),
            "{answer}"
        );
    }
    drop(stdin);
    assert!(child.wait().expect("the program ends").success());
}

#[test]
fn parts_of_an_archive_by_several_processes_are_the_whole_by_one() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let lines: String = (0..60).map(|index| line(index) + "\n").collect();
    for (part, lines) in lines
        .split_inclusive('\n')
        .collect::<Vec<_>>()
        .chunks(20)
        .enumerate()
    {
        std::fs::write(
            folder.path().join(format!("phan-{part}.jsonl")),
            lines.concat(),
        )
        .expect("writable");
    }
    // As docs/archives.md tells it.
    let script = "ls phan-*.jsonl | xargs -P 2 -I {} sh -c '\"$TOMTAT\" pipe -j 1 --encoder fake < {} > {}.out' \
                  && cat phan-*.jsonl.out";
    let output = Command::new("sh")
        .args(["-c", script])
        .current_dir(folder.path())
        .env("TOMTAT", env!("CARGO_BIN_EXE_tomtat"))
        .output();
    let Ok(output) = output else {
        skip("no shell");
        return;
    };
    let whole = run_with_input(&["pipe"], lines.as_bytes());
    let without_line = |text: &str| -> Vec<_> {
        let mut records = json_lines(text);
        // The place of a line is that in its own part.
        for record in &mut records {
            record["source"]["path"] = "".into();
        }
        records
    };
    assert_eq!(
        without_line(&stdout(&output)),
        without_line(&stdout(&whole)),
        "{}",
        stderr(&output)
    );
}

#[cfg(unix)]
#[test]
fn an_input_that_breaks_off_is_no_success() {
    // A folder can be opened and not read.
    let broken = File::open(".").expect("it is there");
    let output = tomtat(&["pipe", "--encoder", "fake"])
        .stdin(broken)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(json_lines(&stdout(&output))[0]["status"], "failure");
    let said = stderr(&output);
    assert!(
        said.contains("standard input cannot be read to its end"),
        "{said}"
    );
}

const CLAUSE: &str =
    "đội thanh niên tình nguyện của xã dọn sạch ba tuyến kênh và trồng hàng cây bóng mát mới";

/// What is quoted of news of four sentences, of which the second has these clauses, and more paragraphs.
fn quoted(budget: &str, clauses: &[&str], more: &[&str]) -> Vec<String> {
    let long = format!("Theo kế hoạch, {}.", clauses.join("; ")).replace(":.", ":");
    let mut paragraphs = vec![
        "Sáng chủ nhật, hơn hai trăm người dân thôn Đông cùng ra đồng làm thuỷ lợi nội đồng.",
        &long,
        "Bà con mang theo cuốc xẻng, có nhà góp cả xe công nông để chở đất đắp bờ.",
        "Đến trưa, đoạn kênh dài nhất qua cánh đồng Sau đã thông dòng và lấy được nước.",
    ];
    paragraphs.extend(more);
    let news = serde_json::json!({"id": "tin", "title": "Thôn Đông ra quân làm thuỷ lợi", "paragraphs": paragraphs});
    let command = ["pipe", "--with-text", "--budget", budget];
    let output = run_with_input(&command, news.to_string().as_bytes());
    let record = json_lines(&stdout(&output)).remove(0);
    assert_lawful(&record);
    let sentences = record["summary"]["sentences"].as_array().expect("a list");
    let texts = sentences.iter().filter_map(|it| it["text"].as_str());
    texts.map(str::to_owned).collect()
}

#[test]
fn long_sentences_of_news_are_whole_where_three_are_asked_for() {
    let whole = quoted("4s", &[CLAUSE; 4], &[]);
    assert_eq!(whole.len(), 4);
    assert!(whole[1].starts_with("Theo kế hoạch") && whole[1].ends_with("bóng mát mới."));
    let is_shorter = |text: &String| text.len() < whole[1].len();
    let by_clauses = [
        ("two sentences", quoted("2s", &[CLAUSE; 4], &[])),
        ("a budget in syllables", quoted("200w", &[CLAUSE; 4], &[])),
        ("a very long sentence", quoted("4s", &[CLAUSE; 7], &[])),
    ];
    for (what, texts) in by_clauses {
        assert!(texts.iter().all(is_shorter), "{what}: {texts:?}");
    }
}

#[test]
fn whole_sentences_bring_nothing_along_that_is_not_quoted_alone() {
    let announces =
        "trao đổi với phóng viên, ông Nguyễn Văn Ba, bí thư chi bộ thôn Đông, cho biết:";
    let texts = quoted("4s", &[CLAUSE, CLAUSE, CLAUSE, announces], &[]);
    assert!(!texts.concat().contains("cho biết"), "{texts:?}");
}

#[test]
fn what_a_whole_sentence_has_told_is_not_told_again() {
    let [kept, told] = [
        "mỗi hộ trong thôn góp hai ngày công và năm trăm nghìn đồng mua ống cống bê tông",
        "hợp tác xã cho mượn bốn máy bơm cùng hai máy xúc trong suốt mười ngày ra quân",
    ];
    let again = "Hợp tác xã cho mượn bốn máy bơm cùng hai máy xúc trong suốt mười ngày ra quân.";
    let texts = quoted("4s", &[CLAUSE, kept, told], &[again]);
    let tellings = texts.iter().filter(|text| text.contains("bốn máy bơm"));
    assert_eq!(tellings.count(), 1, "{texts:?}");
}
