//! What the program says on standard error when something is wrong, and the exit status that goes with it.

use std::collections::HashSet;
use std::fs::{self, File};
use std::path::{MAIN_SEPARATOR, Path};
#[cfg(unix)]
use std::process::Command;

use tempfile::TempDir;

#[cfg(unix)]
use crate::support::skip;
use crate::support::{json_lines, results, run_fake, stderr, stdout, tomtat, written};

const REPORT: &str =
    "Sáu tháng đầu năm, toàn xã đã trồng 12 ha rừng. Yêu cầu các thôn báo cáo kết quả.";

/// A folder with `files`, the program's working directory in these tests.
fn folder(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("the folder is writable");
        fs::write(path, text).expect("the folder is writable");
    }
    folder
}

/// The exit status of the program in `folder`, and what it says on standard error.
fn said(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = tomtat(arguments).current_dir(folder).output();
    let output = output.expect("the program starts");
    (output.status.code(), stderr(&output))
}

#[cfg(unix)]
#[test]
fn a_limit_on_the_size_of_files_is_an_error_that_names_the_file() {
    let folder = folder(&[("kho/a.txt", REPORT)]);
    let limited = |arguments: &str| {
        let script = format!("ulimit -f 8; exec \"$0\" {arguments}");
        let mut shell = Command::new("sh");
        let shell = shell.args(["-c", &script, env!("CARGO_BIN_EXE_tomtat")]);
        let output = shell
            .current_dir(folder.path())
            .output()
            .expect("a POSIX system");
        (output.status.code(), stderr(&output))
    };
    let (status, said) = limited("run kho -o moi --encoder fake");
    assert_eq!(status, Some(1), "{said}");
    let expected = "tomtat: moi/run.sqlite: it cannot be written (permission, a limit on the size";
    assert!(said.starts_with(expected), "{said}");
    let run = ["run", "kho", "-o", "ra", "--encoder", "fake"];
    assert_eq!(self::said(folder.path(), &run).0, Some(0));
    let (status, said) = limited("digest ra -o trang/digest.html");
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.starts_with("tomtat: cannot write trang/digest.html: "),
        "{said}"
    );
    let mut left = fs::read_dir(folder.path().join("trang")).expect("it was made");
    assert!(left.next().is_none(), "nothing is left half written");
}

#[test]
fn every_cause_is_said_once() {
    let folder = folder(&[
        ("hong.jsonl", "{hỏng\n"),
        ("vang.jsonl", "{\"id\": \"a\", \"labels\": 3}\n"),
        ("rong/results.jsonl", ""),
        ("dung.jsonl", "{\"id\": \"a\", \"labels\": []}\n"),
    ]);
    // An output folder is its results, and what cannot be read is named.
    let (status, message) = said(folder.path(), &["eval", "labels", "rong", "dung.jsonl"]);
    assert_eq!(status, Some(0), "{message}");
    let (_, message) = said(folder.path(), &["eval", "labels", "rong", "rong"]);
    assert!(
        message.starts_with("tomtat: cannot read rong: is a directory"),
        "{message}"
    );
    for command in [
        "verify khong-co",
        "verify hong.jsonl",
        "eval labels hong.jsonl vang.jsonl",
        "eval labels rong rong",
        "eval labels khong-co vang.jsonl",
        "eval labels rong/results.jsonl vang.jsonl",
        "run a[ -o ra --encoder fake",
        "digest rong -o hong.jsonl/trang.html",
        "train salience --data hong.jsonl -o hoc --encoder fake",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let (status, said) = said(folder.path(), &arguments);
        assert!(matches!(status, Some(1 | 66)), "{command}: {said}");
        let mut parts = HashSet::new();
        let is_new = |part: &str| parts.insert(part.to_owned());
        assert!(said.trim().split(": ").all(is_new), "{said}");
        assert!(said.split(": ").count() > 2, "no cause: {said}");
    }
}

