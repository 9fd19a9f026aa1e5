//! What holds within an RTF group? The properties that braces save and restore.

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
    Skipped,
}

impl Destination {
    /// The destination that a group's first word opens, if it opens one.
    ///
    /// An optional one that is not known is passed over, as the format asks.
    pub(super) fn named(word: &str, is_optional: bool, outer: Self) -> Option<Self> {
        if outer == Self::Skipped {
            return Some(Self::Skipped);
        }
        Some(match word {
            "fonttbl" => Self::Fonts,
            "stylesheet" => Self::Styles,
            "info" => Self::Properties,
            "title" => Self::Title,
            "footnote" | "annotation" => Self::Note,
            "shpinst" | "do" => Self::Shape,
            "shptxt" | "dptxbxtext" => Self::TextBox,
            "nesttableprops" | "shp" => return None,
            "colortbl" | "header" | "headerl" | "headerr" | "headerf" | "footer" | "footerl"
            | "footerr" | "footerf" | "pict" | "objdata" | "fldinst" | "pntext" | "listtext"
            | "sp" | "shprslt" | "nonesttables" | "nonshppict" | "revtbl" | "filetbl"
            | "author" | "subject" | "operator" | "keywords" | "doccomm" | "company"
            | "manager" | "category" | "creatim" | "revtim" | "printim" | "buptim" | "comment"
            | "falt" | "panose" | "fontemb" | "xe" | "tc" | "rxe" => Self::Skipped,
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
pub(super) struct State {
    pub(super) destination: Destination,
    pub(super) font: Option<i32>,
    pub(super) hidden: bool,
    pub(super) deleted: bool,
    pub(super) style: Option<i32>,
    pub(super) outline_level: Option<i32>,
    pub(super) in_list: bool,
    /// How many tables the paragraph stands in.
    pub(super) table_depth: i32,
    /// How many bytes after a character given by number stand for it to old readers.
    pub(super) replacement_length: usize,
}

impl Default for State {
    fn default() -> Self {
        Self {
            destination: Destination::Body,
            font: None,
            hidden: false,
            deleted: false,
            style: None,
            outline_level: None,
            in_list: false,
            table_depth: 0,
            replacement_length: 1,
        }
    }
}

impl State {
    /// Takes a control word that sets a property; others change nothing.
    pub(super) fn apply(&mut self, word: &str, value: Option<i32>) {
        let is_on = value != Some(0);
        match word {
            "f" => self.font = value,
            "v" => self.hidden = is_on,
            "deleted" => self.deleted = is_on,
            "plain" => (self.font, self.hidden, self.deleted) = (None, false, false),
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
