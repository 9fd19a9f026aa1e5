//! Paragraphs of runs, each in its font → paragraphs in Unicode.
//!
//! A font's name decides where it declares an encoding and the text agrees. Where clear text in such fonts is Unicode, short
//! text that reads either way is what makes more sense of it, else what the clear text nearest to it is. Elsewhere the
//! syllables decide: strong evidence within a paragraph by itself, weak evidence among the encodings seen elsewhere in the
//! document.

use super::EncodingChoice;
use super::decide::{Finding, Plain, Reading, Support, examine, examine_declared};
use super::evidence::Evidence;
use super::font::{FontEncoding, encoding_of_font};
use super::legacy::LegacyEncoding;
use super::sign::{SignFont, is_signs};
use super::symbols::{Symbol, read_symbols};
use super::write::{push_letter, write_decoded};
use crate::ingest::TextEncoding;

/// Above this confidence a document that reads as Unicode is.
const CERTAIN: f32 = 0.9;

/// A stretch of text in one font.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run<'a> {
    /// The text as the file's reader sees it: Unicode, or legacy bytes read as windows-1252.
    pub text: &'a str,
    /// The name of its font, where the format tells it.
    pub font: Option<&'a str>,
}

impl<'a> Run<'a> {
    /// A run in an unknown font.
    #[must_use]
    pub fn plain(text: &'a str) -> Self {
        Self { text, font: None }
    }

    fn declared(&self) -> Option<FontEncoding> {
        self.font.and_then(encoding_of_font)
    }

    /// The font of signs it is in, where it is nothing but signs.
    fn signs(&self) -> Option<SignFont> {
        let font = self.font.filter(|_| is_signs(self.text))?;
        SignFont::named(font)
    }
}

/// What [`decode_runs`] made of a document.
#[derive(Clone, Debug, PartialEq)]
pub struct Decoded {
    /// The text of every paragraph, in order and in Unicode; not yet normalised.
    pub paragraphs: Vec<String>,
    /// The encodings found.
    pub encoding: TextEncoding,
}

/// Decodes a document whose paragraphs are runs of text in fonts.
///
/// Text that reads better as Unicode, and text that cannot be decided, is left as it is; the latter lowers the
/// confidence, which is the mean over the words with letters beyond ASCII: 1 for Unicode and for what a font declares, for other legacy
/// text the evidence for its encoding in the whole document, `(valid − 2·malformed) / (words + 4)`. Each U+FFFD counts as a
/// word with none. With a `choice` other than `Auto`, fonts and syllables have no say, but for capitals fonts; a legacy
/// encoding is not that of a document that is Unicode beyond doubt, which is left as it is.
#[must_use]
pub fn decode_runs<'a, P: AsRef<[Run<'a>]>>(paragraphs: &[P], choice: EncodingChoice) -> Decoded {
    let mut runs = paragraphs.iter().flat_map(AsRef::as_ref);
    if matches!(choice, EncodingChoice::Legacy(_))
        && runs.any(|run| run.text.contains(is_unicode_alone))
    {
        let found = decode_runs(paragraphs, EncodingChoice::Auto);
        if found.encoding.name == Plain::Unicode.name() && found.encoding.confidence > CERTAIN {
            return found;
        }
    }
    decode(paragraphs, choice, Plain::Unicode)
}

/// Decodes the lines of a text that was read as windows-1252 and is no Unicode.
///
/// As [`decode_runs`], but a line that makes no sense in any reading is in the encoding of the others, where they are all
/// in one, and neither it nor what stays in windows-1252 adds to the confidence.
pub(super) fn decode_western<'a, P: AsRef<[Run<'a>]>>(
    lines: &[P],
    choice: EncodingChoice,
) -> Decoded {
    decode(lines, choice, Plain::Windows1252)
}

