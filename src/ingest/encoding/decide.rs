//! Which reading of a text is right? Strong evidence decides alone, weak evidence among what the document supports.

use std::cmp::Ordering;

use super::evidence::{Evidence, is_foreign, weigh, weigh_unicode};
use super::legacy::LegacyEncoding;
use super::symbols::{OPAQUE, Symbol, read_symbols};

/// A way to read a text: as it stands, or as legacy bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Reading {
    Unicode,
    Legacy(LegacyEncoding),
}

impl Reading {
    /// All of them; ties go to the earlier.
    pub(super) const ALL: [Self; 7] = {
        let mut readings = [Self::Unicode; 7];
        let mut index = 0;
        while index < LegacyEncoding::ALL.len() {
            readings[index + 1] = Self::Legacy(LegacyEncoding::ALL[index]);
            index += 1;
        }
        readings
    };

    /// Whether so few files are in it that chance has to be ruled out more firmly.
    fn is_rare(self) -> bool {
        use LegacyEncoding::{BkHcm2, Viscii, Vps};
        matches!(self, Self::Legacy(Viscii | Vps | BkHcm2))
    }

    pub(super) fn index(self) -> usize {
        match self {
            Self::Unicode => 0,
            Self::Legacy(encoding) => 1 + encoding as usize,
        }
    }
}

/// What a text is in that is read as it stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Plain {
    /// Unicode.
    #[default]
    Unicode,
    /// Windows-1252, as which bytes were read that are no Unicode.
    Windows1252,
}

impl Plain {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Unicode => "utf-8",
            Self::Windows1252 => "windows-1252",
        }
    }
}

/// The evidence for every reading of one text, by [`Reading::index`].
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Scores([Evidence; 7]);

impl Scores {
    /// Weighs a text in every reading; `unicode` was weighed before.
    pub(super) fn weigh(unicode: Evidence, symbols: &[Symbol]) -> Self {
        Self(Reading::ALL.map(|reading| match reading {
            Reading::Unicode => unicode,
            Reading::Legacy(encoding) => weigh(symbols, encoding),
        }))
    }

    pub(super) fn of(&self, reading: Reading) -> Evidence {
        self.0[reading.index()]
    }

    /// How much more sense a reading makes than the text as it stands.
    pub(super) fn lead(&self, reading: Reading) -> i64 {
        self.of(reading).score() - self.of(Reading::Unicode).score()
    }

    fn add(&mut self, other: &Self) {
        for (evidence, more) in self.0.iter_mut().zip(other.0) {
            evidence.add(more);
        }
    }

    /// The best reading, where the evidence for it is strong enough to need no other.
    ///
    /// That takes three different syllables (six for encodings that hardly any file is in), three well-formed tokens in
    /// four, and a lead over every other reading of three points and of a point for every four tokens.
    pub(super) fn strong(&self) -> Option<Reading> {
        // max_by_key takes the last of equals, and ties go to the earlier.
        let score = |reading: &Reading| self.of(*reading).score();
        let best = Reading::ALL.into_iter().rev().max_by_key(score)?;
        let others = Reading::ALL.into_iter().filter(|reading| *reading != best);
        let lead = score(&best) - others.map(|reading| score(&reading)).max()?;
        let evidence = self.of(best);
        let tokens = i64::from(evidence.tokens());
        let different = if best.is_rare() { 6 } else { 3 };
        let is_strong = evidence.different() >= different
            && 4 * evidence.score() >= tokens
            && lead >= 3
            && 4 * lead >= tokens;
        is_strong.then_some(best)
    }

    /// The best reading, where it makes sense of every word beyond ASCII in a text of another language: names
    /// in a letter. Words of that language do not make six different syllables and nothing else.
    fn faultless(&self) -> Option<Reading> {
        let best = self.strong()?;
        let (evidence, unicode) = (self.of(best), self.of(Reading::Unicode));
        let is_faultless = evidence.invalid == 0 && evidence.different() >= 6;
        (is_faultless && unicode.score() < 0).then_some(best)
    }

    /// How much the text looks like legacy text, from 0 to 1: not at all where it makes sense as it stands.
    pub(super) fn suspicion(&self) -> f32 {
        if self.of(Reading::Unicode).score() >= 0 {
            return 0.0;
        }
        let legacy = self.0[1..].iter().map(|evidence| evidence.confidence());
        legacy.fold(0.0, f32::max)
    }
}

