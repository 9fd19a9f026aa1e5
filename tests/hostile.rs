//! Readers meet damaged and hostile files: no panic, no hang, no memory without bound.
//!
//! Every sample is cut off and bit-flipped at places that a fixed generator picks. A few hundred
//! mutations run with the other tests; thousands with `cargo test --test hostile -- --ignored`.

use std::path::{Path, PathBuf};

use rayon::prelude::*;
use tomtat::ingest::{self, ReadOptions};

mod limits;

/// A linear congruential generator (Knuth's MMIX constants), so that every run mutates alike.
struct Generator(u64);

impl Generator {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound.max(1)
    }
}

fn samples() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/formats");
    let folders = [folder.clone(), folder.join("legacy"), folder.join("small")];
    let mut paths: Vec<PathBuf> = folders
        .iter()
        .flat_map(|folder| std::fs::read_dir(folder).expect("fixtures are there"))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.is_file() && path.extension().is_none_or(|suffix| suffix != "py"))
        .collect();
    paths.sort();
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    paths
        .iter()
        .map(|path| (name(path), std::fs::read(path).expect("a readable fixture")))
        .collect()
}

/// Any result will do: what matters is that there is one, within the limits.
fn read(name: &str, bytes: &[u8]) {
    if let Err(error) = limits::read(name, bytes) {
        assert!(!error.to_string().is_empty(), "{name}");
    }
}

fn mutate(rounds: usize) {
    samples().par_iter().for_each(|(name, sample)| {
        let mut generator = Generator(sample.len() as u64);
        for round in 0..rounds {
            let mut bytes = sample.clone();
            if round % 4 == 0 {
                bytes.truncate(generator.below(sample.len()));
            }
            for _ in 0..=generator.below(8) {
                let place = generator.below(bytes.len());
                if let Some(byte) = bytes.get_mut(place) {
                    *byte ^= 1 << generator.below(8);
                }
            }
            read(&format!("{name}, round {round}"), &bytes);
        }
    });
}

#[test]
fn damaged_files_never_panic_or_hang() {
    mutate(60);
}

#[test]
#[ignore = "minutes; the continuous integration runs it"]
fn thousands_of_damaged_files_never_panic_or_hang() {
    mutate(1_000);
}

#[test]
fn every_beginning_of_a_small_file_is_read_or_refused() {
    for (name, sample) in samples()
        .into_iter()
        .filter(|(_, sample)| sample.len() < 2_000)
    {
        for length in 0..sample.len() {
            read(&format!("{name}, first {length} bytes"), &sample[..length]);
        }
    }
}