fn decode<'a, P: AsRef<[Run<'a>]>>(
    paragraphs: &[P],
    choice: EncodingChoice,
    plain: Plain,
) -> Decoded {
    let mut buffers = Buffers::default();
    let mut support = Support::new(plain);
    let mut findings = Vec::new();
    for segment in paragraphs
        .iter()
        .flat_map(|paragraph| segments(paragraph.as_ref()))
    {
        let finding = buffers.find(segment, choice, support.favourite());
        support.add(&finding);
        findings.push(finding);
    }
    support.conclude();
    let mut account = Account::default();
    let mut findings = findings.into_iter().enumerate();
    let decoded = paragraphs.iter().map(|paragraph| {
        let paragraph = paragraph.as_ref();
        let mut text = String::with_capacity(paragraph.iter().map(|run| run.text.len()).sum());
        for segment in segments(paragraph) {
            let (place, finding) = findings.next().unwrap_or((0, Finding::Silent));
            let reading = account.settle(place, &finding, &support);
            account.note_damage(segment);
            buffers.write(segment, reading, &mut text);
        }
        text
    });
    let paragraphs = decoded.collect();
    Decoded {
        paragraphs,
        encoding: account.conclude(choice, plain),
    }
}

/// Neighbouring runs that declare the same encoding: words go on from one to the next. Signs stand by themselves.
fn segments<'p, 'r>(paragraph: &'p [Run<'r>]) -> impl Iterator<Item = &'p [Run<'r>]> {
    let encoding = |run: &Run<'_>| run.declared().map(|font| font.encoding);
    paragraph.chunk_by(move |left, right| {
        left.signs() == right.signs()
            && (left.font == right.font || encoding(left) == encoding(right))
    })
}

/// Space that is used again for every segment.
#[derive(Debug, Default)]
struct Buffers {
    text: String,
    symbols: Vec<Symbol>,
}