/// What one text says about its reading.
#[derive(Clone, Copy, Debug)]
pub(super) enum Finding {
    /// Nothing but ASCII: it reads the same everywhere.
    Silent,
    /// Decided by itself, with or against what its `font` declares, if that declares anything.
    Clear {
        reading: Reading,
        evidence: Evidence,
        font: Option<LegacyEncoding>,
    },
    /// It reads in the encoding that its font declares and as it stands, or in neither: other text in such fonts
    /// has to decide.
    Doubtful {
        font: LegacyEncoding,
        declared: Evidence,
        unicode: Evidence,
    },
    /// The document has to decide; a text whose plain words are `foreign` has no say in that.
    Weak { scores: Scores, foreign: bool },
}

/// Examines a text without a declared encoding.
///
/// Where it reads nearly without fault in the document's `favourite` and makes no sense as it stands, the other
/// readings are not even tried: none of them could do better, and weighing them is what takes time.
pub(super) fn examine(
    text: &str,
    symbols: &[Symbol],
    favourite: Option<LegacyEncoding>,
) -> Finding {
    let unicode = weigh_unicode(text);
    let opaque = symbols.iter().filter(|&&symbol| symbol == OPAQUE).count();
    let marked = symbols.iter().filter(|&&symbol| symbol >= 0x80).count();
    // Letters that no byte stands for: either most of the text is beyond any 8-bit encoding, or it makes sense.
    if 2 * opaque > marked || (opaque > 0 && unicode.score() > 0) {
        return Finding::Clear {
            reading: Reading::Unicode,
            evidence: unicode,
            font: None,
        };
    }
    if let Some(encoding) = favourite.filter(|_| unicode.score() < 0) {
        let evidence = weigh(symbols, encoding);
        if evidence.is_nearly_faultless() {
            return Finding::Clear {
                reading: Reading::Legacy(encoding),
                evidence,
                font: None,
            };
        }
    }
    let scores = Scores::weigh(unicode, symbols);
    let foreign = is_foreign(text);
    let strong = scores.strong();
    let strong = strong.filter(|reading| *reading == Reading::Unicode || !foreign);
    match strong.or_else(|| scores.faultless()) {
        Some(reading) => Finding::Clear {
            reading,
            evidence: scores.of(reading),
            font: None,
        },
        None => Finding::Weak { scores, foreign },
    }
}

/// Examines a text whose font declares an encoding.
pub(super) fn examine_declared(text: &str, symbols: &[Symbol], font: LegacyEncoding) -> Finding {
    let declared = weigh(symbols, font);
    let unicode = weigh_unicode(text);
    let clear = |reading, evidence| Finding::Clear {
        reading,
        evidence,
        font: Some(font),
    };
    let doubtful = Finding::Doubtful {
        font,
        declared,
        unicode,
    };
    if declared.score() >= 0 {
        return if unicode.score() < 0 {
            clear(Reading::Legacy(font), declared)
        } else if symbols.contains(&OPAQUE) && unicode.score() > declared.score() {
            clear(Reading::Unicode, unicode)
        } else {
            doubtful
        };
    }
    let scores = Scores::weigh(unicode, symbols);
    match scores.strong() {
        Some(reading) => clear(reading, scores.of(reading)),
        None if unicode.score() > 0 => clear(Reading::Unicode, unicode),
        None => doubtful,
    }
}

/// What a document supports: syllables by reading, and which readings occur for sure.
#[derive(Clone, Debug, Default)]
pub(super) struct Support {
    clear: [Evidence; 7],
    weak: Scores,
    fonts: [Trust; LegacyEncoding::ALL.len()],
    /// How many findings were added.
    count: usize,
    /// What is in none of the legacy encodings.
    pub(super) plain: Plain,
}

/// What clear texts in fonts of one encoding were.
#[derive(Clone, Debug, Default)]
struct Trust {
    /// How many syllables were in that encoding.
    kept: u32,
    /// How many were Unicode.
    broken: u32,
    /// The places of these texts among all findings, in order, and whether each was Unicode.
    places: Vec<(usize, bool)>,
}

impl Support {
    pub(super) fn new(plain: Plain) -> Self {
        Self {
            plain,
            ..Self::default()
        }
    }

    pub(super) fn add(&mut self, finding: &Finding) {
        let place = self.count;
        self.count += 1;
        match finding {
            Finding::Silent | Finding::Doubtful { .. } => {}
            Finding::Clear {
                reading,
                evidence,
                font,
            } => {
                self.clear[reading.index()].add(*evidence);
                if let Some(font) = font {
                    self.fonts[*font as usize].add(place, *font, *reading, evidence.valid);
                }
            }
            Finding::Weak { foreign: true, .. } => {}
            Finding::Weak {
                scores,
                foreign: false,
            } => self.weak.add(scores),
        }
    }

