//! `tomtat digest`: what is in the page.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;

use crate::archive::{REPORTS, Report, write_results};
use crate::support::{run_fake, run_with_input, stderr, stdout, tomtat};

/// The page that `digest` makes with `arguments`.
pub(crate) fn page(arguments: &[&str]) -> String {
    let output = tomtat(&["digest", "-o", "-"]).args(arguments).output();
    let output = output.expect("the program starts");
    assert!(output.status.success(), "{}", stderr(&output));
    stdout(&output)
}

pub(crate) fn results_of(reports: &[Report<'_>]) -> (TempDir, String) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    write_results(folder.path(), reports);
    let path = folder.path().to_str().expect("UTF-8").to_owned();
    (folder, path)
}

#[test]
fn what_several_reports_say_is_shown_once() {
    let (_folder, results) = results_of(&REPORTS);
    let page = page(&[&results]);
    assert_eq!(page.matches("<li class=\"quotation\"").count(), 5);
    assert!(page.contains("cũng có trong 1 báo cáo khác"));
    // Found in both years, so that the filter for either shows it.
    assert!(page.contains("data-found=\"2022.0 2023.0\""), "{page}");
    assert!(page.contains("<option value=\"1\">huyện Vân Sơn</option>"));
    assert!(page.contains("14/12/2022</span> · <span class=\"place\">đoạn 1, câu 1</span>"));
}

#[test]
fn quotations_of_doubtful_labels_are_left_out_where_others_are_sure() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let results = folder.path().join("results.jsonl");
    let path = results.to_str().expect("UTF-8");
    let mut record = REPORTS[0].record();
    record["paragraphs"][0]["abstained"] = true.into();
    let (_, doubtful) = REPORTS[0].paragraphs[0];
    fs::write(&results, format!("{record}\n")).expect("it is writable");
    assert!(page(&[path]).contains(doubtful));
    // Another achievement, of which the program is sure.
    let other = REPORTS[3].record();
    fs::write(&results, format!("{record}\n{other}\n")).expect("it is writable");
    assert!(!page(&[path]).contains(doubtful));
}

#[test]
fn a_document_that_two_runs_have_is_counted_once() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let results = folder.path().join("results.jsonl");
    let path = results.to_str().expect("UTF-8");
    let mut record = REPORTS[0].record();
    record["source"]["sha256"] = "5d".repeat(32).into();
    fs::write(&results, format!("{record}\n")).expect("it is writable");
    assert!(page(&[path, path]) == page(&[path]));
}

#[test]
fn what_no_quotation_has_cannot_be_chosen() {
    let silent = Report {
        id: "huyện Mường Sa/2021.docx",
        title: "Báo cáo năm 2021",
        date: None,
        paragraphs: &[],
    };
    let [first, second, ..] = REPORTS;
    let (_folder, results) = results_of(&[first, second, silent]);
    let page = page(&[&results]);
    assert!(page.contains(">2022</option>") && !page.contains(">2021</option>"));
    assert!(!page.contains("<select id=\"folder\">"), "there is one");
}

#[test]
fn what_several_reports_say_has_the_date_of_the_earliest() {
    let [earlier, later, ..] = REPORTS;
    let (_folder, results) = results_of(&[later, earlier]);
    let page = page(&[&results]);
    let said_twice = "data-documents=\"2\" data-date=\"2022-12-14\"";
    assert!(page.contains(said_twice), "{page}");
}

#[test]
fn the_page_is_the_same_each_time_and_speaks_english() {
    let (_folder, results) = results_of(&REPORTS);
    assert!(page(&[&results]) == page(&[&results]));
    let english = page(&[&results, "--language", "en", "--title", "District reports"]);
    assert!(english.contains("<html lang=\"en\">"));
    assert!(english.contains("<h1>District reports</h1>"));
    assert!(english.contains("also in 1 other report"));
    assert!(english.contains("paragraph 1, sentence 1"));
}