impl Buffers {
    fn load(&mut self, segment: &[Run<'_>]) {
        self.text.clear();
        self.text.extend(segment.iter().map(|run| run.text));
        read_symbols(&self.text, &mut self.symbols);
    }

    fn find(
        &mut self,
        segment: &[Run<'_>],
        choice: EncodingChoice,
        favourite: Option<LegacyEncoding>,
    ) -> Finding {
        let is_silent = |run: &Run<'_>| is_silent(run.text) || run.signs().is_some();
        if segment.iter().all(is_silent) {
            return Finding::Silent;
        }
        let forced = |reading, font| Finding::Clear {
            reading,
            evidence: Evidence::default(),
            font,
        };
        match choice {
            EncodingChoice::Unicode => return forced(Reading::Unicode, None),
            EncodingChoice::Legacy(font) => return forced(Reading::Legacy(font), Some(font)),
            EncodingChoice::Auto => self.load(segment),
        }
        match segment.first().and_then(Run::declared) {
            Some(font) => examine_declared(&self.text, &self.symbols, font.encoding),
            None => examine(&self.text, &self.symbols, favourite),
        }
    }

    fn write(&mut self, segment: &[Run<'_>], reading: Reading, output: &mut String) {
        if let Some(font) = segment.first().and_then(Run::signs) {
            let codes = segment.iter().flat_map(|run| run.text.chars());
            output.extend(codes.map(|code| font.sign(code)));
            return;
        }
        let characters = segment.iter().flat_map(|run| {
            let capitals = run.declared().is_some_and(|font| font.capitals);
            run.text.chars().map(move |character| (character, capitals))
        });
        match reading {
            Reading::Unicode => characters
                .for_each(|(character, capitals)| push_letter(character, capitals, output)),
            Reading::Legacy(encoding) => {
                self.load(segment);
                write_decoded(characters, &self.symbols, encoding, output);
            }
        }
    }
}

/// Whether a Vietnamese letter has no byte in windows-1252, as which legacy bytes are read.
fn is_unicode_alone(letter: char) -> bool {
    matches!(
        letter,
        'Ă' | 'ă' | 'Đ' | 'đ' | 'Ĩ' | 'ĩ' | 'Ũ' | 'ũ' | 'Ơ' | 'ơ' | 'Ư' | 'ư' | 'Ạ'..='ỹ'
    )
}

/// Whether a text reads the same in every encoding.
fn is_silent(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, 0x20..0x80 | b'\t' | b'\n' | b'\r'))
}

/// Keeps account of the readings used and how sure they are.
#[derive(Debug, Default)]
struct Account {
    /// Tokens by reading.
    tokens: [u64; 7],
    /// Segments by reading, for texts without a single token.
    segments: [u64; 7],
    /// Tokens times the confidence in their reading.
    sure: f64,
    /// Characters that were lost before the text came here, each as unsure as a token can be.
    lost: u64,
}

impl Account {
    /// The reading of a text, whose place among the findings this is.
    fn settle(&mut self, place: usize, finding: &Finding, support: &Support) -> Reading {
        let (reading, evidence, confidence) = match finding {
            Finding::Silent => return Reading::Unicode,
            Finding::Clear {
                reading,
                evidence,
                font,
            } => {
                let is_declared = font.map(Reading::Legacy) == Some(*reading);
                let is_sure = is_declared || *reading == Reading::Unicode;
                let found = || support.evidence(*reading).confidence();
                (*reading, *evidence, if is_sure { 1.0 } else { found() })
            }
            Finding::Doubtful {
                font,
                declared,
                unicode,
            } => match support.settle_declared(*font, place, *declared, *unicode) {
                Reading::Unicode => (Reading::Unicode, *unicode, 1.0),
                reading @ Reading::Legacy(_) => (reading, *declared, 1.0),
            },
            Finding::Weak { scores, foreign } => {
                let reading = support.settle(scores, *foreign);
                let confidence = match reading {
                    Reading::Unicode => 1.0 - scores.suspicion(),
                    Reading::Legacy(_) if scores.lead(reading) < 0 => 0.0,
                    Reading::Legacy(_) => support.evidence(reading).confidence(),
                };
                (reading, scores.of(reading), confidence)
            }
        };
        let confidence = match (reading, support.plain) {
            (Reading::Unicode, Plain::Windows1252) => 0.0,
            _ => confidence,
        };
        self.tokens[reading.index()] += u64::from(evidence.tokens());
        self.segments[reading.index()] += 1;
        self.sure += f64::from(confidence) * f64::from(evidence.tokens());
        reading
    }

    fn note_damage(&mut self, segment: &[Run<'_>]) {
        let lost = segment
            .iter()
            .flat_map(|run| run.text.matches(char::REPLACEMENT_CHARACTER));
        self.lost += lost.map(|_| 1).sum::<u64>();
    }

    /// Names the encodings: every legacy one that was used, and what the text stands in where that had words of its own.
    fn conclude(&self, choice: EncodingChoice, plain: Plain) -> TextEncoding {
        let used = |reading: &Reading| match reading {
            Reading::Unicode => self.tokens[0] > 0,
            Reading::Legacy(_) => self.segments[reading.index()] > 0,
        };
        let name = |reading| match reading {
            Reading::Unicode => plain.name(),
            Reading::Legacy(encoding) => encoding.name(),
        };
        let names: Vec<&str> = Reading::ALL.into_iter().filter(used).map(name).collect();
        let total = self.lost + self.tokens.iter().sum::<u64>();
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            reason = "a share of tokens"
        )]
        let confidence = if total == 0 {
            1.0
        } else {
            (self.sure / total as f64) as f32
        };
        let name = match choice {
            _ if !names.is_empty() => names.join("+"),
            EncodingChoice::Legacy(encoding) => encoding.name().to_owned(),
            EncodingChoice::Auto | EncodingChoice::Unicode => plain.name().to_owned(),
        };
        TextEncoding { name, confidence }
    }
}