    /// The legacy encoding that most of the document was clearly in so far.
    pub(super) fn favourite(&self) -> Option<LegacyEncoding> {
        let favourite = Reading::ALL
            .into_iter()
            .rev()
            .max_by_key(|reading| self.of(*reading))?;
        match favourite {
            Reading::Legacy(encoding) if self.of(favourite) >= ALL_LEGACY_SYLLABLES => {
                Some(encoding)
            }
            _ => None,
        }
    }

    /// Ends the gathering: what is weak in every part may be strong as a whole.
    pub(super) fn conclude(&mut self) {
        if let Some(reading) = self.weak.strong() {
            self.clear[reading.index()].add(self.weak.of(reading));
        }
    }

    fn of(&self, reading: Reading) -> u32 {
        self.clear[reading.index()].valid
    }

    /// Everything that speaks for a reading in this document.
    pub(super) fn evidence(&self, reading: Reading) -> Evidence {
        self.clear[reading.index()]
    }

    /// The reading of a text with weak evidence: the best of those that the document supports, as long
    /// as it makes more sense than the text as it stands; else the text as it stands.
    ///
    /// Equal sense leaves the text alone, unless the document is all legacy text. Then bytes that make no sense either way,
    /// and have no `foreign` words beside them, follow it too: places are named in more languages of Vietnam than its own.
    pub(super) fn settle(&self, scores: &Scores, foreign: bool) -> Reading {
        let supported = Reading::ALL
            .into_iter()
            .filter(|reading| self.of(*reading) > 0);
        let weight = |reading: &Reading| (scores.of(*reading).score(), self.of(*reading));
        let Some(best) = supported.rev().max_by_key(weight) else {
            return Reading::Unicode;
        };
        let lead = scores.lead(best);
        let is_all_legacy = self.of(Reading::Unicode) == 0 && self.of(best) >= ALL_LEGACY_SYLLABLES;
        let is_senseless = scores.of(Reading::Unicode).score() < 0 && scores.of(best).score() < 0;
        let follows_others = self.plain == Plain::Windows1252 && !foreign && is_senseless;
        if lead > 0 || (is_all_legacy && (lead == 0 || follows_others)) {
            best
        } else {
            Reading::Unicode
        }
    }

    /// The reading of a doubtful text in a font, whose place among the findings this is.
    ///
    /// Where clear text in such fonts was Unicode, it is what makes more sense of the text; where both make as much,
    /// what the nearest clear text was.
    pub(super) fn settle_declared(
        &self,
        font: LegacyEncoding,
        place: usize,
        declared: Evidence,
        unicode: Evidence,
    ) -> Reading {
        let trust = &self.fonts[font as usize];
        let is_unicode = trust.broken > 0
            && match unicode.sense().cmp(&declared.sense()) {
                Ordering::Greater => true,
                Ordering::Less => false,
                Ordering::Equal => trust.is_unicode_near(place),
            };
        if is_unicode {
            Reading::Unicode
        } else {
            Reading::Legacy(font)
        }
    }
}

impl Trust {
    fn add(&mut self, place: usize, font: LegacyEncoding, reading: Reading, syllables: u32) {
        let count = match reading {
            Reading::Unicode => &mut self.broken,
            Reading::Legacy(found) if found == font => &mut self.kept,
            Reading::Legacy(_) => return,
        };
        *count = count.saturating_add(syllables);
        self.places.push((place, reading == Reading::Unicode));
    }

    /// Whether the clear text nearest to a place was Unicode; between two as near, whether most were.
    fn is_unicode_near(&self, place: usize) -> bool {
        let (before, after) = self
            .places
            .split_at(self.places.partition_point(|(at, _)| *at < place));
        match (before.last(), after.first()) {
            (Some((left, is_left)), Some((right, is_right))) => {
                match (place - left).cmp(&(right - place)) {
                    Ordering::Less => *is_left,
                    Ordering::Greater => *is_right,
                    Ordering::Equal if is_left == is_right => *is_left,
                    Ordering::Equal => self.broken > self.kept,
                }
            }
            (Some((_, is_unicode)), None) | (None, Some((_, is_unicode))) => *is_unicode,
            (None, None) => false,
        }
    }
}

/// So many syllables of a legacy encoding and none of Unicode make a document legacy text throughout: a
/// paragraph or two, far more than any text of another language has shown by chance.
const ALL_LEGACY_SYLLABLES: u32 = 20;

/// How much a whole text looks like one in some legacy encoding, from 0 to 1.
pub(super) fn suspicion(text: &str) -> f32 {
    let mut symbols = Vec::new();
    read_symbols(text, &mut symbols);
    Scores::weigh(weigh_unicode(text), &symbols).suspicion()
}