#[test]
fn the_paragraph_is_read_from_the_source_where_results_do_not_carry_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let source = folder.path().join("bao-cao.txt");
    fs::copy("data/samples/bao-cao-so-ket-6-thang.txt", &source).expect("the sample is there");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    let output = run_fake(&["run", &path("bao-cao.txt"), "-o", &path("ket-qua")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let shown = page(&[&path("ket-qua")]);
    assert!(shown.contains("<p class=\"paragraph\""), "{shown}");
    assert!(!shown.contains("Không mở lại được"));
    fs::remove_file(source).expect("it is ours");
    let shown = page(&[&path("ket-qua")]);
    assert!(!shown.contains("<p class=\"paragraph\""));
    assert!(shown.contains("Không mở lại được văn bản gốc"));
}

#[test]
fn texts_that_are_not_to_be_had_are_told() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let sample = fs::read_to_string("data/samples/bao-cao-so-ket-6-thang.txt");
    let sample = sample.expect("the sample is there");
    for name in ["nam-truoc", "nam-nay"] {
        fs::create_dir(folder.path().join(name)).expect("the folder is writable");
        let text = sample.replace("2024", name);
        fs::write(folder.path().join(name).join("bao-cao.txt"), text).expect("it is new");
        let out = format!("kq-{name}");
        let mut run = tomtat(&["run", name, "-o", &out, "--encoder", "fake"]);
        let output = run.current_dir(folder.path()).output();
        assert!(output.expect("the program starts").status.success());
    }
    let root = folder.path().to_str().expect("UTF-8");
    let said = |more: &[&str]| {
        let results = format!("{root}/kq-nam-nay");
        let mut command = tomtat(&["digest", &results, "-o", "-"]);
        let output = command.args(more).output().expect("the program starts");
        assert!(output.status.success());
        stderr(&output)
    };
    let alone = said(&[]);
    assert!(
        alone.contains("no text to be had of 1 document, ")
            && alone.contains("--root")
            && alone.contains("without their paragraphs"),
        "{alone}"
    );
    let earlier = format!("{root}/kq-nam-truoc");
    let compared = said(&["--since", &earlier]);
    assert!(
        compared.contains("no text to be had of 2 documents, "),
        "{compared}"
    );
    assert_eq!(said(&["--since", &earlier, "--root", root]), "");
}

#[test]
fn a_page_is_written_over_a_page_and_over_no_document() {
    let (folder, results) = results_of(&REPORTS);
    let digest = |name: &str| {
        let page = folder.path().join(name);
        let page = page.to_str().expect("UTF-8");
        let output = tomtat(&["digest", &results, "-o", page]).output();
        output.expect("the program starts")
    };
    for name in ["bao-cao.docx", "trang-cu.html"] {
        let document = folder.path().join(name);
        fs::write(&document, "<!doctype html><p>Báo cáo.").expect("the folder is writable");
        let output = digest(name);
        assert!(
            stderr(&output).contains("is no digest"),
            "{}",
            stderr(&output)
        );
        assert_eq!(output.status.code(), Some(1));
        let kept = fs::read_to_string(&document).expect("it is there");
        assert_eq!(kept, "<!doctype html><p>Báo cáo.");
    }
    fs::write(folder.path().join("trang.html"), "").expect("the folder is writable");
    for _ in ["over an empty file", "over the page"] {
        let output = digest("trang.html");
        assert!(output.status.success(), "{}", stderr(&output));
    }
}

#[test]
fn results_that_are_not_whole_are_told() {
    let folder = crate::resume::archive(10);
    let paths = ["kho", "ket-qua"].map(|name| folder.path().join(name));
    let [kho, out] = paths.each_ref().map(|path| path.to_str().expect("UTF-8"));
    run_fake(&["run", kho, "-o", out]);
    let said = || {
        let bang = format!("{out}/bang");
        [
            vec!["digest", out, "-o", "-"],
            vec!["export", out, "--to", "csv", "-o", &bang, "-q"],
        ]
        .map(|arguments| {
            let output = tomtat(&arguments).output().expect("the program starts");
            assert!(output.status.success(), "{}", stderr(&output));
            stderr(&output)
        })
    };
    assert_eq!(said(), [""; 2]);
    let edit = |name: &str, change: &dyn Fn(&str) -> String| {
        let path = paths[1].join(name);
        let text = fs::read_to_string(&path).expect("the run wrote it");
        fs::write(path, change(&text)).expect("the folder is writable");
    };
    edit("run.json", &|text| {
        text.replace("\"finished\"", "\"interrupted\"")
    });
    for said in said() {
        assert!(said.contains("these are its results so far"), "{said}");
    }
    edit("results.jsonl", &|text| {
        text.split_inclusive('\n').take(4).collect()
    });
    for said in said() {
        assert!(said.contains("not as run.json beside them says"), "{said}");
    }
}

