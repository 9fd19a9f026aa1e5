//! Containers and tables in memory → the inputs in them, and back.

use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;
use tempfile::TempDir;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use super::*;
use crate::ingest::SourceFormat;
use crate::pipeline::Content;

mod broken;
mod traps;

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        let options = SimpleFileOptions::default();
        writer.start_file(*name, options).expect("in memory");
        writer.write_all(bytes).expect("in memory");
    }
    writer.finish().expect("in memory").into_inner()
}

fn tar(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut builder = ::tar::Builder::new(Vec::new());
    for (name, bytes) in members {
        let mut header = ::tar::Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        // As a writer would that means harm.
        header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
        header.set_cksum();
        builder.append(&header, *bytes).expect("in memory");
    }
    builder.into_inner().expect("in memory")
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("in memory");
    encoder.finish().expect("in memory")
}

fn folder(files: &[(&str, Vec<u8>)]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("it has one")).expect("the folder is writable");
        fs::write(path, bytes).expect("the folder is writable");
    }
    folder
}

fn inputs_of(folder: &Path) -> Vec<Input> {
    let options = SourceOptions::default();
    let inputs = discover(&[folder.to_owned()], Path::new("khong-co"), &options);
    inputs.expect("no pattern").collect()
}

fn shown(inputs: &[Input]) -> Vec<String> {
    let show = |input: &Input| match &input.content {
        Ok(Content::Bytes(bytes)) => {
            let opening = &bytes[..bytes.len().min(30)];
            format!("{} {}", input.id, String::from_utf8_lossy(opening))
        }
        Ok(Content::Document(document) | Content::Read(document)) => {
            format!("{} [{}]", input.id, document.paragraphs[0].text)
        }
        Err(failure) => format!("{} {}", input.id, failure.code),
    };
    inputs.iter().map(show).collect()
}

const RECORD: &[u8] = "{\"id\":\"một\",\"text\":\"Đã xong.\"}\n{\"text\":\"Chưa.\"}\n".as_bytes();

#[test]
fn containers_in_containers_are_read_in_their_order() {
    let inner = tar(&[("b.txt", b"hai"), ("kho.jsonl", RECORD)]);
    let outer = zip(&[
        ("2022/a.txt", b"mot"),
        ("__MACOSX/2022/._a.txt", b"x"),
        ("2022/goi.tar.gz", &gzip(&inner)),
    ]);
    let folder = folder(&[("kho.zip", outer), ("z.txt.gz", gzip(b"ba"))]);
    let inputs = inputs_of(folder.path());
    assert_eq!(
        shown(&inputs),
        [
            "kho.zip!2022/a.txt mot",
            "kho.zip!2022/goi.tar.gz!b.txt hai",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
            "z.txt.gz!z.txt ba",
        ]
    );
    assert!(
        inputs[3]
            .source
            .path
            .ends_with("kho.zip!2022/goi.tar.gz!kho.jsonl!line-2")
    );
}

#[test]
fn patterns_find_files_in_folders_whose_names_have_brackets_and_however_separators_stand() {
    let names = [
        "kho [2022]/a.txt",
        "kho [2022]/xã {1}/b.txt",
        "kho 2/c.txt",
        "kho [0/d.txt",
    ];
    let folder = folder(&names.map(|name| (name, b"Xong.".to_vec())));
    let found = |pattern: &str| -> Vec<String> {
        let pattern = folder.path().join(pattern);
        let inputs = discover(&[pattern], Path::new("khong-co"), &SourceOptions::default());
        let start = name_of(folder.path());
        let path = |input: Input| {
            let path = input.source.path.strip_prefix(&start).unwrap_or_default();
            let failed = if input.content.is_err() {
                " failed"
            } else {
                ""
            };
            format!("{}{failed}", path.trim_start_matches('/'))
        };
        inputs.expect("a pattern").map(path).collect()
    };
    for pattern in [
        "kho [2022]/*.txt",
        "kho [2022]//*.txt",
        "kho [2022]/./*.txt",
        "./kho [2022]/[a-c].txt",
    ] {
        assert_eq!(found(pattern), ["kho [2022]/a.txt"], "{pattern}");
    }
    assert_eq!(found("kho [2022]/**/*.txt"), names[..2]);
    assert_eq!(found("kho [2022]/xã {1}/*.txt"), names[1..2]);
    assert_eq!(found("kho [0/*.txt"), names[3..], "it is never closed");
    assert_eq!(
        found("kho [1-3]/*.txt"),
        names[2..3],
        "no folder is called so"
    );
    assert_eq!(found("kho*//./[ac].txt"), [names[2], names[0]]);
    for pattern in ["kho [2022]/*.doc", "*/"] {
        let failed = [format!("{pattern} failed")];
        assert_eq!(found(pattern), failed);
    }
}

