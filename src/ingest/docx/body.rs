//! What do the paragraphs of a story (body, footnotes, comments) say? `WordprocessingML` → blocks.

use std::mem;

use super::chunks::Chunks;
use super::fields::{self, Fields, Shown};
use super::formula::{self, Fences};
use super::properties::{ParagraphProperties, RunProperties, is_deletion};
use super::styles::{Run, Style, Styles};
use crate::document::ParagraphKind;
use crate::ingest::blocks::{Block, Blocks, Place};
use crate::ingest::encoding::as_signs;
use crate::ingest::error::ReadError;
use crate::ingest::html::font_of_style;
use crate::ingest::script::Script;
use crate::ingest::xml::{Element, Node, XmlReader, on_one_line};

/// Nobody writes more fractions in each other.
const MAX_FRACTIONS: usize = 8;

/// Reads stories, one after the other, into blocks.
#[derive(Debug)]
pub(super) struct BodyReader<'s> {
    styles: &'s Styles,
    /// The files that the main part takes in.
    chunks: Chunks,
    blocks: Blocks,
    /// The paragraphs we are in: text boxes put one inside another.
    paragraphs: Vec<Paragraph<'s>>,
    /// The runs we are in, as text boxes stand in runs.
    runs: Vec<Run<'s>>,
    /// Where the parts of formulas that we are in stand.
    scripts: Vec<Script>,
    /// Where the halves of fractions that we are in begin.
    halves: Vec<Place>,
    fences: Fences,
    fields: Fields,
    /// Whether all fields of the part end, so that their code can be told from what they show.
    fields_end: bool,
    /// For each `mc:AlternateContent` we are in, whether one alternative has been taken.
    alternatives: Vec<bool>,
    /// Whether paragraphs are notes, which stand apart.
    in_notes: bool,
    /// Whether the last paragraph goes on in the next one.
    goes_on: bool,
}

#[derive(Debug, Default)]
struct Paragraph<'s> {
    style: Option<&'s Style>,
    kind: ParagraphKind,
    is_title: bool,
    goes_on: bool,
}

impl<'s> BodyReader<'s> {
    pub(super) fn new(styles: &'s Styles, chunks: Chunks) -> Self {
        Self {
            styles,
            chunks,
            blocks: Blocks::default(),
            paragraphs: Vec::new(),
            runs: Vec::new(),
            scripts: Vec::new(),
            halves: Vec::new(),
            fences: Fences::default(),
            fields: Fields::default(),
            fields_end: true,
            alternatives: Vec::new(),
            in_notes: false,
            goes_on: false,
        }
    }

