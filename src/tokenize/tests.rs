//! The laws of the bundled tokenizer, on the real vocabulary.

use std::io::{self, Write};
use std::path::Path;

use proptest::prelude::*;
use serde::Deserialize;
use tokenizers::models::unigram::Unigram;
use tokenizers::pre_tokenizers::metaspace::{Metaspace, PrependScheme};
use unicode_normalization::UnicodeNormalization;

use super::*;

const BUNDLED: &[u8] = include_bytes!("../../models/tomtat-small/tokenizer.bin");
const KEPT: &[u8] = include_bytes!("../../scripts/kept_pieces.bitmap");
const GOLDEN: &str = include_str!("../../tests/fixtures/reference/tokens.json");

#[derive(Deserialize)]
struct Golden {
    cases: Vec<Case>,
}

/// A text and its ids in the full vocabulary.
#[derive(Deserialize)]
struct Case {
    text: String,
    ids: Vec<u32>,
}

fn golden() -> Vec<Case> {
    let golden: Golden = serde_json::from_str(GOLDEN).expect("the golden file is JSON");
    golden.cases
}

fn bundled() -> Tokenizer {
    Tokenizer::from_bytes(BUNDLED).expect("the bundled tokenizer is sound")
}

fn encode(tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    let mut ids = Vec::new();
    tokenizer.encode_into(text, &mut ids);
    ids
}

fn pieces<'a>(tokenizer: &'a Tokenizer, text: &str) -> Vec<&'a str> {
    let piece = |id: &u32| tokenizer.piece(*id).expect("ids are in the vocabulary");
    encode(tokenizer, text).iter().map(piece).collect()
}

/// The crate `tokenizers` with the same pieces; it is given normalised text.
fn library(tokenizer: &Tokenizer) -> tokenizers::Tokenizer {
    let ids = 0..tokenizer.vocabulary_size() as u32;
    let entry = |id| {
        Some((
            tokenizer.piece(id)?.to_owned(),
            f64::from(tokenizer.score(id)?),
        ))
    };
    let vocabulary: Vec<(String, f64)> = ids.filter_map(entry).collect();
    let unknown = tokenizer.specials().unk as usize;
    let model =
        Unigram::from(vocabulary, Some(unknown), false).expect("the vocabulary has an <unk>");
    let mut library = tokenizers::Tokenizer::new(model);
    library.with_pre_tokenizer(Some(Metaspace::new('▁', PrependScheme::Always, true)));
    library
}

fn library_ids(library: &tokenizers::Tokenizer, tokenizer: &Tokenizer, text: &str) -> Vec<u32> {
    let normalised = tokenizer.words(text).join(" ");
    let encoding = library
        .encode_fast(normalised, false)
        .expect("a unigram model encodes any text");
    encoding.get_ids().to_vec()
}

#[test]
fn gives_the_ids_of_the_original_tokenizer() {
    let tokenizer = bundled();
    // The bundle's id of a piece is its rank among the kept ones.
    let is_kept = |id: &u32| KEPT[*id as usize / 8] >> (id % 8) & 1 == 1;
    let rank = |id: u32| (0..id).filter(is_kept).count() as u32;
    for case in golden() {
        assert!(case.ids.iter().all(is_kept), "{}", case.text);
        let expected: Vec<u32> = case.ids.iter().map(|&id| rank(id)).collect();
        assert_eq!(
            encode(&tokenizer, &case.text),
            expected,
            "{:?}",
            pieces(&tokenizer, &case.text)
        );
    }
}

#[test]
fn knows_its_special_tokens() {
    let tokenizer = bundled();
    let SpecialTokens { bos, pad, eos, unk } = tokenizer.specials();
    let names = [bos, pad, eos, unk, tokenizer.mask()].map(|id| tokenizer.piece(id));
    assert_eq!(names, ["<s>", "<pad>", "</s>", "<unk>", "<mask>"].map(Some));
    assert_eq!(tokenizer.piece(tokenizer.vocabulary_size() as u32), None);
}

#[test]
fn keeps_tone_marks_of_decomposed_vietnamese() {
    let tokenizer = bundled();
    for case in golden() {
        let decomposed: String = case.text.nfd().collect();
        assert_eq!(
            encode(&tokenizer, &decomposed),
            encode(&tokenizer, &case.text),
            "{}",
            case.text
        );
    }
}

#[test]
fn text_cannot_spell_special_tokens() {
    let tokenizer = bundled();
    let ids = encode(&tokenizer, "<s> a </s><pad> <mask></s>");
    let SpecialTokens { bos, pad, eos, .. } = tokenizer.specials();
    assert!(
        ids.iter()
            .all(|id| ![bos, pad, eos, tokenizer.mask()].contains(id)),
        "{ids:?}"
    );
}

#[test]
fn text_without_words_has_no_ids() {
    let tokenizer = bundled();
    for text in ["", " ", " \t\n\u{3000}\u{200b}", "▁", "\u{1}\u{7f}"] {
        assert!(encode(&tokenizer, text).is_empty(), "{text:?}");
    }
}

#[test]
fn adjoining_unknown_characters_are_one_unknown() {
    let tokenizer = bundled();
    assert_eq!(pieces(&tokenizer, "\u{0}"), ["▁", "<unk>"]);
    assert_eq!(
        pieces(&tokenizer, "\u{13000}\u{13001}\u{13002} a\u{13000}b"),
        ["▁", "<unk>", "▁a", "<unk>", "b"]
    );
}