/// A PDF of the given objects, numbered from 1, the first of which is its catalogue.
fn pdf(objects: &[String]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(bytes.len());
        bytes.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = bytes.len();
    bytes.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        bytes.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    bytes.extend(
        format!("trailer <</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes(),
    );
    bytes
}

fn page(content: &str) -> Vec<u8> {
    pdf(&[
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>/XObject<</X 6 0 R>>>>>>".to_owned(),
        format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
        // A form that draws itself.
        "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 6 0 R>>>>/Length 10>>stream\n/X Do /X Do\nendstream".to_owned(),
    ])
}

#[test]
fn a_pdf_that_loops_or_nests_without_end_is_read_or_refused() {
    let deep = 200_000;
    let cases = [
        (
            "text",
            page("BT /F 12 Tf 72 700 Td (The committee met in March.) Tj ET"),
        ),
        ("a form that draws itself", page("/X Do")),
        ("nested arrays", page(&"[".repeat(deep))),
        ("nested dictionaries", page(&"<<".repeat(deep))),
        ("nested states", page(&"q ".repeat(deep / 4))),
        ("nested objects", pdf(&["[".repeat(deep)])),
        (
            "a page tree in a circle",
            pdf(&[
                "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
                "<</Type/Pages/Kids[2 0 R 2 0 R]/Parent 2 0 R/Count 2>>".to_owned(),
            ]),
        ),
        (
            "a length that is its own",
            pdf(&[
                "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
                "<</Length 2 0 R>>stream\nx\nendstream".to_owned(),
            ]),
        ),
        ("a catalogue that is itself", pdf(&["1 0 R".to_owned()])),
    ];
    for (name, bytes) in cases {
        read(name, &bytes);
    }
}

#[test]
fn an_ole_file_with_chains_in_a_circle_is_refused() {
    let (_, sample) = samples()
        .into_iter()
        .find(|(name, _)| name == "report.doc")
        .expect("a .doc fixture");
    let first_table =
        u32::from_le_bytes(sample[0x4C..0x50].try_into().expect("four bytes")) as usize;
    let table = (first_table + 1) * 512;
    for target in [0u32, 1, 2, 3] {
        let mut bytes = sample.clone();
        for entry in bytes[table..table + 512].chunks_exact_mut(4) {
            if u32::from_le_bytes(entry.try_into().expect("four bytes")) < 0xFFFF_FFFA {
                entry.copy_from_slice(&target.to_le_bytes());
            }
        }
        read("circular chains", &bytes);
        let result = ingest::read(&bytes, None, &ReadOptions::default());
        assert!(result.is_err(), "all chains lead to sector {target}");
    }
}

#[test]
fn text_formats_that_nest_without_end_are_read_or_refused() {
    let deep = 100_000;
    let cases = [
        (
            "quotes in Markdown",
            format!("# a\n# b\n{} x", ">".repeat(deep)),
        ),
        (
            "brackets in Markdown",
            format!("# a\n# b\n{}", "[".repeat(deep)),
        ),
        (
            "emphasis in Markdown",
            format!("# a\n# b\n{}", "*a_ ".repeat(deep)),
        ),
        (
            "lists in Markdown",
            format!("# a\n# b\n{}", "- ".repeat(deep)),
        ),
        (
            "links in Markdown",
            format!("# a\n# b\n{}", "[a](".repeat(deep)),
        ),
        (
            "divisions in HTML",
            format!("<html>{}", "<div>".repeat(deep)),
        ),
        (
            "formatting in HTML",
            format!("<html>{}", "<p><b><i><a>".repeat(deep)),
        ),
        (
            "tables in HTML",
            format!("<html>{}", "<table>".repeat(deep)),
        ),
        (
            "selects in HTML",
            format!("<html>{}", "<select><option>".repeat(deep)),
        ),
        ("groups in RTF", "{\\rtf1 ".repeat(deep)),
        ("JSON", format!("{{\"text\":{}", "[".repeat(deep))),
        (
            "parts of a message",
            format!(
                "From: a@b\nSubject: x\nMIME-Version: 1.0\n{}",
                "Content-Type: multipart/mixed; boundary=x\n\n--x\n".repeat(20_000)
            ),
        ),
        (
            "messages in a message",
            format!(
                "From: a@b\nSubject: x\nMIME-Version: 1.0\n{}",
                "Content-Type: message/rfc822\n\n".repeat(20_000)
            ),
        ),
    ];
    for (name, text) in cases {
        read(name, text.as_bytes());
    }
}

#[test]
fn the_pages_of_a_long_pdf_come_in_order() {
    let count = 150;
    let first_page = 4;
    let kids: Vec<String> = (0..count)
        .map(|page| format!("{} 0 R", first_page + 2 * page))
        .collect();
    let kids = kids.join(" ");
    let mut objects = vec![
        "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
        format!("<</Type/Pages/Kids[{kids}]/Count {count}>>"),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>".to_owned(),
    ];
    for page in 0..count {
        let content = format!(
            "BT /F 12 Tf 72 700 Td (Section {} was read.) Tj ET",
            in_letters(page)
        );
        let contents = first_page + 2 * page + 1;
        objects.push(format!(
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents {contents} 0 R/Resources<</Font<</F 3 0 R>>>>>>"
        ));
        objects.push(format!(
            "<</Length {}>>stream\n{content}\nendstream",
            content.len()
        ));
    }
    let document =
        ingest::read(&pdf(&objects), None, &ReadOptions::default()).expect("a sound file");
    let found: Vec<_> = document
        .paragraphs
        .iter()
        .map(|paragraph| (paragraph.page, paragraph.text.clone()))
        .collect();
    let expected: Vec<_> = (0..count)
        .map(|page| {
            (
                u32::try_from(page + 1).ok(),
                format!("Section {} was read.", in_letters(page)),
            )
        })
        .collect();
    assert_eq!(found, expected);
    assert!(document.failed_pages.is_empty());
}

/// A number whose digits are letters: lines that differ in digits alone are running heads.
fn in_letters(number: usize) -> String {
    number
        .to_string()
        .bytes()
        .map(|digit| char::from(digit - b'0' + b'a'))
        .collect()
}
