//! Containers that mean harm, or were made in ways that containers were not made for.

use std::collections::BTreeSet;

use ::tar::{Builder, EntryType, Header};

use super::*;

#[test]
fn members_of_one_name_are_all_told_and_the_last_one_is_read() {
    let mut packed = zip(&[
        ("xa-a.txt", b"mot"),
        ("xa-b.txt", b"hai"),
        ("xa-c.txt", b"ba"),
        ("xa-d.txt", b"bon"),
    ]);
    for at in 0..packed.len() - 8 {
        if matches!(&packed[at..at + 8], b"xa-b.txt" | b"xa-d.txt") {
            packed[at..at + 8].copy_from_slice(b"xa-a.txt");
        }
    }
    let folder = folder(&[
        ("kho.zip", packed.clone()),
        ("ngoai.zip", zip(&[("trong.zip", &packed)])),
    ]);
    let expected = [
        "xa-a.txt bon",
        "xa-c.txt ba",
        "xa-a.txt#1 same_name",
        "xa-a.txt#2 same_name",
    ];
    let expected = ["kho.zip", "ngoai.zip!trong.zip"]
        .iter()
        .flat_map(|name| expected.map(|member| format!("{name}!{member}")));
    assert_eq!(
        shown(&inputs_of(folder.path())),
        expected.collect::<Vec<_>>()
    );
}

#[test]
fn names_that_lead_out_and_bombs_are_refused_and_the_others_read() {
    let zeros = vec![b'0'; 40 << 20];
    let files = [
        (
            "a.zip",
            zip(&[("../x.txt", b"x"), ("bom.txt", &zeros), ("y.txt", b"y")]),
        ),
        (
            "b.tar",
            tar(&[("/etc/x", b"x"), ("a/../../x", b"x"), ("y.txt", b"y")]),
        ),
        ("c.gz", gzip(&zeros)),
        ("d.tgz", gzip(&tar(&[("y.txt", b"y"), ("bom.txt", &zeros)]))),
    ];
    let folder = folder(&files);
    assert_eq!(
        shown(&inputs_of(folder.path())),
        [
            "a.zip!../x.txt unsafe_name",
            "a.zip!bom.txt too_large",
            "a.zip!y.txt y",
            "b.tar!/etc/x unsafe_name",
            "b.tar!a/../../x unsafe_name",
            "b.tar!y.txt y",
            "c.gz!c too_large",
            "d.tgz!y.txt y",
            "d.tgz!bom.txt too_large",
            "d.tgz too_large",
        ]
    );
}

#[test]
fn the_versions_of_a_tar_that_was_updated_have_paths_of_their_own() {
    let packed = tar(&[
        ("xa/a.txt", b"mot"),
        ("b.txt", b"hai"),
        ("./xa/a.txt", b"ba"),
        ("kho.jsonl", RECORD),
        ("kho.jsonl", RECORD),
    ]);
    let folder = folder(&[("kho.tar", packed)]);
    let inputs = inputs_of(folder.path());
    assert_eq!(
        shown(&inputs),
        [
            "kho.tar!xa/a.txt mot",
            "kho.tar!b.txt hai",
            "kho.tar!xa/a#2.txt ba",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
            "một [Đã xong.]",
            "line-2 [Chưa.]",
        ]
    );
    let again = Reopener::new(SourceOptions::default()).reopen(&inputs[2].source.path);
    assert_eq!(again.source, inputs[2].source);
    let paths: BTreeSet<&str> = inputs.iter().map(|input| &*input.source.path).collect();
    assert_eq!(paths.len(), inputs.len());
}

/// A member with a header of this kind, with whatever name it has already.
fn add(builder: &mut Builder<Vec<u8>>, kind: EntryType, name: &str, bytes: &[u8]) {
    let mut header = Header::new_gnu();
    header.set_entry_type(kind);
    header.set_size(bytes.len() as u64);
    header.set_path(name).expect("a short name");
    header.set_cksum();
    builder.append(&header, bytes).expect("in memory");
}

