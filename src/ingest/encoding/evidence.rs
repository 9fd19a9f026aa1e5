//! How well does a text read in each encoding? Counts of well-formed and malformed syllables.

use std::sync::LazyLock;

use super::legacy::{LegacyEncoding, LegacyTable};
use super::syllable::{Class, Token, Verdict, class_of, is_common, is_syllable};
use super::symbols::{HIDDEN, LONE_DOT, OPAQUE, SYMBOLS, Symbol, byte_of};

/// What the tokens of a text that are not plain ASCII say about one reading of it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// Tokens that read as syllables.
    pub(super) valid: u32,
    /// Tokens that read as nothing.
    pub(super) invalid: u32,
    /// How many of the valid ones are common.
    common: u32,
    /// Those of them that no language could spell so, with a symbol inside a word.
    broken: u32,
    /// One bit for each of the different syllables, by hash: more bits, more different ones.
    seen: u64,
}

impl Evidence {
    /// Well-formed tokens less twice the malformed and three times the broken ones: a wrong reading makes some
    /// syllables by chance.
    pub(super) fn score(self) -> i64 {
        i64::from(self.valid) - 2 * i64::from(self.invalid) - i64::from(self.broken)
    }

    /// How much sense a short text makes: its [`score`](Self::score), and a point for every common syllable.
    pub(super) fn sense(self) -> i64 {
        self.score() + i64::from(self.common)
    }

    /// About how many different syllables there were, at most 64.
    pub(super) fn different(self) -> u32 {
        self.seen.count_ones()
    }

    /// Whether nine in ten tokens are syllables, and eight of them different.
    pub(super) fn is_nearly_faultless(self) -> bool {
        self.different() >= 8 && self.invalid <= self.valid / 9
    }

    /// How many tokens had a say.
    pub(super) fn tokens(self) -> u32 {
        self.valid.saturating_add(self.invalid)
    }

    /// Adds the counts of another text.
    pub(super) fn add(&mut self, other: Self) {
        self.valid = self.valid.saturating_add(other.valid);
        self.invalid = self.invalid.saturating_add(other.invalid);
        self.common = self.common.saturating_add(other.common);
        self.broken = self.broken.saturating_add(other.broken);
        self.seen |= other.seen;
    }

    /// How sure this makes a reading, from 0 to 1.
    ///
    /// The share [`score`](Self::score)` / tokens`, at least 0, times `tokens / (tokens + 4)`: it grows with every
    /// syllable and falls with every malformed token.
    pub(super) fn confidence(self) -> f32 {
        if self.score() <= 0 {
            return 0.0;
        }
        #[expect(
            clippy::cast_precision_loss,
            reason = "counts far beyond 2^24 change nothing in a share"
        )]
        let (score, tokens) = (self.score() as f32, self.tokens() as f32);
        score / (tokens + 4.0)
    }

    fn count(&mut self, token: &Token) {
        match token.verdict() {
            Verdict::Syllable => {
                self.valid += 1;
                self.common += u32::from(is_common(token));
                self.seen |= 1 << (token.hash() >> 26);
            }
            Verdict::Malformed => self.invalid += 1,
            Verdict::Broken => {
                self.invalid += 1;
                self.broken += 1;
            }
            Verdict::Neutral => {}
        }
    }
}

/// Reads tokens off a text one class at a time and counts those that have a say.
#[derive(Debug, Default)]
struct Tally {
    evidence: Evidence,
    token: Token,
    marked: bool,
}

impl Tally {
    fn push(&mut self, class: Class, marked: bool) {
        if class == Class::BOUNDARY {
            self.finish_token();
        } else {
            self.token.push(class, marked);
            self.marked |= marked;
        }
    }

    fn finish_token(&mut self) {
        if self.marked {
            self.evidence.count(&self.token);
        }
        if !self.token.is_empty() {
            self.token.clear();
        }
        self.marked = false;
    }

    fn finish(mut self) -> Evidence {
        self.finish_token();
        self.evidence
    }
}

/// Weighs a text as the Unicode it says it is.
pub(super) fn weigh_unicode(text: &str) -> Evidence {
    let mut tally = Tally::default();
    let mut after_digit = false;
    for character in text.chars() {
        let class = if after_digit && is_sign_of_number(character) {
            Class::BOUNDARY
        } else {
            class_of(character)
        };
        tally.push(class, !character.is_ascii());
        after_digit = character.is_ascii_digit();
    }
    tally.finish()
}

/// Whether a sign belongs to the number before it, as in `32°C` and `85±2`: it spoils no word.
fn is_sign_of_number(character: char) -> bool {
    matches!(character, '°' | '±' | '²' | '³' | '×')
}

/// Whether the plain ASCII words of a text are those of another language than Vietnamese: at least three words
/// of two letters or more, and not half of them syllables.
///
/// Words in capitals say nothing, because abbreviations are.
pub(super) fn is_foreign(text: &str) -> bool {
    // Not at guillemets, which are TCVN3's ô and ằ.
    let words =
        text.split(|character: char| character.is_ascii() && !character.is_ascii_alphanumeric());
    let is_plain =
        |word: &&str| word.len() > 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
    let words = words
        .filter(is_plain)
        .filter(|word| word.bytes().any(|byte| byte.is_ascii_lowercase()));
    let (mut syllables, mut others) = (0_usize, 0_usize);
    for word in words {
        if is_syllable(word) {
            syllables += 1;
        } else {
            others += 1;
        }
    }
    others > syllables && syllables + others >= 3
}