fn message(subject: &str) -> String {
    format!(
        "From a@b.vn Mon May  5 08:00:00 2003\nFrom: a@b.vn\nTo: c@d.vn\nSubject: {subject}\n\nHết năm 2003.\n\n\
         >From đầu năm.\n\n"
    )
}

#[test]
fn the_messages_of_a_mailbox_are_documents() {
    let one = message("Một");
    let quoted = "From Hà Nội, 8:00 năm 2003\nvà các nơi.\n\n";
    let three = [&one, "\n", quoted, &message("Hai"), &message("Ba")].concat();
    let inner = zip(&[("b.mbox", three.as_bytes())]);
    let folder = folder(&[
        ("a.mbox", three.into_bytes()),
        ("kho.zip", inner),
        ("mot.mbox", one.clone().into_bytes()),
    ]);
    let inputs = inputs_of(folder.path());
    let names = |container: &str| [1, 2, 3].map(|number| format!("{container}!message-{number}"));
    let ids: Vec<&str> = inputs.iter().map(|input| input.id.as_str()).collect();
    let expected = [names("a.mbox"), names("kho.zip!b.mbox")].concat();
    assert_eq!(ids[..6], expected);
    assert_eq!(ids[6..], ["mot.mbox"]);
    let text = |number: usize| match &inputs[number].content {
        Ok(Content::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        other => panic!("{other:?}"),
    };
    assert!(text(0).contains(quoted), "{}", text(0));
    assert!(text(1).contains("Subject: Hai"));
    assert_eq!(text(6), one);
    let mut reopener = Reopener::new(SourceOptions::default());
    for input in inputs.iter().rev() {
        assert_eq!(reopener.reopen(&input.source.path).source, input.source);
    }
}

#[test]
fn messages_with_few_fields_are_mail_and_text_with_a_time_is_no_mailbox() {
    let draft = "From - Tue May  6 08:00:00 2003\nSubject: Ba\n\nHết năm 2003.\n\n";
    let mailbox = [&message("Một"), draft].concat();
    let agenda = "From 08:00 on 5 May 2023 the council met.\n\nĐạt 95% kế hoạch.\n\n\
                  From 13:30 on 5 May 2023 the groups met.\nVenue: Hall A\n";
    let folder = folder(&[
        ("a.mbox", mailbox.into_bytes()),
        ("b.txt", agenda.as_bytes().to_vec()),
    ]);
    let inputs = inputs_of(folder.path());
    let formats: Vec<_> = inputs
        .iter()
        .map(|input| match &input.content {
            Ok(Content::Bytes(bytes)) => SourceFormat::detect(bytes, None).ok(),
            other => panic!("{other:?}"),
        })
        .collect();
    let mail = Some(SourceFormat::Eml);
    assert_eq!(formats, [mail, mail, Some(SourceFormat::Text)]);
}

#[test]
fn a_message_of_a_mailbox_that_is_too_large_is_held_no_further_than_that_tells() {
    let long = message("Một").replace("đầu", &"đ".repeat(200_000));
    let folder = folder(&[(
        "a.mbox",
        [message("Hai"), long, message("Ba")].concat().into_bytes(),
    )]);
    let options = SourceOptions {
        max_bytes: 1000,
        ..SourceOptions::default()
    };
    let inputs = discover(&[folder.path().to_owned()], Path::new("khong-co"), &options);
    let sizes = inputs.expect("a folder").map(|input| input.source.bytes);
    let sizes: Vec<u64> = sizes.collect();
    assert!(
        sizes[0] < 300 && (900..=1001).contains(&sizes[1]) && sizes[2] < 300,
        "{sizes:?}"
    );
}

#[test]
fn a_large_file_that_is_no_container_weighs_no_more_than_a_document() {
    let rows = RECORD.repeat(20_000);
    let (small, large) = (b"mot".to_vec(), vec![0; 3 << 20]);
    let expected = (rows.len() + small.len()) as u64 + MOST_OF_ONE;
    let folder = folder(&[("a.mp4", large), ("b.jsonl", rows), ("c.txt", small)]);
    let paths = [folder.path().to_owned()];
    let mut inputs =
        discover(&paths, Path::new("khong-co"), &SourceOptions::default()).expect("a folder");
    assert_eq!(inputs.meter.weight(), expected);
    assert!(inputs.next().is_some_and(|film| film.id == "a.mp4"));
    assert!(inputs.share() < Some(0.9), "{:?}", inputs.share());
    assert!(inputs.by_ref().count() > 0);
    assert_eq!(inputs.share(), Some(1.0));
}

#[test]
fn files_are_no_count_once_one_of_them_turns_out_to_hold_many() {
    let mailbox = message("Báo cáo tháng 3").repeat(8000).into_bytes();
    let weight = mailbox.len() as u64 + 3;
    assert!(weight > 2 * MOST_OF_ONE);
    // As Thunderbird calls it.
    let folder = folder(&[("Inbox", mailbox), ("z.txt", b"mot".to_vec())]);
    let paths = [folder.path().to_owned()];
    let mut inputs =
        discover(&paths, Path::new("khong-co"), &SourceOptions::default()).expect("a folder");
    assert_eq!(inputs.by_ref().take(4000).count(), 4000);
    assert_eq!(inputs.total(), None);
    let share = inputs.share().expect("files have sizes");
    assert!((0.4..0.6).contains(&share), "{share}");
    assert_eq!(inputs.by_ref().count(), 4001);
    assert_eq!((inputs.meter.weight(), inputs.share()), (weight, Some(1.0)));
}

#[test]
fn every_path_can_be_read_again_in_any_order() {
    let outer = zip(&[("a!.txt", b"mot"), ("kho.jsonl", RECORD)]);
    let folder = folder(&[
        ("kho.zip", outer.clone()),
        ("kho.zip!b.zip", outer),
        ("b.txt", b"hai".to_vec()),
        ("b.txt!c.txt", b"ba".to_vec()),
    ]);
    let inputs = inputs_of(folder.path());
    assert_eq!(inputs.len(), 8);
    let mut reopener = Reopener::new(SourceOptions::default());
    for input in inputs.iter().chain(inputs.iter().rev()) {
        let again = reopener.reopen(&input.source.path);
        assert_eq!(again.source, input.source);
        assert!(again.content.is_ok());
    }
    let gone = reopener.reopen(&format!("{}/kho.zip!c.txt", folder.path().display()));
    assert_eq!(
        gone.content.err().map(|failure| failure.code),
        Some("not_found".to_owned())
    );
    let whole = reopener.reopen(&format!("{}/kho.zip", folder.path().display()));
    let failure = whole.content.expect_err("only its members are documents");
    assert!(
        failure
            .message
            .ends_with("several documents now; run again")
    );
}

#[test]
fn a_container_is_not_read_again_for_each_thing_that_is_gone() {
    let rows = RECORD.repeat(20);
    let folder = folder(&[("kho.jsonl.gz", gzip(&rows))]);
    let file = folder.path().join("kho.jsonl.gz");
    let row = |number: usize| format!("{}!kho.jsonl!line-{number}", written(file.as_os_str()));
    let mut reopener = Reopener::new(SourceOptions::default());
    let mut code = |number: usize| {
        let found = reopener.reopen(&row(number));
        assert_eq!(found.source.path, row(number));
        found.content.err().map(|failure| failure.code)
    };
    let gone = Some(Failure::NOT_FOUND.to_owned());
    assert_eq!(code(41), gone);
    // Who reads it again finds more rows now.
    fs::write(&file, gzip(&rows.repeat(2))).expect("it is writable");
    for number in 1..40 {
        assert_eq!(code(number), None);
        assert_eq!(code(41 + number), gone);
    }
}

#[test]
fn a_member_packed_in_an_unknown_way_is_told_with_what_to_do() {
    let mut packed = zip(&[("a.txt", b"mot"), ("b.txt", b"hai")]);
    // The method of the first member, in its own header and in the directory's.
    let directory = packed
        .windows(4)
        .position(|bytes| bytes == b"PK\x01\x02")
        .expect("it has one");
    packed[8] = 12;
    packed[directory + 10] = 12;
    let folder = folder(&[("kho.zip", packed)]);
    let inputs = inputs_of(folder.path());
    let found = ["kho.zip!a.txt unsupported_format", "kho.zip!b.txt hai"];
    assert_eq!(shown(&inputs), found);
    let failure = inputs[0].content.as_ref().expect_err("it is not unpacked");
    assert!(failure.message.contains("pack it again"), "{failure:?}");
}

#[test]
fn what_earlier_runs_wrote_is_no_document_and_what_lies_beside_it_is() {
    let folder = folder(&[
        ("a.txt", b"mot".to_vec()),
        ("ra/run.json", b"{}".to_vec()),
        ("ra/results.jsonl", RECORD.to_vec()),
        ("ra/b.txt", b"hai".to_vec()),
        ("y/run.sqlite", b"SQLite format 3\0".to_vec()),
        ("y/run.lock", b"process 7\n".to_vec()),
        ("y/c.txt", b"ba".to_vec()),
        ("z/run.json", b"{}".to_vec()),
    ]);
    assert_eq!(
        shown(&inputs_of(folder.path())),
        ["a.txt mot", "ra/b.txt hai", "y/c.txt ba", "z/run.json {}"]
    );
    let named = shown(&inputs_of(&folder.path().join("ra")));
    assert_eq!(named, ["b.txt hai"]);
    let file = shown(&inputs_of(&folder.path().join("ra/run.json")));
    assert_eq!(file.len(), 1, "{file:?}");
}

#[test]
fn what_a_run_wrote_is_no_document_in_a_zip_file_either() {
    let members: [(&str, &[u8]); 7] = [
        ("Kết quả/digest.html", b"<p>mot</p>"),
        ("Kết quả/results.jsonl", RECORD),
        ("Kết quả/run.json", b"{}"),
        ("Kết quả/a.txt", b"hai"),
        ("b/run.json", b"{}"),
        ("b/summaries.csv", b"ba"),
        ("results.jsonl", RECORD),
    ];
    let folder = folder(&[("kho.zip", zip(&members))]);
    assert_eq!(
        shown(&inputs_of(folder.path())),
        [
            "kho.zip!Kết quả/a.txt hai",
            "kho.zip!b/run.json {}",
            "kho.zip!b/summaries.csv ba",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
        ]
    );
}

#[test]
fn what_is_called_like_an_output_is_foreign_where_no_run_was() {
    let folder = folder(&[
        ("a/bao-cao.txt", b"mot".to_vec()),
        ("b/paragraphs.csv", b"so lieu".to_vec()),
        ("c/results.jsonl", RECORD.to_vec()),
        ("c/run.lock", b"process 7\n".to_vec()),
    ]);
    let path = |name: &str| folder.path().join(name);
    assert_eq!(foreign_output(&path("a"), &[]), None);
    let found = foreign_output(&path("b"), &[]);
    assert_eq!(found, Some(path("b/paragraphs.csv")));
    assert_eq!(foreign_output(&path("c"), &[]), None);
    // What this run does not write stays as it is.
    let others = ["paragraphs.csv".to_owned()];
    assert_eq!(foreign_output(&path("b"), &others), None);
}

#[test]
fn a_container_that_breaks_off_keeps_what_came_before() {
    let whole = tar(&[("a.txt", b"mot"), ("b.txt", &[b'x'; 4000])]);
    let packed = gzip(&whole);
    let mut nested = zip(&[("a.txt", b"mot")]);
    for _ in 0..6 {
        nested = zip(&[("a.zip", &nested)]);
    }
    let folder = folder(&[
        ("a.tar", whole[..3000].to_vec()),
        ("b.tgz", packed[..packed.len() - 12].to_vec()),
        ("c.zip", nested[..nested.len() - 30].to_vec()),
        ("d.zip", nested),
    ]);
    let found = shown(&inputs_of(folder.path()));
    assert_eq!(found[0], "a.tar!a.txt mot");
    assert_eq!(found[1], "a.tar!b.txt corrupt");
    assert!(
        found
            .iter()
            .any(|line| line.starts_with("b.tgz") && line.ends_with("corrupt"))
    );
    // What is no whole container is left to the readers of documents.
    assert!(
        found.iter().any(|line| line.starts_with("c.zip PK")),
        "{found:?}"
    );
    assert!(
        found.last().is_some_and(|line| line.ends_with("too_large")),
        "{found:?}"
    );
}

#[test]
fn links_that_lead_back_end() {
    #[cfg(unix)]
    {
        let folder = folder(&[("a.txt", b"mot".to_vec())]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("vong")).expect("writable");
        let found = shown(&inputs_of(folder.path()));
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[0], "a.txt mot");
        assert!(found[1].ends_with("io_error"), "{found:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_above_the_folder_that_was_named_are_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[
        ("ngoai.txt", b"ngoai".to_vec()),
        ("khac/b.txt", b"hai".to_vec()),
        ("kho/a.txt", b"mot".to_vec()),
    ]);
    let path = |name: &str| folder.path().join(name);
    symlink("..", path("kho/len")).expect("writable");
    symlink("../khac", path("kho/sang")).expect("writable");
    symlink("..", path("khac/ve")).expect("writable");
    symlink("kho", path("loi-vao")).expect("writable");
    for named in ["kho", "loi-vao"] {
        let inputs = inputs_of(&path(named));
        let found = shown(&inputs);
        assert_eq!(found.len(), 4, "{found:?}");
        assert_eq!(found[0], "a.txt mot");
        assert_eq!(found[1], "len io_error");
        assert_eq!(found[2], "sang/b.txt hai");
        assert_eq!(found[3], "sang/ve io_error");
        let failure = inputs[3].content.as_ref().expect_err("it is not followed");
        assert!(
            failure.message.contains("a link to a folder above"),
            "{failure:?}"
        );
    }
}