#[test]
fn a_run_also_writes_what_it_is_asked_for() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let results = folder.path().join("ket-qua");
    let path = results.to_str().expect("a temporary folder in UTF-8");
    let wanted = ["--also", "digest", "--also", "csv", "--also", "parquet"];
    let sample = "data/samples/bao-cao-so-ket-6-thang.txt";
    let output = run_fake(&[&["run", sample, "-o", path][..], &wanted].concat());
    assert!(output.status.success(), "{}", stderr(&output));
    let files = [
        "digest.html",
        "paragraphs.csv",
        "summaries.csv",
        "paragraphs.parquet",
        "summaries.parquet",
    ];
    for name in files {
        assert!(results.join(name).exists(), "{name}");
    }
}

#[test]
fn what_a_run_made_besides_and_does_not_make_anew_is_told_while_it_is_stale() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let report = folder.path().join("bao-cao.txt");
    let out = folder.path().join("ket-qua");
    let paths = [&report, &out].map(|path| path.to_str().expect("UTF-8"));
    let run = |more: &[&str]| {
        let output = run_fake(&[&["run", paths[0], "-o", paths[1]], more].concat());
        assert!(output.status.success(), "{}", stderr(&output));
        stderr(&output)
    };
    let write = |text: &str| fs::write(&report, text).expect("the folder is writable");
    write("Toàn xã đã trồng 12 ha rừng, đạt 60% kế hoạch.");
    let also = ["--also", "digest", "--also", "csv"];
    run(&also);
    assert!(!run(&[]).contains("earlier results"), "they are the same");
    write("Toàn xã đã trồng 20 ha rừng, đạt 100% kế hoạch.");
    for _ in 0..2 {
        let said = run(&[]);
        let expected = "made of earlier results: digest.html, paragraphs.csv, summaries.csv, failures.csv; run again with \
                        --also digest --also csv";
        assert!(said.contains(expected), "{said}");
    }
    let said = run(&also[..2]);
    assert!(
        said.contains("results: paragraphs.csv, summaries.csv, failures.csv;"),
        "{said}"
    );
    assert!(!run(&also[2..]).contains("earlier results"));
    assert!(!run(&[]).contains("earlier results"));
}

#[test]
fn a_page_of_earlier_results_is_stale_if_it_is_made_while_a_run_goes_on() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let out = folder.path().join("ket-qua");
    let page = out.join("digest.html");
    let out = out.to_str().expect("UTF-8");
    let arguments = ["run", "-", "-o", out, "--encoder", "fake"];
    let text = "Toàn xã đã trồng 12 ha rừng, đạt 60% kế hoạch.";
    assert!(
        run_with_input(&arguments[..4], text.as_bytes())
            .status
            .success()
    );
    let mut run = tomtat(&arguments);
    run.stdin(Stdio::piped()).stderr(Stdio::piped());
    let mut run = run.spawn().expect("it starts");
    fs::write(&page, "<p>").expect("the folder is writable");
    let mut input = run.stdin.take().expect("it is piped");
    input
        .write_all("Toàn xã đã trồng 20 ha rừng.".as_bytes())
        .expect("it reads");
    drop(input);
    let said = stderr(&run.wait_with_output().expect("it ends"));
    assert!(said.contains("earlier results: digest.html"), "{said}");
}

#[test]
fn an_earlier_run_tells_what_is_new_repeated_and_gone() {
    let carried = "Giao Phòng Nông nghiệp chủ trì, phối hợp với các xã rà soát toàn bộ hồ chứa nước nhỏ, báo cáo \
                   Ủy ban nhân dân huyện trước ngày 20/4/2024.";
    let fresh = "Đề nghị các xã lập quỹ khuyến học dòng họ và báo cáo danh sách trong quý II.";
    let later = Report {
        id: "2024.docx",
        title: "Báo cáo năm 2024",
        date: None,
        paragraphs: &[("directive", carried), ("directive", fresh)],
    };
    let (_new, new) = results_of(&[later]);
    let (_old, old) = results_of(&REPORTS[..3]);
    let page = page(&[&new, "--since", &old]);
    let of = |change: &str| page.matches(&format!("data-change=\"{change}\"")).count();
    assert_eq!((of("new"), of("repeated"), of("gone")), (1, 1, 3), "{page}");
    // What is gone can be chosen by its own folder and year.
    assert!(page.contains("<option value=\"1\">huyện Lạc Bình</option>"));
    assert!(page.contains("data-found=\"2023.2\"") && page.contains(">2022</option>"));
    // What was carried forward is shown with what it was.
    let (_, repeated) = page
        .split_once("data-change=\"repeated\"")
        .expect("there is one");
    let (repeated, _) = repeated.split_once("</li>").expect("it ends");
    assert!(
        repeated.contains("20/4/2024") && repeated.contains("15/3/2023"),
        "{repeated}"
    );
}

