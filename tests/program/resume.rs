//! A run that ends anywhere: what the next one writes is what one clean run writes, byte for byte.

use std::fs;
#[cfg(unix)]
use std::io::Read;
use std::io::Write;
use std::path::Path;
#[cfg(unix)]
use std::process::ChildStdout;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::{Duration, Instant};

#[cfg(unix)]
use crate::support::skip;
use crate::support::{json_lines, results, run_fake, stderr, tomtat};
use tempfile::TempDir;

/// An archive of `count` reports in a folder, a ZIP file and a JSONL table, some of them repeated or bad.
pub(crate) fn archive(count: usize) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let store = folder.path().join("kho");
    fs::create_dir_all(store.join("2023")).expect("the folder is writable");
    let mut zip = zip::ZipWriter::new(
        fs::File::create(store.join("goi.zip")).expect("the folder is writable"),
    );
    let mut table = String::new();
    for index in 0..count {
        let text = report(index);
        match index % 5 {
            0 => {
                let line = serde_json::json!({"id": format!("b{index}"), "text": text});
                table += &line.to_string();
                table.push('\n');
            }
            1 => {
                let options = zip::write::SimpleFileOptions::default();
                let name = format!("bao-cao/{index:04}.txt");
                zip.start_file(name, options).expect("a new member");
                zip.write_all(text.as_bytes())
                    .expect("the folder is writable");
            }
            2 if index % 50 == 2 => {
                write(
                    &store,
                    &format!("hong-{index:04}.docx"),
                    &format!("PK\u{3}\u{4}oops {index}"),
                );
            }
            2 => write(&store, &format!("lap-{index:04}.txt"), &report(index / 100)),
            3 => write(
                &store,
                &format!("2023/{index:04}.md"),
                &format!("# Báo cáo\n\n{text}"),
            ),
            _ => write(&store, &format!("{index:04}.txt"), &text),
        }
    }
    zip.finish().expect("the folder is writable");
    fs::write(store.join("bang.jsonl"), table).expect("the folder is writable");
    folder
}

fn write(store: &Path, name: &str, text: &str) {
    fs::write(store.join(name), text).expect("the folder is writable");
}

/// A short report that no other index gives.
pub(crate) fn report(index: usize) -> String {
    format!(
        "Tháng {}, xã số {index} đã hoàn thành {}% kế hoạch, làm rõ {} vụ việc về an ninh trật tự.\n\n\
         Yêu cầu các thôn tiếp tục rà soát {} hộ, báo cáo kết quả trước ngày {}.\n\n\
         Mô hình \"Tiếng kẻng số {index}\" được nhân rộng ra {} thôn.",
        index % 12 + 1,
        index % 41 + 60,
        index % 7,
        index * 3 + 2,
        index % 28 + 1,
        index % 9 + 2
    )
}

fn arguments(folder: &Path, out: &Path) -> Vec<String> {
    let kho = folder.join("kho");
    let paths = [kho.as_path(), Path::new("-o"), out];
    let paths = paths.map(|path| path.to_str().expect("UTF-8").to_owned());
    [
        vec!["run".to_owned()],
        paths.to_vec(),
        vec!["--encoder".to_owned(), "fake".to_owned()],
    ]
    .concat()
}

fn start(folder: &Path, out: &Path) -> Command {
    let arguments = arguments(folder, out);
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut command = tomtat(&arguments);
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    command
}

fn outputs(out: &Path) -> [Vec<u8>; 2] {
    ["results.jsonl", "duplicates.jsonl"]
        .map(|name| fs::read(out.join(name)).expect("the run wrote it"))
}

fn state(out: &Path) -> serde_json::Value {
    let manifest = fs::read(out.join("run.json")).expect("the run wrote it");
    serde_json::from_slice(&manifest).expect("the manifest is JSON")
}