#[cfg(unix)]
#[test]
fn folders_that_links_join_are_read_once() {
    use std::os::unix::fs::symlink;
    let names = ["a", "b", "c", "d", "e", "f", "g"];
    let file = |folder: &str| (format!("{folder}/1.txt"), folder.as_bytes().to_vec());
    let files: Vec<_> = names
        .iter()
        .flat_map(|name| {
            [
                file(&format!("kho/{name}")),
                file(&format!("xa/{name}/sau")),
            ]
        })
        .collect();
    let files = files.iter().map(|(name, bytes)| (&**name, bytes.clone()));
    let folder = folder(&files.collect::<Vec<_>>());
    let path = |name: &str| folder.path().join(name);
    for from in names {
        for to in names.iter().filter(|to| **to != from) {
            symlink(format!("../{to}"), path(&format!("kho/{from}/{to}"))).expect("writable");
            symlink(format!("../{to}"), path(&format!("xa/{from}/{to}"))).expect("writable");
        }
    }
    symlink("../xa/c", path("kho/xa")).expect("writable");
    symlink("khong-co", path("kho/hong")).expect("writable");
    let found = shown(&inputs_of(&path("kho")));
    assert_eq!(found.len(), 7 + 1 + 7, "{found:?}");
    assert_eq!(found[0], "a/1.txt kho/a");
    assert_eq!(found[7], "hong io_error");
    let mut texts: Vec<_> = found
        .iter()
        .filter_map(|line| line.split_once(' '))
        .collect();
    texts.sort_by_key(|(_, text)| *text);
    texts.dedup_by_key(|(_, text)| *text);
    assert_eq!(texts.len(), found.len(), "{found:?}");

    symlink("a", path("kho/lien-ket")).expect("writable");
    let pattern = [path("kho/lien*/1.txt")];
    let inputs = discover(&pattern, Path::new("khong-co"), &SourceOptions::default());
    let found: Vec<Input> = inputs.expect("a pattern").collect();
    assert_eq!(found.len(), 1);
    assert!(
        found[0].id.ends_with("kho/lien-ket/1.txt"),
        "{}",
        found[0].id
    );
}