#[test]
fn what_is_not_there_has_one_exit_status() {
    let folder = folder(&[("vang.jsonl", "{\"id\": \"a\", \"labels\": []}\n")]);
    for command in [
        "summarize khong-co --encoder fake",
        "scan khong-co --encoder fake",
        "extract khong-co",
        "verify khong-co",
        "digest khong-co -o digest.html",
        "export khong-co --to csv -o bang",
        "eval labels khong-co vang.jsonl",
        "eval summaries vang.jsonl khong-co",
        "train labels --data khong-co -o hoc --encoder fake",
        "train calibrate --data khong-co -o hoc --encoder fake",
        "train distil --layers 0 --data khong-co -o hoc --encoder fake",
        "train salience --data khong-co -o hoc --encoder fake",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let (status, said) = said(folder.path(), &arguments);
        assert_eq!(status, Some(66), "{command}: {said}");
    }
    // What cannot be written is no input.
    let (status, _) = said(
        folder.path(),
        &["digest", "vang.jsonl", "-o", "vang.jsonl/digest.html"],
    );
    assert_eq!(status, Some(1));
}

#[test]
fn a_folder_in_place_of_a_file_is_told_before_anything_is_read() {
    let folder = folder(&[("kho/a.txt", REPORT)]);
    for command in [
        "summarize kho/a.txt --model khong-co -o kho",
        "classify kho/a.txt --model khong-co -o moi/",
        "digest khong-co -o kho",
        "digest khong-co -o moi/",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let (status, said) = said(folder.path(), &arguments);
        assert_eq!(status, Some(1), "{command}: {said}");
        let told = said.ends_with(" is a folder; name a file in it\n");
        assert!(told, "{command}: {said}");
    }
    assert!(!folder.path().join("moi").exists());
}

#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_behind_standard_output_is_named() {
    let folder = folder(&[("kho/a.txt", REPORT)]);
    said(
        folder.path(),
        &["run", "kho", "-o", "ra", "--encoder", "fake"],
    );
    for command in [
        "summarize kho/a.txt --encoder fake",
        "classify kho/a.txt --format jsonl --encoder fake",
        "scan kho --json --encoder fake",
        "extract kho/a.txt",
        "verify ra",
        "verify ra --format json",
        "digest ra -o -",
        "completions bash",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let full = File::options().write(true).open("/dev/full");
        let mut program = tomtat(&arguments);
        let output = program
            .current_dir(folder.path())
            .stdout(full.expect("Linux has it"))
            .output()
            .expect("the program starts");
        assert_eq!(output.status.code(), Some(1), "{command}");
        let said = stderr(&output);
        assert!(
            said.contains("tomtat: cannot write to standard output: the disk is full"),
            "{command}: {said}"
        );
    }
}

#[test]
fn a_damaged_label_set_scorer_or_quoting_head_is_named() {
    for (name, kind) in [
        ("labels.safetensors", "the label set is damaged: "),
        ("salience.safetensors", "the salience scorer is damaged: "),
        ("quoting.safetensors", "the quoting head is damaged: "),
    ] {
        let folder = folder(&[("a.txt", REPORT), (&format!("hoc/{name}"), "hỏng")]);
        let command = ["summarize", "a.txt", "--labels", "hoc", "--encoder", "fake"];
        let (status, said) = said(folder.path(), &command);
        assert_eq!(status, Some(1), "{said}");
        let expected = format!("tomtat: hoc{MAIN_SEPARATOR}{name}: {kind}");
        assert!(said.starts_with(&expected), "{said}");
    }
}

#[test]
fn copies_are_told_from_what_an_earlier_run_knew() {
    let folder = folder(&[
        ("kho/a.txt", REPORT),
        ("kho/b.txt", REPORT),
        ("kho/c.txt", ""),
        ("kho/d.txt", ""),
    ]);
    let run = || {
        said(
            folder.path(),
            &["run", "kho", "-o", "ra", "--encoder", "fake"],
        )
        .1
    };
    let first = run();
    assert!(first.contains("4 documents, 2 failed, 1 copy: "), "{first}");
    for copy in ["tomtat: kho/c.txt: ", "tomtat: kho/d.txt: "] {
        assert!(first.contains(copy), "{first}");
    }
    let second = run();
    assert!(
        second.contains("4 documents, 2 failed, 1 copy, 1 known from before: "),
        "{second}"
    );
    assert!(!second.contains("kho/c.txt"), "told before: {second}");
    assert!(second.contains("--retry-failed"), "{second}");
    fs::write(folder.path().join("kho/e.txt"), format!("{REPORT} Xong.")).expect("writable");
    fs::write(folder.path().join("kho/f.txt"), format!("{REPORT} Xong.")).expect("writable");
    let third = run();
    assert!(
        third.contains("6 documents, 2 failed, 2 copies, 1 known from before: "),
        "{third}"
    );
}