    /// Reads the main part.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read_main(&mut self, xml: &str) -> Result<(), ReadError> {
        self.fields = Fields::default();
        self.fields_end = fields::are_ended(xml)?;
        self.read_to_depth(0, &mut XmlReader::new(xml))
    }

    /// Reads on to where no more than so many elements are open.
    fn read_to_depth(&mut self, depth: usize, reader: &mut XmlReader<'_>) -> Result<(), ReadError> {
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => {
                    self.start(&element, reader)?;
                    self.blocks.check_pieces()?;
                }
                Node::End(name) => self.end(&name),
                Node::Text(_) => {}
            }
            if depth > 0 && reader.depth() <= depth {
                break;
            }
        }
        Ok(())
    }

    /// Reads the note that has just begun in the text, as the XML of 2003 has them; its paragraphs are captions.
    fn read_note_in_text(&mut self, reader: &mut XmlReader<'_>) -> Result<(), ReadError> {
        let depth = reader.depth() - 1;
        let in_notes = mem::replace(&mut self.in_notes, true);
        self.goes_on = false;
        self.blocks.begin_aside();
        self.read_to_depth(depth, reader)?;
        self.blocks.end_aside();
        self.in_notes = in_notes;
        Ok(())
    }

    /// Reads a part of footnotes, endnotes or comments; each of their paragraphs is a caption.
    ///
    /// # Errors
    ///
    /// As [`XmlReader::next`].
    pub(super) fn read_notes(&mut self, xml: &str) -> Result<(), ReadError> {
        self.blocks.end_paragraph();
        self.goes_on = false;
        self.in_notes = true;
        self.read_main(xml)
    }

    /// The blocks, and the first paragraph in the Title style.
    pub(super) fn finish(mut self) -> (Vec<Block>, Option<Block>) {
        let title = self.blocks.take_title();
        (self.blocks.finish_parted(), title)
    }

    fn start(
        &mut self,
        element: &Element<'_>,
        reader: &mut XmlReader<'_>,
    ) -> Result<(), ReadError> {
        if is_left_out(element) {
            return reader.skip_element();
        }
        match element.name() {
            "p" => self.begin_paragraph(),
            "pPr" => self.take_properties(&ParagraphProperties::read(reader)?),
            "r" => self.runs.push(Run::default()),
            "rPr" => self.take_run_properties(reader)?,
            "fldChar" => {
                let shown = self.fields.take(element);
                self.push_shown(shown);
            }
            "instrText" => self.fields.instruct(&reader.text_of_element()?),
            "ddList" => self.fields.choose(fields::read_chosen(reader)?),
            "checkBox" => self.fields.choose(Some(fields::read_box(reader)?)),
            "sdtPr" => pass_placeholder(reader)?,
            "t" => {
                let text = reader.text_of_element()?;
                self.push(&on_one_line(&text));
            }
            "sym" | "symEx" => self.push_sign(element),
            "br" => self.take_break(element),
            "cr" => self.push("\n"),
            "tab" | "ptab" => self.push(" "),
            "softHyphen" => self.push("\u{ad}"),
            "noBreakHyphen" => self.push("-"),
            "num" | "den" | "d" | "rad" | "begChr" | "sepChr" | "endChr" | "e" | "sup" | "deg"
            | "sub" => self.start_in_formula(element, reader.depth()),
            "naryPr" => {
                let operator = formula::read_operator(reader)?;
                self.push(&operator);
            }
            "textpath" => self.push_word_art(element),
            _ => return self.start_around(element, reader),
        }
        Ok(())
    }

    /// Begins what paragraphs stand in, or what stands for them.
    fn start_around(
        &mut self,
        element: &Element<'_>,
        reader: &mut XmlReader<'_>,
    ) -> Result<(), ReadError> {
        match element.name() {
            "tbl" => self.blocks.begin_table(),
            "tr" => self.blocks.begin_row(),
            "trPr" => self.take_row_properties(reader)?,
            "tc" => {
                self.goes_on = false;
                self.blocks.begin_cell();
            }
            // Ids are those of the main part.
            "altChunk" if !self.in_notes => {
                self.goes_on = false;
                let id = element.prefixed_attribute("id").unwrap_or_default();
                self.blocks.add_all(self.chunks.take(&id));
            }
            // A text box is hidden with the run that it is anchored in.
            "txbxContent" if self.is_hidden() => return reader.skip_element(),
            "txbxContent" => {
                self.goes_on = false;
                self.blocks.begin_aside();
            }
            "footnote" | "endnote" if !self.in_notes => return self.read_note_in_text(reader),
            "annotation" if element.has("type", "Word.Comment") => {
                return self.read_note_in_text(reader);
            }
            "AlternateContent" => self.alternatives.push(false),
            "Choice" | "Fallback" => self.take_alternative(reader)?,
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => self.end_paragraph(),
            "r" => drop(self.runs.pop()),
            "num" | "den" | "d" | "rad" | "sup" | "deg" | "sub" => self.end_in_formula(name),
            "tbl" => self.blocks.end_table(),
            "tc" => self.blocks.end_cell(),
            "txbxContent" => self.blocks.end_aside(),
            "AlternateContent" => {
                self.alternatives.pop();
            }
            _ => {}
        }
    }

    fn begin_paragraph(&mut self) {
        let plain = ParagraphProperties::default();
        let paragraph = Paragraph {
            style: self.styles.of_paragraph(&plain),
            kind: self.kind(&plain),
            ..Paragraph::default()
        };
        if !mem::take(&mut self.goes_on) {
            self.blocks.begin_paragraph(paragraph.kind);
        }
        self.paragraphs.push(paragraph);
    }

    fn take_properties(&mut self, properties: &ParagraphProperties) {
        let paragraph = Paragraph {
            style: self.styles.of_paragraph(properties),
            kind: self.kind(properties),
            is_title: self.styles.is_title(properties),
            goes_on: properties.goes_on,
        };
        self.blocks.set_kind(paragraph.kind);
        if paragraph.is_title {
            self.blocks.set_title();
        }
        if let Some(open) = self.paragraphs.last_mut() {
            *open = paragraph;
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = self.paragraphs.pop().unwrap_or_default();
        self.goes_on = paragraph.goes_on;
        if !self.goes_on {
            self.blocks.end_paragraph();
        }
    }

    fn kind(&self, properties: &ParagraphProperties) -> ParagraphKind {
        if self.in_notes {
            ParagraphKind::Caption
        } else {
            self.styles.kind(properties)
        }
    }

    fn push(&mut self, text: &str) {
        if text.is_empty() || self.is_in_code() || self.is_hidden() {
            return;
        }
        let Some(paragraph) = self.paragraphs.last() else {
            return;
        };
        let plain = Run::default();
        let run = self.runs.last().unwrap_or(&plain);
        let font = self.styles.font(paragraph.style, run);
        let script = self.scripts.last().copied();
        let script = script.unwrap_or_else(|| run.script(paragraph.style));
        self.blocks.push_at(script, text, font);
        if !text.trim_start().is_empty() {
            self.fields.show();
        }
    }

    fn is_in_code(&self) -> bool {
        self.fields_end && self.fields.in_code()
    }

    /// Takes a break: what stands on another page or in another column is a paragraph of its own.
    fn take_break(&mut self, element: &Element<'_>) {
        let kind = element.attribute("type");
        if !matches!(kind.as_deref(), Some("page" | "column")) {
            return self.push("\n");
        }
        if let Some(paragraph) = self.paragraphs.last()
            && !self.is_in_code()
            && !self.is_hidden()
        {
            self.blocks.begin_paragraph(paragraph.kind);
            if paragraph.is_title {
                self.blocks.set_title();
            }
        }
    }

    fn start_in_formula(&mut self, element: &Element<'_>, depth: usize) {
        match element.name() {
            "sup" | "deg" => self.scripts.push(Script::Super),
            "sub" => self.scripts.push(Script::Sub),
            "d" => self.fences.begin_brackets(depth),
            "rad" => self.fences.begin_root(depth),
            "e" => {
                let sign = self.fences.before(depth);
                self.push(&sign.unwrap_or_default());
            }
            name @ ("num" | "den") => self.begin_half(name),
            _ => self.fences.take_sign(element),
        }
    }

    fn end_in_formula(&mut self, name: &str) {
        match name {
            "num" | "den" => self.end_half(),
            "d" | "rad" => {
                let sign = self.fences.end();
                self.push(&sign.unwrap_or_default());
            }
            _ => drop(self.scripts.pop()),
        }
    }

    /// Begins a half of a fraction. What is before a fraction is parted from it: two and a half are not twenty-one halves.
    fn begin_half(&mut self, name: &str) {
        if name == "den" {
            self.push("/");
        } else if self.blocks.last_char().is_some_and(char::is_alphanumeric) {
            self.push(" ");
        }
        self.halves.push(self.blocks.place());
    }

    fn end_half(&mut self) {
        let place = self.halves.pop();
        // What stands in very many is looked at in few of them.
        if let Some(place) = place.filter(|_| self.halves.len() < MAX_FRACTIONS) {
            self.blocks.bracket_from(place);
        }
    }

    /// Takes a sign that is named by its font and its code.
    fn push_sign(&mut self, element: &Element<'_>) {
        let code = element.attribute("char");
        let code = code.and_then(|code| u32::from_str_radix(&code, 16).ok());
        let Some(sign) = code.and_then(char::from_u32).map(String::from) else {
            return;
        };
        self.push_sign_in(&sign, element.attribute("font"));
    }

    /// Appends what a field shows by its code alone.
    fn push_shown(&mut self, shown: Option<Shown>) {
        match shown {
            Some(Shown::Chosen(chosen)) => self.push(&chosen),
            Some(Shown::Named(named)) => {
                self.push_sign_in(named.character.encode_utf8(&mut [0; 4]), named.font);
            }
            None => {}
        }
    }

    /// Appends a sign in a font of its own, whatever the run is in.
    fn push_sign_in(&mut self, sign: &str, font: Option<String>) {
        let sign = as_signs(sign, font.as_deref());
        let mut run = self.runs.last().cloned().unwrap_or_default();
        run.own.font = font.or(run.own.font);
        self.runs.push(run);
        self.push(&sign);
        self.runs.pop();
    }

    /// Takes words that are drawn as a picture, which stand by themselves.
    fn push_word_art(&mut self, element: &Element<'_>) {
        let Some(words) = element.attribute("string").filter(|_| !self.is_hidden()) else {
            return;
        };
        let font = element
            .attribute("style")
            .and_then(|style| font_of_style(&style));
        self.blocks.begin_aside();
        self.blocks.add(
            self.kind(&ParagraphProperties::default()),
            &words,
            font.as_deref(),
        );
        self.blocks.end_aside();
    }

    /// Whether the run we are in is hidden.
    fn is_hidden(&self) -> bool {
        let paragraph = self.paragraphs.last();
        let style = paragraph.and_then(|paragraph| paragraph.style);
        let run = self.runs.last();
        run.unwrap_or(&Run::default()).is_hidden(style)
    }

    /// Takes the first alternative of several that draw the same thing for older and newer readers.
    fn take_alternative(&mut self, reader: &mut XmlReader<'_>) -> Result<(), ReadError> {
        match self.alternatives.last_mut() {
            Some(true) => reader.skip_element(),
            Some(taken) => {
                *taken = true;
                Ok(())
            }
            None => Ok(()),
        }
    }

    fn take_run_properties(&mut self, reader: &mut XmlReader<'_>) -> Result<(), ReadError> {
        let own = RunProperties::read(reader)?;
        if let Some(run) = self.runs.last_mut() {
            let style = self.styles.get(own.style.as_deref());
            *run = Run { own, style };
        }
        Ok(())
    }

    fn take_row_properties(&mut self, reader: &mut XmlReader<'_>) -> Result<(), ReadError> {
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) if element.name() == "del" || is_deletion(&element) => {
                    self.blocks.drop_row();
                }
                Node::End(name) if name == "trPr" => break,
                _ => {}
            }
        }
        Ok(())
    }
}

