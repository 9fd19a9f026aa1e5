//! What holds within an RTF group? The properties that braces save and restore.

use crate::ingest::script::Script;

/// Where the text of a group goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Destination {
    #[default]
    Body,
    /// Footnotes, endnotes, comments.
    Note,
    /// The text in a drawn shape.
    TextBox,
    /// What describes a shape, in which only text boxes matter.
    Shape,
    Fonts,
    Styles,
    /// The document's properties, of which only the title matters.
    Properties,
    /// The title among the document's properties.
    Title,
    /// A property of a shape, its name and its value.
    ShapeProperty,
    PropertyName,
    PropertyValue,
    /// What a field is to show.
    Instruction,
    /// A field of a form, and an entry of its list.
    FormField,
    ListEntry,
    Skipped,
}

impl Destination {
    /// The destination that a group's first word opens, if it opens one.
    ///
    /// An optional one that is not known is passed over, as the format asks.
    pub(super) fn named(word: &str, is_optional: bool, outer: Self) -> Option<Self> {
        match (outer, word) {
            (Self::Skipped, _) => Some(Self::Skipped),
            (Self::Instruction, "formfield") => Some(Self::FormField),
            (Self::FormField, "ffl") => Some(Self::ListEntry),
            // A field there may give a part of the instruction; all else is no part of it.
            (Self::Instruction | Self::FormField | Self::ListEntry, _) => {
                Self::opened_by(word, is_optional).map(|_| Self::Skipped)
            }
            _ => Self::opened_by(word, is_optional),
        }
    }

    fn opened_by(word: &str, is_optional: bool) -> Option<Self> {
        Some(match word {
            "fonttbl" => Self::Fonts,
            "stylesheet" => Self::Styles,
            "info" => Self::Properties,
            "title" => Self::Title,
            "footnote" | "annotation" => Self::Note,
            "shpinst" | "do" => Self::Shape,
            "shptxt" | "dptxbxtext" => Self::TextBox,
            "sp" => Self::ShapeProperty,
            "sn" => Self::PropertyName,
            "sv" => Self::PropertyValue,
            "fldinst" => Self::Instruction,
            "nesttableprops" | "shp" => return None,
            "colortbl" | "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl"
            | "footerr" | "footerf" | "pict" | "objdata" | "pntext" | "listtext" | "shprslt"
            | "nonesttables" | "nonshppict" | "revtbl" | "filetbl" | "author" | "subject"
            | "operator" | "keywords" | "doccomm" | "company" | "manager" | "category"
            | "creatim" | "revtim" | "printim" | "buptim" | "comment" | "falt" | "panose"
            | "fontemb" | "xe" | "tc" | "rxe" => Self::Skipped,
            _ if is_optional => Self::Skipped,
            _ => return None,
        })
    }

    /// Whether text there is part of the document.
    pub(super) fn is_text(self) -> bool {
        matches!(self, Self::Body | Self::Note | Self::TextBox)
    }
}

/// The properties in force.
#[derive(Clone, Copy, Debug)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a property of the format, free of the others"
)]
pub(super) struct State {
    pub(super) destination: Destination,
    pub(super) font: Option<i32>,
    pub(super) script: Script,
    pub(super) hidden: bool,
    /// Deleted, or moved away.
    pub(super) deleted: bool,
    pub(super) style: Option<i32>,
    pub(super) outline_level: Option<i32>,
    pub(super) in_list: bool,
    /// How many tables the paragraph stands in.
    pub(super) table_depth: i32,
    /// How many bytes after a character given by number stand for it to old readers.
    pub(super) replacement_length: usize,
    /// Whether the field's instruction has given what the field shows.
    pub(super) has_result: bool,
    /// Where a text goes that stands here twice, of which the second is in Unicode.
    pub(super) twice: Option<Destination>,
}

impl Default for State {
    fn default() -> Self {
        Self {
            destination: Destination::Body,
            font: None,
            script: Script::Line,
            hidden: false,
            deleted: false,
            style: None,
            outline_level: None,
            in_list: false,
            table_depth: 0,
            replacement_length: 1,
            has_result: false,
            twice: None,
        }
    }
}

impl State {
    /// Takes the first word of a group, which may say where the text of the group goes.
    pub(super) fn open(&mut self, word: &str, is_optional: bool) {
        let found = match (word, self.twice) {
            ("upr", None) if self.destination != Destination::Skipped => {
                self.twice = Some(self.destination);
                Some(Destination::Skipped)
            }
            ("ud", Some(destination)) => {
                self.twice = None;
                Some(destination)
            }
            ("fldrslt", _) if self.has_result => Some(Destination::Skipped),
            _ => Destination::named(word, is_optional, self.destination),
        };
        self.destination = found.unwrap_or(self.destination);
    }

    /// Takes a control word that sets a property; others change nothing.
    pub(super) fn apply(&mut self, word: &str, value: Option<i32>) {
        let is_on = value != Some(0);
        match word {
            "f" => self.font = value,
            "v" => self.hidden = is_on,
            "deleted" | "mvf" => self.deleted = is_on,
            "super" if is_on => self.script = Script::Super,
            "sub" if is_on => self.script = Script::Sub,
            "super" | "sub" | "nosupersub" => self.script = Script::Line,
            "plain" => {
                (self.font, self.script) = (None, Script::Line);
                (self.hidden, self.deleted) = (false, false);
            }
            "pard" => {
                (self.style, self.outline_level) = (None, None);
                (self.in_list, self.table_depth) = (false, 0);
            }
            "s" => self.style = value,
            "outlinelevel" => self.outline_level = value,
            "ls" | "pn" | "pnlvlblt" | "pnlvlbody" => self.in_list = is_on,
            "intbl" => self.table_depth = self.table_depth.max(1),
            "itap" => self.table_depth = value.unwrap_or(0),
            "uc" => {
                let length = value.and_then(|value| usize::try_from(value).ok());
                self.replacement_length = length.unwrap_or(1).min(16);
            }
            _ => {}
        }
    }
}