#[test]
fn a_run_killed_at_any_moment_goes_on_to_the_same_bytes() {
    let folder = archive(500);
    let clean = folder.path().join("sach");
    let started = Instant::now();
    let status = start(folder.path(), &clean)
        .status()
        .expect("the program starts");
    let whole = started.elapsed();
    assert_eq!(status.code(), Some(3));
    let expected = outputs(&clean);
    assert_eq!(expected[0].split(|byte| *byte == b'\n').count() - 1, 500);

    let out = folder.path().join("giet");
    let mut killed = 0;
    // Steps of the golden ratio fall everywhere (the fractions of its multiples are evenly spread).
    for round in 1..=20_u32 {
        let share = (f64::from(round) * 0.618_034).fract();
        let mut run = start(folder.path(), &out);
        if round % 2 == 0 {
            run.arg("--ahead");
        }
        let mut run = run.spawn().expect("the program starts");
        std::thread::sleep(whole.mul_f64(share));
        killed += u32::from(run.try_wait().expect("it is ours").is_none());
        run.kill().expect("it is ours");
        run.wait().expect("it is ours");
        if round % 7 == 0 {
            fs::remove_dir_all(&out).expect("the folder is ours");
        }
    }
    assert!(
        killed >= 5,
        "only {killed} of 20 runs were still at work when they were killed"
    );
    let status = start(folder.path(), &out)
        .status()
        .expect("the program starts");
    assert_eq!(status.code(), Some(3));
    assert!(
        outputs(&out) == expected,
        "a run that was killed gives other bytes"
    );
    assert_eq!(state(&out)["state"], "finished");
}

#[test]
fn waves_that_overlap_write_the_same_bytes_and_count_the_same() {
    // Enough for several waves of either kind, with copies of documents that are on their way in another.
    let folder = archive(1500);
    let run = |name: &str, more: &[&str]| {
        let out = folder.path().join(name);
        let status = start(folder.path(), &out).args(more).status();
        assert_eq!(status.expect("the program starts").code(), Some(3));
        (outputs(&out), state(&out)["work"].clone())
    };
    let in_turn = run("sau-nhau", &[]);
    let ahead = run("cung-luc", &["--ahead"]);
    assert!(in_turn.0 == ahead.0);
    assert_eq!(in_turn.1, ahead.1);
    assert_eq!(run("cung-luc", &["--ahead"]).1["processed"], 0);
}

#[test]
fn a_second_run_does_only_what_is_new_and_a_renamed_file_costs_nothing() {
    let folder = archive(40);
    let (kho, out) = (folder.path().join("kho"), folder.path().join("ket-qua"));
    let run = |more: &[&str]| {
        let arguments = arguments(folder.path(), &out);
        let mut all: Vec<&str> = arguments.iter().map(String::as_str).collect();
        all.extend(more);
        tomtat(&all).output().expect("the program starts")
    };
    run(&[]);
    let first = state(&out)["work"].clone();
    assert_eq!(
        first["reused"].as_u64().map(|reused| reused < 10),
        Some(true)
    );

    fs::rename(kho.join("0004.txt"), kho.join("doi-ten.txt")).expect("the folder is ours");
    fs::write(kho.join("0009.txt"), report(1009)).expect("the folder is writable");
    fs::write(kho.join("moi.txt"), report(1010)).expect("the folder is writable");
    run(&[]);
    let work = state(&out)["work"].clone();
    assert_eq!(work["processed"], 2, "{work}");
    let again = outputs(&out);
    let clean = folder.path().join("sach");
    start(folder.path(), &clean)
        .status()
        .expect("the program starts");
    assert!(
        again == outputs(&clean),
        "going on and starting over give the same"
    );
    let renamed = results(&out)
        .into_iter()
        .find(|record| record["id"] == "doi-ten.txt");
    assert_eq!(renamed.expect("it is there")["status"], "success");

    let output = run(&["--retry-failed"]);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert_eq!(state(&out)["work"]["processed"], 1, "the one that failed");
    run(&["--force"]);
    assert_eq!(
        state(&out)["work"]["processed"],
        first["processed"].as_u64().expect("a number") + 1
    );
    run(&["--budget", "1s"]);
    assert_eq!(
        state(&out)["work"]["processed"],
        first["processed"].as_u64().expect("a number") + 1
    );
    run(&[]);
    assert_eq!(
        state(&out)["work"]["processed"],
        0,
        "other settings took nothing away"
    );
    assert!(again == outputs(&out));
}