/// Weighs the look of a text in whatever language: a word with a letter beyond ASCII is well-formed unless there is
/// a symbol, a control character or a stray capital in it.
pub(super) fn weigh_spelling(text: &str) -> Evidence {
    let mut evidence = Evidence::default();
    for word in text.split(|character| class_of(character) == Class::BOUNDARY) {
        if word.is_ascii() {
            continue;
        }
        let is_sound = word.chars().all(char::is_alphabetic) && !has_stray_capital(word);
        if is_sound {
            evidence.valid += 1;
        } else {
            evidence.invalid += 1;
        }
    }
    evidence
}

/// How many signs of typography a text has, if those are all that it has beyond ASCII, and each stands where it
/// belongs: quotation marks open and close words. Letters of a legacy encoding stand inside words.
pub(super) fn count_typography(text: &str) -> Option<u32> {
    let mut count = 0;
    let mut before = None;
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        let is_word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let (after_word, before_word) = (is_word(before), is_word(characters.peek().copied()));
        let is_sound = match character {
            _ if character.is_ascii() => true,
            '“' | '‘' | '„' => {
                !after_word && characters.peek().is_some_and(|c| !c.is_whitespace())
            }
            '”' => !before_word && before.is_some_and(|c: char| !c.is_whitespace()),
            '’' => before.is_some_and(|c: char| !c.is_whitespace()),
            '–' | '—' | '…' | '•' => after_word == before_word || !after_word,
            _ => false,
        };
        if !is_sound {
            return None;
        }
        count += u32::from(!character.is_ascii());
        before = Some(character);
    }
    Some(count)
}

/// Whether a capital beyond ASCII follows a small letter.
fn has_stray_capital(word: &str) -> bool {
    let pairs = word.chars().zip(word.chars().skip(1));
    pairs
        .into_iter()
        .any(|(left, right)| left.is_lowercase() && right.is_uppercase() && !right.is_ascii())
}

/// Weighs a text as bytes of a legacy encoding.
pub(super) fn weigh(symbols: &[Symbol], encoding: LegacyEncoding) -> Evidence {
    let classes = &CLASS_TABLES[encoding as usize];
    let mut tally = Tally::default();
    let mut rest = symbols;
    let mut after_digit = false;
    while let [symbol, after @ ..] = rest {
        if let Some(class) = after.first().and_then(|&mark| classes.pair(*symbol, mark)) {
            tally.push(class, true);
            rest = &after[1..];
        } else {
            let class = classes.single[usize::from(*symbol)];
            let is_sign = || char::from_u32(u32::from(*symbol)).is_some_and(is_sign_of_number);
            let is_of_number = after_digit && class == Class::JUNK && is_sign();
            let class = if is_of_number { Class::BOUNDARY } else { class };
            tally.push(class, !(0x20..0x80).contains(symbol));
            rest = after;
        }
        after_digit = (0x30..0x3A).contains(symbol);
    }
    tally.finish()
}

/// A [`LegacyTable`] with classes for letters.
struct ClassTable {
    single: [Class; SYMBOLS],
    row_of: [u8; SYMBOLS],
    pairs: Vec<[Class; 256]>,
}

static CLASS_TABLES: LazyLock<[ClassTable; LegacyEncoding::ALL.len()]> =
    LazyLock::new(|| LegacyEncoding::ALL.map(ClassTable::new));

impl ClassTable {
    fn new(encoding: LegacyEncoding) -> Self {
        let table = encoding.table();
        let mut classes = Self {
            single: [Class::BOUNDARY; SYMBOLS],
            row_of: [0; SYMBOLS],
            pairs: vec![[Class::BOUNDARY; 256]],
        };
        classes.single[usize::from(OPAQUE)] = Class::JUNK;
        classes.single[usize::from(HIDDEN)] = Class::INVISIBLE;
        for byte in 0..=u8::MAX {
            let index = usize::from(byte);
            let class = class_of(table.single[index]);
            let is_stray =
                !table.is_own[index] && table.single[index].is_alphabetic() && byte >= 0x80;
            classes.single[index] = if is_stray || class == Class::INVISIBLE {
                Class::JUNK
            } else {
                class
            };
            classes.add_pairs(table, byte);
        }
        if let Some(dot) = byte_of(LONE_DOT, encoding) {
            classes.single[usize::from(LONE_DOT)] = classes.single[usize::from(dot)];
        }
        classes
    }

    fn add_pairs(&mut self, table: &LegacyTable, base: u8) {
        let mut row = [Class::BOUNDARY; 256];
        let mut has_pairs = false;
        for (mark, class) in (0..=u8::MAX).zip(row.iter_mut()) {
            if let Some(letter) = table.pair(base, mark) {
                *class = class_of(letter);
                has_pairs = true;
            }
        }
        if has_pairs {
            self.row_of[usize::from(base)] =
                u8::try_from(self.pairs.len()).expect("fewer than 256 bases take marks");
            self.pairs.push(row);
        }
    }

    fn pair(&self, base: Symbol, mark: Symbol) -> Option<Class> {
        let row = self.row_of[usize::from(base)];
        if row == 0 {
            return None;
        }
        let class = *self.pairs[usize::from(row)].get(usize::from(mark))?;
        (class != Class::BOUNDARY).then_some(class)
    }
}
