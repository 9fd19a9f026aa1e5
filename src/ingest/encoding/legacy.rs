//! Which byte means which letter? The tables of the font encodings, as data and as lookups.
//!
//! Every encoding maps one byte, or a base byte and a mark byte after it, to one letter. Bytes without a
//! letter of their own keep their windows-1252 meaning.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// An 8-bit encoding of Vietnamese from before Unicode.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum LegacyEncoding {
    /// TCVN3, also called ABC: the fonts `.VnTime`, `.VnArial`, …
    Tcvn3,
    /// VNI for Windows: the fonts `VNI-Times`, `VNI-Helve`, …
    Vni,
    /// Microsoft's code page 1258, letters followed by combining tone marks.
    Windows1258,
    /// VISCII, RFC 1456.
    Viscii,
    /// VPS, the encoding of the Vietnamese Professionals Society.
    Vps,
    /// BK HCM2, of the Ho Chi Minh City University of Technology.
    BkHcm2,
}

impl LegacyEncoding {
    /// All of them, the most frequent in archives first.
    pub const ALL: [Self; 6] = [
        Self::Tcvn3,
        Self::Vni,
        Self::Windows1258,
        Self::Viscii,
        Self::Vps,
        Self::BkHcm2,
    ];

    /// Its name in results and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Tcvn3 => "tcvn3",
            Self::Vni => "vni",
            Self::Windows1258 => "windows-1258",
            Self::Viscii => "viscii",
            Self::Vps => "vps",
            Self::BkHcm2 => "bkhcm2",
        }
    }

    /// Its lookups, built at first use.
    pub(super) fn table(self) -> &'static LegacyTable {
        &TABLES[self as usize]
    }

    pub(super) fn cells(self) -> Vec<Cell> {
        match self {
            Self::Tcvn3 => parse(include_str!("../../../data/legacy_fonts/tcvn3.tsv")),
            Self::Vni => parse(include_str!("../../../data/legacy_fonts/vni.tsv")),
            Self::Windows1258 => windows_1258_cells(),
            Self::Viscii => parse(include_str!("../../../data/legacy_fonts/viscii.tsv")),
            Self::Vps => parse(include_str!("../../../data/legacy_fonts/vps.tsv")),
            Self::BkHcm2 => parse(include_str!("../../../data/legacy_fonts/bkhcm2.tsv")),
        }
    }
}

static TABLES: LazyLock<[LegacyTable; 6]> =
    LazyLock::new(|| LegacyEncoding::ALL.map(|encoding| LegacyTable::new(&encoding.cells())));

/// One letter and the byte, or base and mark bytes, that stand for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) base: u8,
    pub(super) mark: Option<u8>,
    pub(super) letter: char,
}

/// The lookups of one encoding.
#[derive(Debug)]
pub(super) struct LegacyTable {
    /// What each byte means by itself: its letter, or its windows-1252 character.
    pub(super) single: [char; 256],
    /// Whether `single` is a letter of the encoding, and not a fallback.
    pub(super) is_own: [bool; 256],
    /// For each byte the number of its row in `pairs`, or 0 where no mark can follow it.
    row_of: [u8; 256],
    /// Letters by row and mark byte; NUL where base and mark do not join.
    pairs: Vec<[char; 256]>,
}

impl LegacyTable {
    /// Builds the lookups from the cells.
    ///
    /// A base and a mark of the other case join too, to a letter of the base's case (`Aù` for `Á`): typists
    /// wrote capitals so at the start of a word.
    fn new(cells: &[Cell]) -> Self {
        let mut table = Self {
            single: windows_1252(),
            is_own: [false; 256],
            row_of: [0; 256],
            pairs: vec![['\0'; 256]],
        };
        for cell in cells {
            match cell.mark {
                None => table.set_single(cell.base, cell.letter),
                Some(mark) => table.set_pair(cell.base, mark, cell.letter),
            }
        }
        for cell in cells {
            if let Some(other_case) = cell.mark.map(|mark| mark ^ 0x20)
                && table.pair(cell.base, other_case).is_none()
                && !table.is_own[usize::from(other_case)]
            {
                table.set_pair(cell.base, other_case, cell.letter);
            }
        }
        table
    }