#[test]
fn a_run_over_nothing_takes_no_results_away() {
    let folder = archive(10);
    let out = folder.path().join("ket-qua");
    fs::create_dir(folder.path().join("rong")).expect("the folder is writable");
    let run = |name: &str| {
        let kho = folder.path().join(name);
        let [kho, out] = [&kho, &out].map(|path| path.to_str().expect("UTF-8"));
        run_fake(&["run", kho, "-o", out, "--also", "digest"])
    };
    run("kho");
    let files = [
        "results.jsonl",
        "duplicates.jsonl",
        "run.json",
        "digest.html",
    ];
    let read = || files.map(|name| fs::read(out.join(name)).expect("the run wrote it"));
    let before = read();
    for (name, why) in [
        ("rong", "there are no documents in"),
        ("go-nham", "none of the inputs exists"),
    ] {
        let output = run(name);
        assert_eq!(output.status.code(), Some(66), "{name}");
        let said = stderr(&output);
        assert!(said.contains(why), "{said}");
        assert!(said.contains("; the earlier results stay: "), "{said}");
        assert!(read() == before, "{name}");
    }
    run("kho");
    assert_eq!(state(&out)["work"]["processed"], 0, "nothing was forgotten");
    assert!(read()[..2] == before[..2]);
}

#[test]
fn results_that_are_left_out_are_counted() {
    let folder = archive(10);
    let (kho, out) = (folder.path().join("kho"), folder.path().join("ket-qua"));
    let run = || {
        let output = start(folder.path(), &out).stderr(Stdio::piped()).output();
        stderr(&output.expect("the program starts"))
    };
    let said = run();
    assert!(!said.contains("left out"), "{said}");
    fs::rename(kho.join("0004.txt"), kho.join("doi-ten.txt")).expect("the folder is ours");
    let said = run();
    assert!(!said.contains("left out"), "it has a result: {said}");
    for name in ["doi-ten.txt", "2023/0003.md"] {
        fs::remove_file(kho.join(name)).expect("the folder is ours");
    }
    let said = run();
    assert!(
        said.contains("2 earlier results are no longer among the inputs and are left out"),
        "{said}"
    );
    let said = run();
    assert!(!said.contains("left out"), "{said}");
}

#[test]
fn copies_are_processed_once_and_near_copies_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let kho = folder.path().join("kho");
    fs::create_dir_all(&kho).expect("the folder is writable");
    let long = (0..12).map(report).collect::<Vec<_>>().join("\n\n");
    write(&kho, "a.txt", &long);
    write(&kho, "b.txt", &long);
    write(
        &kho,
        "c.txt",
        &long.replace(
            "Yêu cầu các thôn tiếp tục rà soát 2 hộ",
            "Yêu cầu các thôn rà soát 2 hộ",
        ),
    );
    write(&kho, "d.txt", &report(99));
    let out = folder.path().join("ket-qua");
    let status = start(folder.path(), &out)
        .status()
        .expect("the program starts");
    assert!(status.success());
    let records = results(&out);
    let statuses: Vec<_> = records
        .iter()
        .map(|record| record["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        [
            Some("success"),
            Some("skipped"),
            Some("success"),
            Some("success")
        ]
    );
    assert_eq!(records[1]["error"]["code"], "duplicate");
    assert_eq!(records[1]["error"]["message"], "the same bytes as a.txt");
    records
        .iter()
        .for_each(crate::support::assert_matches_schema);
    let groups =
        json_lines(&fs::read_to_string(out.join("duplicates.jsonl")).expect("it was written"));
    assert_eq!(groups.len(), 1, "{groups:?}");
    assert_eq!(groups[0]["id"], "a.txt");
    assert_eq!(groups[0]["exact"][0]["id"], "b.txt");
    assert_eq!(groups[0]["near"][0]["id"], "c.txt");
    let likeness = groups[0]["near"][0]["likeness"].as_f64().expect("a number");
    assert!((0.8..1.0).contains(&likeness), "{likeness}");
}