#[test]
fn long_names_of_a_tar_are_read_and_endless_ones_refused() {
    let named = |bytes: usize| {
        let mut builder = Builder::new(Vec::new());
        add(&mut builder, EntryType::Regular, "a.txt", b"mot");
        let name = [b"b/".repeat(bytes / 2), b"\0".to_vec()].concat();
        add(&mut builder, EntryType::GNULongName, "@LongLink", &name);
        add(&mut builder, EntryType::Regular, "x", b"hai");
        add(&mut builder, EntryType::Regular, "c.txt", b"ba");
        builder.into_inner().expect("in memory")
    };
    let mut attributes = Builder::new(Vec::new());
    let line = vec![b'x'; 8 << 20];
    add(&mut attributes, EntryType::XHeader, "x", &line);
    add(&mut attributes, EntryType::Regular, "a.txt", b"mot");
    let folder = folder(&[
        ("a.tar", named(400)),
        ("b.tar", named(10_000)),
        ("c.tgz", gzip(&named(8 << 20))),
        ("d.tgz", gzip(&attributes.into_inner().expect("in memory"))),
    ]);
    let inputs = inputs_of(folder.path());
    let long = format!("a.tar!{}b/ hai", "b/".repeat(199));
    assert_eq!(
        shown(&inputs),
        [
            "a.tar!a.txt mot",
            &*long,
            "a.tar!c.txt ba",
            "b.tar!a.txt mot",
            "b.tar!member-2 unsafe_name",
            "b.tar!c.txt ba",
            "c.tgz!a.txt mot",
            "c.tgz too_large",
            "d.tgz too_large",
        ]
    );
    let failure = inputs[7].content.as_ref().expect_err("it is not read");
    assert!(failure.message.contains("unpack it"), "{failure:?}");
}

#[test]
fn a_large_member_of_a_tar_is_no_endless_name() {
    let large = vec![b'a'; 3 << 20];
    let packed = tar(&[("~$a.txt", &large), ("b.txt", b"hai")]);
    let folder = folder(&[("a.tar", packed)]);
    assert_eq!(shown(&inputs_of(folder.path())), ["a.tar!b.txt hai"]);
}

#[test]
fn a_member_with_holes_is_refused_and_the_next_one_read() {
    let mut builder = Builder::new(Vec::new());
    let mut header = Header::new_gnu();
    header.set_entry_type(EntryType::GNUSparse);
    header.set_path("a.txt").expect("a short name");
    header.set_size(3);
    let octal = |field: &mut [u8; 12], number: u64| {
        field[..11].copy_from_slice(format!("{number:011o}").as_bytes());
    };
    let gnu = header.as_gnu_mut().expect("it is one");
    octal(&mut gnu.sparse[0].offset, 1 << 32);
    octal(&mut gnu.sparse[0].numbytes, 3);
    octal(&mut gnu.realsize, (1 << 32) + 3);
    header.set_cksum();
    builder.append(&header, &b"mot"[..]).expect("in memory");
    add(&mut builder, EntryType::Regular, "b.txt", b"hai");
    let folder = folder(&[("a.tar", builder.into_inner().expect("in memory"))]);
    let found = ["a.tar!a.txt unsupported_format", "a.tar!b.txt hai"];
    assert_eq!(shown(&inputs_of(folder.path())), found);
}

#[test]
fn containers_in_containers_have_no_more_members_than_their_file_may() {
    let names: Vec<String> = (0..400).map(|index| format!("{index}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|name| (&**name, &b""[..])).collect();
    let inner = zip(&members);
    let outer: Vec<(&str, &[u8])> = names[..30].iter().map(|name| (&**name, &*inner)).collect();
    let files = [
        ("a.zip", zip(&outer)),
        ("b.tgz", gzip(&tar(&outer))),
        ("c.txt", b"ba".to_vec()),
    ];
    let folder = folder(&files);
    let inputs = inputs_of(folder.path());
    let told = inputs
        .iter()
        .filter_map(|input| Some((&*input.id, input.content.as_ref().err()?)));
    let told: Vec<(&str, &Failure)> = told.collect();
    let ids: Vec<&str> = told.iter().map(|(id, _)| *id).collect();
    assert_eq!(ids, ["a.zip", "b.tgz"]);
    for (_, failure) in told {
        assert_eq!(failure.code, "too_large");
        assert!(failure.message.contains("unpack it"), "{failure:?}");
    }
    assert!(inputs.len() < 20_000, "{}", inputs.len());
    assert_eq!(shown(&inputs[inputs.len() - 1..]), ["c.txt ba"]);
}