#[test]
fn encodes_words_longer_than_a_stretch() {
    let tokenizer = bundled();
    for text in [
        "a".repeat(200_000),
        "ấ".repeat(100_000),
        "\u{13000}".repeat(50_000),
    ] {
        let spelled = pieces(&tokenizer, &text).concat();
        assert!(spelled == format!("▁{text}") || spelled == "▁<unk>");
    }
}

#[test]
fn agrees_with_the_library_on_the_training_texts() {
    let path = Path::new("../shared/data/paragraphs.train.jsonl");
    let Ok(lines) = std::fs::read_to_string(path) else {
        skip("../shared is not here");
        return;
    };
    agree_on_lines(&bundled(), &lines);
}

#[test]
fn agrees_with_the_library_with_the_full_vocabulary() {
    let (full, texts) = (
        "target/uncut/tokenizer.bin",
        "../shared/data/paragraphs.train.jsonl",
    );
    let (Ok(bytes), Ok(lines)) = (std::fs::read(full), std::fs::read_to_string(texts)) else {
        skip("needs ../shared and `python scripts/build_model.py --uncut target/uncut`");
        return;
    };
    agree_on_lines(
        &Tokenizer::from_bytes(bytes).expect("the script writes sound files"),
        &lines,
    );
}

fn agree_on_lines(tokenizer: &Tokenizer, lines: &str) {
    let library = library(tokenizer);
    for line in lines.lines() {
        let paragraph: serde_json::Value = serde_json::from_str(line).expect("the corpus is JSONL");
        let text = paragraph["text"].as_str().expect("a paragraph has a text");
        assert_eq!(
            encode(tokenizer, text),
            library_ids(&library, tokenizer, text),
            "{}",
            paragraph["id"]
        );
    }
}

/// Says that a test is left out, past the harness, which keeps what passing tests print to itself.
fn skip(reason: &str) {
    let _ = writeln!(io::stderr(), "skipped: {reason}");
}

/// Text as it may come: words of the golden texts, odd spaces, and any character at all.
fn any_text() -> impl Strategy<Value = String> {
    let words: Vec<String> = golden()
        .iter()
        .flat_map(|case| case.text.split(' '))
        .map(str::to_owned)
        .collect();
    let part = prop_oneof![
        4 => proptest::sample::select(words),
        2 => "[ \t\u{a0}\u{3000}\n]{1,3}",
        2 => proptest::string::string_regex("[a-zàáảãạăắâấđêôơư]{1,12}").expect("a pattern"),
        1 => any::<char>().prop_map(String::from),
        1 => "[\u{300}-\u{323}\u{e00}-\u{eff}\u{1100}-\u{11ff}\u{ac00}-\u{ac80}]{1,4}",
    ];
    proptest::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_library_on_any_text(texts in proptest::collection::vec(any_text(), 16)) {
        // Building the library's model takes most of a second: once for all cases.
        thread_local!(static BOTH: (Tokenizer, tokenizers::Tokenizer) = { let ours = bundled(); let theirs = library(&ours); (ours, theirs) });
        BOTH.with(|(ours, theirs)| {
            for text in texts {
                prop_assert_eq!(encode(ours, &text), library_ids(theirs, ours, &text), "{:?}", text);
            }
            Ok(())
        })?;
    }

    #[test]
    fn ids_of_joined_texts_are_those_of_each(left in any_text(), right in any_text()) {
        let tokenizer = bundled();
        let joined = encode(&tokenizer, &format!("{left} {right}"));
        prop_assert_eq!(joined, [encode(&tokenizer, &left), encode(&tokenizer, &right)].concat());
    }

    #[test]
    fn pieces_spell_the_normalised_text(text in any_text()) {
        let tokenizer = bundled();
        let ids = encode(&tokenizer, &text);
        let spelled: String = pieces(&tokenizer, &text).concat();
        let words: String = tokenizer.words(&text).iter().flat_map(|word| ["▁", word]).collect();
        prop_assert!(spelled == words || ids.contains(&tokenizer.specials().unk), "{} {}", spelled, words);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_bytes_never_panic(
        length in prop_oneof![0..200usize, 0..=BUNDLED.len(), Just(BUNDLED.len())],
        changes in proptest::collection::vec((prop_oneof![0..200usize, 0..BUNDLED.len()], any::<u8>()), 0..200),
        text in any_text(),
    ) {
        let mut bytes = BUNDLED[..length].to_vec();
        for (position, byte) in changes {
            if let Some(place) = bytes.get_mut(position) {
                *place = byte;
            }
        }
        if let Ok(tokenizer) = Tokenizer::from_bytes(bytes) {
            for id in encode(&tokenizer, &text) {
                prop_assert!((id as usize) < tokenizer.vocabulary_size());
                let _ = tokenizer.piece(id);
            }
        }
    }
}

#[test]
fn refuses_other_files() {
    struct Refused {
        name: &'static str,
        bytes: Vec<u8>,
        error: TokenizerError,
    }
    let mut later = BUNDLED.to_vec();
    later[8] = 2;
    let cases = [
        Refused {
            name: "another file",
            bytes: b"GGUF".to_vec(),
            error: TokenizerError::NotATokenizer,
        },
        Refused {
            name: "a later version",
            bytes: later,
            error: TokenizerError::UnsupportedVersion(2),
        },
        Refused {
            name: "half a file",
            bytes: BUNDLED[..BUNDLED.len() / 2].to_vec(),
            error: TokenizerError::Damaged("a section ends beyond the file"),
        },
    ];
    for case in cases {
        assert_eq!(
            Tokenizer::from_bytes(case.bytes).err(),
            Some(case.error),
            "{}",
            case.name
        );
    }
}
