//! Cuts a document into the token sequences that the transformer takes.
//!
//! A paragraph that fits is one window. A longer one is cut at sentence ends; a sentence that does
//! not fit by itself at clause ends, and a clause only where nothing else is left. No token is dropped
//! and none stands in two windows.

use std::ops::Range;

use crate::document::Document;
use crate::tokenize::{Tokenize, TokenizeError};

/// One sequence for the transformer and what its tokens belong to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Window {
    /// Token ids, special tokens included.
    pub tokens: Vec<u32>,
    /// In order and without gaps; they cover `tokens` but the special ones.
    pub parts: Vec<Part>,
}

/// The tokens of a window that belong to one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Index into [`Document::units`].
    pub unit: usize,
    /// Positions in [`Window::tokens`].
    pub tokens: Range<usize>,
}

/// The windows of a document.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Windows {
    /// In document order; each lies within one paragraph.
    pub windows: Vec<Window>,
    /// How many tokens the document has, special ones not counted.
    pub token_count: usize,
}

/// Tokens of a window that are no text: the opening one and the closing one.
pub const SPECIAL_TOKENS: usize = 2;

/// What every window is put into: the tokens before and after its text, and the room for all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Frame {
    opening: u32,
    closing: u32,
    max_tokens: usize,
}

impl Frame {
    /// Frames texts with the tokenizer's opening and closing tokens.
    pub fn new(tokenizer: &dyn Tokenize, max_tokens: usize) -> Self {
        let specials = tokenizer.specials();
        Self {
            opening: specials.bos,
            closing: specials.eos,
            max_tokens,
        }
    }

    /// How many tokens of text a window holds; at least one.
    fn capacity(&self) -> usize {
        self.max_tokens.saturating_sub(SPECIAL_TOKENS).max(1)
    }
}

/// Tokenises every unit of `document` and packs them into windows.
///
/// # Errors
///
/// If the tokenizer fails on a text.
pub fn cut(
    document: &Document,
    tokenizer: &dyn Tokenize,
    frame: &Frame,
) -> Result<Windows, TokenizeError> {
    let mut packer = Packer {
        frame,
        current: Window::default(),
        result: Windows::default(),
    };
    let mut unit = 0;
    for paragraph in document.paragraphs() {
        for sentence in &paragraph.sentences {
            let mut units = Vec::with_capacity(sentence.units().len());
            for &span in sentence.units() {
                let mut ids = Vec::new();
                tokenizer.encode_into(document.text_at(span), &mut ids)?;
                units.push((unit, ids));
                unit += 1;
            }
            packer.add_sentence(&units);
        }
        packer.finish_window();
    }
    Ok(packer.result)
}

struct Packer<'a> {
    frame: &'a Frame,
    /// The window being filled, its text only.
    current: Window,
    result: Windows,
}

impl Packer<'_> {
    fn room(&self) -> usize {
        self.frame.capacity() - self.current.tokens.len()
    }

    fn add_sentence(&mut self, units: &[(usize, Vec<u32>)]) {
        let length: usize = units.iter().map(|(_, ids)| ids.len()).sum();
        self.result.token_count += length;
        if length > self.room() {
            self.finish_window();
        }
        for (unit, ids) in units {
            if ids.len() > self.room() {
                self.finish_window();
            }
            for piece in ids.chunks(self.frame.capacity()) {
                if piece.len() > self.room() {
                    self.finish_window();
                }
                self.add_part(*unit, piece);
            }
        }
    }

    fn add_part(&mut self, unit: usize, ids: &[u32]) {
        // The opening token comes before all text.
        let start = 1 + self.current.tokens.len();
        self.current.tokens.extend_from_slice(ids);
        self.current.parts.push(Part {
            unit,
            tokens: start..start + ids.len(),
        });
    }

    fn finish_window(&mut self) {
        if self.current.parts.is_empty() {
            return;
        }
        let text = std::mem::take(&mut self.current);
        let (opening, closing) = ([self.frame.opening], [self.frame.closing]);
        let tokens = [&opening, text.tokens.as_slice(), &closing].concat();
        self.result.windows.push(Window {
            tokens,
            parts: text.parts,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::{Paragraph, ParagraphKind, Sentence, Span};
    use crate::tokenize::SpecialTokens;

    /// One token a letter; spaces are none.
    struct Letters;

    impl Tokenize for Letters {
        fn encode_into(&self, text: &str, ids: &mut Vec<u32>) -> Result<(), TokenizeError> {
            ids.extend(text.chars().filter(|letter| *letter != ' ').map(u32::from));
            Ok(())
        }

        fn specials(&self) -> SpecialTokens {
            SpecialTokens {
                bos: 0,
                pad: 1,
                eos: 2,
                unk: 3,
            }
        }
    }

    fn document(sentences: &[&str]) -> Document {
        let text = sentences.join(" ");
        let mut start = 0;
        let mut place = |sentence: &&str| {
            let span = Span::new(start, start + sentence.len());
            start = span.end() + 1;
            Sentence {
                span,
                clauses: Vec::new(),
            }
        };
        let sentences = sentences.iter().map(&mut place).collect();
        let span = Span::new(0, text.len());
        let kind = ParagraphKind::Body;
        Document::new(
            text,
            vec![Paragraph {
                span,
                kind,
                furniture: false,
                page: None,
                sentences,
            }],
        )
    }

    fn cut_to(sentences: &[&str], max_tokens: usize) -> Vec<String> {
        let document = document(sentences);
        let frame = Frame::new(&Letters, max_tokens);
        let windows = cut(&document, &Letters, &frame).expect("letters are all known");
        let text_of = |window: &Window| {
            assert!(window.tokens.len() <= max_tokens, "{window:?}");
            let text = &window.tokens[1..window.tokens.len() - 1];
            let covered: usize = window.parts.iter().map(|part| part.tokens.len()).sum();
            assert_eq!(covered, text.len(), "parts cover the text");
            text.iter()
                .filter_map(|&id| char::from_u32(id))
                .collect::<String>()
        };
        let texts: Vec<String> = windows.windows.iter().map(text_of).collect();
        assert_eq!(
            texts.concat().len(),
            windows.token_count,
            "no token is dropped or doubled"
        );
        texts
    }

    #[test]
    fn a_paragraph_that_fits_is_one_window() {
        assert_eq!(cut_to(&["abc.", "de."], 9), ["abc.de."]);
    }

    #[test]
    fn a_long_paragraph_is_cut_at_sentence_ends() {
        assert_eq!(cut_to(&["abc.", "de.", "fgh."], 9), ["abc.de.", "fgh."]);
    }

    #[test]
    fn a_sentence_beyond_the_window_is_cut_last_and_loses_nothing() {
        assert_eq!(
            cut_to(&["ab.", "abcdefghijklm."], 9),
            ["ab.", "abcdefg", "hijklm."]
        );
    }
}