#[test]
fn what_a_killed_run_was_writing_is_no_document_and_goes() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for name in ["a.txt", ".tomtat-Ab3dEf.part", ".tomtat-cua-toi"] {
        write(folder.path(), name, &report(name.len()));
    }
    let path = folder.path().to_str().expect("UTF-8");
    let output = run_fake(&["run", path, "-o", path]);
    assert!(output.status.success(), "{}", stderr(&output));
    assert_eq!(results(folder.path()).len(), 2);
    assert!(!folder.path().join(".tomtat-Ab3dEf.part").exists());
    assert!(folder.path().join(".tomtat-cua-toi").exists());
}

#[test]
fn a_run_in_the_folder_of_its_documents_reads_no_results() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write(folder.path(), "a.txt", &report(1));
    for _ in 0..2 {
        let mut command = tomtat(&["run", ".", "-o", ".", "--encoder", "fake"]);
        let output = command.current_dir(folder.path()).output();
        let output = output.expect("the program starts");
        assert!(output.status.success(), "{}", stderr(&output));
        assert_eq!(results(folder.path()).len(), 1);
    }
}

/// Waits until a run has stored something.
fn wait_for_state(out: &Path) {
    let deadline = Instant::now() + Duration::from_mins(1);
    while !out.join("run.sqlite-wal").exists() {
        assert!(Instant::now() < deadline, "the run never started");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Starts a run over 400 documents whose source does not end, and waits until it has stored some.
fn start_endless(mut program: Command, out: &Path, more: &[&str]) -> (Child, ChildStdin) {
    let mut run = program
        .args(["run", "-", "--encoder", "fake", "-o"])
        .arg(out)
        .args(more)
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = run.stdin.take().expect("it is piped");
    for index in 0..400 {
        let line = serde_json::json!({"id": index, "text": report(index)});
        writeln!(stdin, "{line}").expect("the program reads its input");
    }
    wait_for_state(out);
    (run, stdin)
}

#[test]
fn a_folder_that_another_run_works_in_is_left_alone() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("ket-qua");
    let (mut run, _stdin) = start_endless(tomtat(&[]), &out, &[]);
    let second = run_fake(&["run", "data/samples", "-o", out.to_str().expect("UTF-8")]);
    run.kill().expect("it is ours");
    run.wait().expect("it was killed");
    let said = stderr(&second);
    assert!(
        said.contains("is working in this folder; wait for it"),
        "{said}"
    );
    // Windows lets nobody read what is locked.
    let holder = format!("another run (process {})", run.id());
    assert!(said.contains(&holder) || cfg!(windows), "{said}");
    assert_eq!(second.status.code(), Some(1));
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_says_how_to_go_on() {
    for signal in ["-INT", "-TERM"] {
        interrupt(signal, &[]);
    }
    // Waves that overlap are all stored first: what was taken in is done.
    if let Some(work) = interrupt("-INT", &["--ahead"]) {
        assert_eq!(work["processed"], work["inputs"], "{work}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_terminal_that_is_closed_ends_a_run_as_ctrl_c_does() {
    if is_hangup_ignored() {
        skip("the tests ignore SIGHUP, as under nohup, and so would the program");
        return;
    }
    interrupt("-HUP", &[]);
}

/// Whether programs that the test starts ignore SIGHUP as the test does.
#[cfg(target_os = "linux")]
fn is_hangup_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").expect("Linux tells");
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = ignored.map(str::trim).expect("it tells what is ignored");
    u64::from_str_radix(mask, 16).expect("a mask") & 1 == 1
}

#[cfg(target_os = "linux")]
#[test]
fn a_run_under_nohup_outlives_its_terminal() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("ket-qua");
    let program = env!("CARGO_BIN_EXE_tomtat");
    let mut command = Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$@\"", "sh", program]);
    let (run, mut stdin) = start_endless(command, &out, &[]);
    send("-HUP", &run);
    writeln!(stdin, "{}", serde_json::json!({"text": report(400)})).expect("it still reads");
    drop(stdin);
    let output = run.wait_with_output().expect("the program ends");
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert_eq!(results(&out).len(), 401);
}