#[cfg(unix)]
#[test]
fn a_link_to_a_folder_above_its_own_place_is_not_followed() {
    use std::os::unix::fs::symlink;
    let folder = folder(&[
        ("khac/sau/b.txt", b"hai".to_vec()),
        ("kho/a.txt", b"mot".to_vec()),
    ]);
    let path = |name: &str| folder.path().join(name);
    symlink("../khac/sau", path("kho/sang")).expect("writable");
    symlink("..", path("khac/sau/len")).expect("writable");
    symlink("khong-co", path("kho/hong")).expect("writable");
    let inputs = inputs_of(&path("kho"));
    assert_eq!(
        shown(&inputs),
        [
            "a.txt mot",
            "hong io_error",
            "sang/b.txt hai",
            "sang/len io_error"
        ]
    );
    let failure = inputs[1].content.as_ref().expect_err("nothing is there");
    assert_eq!(failure.message, "a link to nothing");
}

#[test]
fn rows_of_a_parquet_table_are_documents_by_their_columns() {
    let folder = folder(&[
        ("bang.parquet", parquet_table()),
        ("hong.parquet", b"PAR1 oops".to_vec()),
    ]);
    let options = SourceOptions {
        columns: Columns {
            id: Some("so".to_owned()),
            text: Some("noi_dung".to_owned()),
            ..Columns::default()
        },
        ..SourceOptions::default()
    };
    let paths = [folder.path().to_owned()];
    let inputs = discover(&paths, Path::new("khong-co"), &options).expect("no pattern");
    let inputs: Vec<Input> = inputs.collect();
    assert_eq!(
        shown(&inputs),
        [
            "7 [Đã hoàn thành.]",
            "8 [Yêu cầu báo cáo.]",
            "hong.parquet corrupt"
        ]
    );
    let again = Reopener::new(options).reopen(&inputs[1].source.path);
    assert_eq!(again.source, inputs[1].source);
    assert!(again.source.path.ends_with("bang.parquet!row-2"));

    let unnamed = inputs_of(folder.path())
        .remove(0)
        .content
        .expect_err("no column `text`");
    assert!(
        unnamed.message.contains("so, noi_dung"),
        "{}",
        unnamed.message
    );
}