#[test]
fn rows_that_share_an_id_are_told_once() {
    let row = |id: &str, number: u32| {
        format!("{{\"id\": \"{id}\", \"text\": \"Xã đã trồng {number} ha rừng.\"}}\n")
    };
    let mut table: String = (0..5).map(|number| row("bc-1", number)).collect();
    table += &row("bc-2", 7);
    let folder = folder(&[("bang.jsonl", &table)]);
    let run = ["run", "bang.jsonl", "-o", "ra", "--encoder", "fake"];
    let (status, said) = said(folder.path(), &run);
    assert_eq!(status, Some(0), "{said}");
    assert_eq!(
        said.matches("5 results share their ids with others, as bc-1;")
            .count(),
        1,
        "{said}"
    );
}

#[cfg(unix)]
#[test]
fn a_survey_writes_paths_as_they_are() {
    let name = "ba\u{301}o ca\u{301}o\n.txt";
    let folder = folder(&[(&format!("kho/{name}"), "")]);
    let kho = folder.path().join("kho");
    let survey = stdout(&run_fake(&["scan", kho.to_str().expect("UTF-8")]));
    let written = name.replace('\n', "\u{fffd}");
    assert!(survey.contains(&format!("/{written}: ")), "{survey}");
}

#[test]
fn a_bad_row_is_named_with_its_table() {
    let rows = "{\"id\": \"bc-1\", \"text\": 7}\n{\"text\": [1]}\n";
    let folder = folder(&[("kho/bang.jsonl", rows)]);
    let paths = ["kho", "ra"].map(|name| folder.path().join(name));
    let [kho, ra] = paths.each_ref().map(|path| path.to_str().expect("UTF-8"));
    let table = written(&paths[0].join("bang.jsonl"));
    let said = stderr(&run_fake(&["run", kho, "-o", ra]));
    assert!(
        said.contains(&format!("tomtat: {table}!line-1, bc-1: ")),
        "{said}"
    );
    assert!(
        said.contains(&format!("tomtat: {table}!line-2: ")),
        "{said}"
    );
    let events = stderr(&run_fake(&[
        "run",
        kho,
        "-o",
        ra,
        "--force",
        "--progress",
        "json",
    ]));
    assert_eq!(json_lines(&events)[0]["path"], format!("{table}!line-1"));
    let survey = stdout(&run_fake(&["scan", kho]));
    assert!(survey.contains(&format!("{table}!line-1: ")), "{survey}");
    assert_eq!(results(&paths[1])[0]["id"], "bc-1");
}

#[test]
fn what_is_read_is_not_written_over() {
    let folder = folder(&[
        ("kho/a.txt", REPORT),
        (
            "nhan.jsonl",
            "{\"text\": \"Đạt kế hoạch.\", \"labels\": [\"a\"]}\n",
        ),
    ]);
    let run = ["run", "kho", "-o", "ra", "--encoder", "fake"];
    assert_eq!(said(folder.path(), &run).0, Some(0));
    let files = ["ra/results.jsonl", "ra/run.json", "nhan.jsonl"];
    let read = || files.map(|name| fs::read(folder.path().join(name)).expect("it is there"));
    let before = read();
    for command in [
        "digest ra -o ra/results.jsonl",
        "digest ra -o ./kho/../ra/run.json",
        "digest kho/a.txt --since ra -o ra/results.jsonl",
        "run ra/results.jsonl -o ra --encoder fake",
        "train labels --frozen --data nhan.jsonl --cross-validated nhan.jsonl -o hoc --encoder fake",
        "train calibrate --data nhan.jsonl --cross-validated nhan.jsonl -o hoc --encoder fake",
        "train salience --data nhan.jsonl:2 --cross-validated nhan.jsonl -o hoc --encoder fake",
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let (status, said) = said(folder.path(), &arguments);
        assert_eq!(status, Some(1), "{command}: {said}");
        assert!(said.contains("would be written over"), "{command}: {said}");
        assert!(read() == before, "{command}");
    }
}

#[test]
fn what_no_run_wrote_is_not_written_over() {
    let folder = folder(&[("kho/a.txt", REPORT), ("kho/paragraphs.csv", "so,lieu\n")]);
    let run = ["run", "kho", "-o", "kho", "--encoder", "fake"];
    let (status, said) = said(folder.path(), &run);
    assert_eq!(status, Some(1), "{said}");
    let expected = "paragraphs.csv was not written by a run; choose another output folder";
    assert!(said.contains(expected), "{said}");
    let files = fs::read_dir(folder.path().join("kho")).expect("it is there");
    assert_eq!(files.count(), 2, "nothing is left behind");
    fs::create_dir(folder.path().join("ra")).expect("it can be made");
    fs::write(folder.path().join("ra/digest.html"), "<p>").expect("it can be written");
    let run = ["run", "kho", "-o", "ra", "--encoder", "fake"];
    let also = [&run[..], &["--also", "digest"]].concat();
    assert_eq!(self::said(folder.path(), &also).0, Some(1));
    assert_eq!(self::said(folder.path(), &run).0, Some(0));
}