    fn set_single(&mut self, byte: u8, letter: char) {
        self.single[usize::from(byte)] = letter;
        self.is_own[usize::from(byte)] = true;
    }

    fn set_pair(&mut self, base: u8, mark: u8, letter: char) {
        let row = &mut self.row_of[usize::from(base)];
        if *row == 0 {
            *row = u8::try_from(self.pairs.len()).expect("fewer than 256 bases take marks");
            self.pairs.push(['\0'; 256]);
        }
        self.pairs[usize::from(*row)][usize::from(mark)] = letter;
    }

    /// The letter that `base` and `mark` make together.
    pub(super) fn pair(&self, base: u8, mark: u8) -> Option<char> {
        let letter = self.pairs[usize::from(self.row_of[usize::from(base)])][usize::from(mark)];
        (letter != '\0').then_some(letter)
    }
}

/// What each byte means in windows-1252; the five that mean nothing there are C1 controls, as browsers read them.
fn windows_1252() -> [char; 256] {
    let mut characters = ['\0'; 256];
    for (byte, character) in (0..=u8::MAX).zip(characters.iter_mut()) {
        let (decoded, _) =
            encoding_rs::WINDOWS_1252.decode_without_bom_handling(std::slice::from_ref(&byte));
        *character = decoded
            .chars()
            .next()
            .unwrap_or(char::REPLACEMENT_CHARACTER);
    }
    characters
}

/// Reads `bytes in hex, tab, letter` lines; `#` starts a comment.
fn parse(tsv: &str) -> Vec<Cell> {
    tsv.lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            parse_cell(line).unwrap_or_else(|| panic!("a cell is hex, tab, letter: {line}"))
        })
        .collect()
}

fn parse_cell(line: &str) -> Option<Cell> {
    let (hex, letter) = line.split_once('\t')?;
    let base = u8::from_str_radix(hex.get(..2)?, 16).ok()?;
    let mark = match hex.get(2..)? {
        "" => None,
        mark => Some(u8::from_str_radix(mark, 16).ok()?),
    };
    Some(Cell {
        base,
        mark,
        letter: letter.parse().ok()?,
    })
}

/// The cells of windows-1258, from the converter that the web platform uses.
fn windows_1258_cells() -> Vec<Cell> {
    let latin = windows_1252();
    let decode = |byte: u8| {
        let bytes = [byte];
        let (decoded, _) = encoding_rs::WINDOWS_1258.decode_without_bom_handling(&bytes);
        decoded
            .chars()
            .next()
            .filter(|&character| character != char::REPLACEMENT_CHARACTER)
    };
    let characters: Vec<(u8, char)> = (0..=u8::MAX)
        .filter_map(|byte| Some((byte, decode(byte)?)))
        .collect();
    let mut cells = Vec::new();
    for &(base, character) in &characters {
        let letter = character.is_alphabetic();
        if !character.is_ascii() && (letter || character != latin[usize::from(base)]) {
            cells.push(Cell {
                base,
                mark: None,
                letter: character,
            });
        }
        if letter {
            cells.extend(characters.iter().filter_map(|&(mark, tone)| {
                let letter = compose(character, tone)?;
                Some(Cell {
                    base,
                    mark: Some(mark),
                    letter,
                })
            }));
        }
    }
    cells
}

/// The single letter that a base and a combining mark make, if there is one.
fn compose(base: char, mark: char) -> Option<char> {
    let mut composed = [base, mark].into_iter().nfc();
    let letter = composed.next()?;
    (composed.next().is_none()).then_some(letter)
}