#[test]
fn a_row_without_paragraphs_has_its_text() {
    let texts = [
        &[None, Some("Đã trồng rừng.")][..],
        &[Some("Đã hoàn thành."), Some("Khác.")],
    ];
    let schema = "message bang { required int64 id; optional binary paragraphs (UTF8); optional binary text (UTF8); }";
    let folder = folder(&[("bang.parquet", parquet_of(schema, &[1, 2], &texts))]);
    let found = shown(&inputs_of(folder.path()));
    assert_eq!(found, ["1 [Đã hoàn thành.]", "2 [Đã trồng rừng.]"]);
}

#[test]
fn rows_without_an_id_are_called_by_their_place_and_known_by_what_they_say() {
    let schema = "message bang { required int64 so; optional binary id (UTF8); optional binary text (UTF8); }";
    let ids = [None, Some(" "), Some("3"), None];
    let texts = ["Đã xong.", "Đã xong.", "Đã xong.", "Chưa."].map(Some);
    let table = parquet_of(schema, &[1, 2, 3, 4], &[&ids, &texts]);
    let folder = folder(&[("bang.parquet", table)]);
    let inputs = inputs_of(folder.path());
    assert_eq!(
        shown(&inputs),
        [
            "row-1 [Đã xong.]",
            "row-2 [Đã xong.]",
            "3 [Đã xong.]",
            "row-4 [Chưa.]"
        ]
    );
    let hash = |row: usize| inputs[row].source.sha256.as_deref();
    assert_eq!(hash(0), hash(1));
    assert!(hash(0) != hash(2) && hash(0) != hash(3));
}

