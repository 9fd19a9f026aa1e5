//! Any model's `tokenizer.json`, through the crate `tokenizers`.

use tokenizers::Tokenizer as Inner;

use super::{SpecialTokens, Tokenize, TokenizeError};

/// The tokenizer of a model from the hub or a folder.
///
/// Truncation and padding that the file asks for are switched off: the pipeline windows long texts
/// itself, and nothing may be cut off unseen.
#[derive(Clone, Debug)]
pub struct HubTokenizer {
    inner: Inner,
    specials: SpecialTokens,
}

/// What the families that we run call their special tokens: XLM-RoBERTa's names first, then BERT's.
const NAMES: [(&str, &[&str]); 4] = [
    ("opening", &["<s>", "[CLS]"]),
    ("padding", &["<pad>", "[PAD]"]),
    ("closing", &["</s>", "[SEP]"]),
    ("unknown", &["<unk>", "[UNK]"]),
];

impl HubTokenizer {
    /// Reads a `tokenizer.json`.
    ///
    /// # Errors
    ///
    /// If it is not one, or has no opening, padding, closing or unknown token under a name that
    /// BERT's or XLM-RoBERTa's family uses.
    pub fn from_json(json: &[u8]) -> Result<Self, TokenizeError> {
        let mut inner = Inner::from_bytes(json).map_err(|error| failure(&*error))?;
        inner
            .with_truncation(None)
            .map_err(|error| failure(&*error))?;
        inner.with_padding(None);
        // A text that spells a special token is text.
        inner.set_encode_special_tokens(true);
        let id = |index: usize| {
            let (role, names) = NAMES[index];
            let found = names.iter().find_map(|name| inner.token_to_id(name));
            found.ok_or_else(|| {
                TokenizeError(format!(
                    "tokenizer.json has no {role} token, looked for {}",
                    names.join(", ")
                ))
            })
        };
        let specials = SpecialTokens {
            bos: id(0)?,
            pad: id(1)?,
            eos: id(2)?,
            unk: id(3)?,
        };
        Ok(Self { inner, specials })
    }
}

impl Tokenize for HubTokenizer {
    fn encode_into(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), TokenizeError> {
        let encoding = self
            .inner
            .encode_fast(text, false)
            .map_err(|error| failure(&*error))?;
        ids.extend_from_slice(encoding.get_ids());
        Ok(())
    }

    fn specials(&self) -> SpecialTokens {
        self.specials
    }
}

fn failure(error: &(dyn std::error::Error + Send + Sync)) -> TokenizeError {
    TokenizeError(error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A `tokenizer.json` that truncates to two tokens and pads to eight.
    const TRUNCATING: &str = r#"{
        "version": "1.0",
        "truncation": {"direction": "Right", "max_length": 2, "strategy": "LongestFirst", "stride": 0},
        "padding": {"strategy": {"Fixed": 8}, "direction": "Right", "pad_to_multiple_of": null,
                    "pad_id": 1, "pad_type_id": 0, "pad_token": "<pad>"},
        "added_tokens": [{"id": 2, "content": "</s>", "single_word": false, "lstrip": false,
                          "rstrip": false, "normalized": false, "special": true}],
        "normalizer": null, "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": null, "decoder": null,
        "model": {"type": "WordLevel", "unk_token": "<unk>",
                  "vocab": {"<s>": 0, "<pad>": 1, "</s>": 2, "<unk>": 3, "a": 4, "b": 5}}
    }"#;

    fn encode(text: &str) -> Vec<u32> {
        let tokenizer = HubTokenizer::from_json(TRUNCATING.as_bytes()).expect("it is sound");
        let mut ids = Vec::new();
        tokenizer
            .encode_into(text, &mut ids)
            .expect("any text has ids");
        ids
    }

    #[test]
    fn neither_truncates_nor_pads() {
        assert_eq!(encode("a b a b c"), [4, 5, 4, 5, 3]);
        assert_eq!(encode("a"), [4]);
    }

    #[test]
    fn takes_special_tokens_in_text_for_text() {
        assert_eq!(encode("a x</s>"), [4, 3]);
    }

    #[test]
    fn finds_the_special_tokens_by_name() {
        let tokenizer = HubTokenizer::from_json(TRUNCATING.as_bytes()).expect("it is sound");
        let expected = SpecialTokens {
            bos: 0,
            pad: 1,
            eos: 2,
            unk: 3,
        };
        assert_eq!(tokenizer.specials(), expected);
    }

    #[test]
    fn names_the_special_token_that_is_missing() {
        let without = TRUNCATING.replace("<pad>", "[FILL]");
        let error = HubTokenizer::from_json(without.as_bytes()).expect_err("no padding token");
        let expected =
            "the tokenizer failed: tokenizer.json has no padding token, looked for <pad>, [PAD]";
        assert_eq!(error.to_string(), expected);
    }
}
