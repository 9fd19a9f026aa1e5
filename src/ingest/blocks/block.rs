//! A paragraph as a file has it, before decoding: runs of text with their fonts.

use std::mem;

use crate::document::ParagraphKind;
use crate::ingest::script::Script;

/// Windows and PDF allow far shorter names of fonts, and every run holds its font's: one of 100,000 bytes,
/// named by every other word, filled a gigabyte.
pub(crate) const MAX_FONT_BYTES: usize = 128;

/// A piece of text in one font, as the file has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct StyledRun {
    /// Its characters; each byte of an encoding before Unicode stands as windows-1252 has it.
    pub(crate) text: String,
    /// The font that the file names, which may be what makes it Vietnamese.
    pub(crate) font: Option<String>,
    /// Where it stands while its paragraph is read; on the line from then on.
    pub(crate) script: Script,
}

impl StyledRun {
    /// Whether it can be a part of a raised or lowered number.
    fn is_of_number(&self) -> bool {
        self.text.chars().all(|letter| self.script.has(letter))
    }
}

/// A paragraph as the file has it, before decoding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Block {
    pub(crate) kind: ParagraphKind,
    pub(crate) runs: Vec<StyledRun>,
    pub(crate) page: Option<u32>,
    /// Whether a page shows it as a part of another text, as mails do with the older ones that they answer.
    pub(crate) is_quoted: bool,
    /// Whether it stands beside what the document says, as a signature does.
    pub(crate) furniture: bool,
}

impl Block {
    /// A paragraph of the text's body that says `text`.
    pub(crate) fn of_text(text: &str) -> Self {
        let mut block = Self::default();
        block.push(text, None);
        block
    }

    /// Appends text on the line.
    pub(crate) fn push(&mut self, text: &str, font: Option<&str>) {
        self.push_at(Script::Line, text, font);
    }

    /// Appends text, to the last run where the font is the same and both are on the line. An absurdly long font's name is
    /// as none.
    pub(crate) fn push_at(&mut self, script: Script, text: &str, font: Option<&str>) {
        if text.is_empty() {
            return;
        }
        let font = font.filter(|name| name.len() <= MAX_FONT_BYTES);
        // Raised pieces stay apart until it is known what they are pieces of.
        let is_on_line = |before| [before, script] == [Script::Line, Script::Line];
        match self.runs.last_mut() {
            Some(last) if last.font.as_deref() == font && is_on_line(last.script) => {
                last.text.push_str(text);
            }
            _ => self.runs.push(StyledRun {
                text: text.to_owned(),
                font: font.map(str::to_owned),
                script,
            }),
        }
    }

    /// Writes what is raised and lowered as it reads on the line: all of a number at once, however many runs it has, and
    /// apart from what else is raised beside it.
    pub(super) fn put_on_line(&mut self) {
        if self.runs.iter().all(|run| run.script == Script::Line) {
            return;
        }
        let runs = mem::take(&mut self.runs);
        let is_one = |left: &StyledRun, right: &StyledRun| {
            left.script == right.script && [left, right].iter().all(|run| run.is_of_number())
        };
        for part in runs.chunk_by(is_one) {
            let script = part[0].script;
            let before = self.last_char();
            let text: String = part.iter().map(|run| run.text.as_str()).collect();
            match script.shown(&text, before) {
                Some(small) => self.push(&small, part[0].font.as_deref()),
                None => {
                    for run in part {
                        self.push(&run.text, run.font.as_deref());
                    }
                }
            }
        }
    }

    /// The last character so far.
    pub(crate) fn last_char(&self) -> Option<char> {
        self.runs
            .last()
            .and_then(|run| run.text.chars().next_back())
    }

    /// The text of all runs, not decoded.
    pub(crate) fn text(&self) -> String {
        self.runs.iter().map(|run| run.text.as_str()).collect()
    }

    pub(super) fn is_blank(&self) -> bool {
        self.runs
            .iter()
            .all(|run| run.text.chars().all(char::is_whitespace))
    }

    /// Appends the runs of another block, with something between them.
    pub(crate) fn append(&mut self, separator: &str, other: Block) {
        if !self.runs.is_empty() {
            let font = self.runs.last().and_then(|run| run.font.clone());
            self.push(separator, font.as_deref());
        }
        self.page = self.page.or(other.page);
        self.is_quoted |= other.is_quoted;
        for run in other.runs {
            self.push(&run.text, run.font.as_deref());
        }
    }
}
