//! Which onsets, rhymes and tones go together?

use std::sync::LazyLock;

use super::letter::class_of;

/// Places of sắc and nặng in a row of [`VOWELS`]: the only tones of a syllable that ends in a stop.
const STOP_TONES: [u8; 2] = [2, 5];

/// Onsets before any rhyme; `c`, `g`, `k`, `ng`, `gh`, `ngh`, `gi` and `qu` have rules of their own.
pub(super) const ONSETS: &str = "b ch d đ h kh l m n nh p ph r s t th tr v x";

/// The rhymes without tone. Those after `y` alone stand only without an onset (`yêu`), but are harmless elsewhere.
pub(super) const RHYMES: &str = "\
    a ac ach ai am an ang anh ao ap at au ay ăc ăk ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây \
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu \
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu \
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt oc oe oen oeo oet oi om on \
    ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt \
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uôc uôi uôm uôn uông uôt up uơ ut uy uya uych uyên \
    uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu ưt ưu \
    y yêm yên yêng yêt yêu";

/// What follows `qu`: its `u` is the glide.
const QU_RHYMES: &str = "\
    a ac ach ai am an ang anh ao at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng ât âu ây e en eo et ê ên ênh êt êu \
    i it ich inh ôc ơ ơi ơn ơt y ych yên yêt yn ynh yt yu";

/// Whether `letters`, by number, and `tone`, by its place in a row of vowels, are an onset and a rhyme that go together.
pub(super) fn fits(letters: &[u8], tone: u8) -> bool {
    if ends_in_stop(letters) && !STOP_TONES.contains(&tone) {
        return false;
    }
    let consonants = letters
        .iter()
        .take_while(|&&letter| is_consonant(letter))
        .count();
    if consonants > 3 || letters.len() == consonants {
        return false;
    }
    let joins = |split: usize| INVENTORY.joins(&letters[..split], &letters[split..]);
    // The u of qu and the i of gi belong to the onset, the latter not always.
    let has_glide = matches!(letters, [Q, U, ..] | [G, I, ..]);
    joins(consonants) || (has_glide && joins(consonants + 1))
}

/// Whether a letter, by number, is a consonant. Foreign letters are not.
pub(super) fn is_consonant(letter: u8) -> bool {
    const CONSONANTS: u32 = 1 << B
        | 1 << C
        | 1 << D
        | 1 << D_STROKE
        | 1 << G
        | 1 << H
        | 1 << K
        | 1 << L
        | 1 << M
        | 1 << N
        | 1 << P
        | 1 << Q
        | 1 << R
        | 1 << S
        | 1 << T
        | 1 << V
        | 1 << X;
    CONSONANTS >> letter & 1 != 0
}

static INVENTORY: LazyLock<Inventory> = LazyLock::new(|| Inventory {
    onsets: Parts::new(ONSETS),
    rhymes: Parts::new(RHYMES),
    qu_rhymes: Parts::new(QU_RHYMES),
});

/// What syllables are made of.
struct Inventory {
    onsets: Parts,
    rhymes: Parts,
    qu_rhymes: Parts,
}

impl Inventory {
    fn joins(&self, onset: &[u8], rhyme: &[u8]) -> bool {
        const FRONT: [u8; 4] = [E, E_HAT, I, Y];
        let Some(&first) = rhyme.first() else {
            return onset == [G, I];
        };
        let is_rhyme = || self.rhymes.contains(rhyme);
        match *onset {
            [] => is_rhyme(),
            [Q, U] => self.qu_rhymes.contains(rhyme),
            [Q] => false,
            // The i of gi and that of the rhyme fall together: gì, giếng.
            [G] => (first == I || !FRONT.contains(&first)) && is_rhyme(),
            [G, I] => first != I && first != Y && is_rhyme(),
            [C] | [N, G] => !FRONT.contains(&first) && is_rhyme(),
            // Bắc Kạn, Đăk: k before a in names.
            [K] => (FRONT.contains(&first) || first == A || first == A_BREVE) && is_rhyme(),
            [G, H] | [N, G, H] => FRONT.contains(&first) && is_rhyme(),
            _ => self.onsets.contains(onset) && is_rhyme(),
        }
    }
}

/// Onsets or rhymes of up to four letters: a bit for each combination of four.
struct Parts(Box<[u64]>);

impl Parts {
    fn new(words: &str) -> Self {
        let mut bits = vec![0; 1 << 14].into_boxed_slice();
        for word in words.split_whitespace() {
            let letters: Vec<u8> = word
                .chars()
                .map(|letter| class_of(letter).letter())
                .collect();
            let packed = pack(&letters);
            bits[packed >> 6] |= 1 << (packed & 63);
        }
        Self(bits)
    }

    fn contains(&self, letters: &[u8]) -> bool {
        let packed = pack(letters);
        letters.len() <= 4 && self.0[packed >> 6] >> (packed & 63) & 1 != 0
    }
}

/// Up to four letter numbers of five bits as one number.
fn pack(letters: &[u8]) -> usize {
    letters
        .iter()
        .take(4)
        .fold(0, |packed, &letter| packed << 5 | usize::from(letter))
}

fn ends_in_stop(letters: &[u8]) -> bool {
    matches!(letters, [.., C | P | T] | [.., C, H])
}

// The numbers of letters in `LETTERS`.
const A: u8 = 1;
const A_BREVE: u8 = 2;
const B: u8 = 4;
const C: u8 = 5;
const D: u8 = 6;
const D_STROKE: u8 = 7;
const E: u8 = 8;
const E_HAT: u8 = 9;
const G: u8 = 10;
const H: u8 = 11;
const I: u8 = 12;
const K: u8 = 13;
const L: u8 = 14;
const M: u8 = 15;
const N: u8 = 16;
const P: u8 = 20;
const Q: u8 = 21;
const R: u8 = 22;
const S: u8 = 23;
const T: u8 = 24;
const U: u8 = 25;
const V: u8 = 27;
const X: u8 = 28;
const Y: u8 = 29;

#[cfg(test)]
mod tests {
    use super::super::letter::{LETTERS, VOWELS};
    use super::*;

    #[test]
    fn letter_numbers_agree_with_their_names() {
        let named = [
            (A, 'a'),
            (A_BREVE, 'ă'),
            (B, 'b'),
            (C, 'c'),
            (D, 'd'),
            (D_STROKE, 'đ'),
            (E, 'e'),
            (E_HAT, 'ê'),
            (G, 'g'),
            (H, 'h'),
            (I, 'i'),
            (K, 'k'),
            (L, 'l'),
            (M, 'm'),
            (N, 'n'),
            (P, 'p'),
            (Q, 'q'),
            (R, 'r'),
            (S, 's'),
            (T, 't'),
            (U, 'u'),
            (V, 'v'),
            (X, 'x'),
            (Y, 'y'),
        ];
        for (number, letter) in named {
            assert_eq!(class_of(letter).letter(), number, "{letter}");
        }
    }

    #[test]
    fn every_letter_is_a_vowel_or_a_consonant() {
        for letter in LETTERS {
            let is_vowel = VOWELS.iter().any(|row| row[0] == letter);
            assert_eq!(
                is_consonant(class_of(letter).letter()),
                !is_vowel,
                "{letter}"
            );
        }
    }
}