#[test]
fn ids_may_be_fractions_and_dates() {
    use parquet::data_type::{ByteArray, ByteArrayType, DataType, DoubleType, Int32Type};
    fn ids<T: DataType>(kind: &str, values: &[T::T]) -> Vec<String> {
        let schema = format!("message bang {{ required {kind}; required binary text (UTF8); }}");
        let texts = vec![ByteArray::from("Đã xong."); values.len()];
        let table = parquet_with(&schema, |group| {
            add_column::<T>(group, values, None);
            add_column::<ByteArrayType>(group, &texts, None);
        });
        let folder = folder(&[("bang.parquet", table)]);
        let inputs = inputs_of(folder.path()).into_iter();
        inputs.map(|input| input.id).collect()
    }
    let numbers = ids::<DoubleType>("double id", &[1.5, f64::NAN]);
    assert_eq!(numbers, ["1.5", "row-2"]);
    assert_eq!(
        ids::<Int32Type>("int32 id (DATE)", &[19_888]),
        ["2024-06-14"]
    );
    assert_eq!(
        ids::<Int32Type>("int32 id (DECIMAL(9,2))", &[41_850]),
        ["418.50"]
    );
}

fn parquet_table() -> Vec<u8> {
    let schema = "message bang { required int64 so; optional binary noi_dung (UTF8); }";
    let texts = [Some("Đã hoàn thành."), Some("Yêu cầu báo cáo.")];
    parquet_of(schema, &[7, 8], &[&texts])
}