#[test]
fn a_run_of_one_folder_is_compared_with_one_of_several_folder_by_folder() {
    let later = Report {
        id: "huyện Lạc Bình/2024.docx",
        title: "Báo cáo năm 2024",
        date: None,
        paragraphs: &[(
            "directive",
            "Đề nghị các xã lập quỹ khuyến học dòng họ và báo cáo danh sách trong quý II.",
        )],
    };
    let (_new, new) = results_of(&[later]);
    let (_old, old) = results_of(&REPORTS[..3]);
    for page in [
        page(&[&new, "--since", &old]),
        page(&[&old, "--since", &new]),
    ] {
        for option in [
            "<option value=\"0\">huyện Lạc Bình</option>",
            "<option value=\"1\">huyện Vân Sơn</option>",
        ] {
            assert!(page.contains(option), "{page}");
        }
        assert!(!page.contains("(thư mục gốc)"), "{page}");
        assert_eq!(page.matches(">huyện Lạc Bình</option>").count(), 1);
    }
}

#[test]
fn a_year_of_the_page_is_that_of_a_document_that_was_read() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let results = folder.path().join("results.jsonl");
    let path = results.to_str().expect("UTF-8");
    let read = REPORTS[0].record();
    let mut unread = read.clone();
    unread["id"] = "huyện Lạc Bình/2015.docx".into();
    unread["status"] = "failure".into();
    for emptied in ["official", "title"] {
        unread[emptied] = serde_json::Value::Null;
    }
    unread["paragraphs"] = serde_json::json!([]);
    unread["by_label"] = serde_json::json!({});
    fs::write(&results, format!("{read}\n{unread}\n")).expect("it is writable");
    let page = page(&[path]);
    let facts = "1 văn bản · 2022 · 1 văn bản không đọc được";
    assert!(page.contains(facts), "{page}");
}

#[test]
fn rows_of_tables_stand_in_the_folders_and_years_of_their_tables() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    for (name, id) in [("2022", "418/BC-CAH"), ("2023", "2031/BC-UBND")] {
        fs::create_dir_all(path(&format!("kho/{name}"))).expect("it is new");
        let row = format!(
            "{{\"id\":\"{id}\",\"text\":\"Yêu cầu các xã báo cáo kết quả rà soát hồ chứa trước ngày 20 tháng 4.\"}}\n"
        );
        fs::write(path(&format!("kho/{name}/bang.jsonl")), row).expect("it is new");
    }
    let output = run_fake(&["run", &path("kho"), "-o", &path("ket-qua")]);
    assert!(output.status.success(), "{}", stderr(&output));
    let page = page(&[&path("ket-qua")]);
    for (number, name) in [(0, "2022"), (1, "2023")] {
        let folder = format!("<option value=\"{number}\">{name}</option>");
        assert!(page.contains(&folder), "{page}");
    }
    assert!(!page.contains("2031<") && !page.contains(">418<"), "{page}");
}

#[test]
fn nothing_that_documents_say_becomes_markup() {
    let hostile =
        "</script><script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 1\">";
    let report = Report {
        id: "a\" onmouseover=\"window.hacked = 1\" x=\"/b.txt",
        title: hostile,
        date: Some("2024\"><script>window.hacked = 1</script>"),
        paragraphs: &[("directive", hostile)],
    };
    let (_folder, results) = results_of(&[report]);
    let page = page(&[&results, "--title", hostile]);
    assert_eq!(page.matches("<script").count(), 1, "the page's own");
    assert!(!page.contains("<img"));
    assert!(!page.contains("\" onmouseover=\""));
    assert!(page.contains("&lt;img src=x onerror=&quot;"));
}

#[test]
fn results_that_are_none_are_named() {
    let output = tomtat(&["digest", "khong-co", "-o", "-"])
        .output()
        .expect("it starts");
    assert_eq!(output.status.code(), Some(66));
    assert!(
        stderr(&output).contains("cannot read khong-co"),
        "{}",
        stderr(&output)
    );
    let output = tomtat(&["digest", "Cargo.toml", "-o", "-"])
        .output()
        .expect("it starts");
    assert!(
        stderr(&output).contains("Cargo.toml, line 1: no result"),
        "{}",
        stderr(&output)
    );
    assert!(!Path::new("digest.html").exists());
}