/// Whether an element is no part of the text, whatever it holds.
pub(super) fn is_left_out(element: &Element<'_>) -> bool {
    match element.name() {
        "footnote" | "endnote" => is_separator(element),
        // Deleted text, what moved away, the reading above ruby text, properties of no matter.
        "del" | "moveFrom" | "rt" | "sectPr" | "tblPr" | "tcPr" => true,
        // What stands before the body in the XML of 2003.
        "DocumentProperties" | "fonts" | "lists" | "styles" | "docPr" => true,
        "annotation" => is_deletion(element),
        _ => false,
    }
}

/// Reads to the end of the `w:sdtPr` that has just begun, and on to the end of its content control where nobody has
/// filled that in: it only asks for text.
fn pass_placeholder(reader: &mut XmlReader<'_>) -> Result<(), ReadError> {
    let mut depth = reader.depth();
    let around = depth.saturating_sub(1);
    while reader.depth() >= depth
        && let Some(node) = reader.next()?
    {
        if let Node::Start(element) = node
            && element.name() == "showingPlcHdr"
            && element.is_on()
        {
            depth = around;
        }
    }
    Ok(())
}

/// Whether a note is the line drawn above notes and no note itself.
fn is_separator(note: &Element<'_>) -> bool {
    matches!(
        note.attribute("type").as_deref(),
        Some("separator" | "continuationSeparator" | "continuationNotice")
    )
}