/// A table of numbers and of columns of texts.
fn parquet_of(schema: &str, numbers: &[i64], columns: &[&[Option<&str>]]) -> Vec<u8> {
    use parquet::data_type::{ByteArray, ByteArrayType, Int64Type};
    parquet_with(schema, |group| {
        add_column::<Int64Type>(group, numbers, None);
        for texts in columns {
            let levels: Vec<i16> = texts.iter().map(|text| i16::from(text.is_some())).collect();
            let texts = texts.iter().flatten();
            let texts: Vec<ByteArray> = texts.map(|text| ByteArray::from(*text)).collect();
            add_column::<ByteArrayType>(group, &texts, Some(&levels));
        }
    })
}

type RowGroup<'a> = parquet::file::writer::SerializedRowGroupWriter<'a, Vec<u8>>;

/// A table whose columns are added by `add`.
fn parquet_with(schema: &str, add: impl FnOnce(&mut RowGroup<'_>)) -> Vec<u8> {
    use parquet::file::writer::SerializedFileWriter;
    let schema = parquet::schema::parser::parse_message_type(schema).expect("a schema");
    let mut writer =
        SerializedFileWriter::new(Vec::new(), schema.into(), Arc::default()).expect("in memory");
    let mut group = writer.next_row_group().expect("in memory");
    add(&mut group);
    group.close().expect("in memory");
    writer.into_inner().expect("in memory")
}

fn add_column<T: parquet::data_type::DataType>(
    group: &mut RowGroup<'_>,
    values: &[T::T],
    levels: Option<&[i16]>,
) {
    let mut column = group.next_column().expect("in memory").expect("a column");
    let typed = column.typed::<T>();
    typed.write_batch(values, levels, None).expect("in memory");
    column.close().expect("in memory");
}