/// Sends a signal; `false` where there is no program to do so.
#[cfg(unix)]
fn send(signal: &str, run: &Child) -> bool {
    let sent = Command::new("kill")
        .args([signal, &run.id().to_string()])
        .status();
    sent.is_ok_and(|status| status.success())
}

/// What stops programs by name or by group tells the readers too, which the run needs to finish what is in hand.
#[cfg(unix)]
#[test]
fn a_reader_ends_with_the_run_that_asks_it_and_not_before() {
    let mut reader = tomtat(&["read-documents", "--memory", "2147483648"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut questions = reader.stdin.take().expect("it is piped");
    let mut answers = reader.stdout.take().expect("it is piped");
    for signal in ["-TERM", "-INT", "-HUP"] {
        assert!(answer(&mut questions, &mut answers).contains("Xã đã có nước sạch."));
        if !send(signal, &reader) {
            skip("no program to send signals with");
        }
    }
    assert!(answer(&mut questions, &mut answers).contains("Xã đã có nước sạch."));
    drop(questions);
    assert!(reader.wait().expect("it is ours").success());
}

/// What a reader says of a document.
#[cfg(unix)]
fn answer(questions: &mut ChildStdin, answers: &mut ChildStdout) -> String {
    for part in ["a.txt", "Xã đã có nước sạch."] {
        let length = (part.len() as u64).to_le_bytes();
        let sent = questions.write_all(&[&length, part.as_bytes()].concat());
        sent.expect("it reads");
    }
    let mut length = [0; 8];
    answers.read_exact(&mut length).expect("it answers");
    let mut answer = vec![0; usize::from_le_bytes(length)];
    answers.read_exact(&mut answer).expect("it answers");
    String::from_utf8(answer).expect("JSON")
}

/// Nothing is lost yet, and a hub that stalls may never answer.
#[cfg(unix)]
#[test]
fn a_run_that_waits_for_its_model_ends_at_the_first_word() {
    let hub = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = hub.local_addr().expect("it is bound");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("ket-qua");
    let mut run = tomtat(&["run", "data/samples", "--model", "test/tiny"]);
    run.args(["-o".as_ref(), out.as_os_str()])
        .env("HF_ENDPOINT", format!("http://{address}"))
        .env("HF_HOME", folder.path());
    let mut run = run
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    let (_question, _) = hub.accept().expect("it asks for its model");
    if !send("-TERM", &run) {
        skip("no program to send signals with");
        run.kill().expect("it is ours");
    }
    let status = run.wait().expect("the program ends");
    assert_eq!(status.code(), None, "the signal ended it");
}

/// Interrupts a run whose source does not end, and gives the work that it did.
#[cfg(unix)]
fn interrupt(signal: &str, more: &[&str]) -> Option<serde_json::Value> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("ket-qua");
    let (mut run, stdin) = start_endless(tomtat(&[]), &out, more);

    if !send(signal, &run) {
        skip("no program to send signals with");
        run.kill().expect("it is ours");
        return None;
    }
    let output = run.wait_with_output().expect("the program ends");
    drop(stdin);
    assert_eq!(output.status.code(), Some(130), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("the same command goes on from there"),
        "{}",
        stderr(&output)
    );
    assert_eq!(state(&out)["state"], "interrupted");
    Some(state(&out)["work"].clone())
}