#[test]
fn a_hyphen_is_standard_input_and_never_a_folder() {
    let folder = folder(&[("-/a.txt", "Trong thư mục."), ("vao.txt", "Từ đầu vào.")]);
    let extract = |path: &str| {
        let input = File::open(folder.path().join("vao.txt")).expect("it is there");
        let mut command = tomtat(&["extract", path]);
        let output = command.current_dir(folder.path()).stdin(input).output();
        stdout(&output.expect("the program starts"))
    };
    assert_eq!(extract("-"), "Từ đầu vào.\n");
    assert_eq!(extract("./-"), "Trong thư mục.\n");
    let (status, said) = said(folder.path(), &["export", "-", "--to", "csv", "-o", "-"]);
    assert_eq!(status, Some(1));
    assert!(said.contains("goes to a folder"), "{said}");
}

#[test]
fn what_came_to_nothing_says_why() {
    let folder = folder(&[
        ("kho/.DS_Store", ""),
        ("rong/results.jsonl", ""),
        ("do/run.sqlite", ""),
        ("bang.jsonl", "{\"so\": 1, \"text\": \"Đã xong.\"}\n"),
    ]);
    for (command, expected_status, expected) in [
        ("run kho -o ra --encoder fake", 66, "no documents in kho"),
        ("verify rong", 66, "rong: there are no results"),
        ("digest rong", 0, "rong: there are no results"),
        ("verify do", 66, "the run in do has not ended"),
        ("digest kho", 66, "kho is no output folder of `tomtat run`"),
        ("digest rong --per-label 0", 2, "a number from 1"),
        ("summarize --budget 150% bang.jsonl", 2, "up to 100%"),
        ("extract kho", 66, "no documents in kho"),
        (
            "run khong-co khong/*.docx -o moi --encoder fake",
            66,
            "no such file or folder: khong-co, khong/*.docx",
        ),
        (
            "summarize bang.jsonl --labels directive --encoder fake",
            66,
            "--labels takes a folder of trained labels",
        ),
        ("digest rong -o trang/moi/a.html", 0, "0 quotations"),
        (
            "run bang.jsonl --id-column ma -o ra --encoder fake",
            0,
            "no row has an id in a column ma",
        ),
        (
            "run bang.jsonl --title-column ten -o ra2 --encoder fake",
            0,
            "no row has a title in a column ten",
        ),
        ("summarize -j 2000 bang.jsonl", 2, "up to 1024"),
    ] {
        let arguments: Vec<&str> = command.split(' ').collect();
        let (status, said) = said(folder.path(), &arguments);
        assert_eq!(status, Some(expected_status), "{command}: {said}");
        assert!(said.contains(expected), "{command}: {said}");
    }
    assert!(!folder.path().join("moi").exists(), "nothing was made");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_read_or_written_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder(&[("kin/a.txt", REPORT)]);
    let locked = fs::Permissions::from_mode(0o000);
    let kin = folder.path().join("kin");
    fs::set_permissions(&kin, locked).expect("it is ours");
    if fs::read_dir(&kin).is_ok() {
        skip("this user may read every folder");
        return;
    }
    let run = ["run", "kin", "-o", "ra", "--encoder", "fake"];
    let (_, told) = said(folder.path(), &run);
    assert!(told.contains("tomtat: kin: no permission"), "{told}");
    assert_eq!(results(&folder.path().join("ra"))[0]["id"], "kin");
    let (_, told) = said(folder.path(), &["digest", "ra", "-o", "kin/a.html"]);
    assert!(!told.contains(".tomtat-"), "{told}");
}

#[test]
fn untidy_tables_of_a_page_are_not_told_of() {
    let folder = folder(&[("a.html", "<table><p>Lúa đã gặt xong.</p><tr><td>x</table>")]);
    let (status, message) = said(folder.path(), &["extract", "a.html"]);
    assert_eq!((status, message.as_str()), (Some(0), ""));
}
