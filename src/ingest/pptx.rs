//! What do the slides of an Office Open XML presentation say? PPTX package → [`Block`]s with fonts.

use super::blocks::{Block, Blocks};
use super::error::ReadError;
use super::package::{Package, Relationships, main_part, relationships};
use super::script::Script;
use super::xml::{Element, Node, XmlReader, on_one_line};
use crate::document::ParagraphKind;

/// The text of the slides that are shown, in their order, titles as headings, each slide's notes after it.
///
/// # Errors
///
/// [`ReadError::Corrupt`] where parts are missing or their XML is broken, and the bounds of
/// [`Package`] and [`XmlReader`].
pub(crate) fn read(bytes: &[u8]) -> Result<(Vec<Block>, Option<Block>), ReadError> {
    let mut package = Package::open(bytes)?;
    let main = main_part(&mut package, "ppt/presentation.xml")?;
    let presentation = package
        .read_text(&main)?
        .ok_or_else(|| ReadError::Corrupt("PPTX without its presentation".to_owned()))?;
    let targets = relationships(&mut package, &main)?;
    let mut reader = SlideReader::default();
    for slide in slide_ids(&presentation)?
        .iter()
        .filter_map(|id| targets.get(id))
    {
        let Some(xml) = package.read_text(slide)? else {
            continue;
        };
        if is_hidden(&xml)? {
            continue;
        }
        reader.read(&xml, ParagraphKind::Body)?;
        if let Some(notes) = notes_of(&relationships(&mut package, slide)?)
            && let Some(xml) = package.read_text(notes)?
        {
            reader.read(&xml, ParagraphKind::Caption)?;
        }
    }
    Ok((reader.blocks.finish_parted(), None))
}

fn slide_ids(presentation: &str) -> Result<Vec<String>, ReadError> {
    let mut ids = Vec::new();
    let mut reader = XmlReader::new(presentation);
    while let Some(node) = reader.next()? {
        if let Node::Start(element) = node
            && element.name() == "sldId"
        {
            ids.extend(element.prefixed_attribute("id"));
        }
    }
    Ok(ids)
}

/// Whether a show passes over a slide.
fn is_hidden(slide: &str) -> Result<bool, ReadError> {
    let mut reader = XmlReader::new(slide);
    while let Some(node) = reader.next()? {
        if let Node::Start(root) = node {
            return Ok(matches!(
                root.attribute("show").as_deref(),
                Some("0" | "false")
            ));
        }
    }
    Ok(false)
}

fn notes_of(targets: &Relationships) -> Option<&str> {
    let by_name = || {
        let notes = targets
            .targets()
            .filter(|target| target.contains("notesSlide"));
        notes.min()
    };
    targets.of_kind("notesSlide").or_else(by_name)
}

#[derive(Debug, Default)]
struct SlideReader {
    blocks: Blocks,
    /// What the shape that is being read holds; `None` for page numbers, dates and the like.
    kind: Option<ParagraphKind>,
    font: Option<String>,
    script: Script,
    in_paragraph: bool,
    /// Whether a number or date of the slide is being read.
    in_furniture: bool,
    /// Whether the paragraph says anything besides those.
    says_more: bool,
}

impl SlideReader {
    fn read(&mut self, xml: &str, kind: ParagraphKind) -> Result<(), ReadError> {
        let mut reader = XmlReader::new(xml);
        self.kind = Some(kind);
        while let Some(node) = reader.next()? {
            match node {
                Node::Start(element) => self.start(&element, &mut reader, kind)?,
                Node::End(name) => self.end(&name),
                Node::Text(_) => {}
            }
        }
        Ok(())
    }

    fn start(
        &mut self,
        element: &Element<'_>,
        reader: &mut XmlReader<'_>,
        kind: ParagraphKind,
    ) -> Result<(), ReadError> {
        match element.name() {
            "sp" | "graphicFrame" => self.kind = Some(kind),
            "ph" => self.kind = kind_of_placeholder(element, kind),
            "p" => {
                self.in_paragraph = true;
                self.says_more = false;
                self.blocks.begin_paragraph(self.kind.unwrap_or_default());
            }
            "rPr" => {
                self.font = None;
                self.script = script_of(element);
            }
            "latin" => {
                self.font = element
                    .attribute("typeface")
                    .filter(|name| !name.starts_with('+'));
            }
            "t" => {
                let text = reader.text_of_element()?;
                if self.kind.is_some() && self.in_paragraph {
                    self.says_more |= !self.in_furniture && !text.trim().is_empty();
                    let font = self.font.as_deref();
                    self.blocks.push_at(self.script, &on_one_line(&text), font);
                }
            }
            "br" if self.in_paragraph => self.blocks.push("\n", None),
            "tab" if self.in_paragraph => self.blocks.push(" ", None),
            "tbl" => self.blocks.begin_table(),
            "tr" => self.blocks.begin_row(),
            "tc" => self.blocks.begin_cell(),
            // The older drawing of what stands in the alternative before it.
            "Fallback" | "endParaRPr" | "pPr" => reader.skip_element()?,
            "fld" => self.in_furniture = is_furniture(element),
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        match name {
            "p" => {
                self.in_paragraph = false;
                // A number alone in its box is not of the text; in a sentence it is.
                if !self.says_more {
                    self.blocks.clear_paragraph();
                }
                self.blocks.end_paragraph();
            }
            "r" | "fld" => {
                (self.font, self.script) = (None, Script::Line);
                self.in_furniture = false;
            }
            "tbl" => self.blocks.end_table(),
            "tc" => self.blocks.end_cell(),
            _ => {}
        }
    }
}

/// Whether a run stands above or below its line, by thousandths of a per cent of its size.
fn script_of(properties: &Element<'_>) -> Script {
    let baseline = properties.attribute("baseline");
    match baseline.and_then(|height| height.trim_end_matches('%').parse::<f32>().ok()) {
        Some(height) if height > 0.0 => Script::Super,
        Some(height) if height < 0.0 => Script::Sub,
        _ => Script::Line,
    }
}

/// Whether a field is the number or the date of its slide, which may stand in any box.
fn is_furniture(field: &Element<'_>) -> bool {
    field
        .attribute("type")
        .is_some_and(|name| name == "slidenum" || name.starts_with("datetime"))
}

fn kind_of_placeholder(element: &Element<'_>, kind: ParagraphKind) -> Option<ParagraphKind> {
    match element.attribute("type").as_deref() {
        Some("dt" | "ftr" | "sldNum" | "hdr") => None,
        Some("title" | "ctrTitle" | "subTitle") => Some(ParagraphKind::Heading),
        _ => Some(kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::tests::package;
    use ParagraphKind::{Body, Caption, Heading, Table};

    #[test]
    fn reads_slides_in_order_with_titles_tables_and_notes() {
        let shape = |placeholder: &str, text: &str| {
            format!(
                "<p:sp><p:nvPr><p:ph type='{placeholder}'/></p:nvPr><a:p><a:r><a:rPr><a:latin typeface='.VnTime'/></a:rPr><a:t>{text}</a:t></a:r></a:p></p:sp>"
            )
        };
        let cell = |text: &str| format!("<a:tc><a:p><a:r><a:t>{text}</a:t></a:r></a:p></a:tc>");
        let table = format!(
            "<p:graphicFrame><a:tbl><a:tr>{}{}</a:tr></a:tbl></p:graphicFrame>",
            cell("A"),
            cell("B")
        );
        let first = format!(
            "<s>{}{}{}{table}</s>",
            shape("title", "Mét"),
            shape("body", "Th©n"),
            shape("sldNum", "1")
        );
        let bytes = package(&[
            (
                "ppt/presentation.xml",
                "<p><p:sldIdLst><p:sldId id='256' r:id='r2'/><p:sldId id='257' r:id='r1'/></p:sldIdLst></p>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                "<R><Relationship Id='r1' Target='slides/slide1.xml'/><Relationship Id='r2' Target='slides/slide2.xml'/></R>",
            ),
            ("ppt/slides/slide2.xml", &first),
            (
                "ppt/slides/_rels/slide2.xml.rels",
                "<R><Relationship Id='r1' Target='../notesSlides/notesSlide1.xml'/></R>",
            ),
            (
                "ppt/notesSlides/notesSlide1.xml",
                &format!("<n>{}</n>", shape("body", "Lời")),
            ),
            (
                "ppt/slides/slide1.xml",
                &format!("<s>{}</s>", shape("", "Hai")),
            ),
        ]);
        let (blocks, _) = read(&bytes).unwrap();
        let shown: Vec<_> = blocks
            .iter()
            .map(|block| (block.kind, block.text()))
            .collect();
        let expected = [
            (Heading, "Mét"),
            (Body, "Th©n"),
            (Table, "A | B"),
            (Caption, "Lời"),
            (Body, "Hai"),
        ];
        assert_eq!(shown, expected.map(|(kind, text)| (kind, text.to_owned())));
        assert_eq!(blocks[0].runs[0].font.as_deref(), Some(".VnTime"));
    }

    #[test]
    fn hidden_slides_are_left_out_with_their_notes() {
        let slide = |start: &str, text: &str| {
            format!(
                "<?xml version='1.0'?><p:sld {start}><p:sp><a:p><a:r><a:t>{text}</a:t></a:r></a:p></p:sp></p:sld>"
            )
        };
        let bytes = package(&[
            (
                "ppt/presentation.xml",
                "<p><p:sldIdLst><p:sldId r:id='r1'/><p:sldId r:id='r2'/></p:sldIdLst></p>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                "<R><Relationship Id='r1' Target='slides/slide1.xml'/><Relationship Id='r2' Target='slides/slide2.xml'/></R>",
            ),
            (
                "ppt/slides/slide1.xml",
                &slide("show='0'", "Phương án dự phòng"),
            ),
            (
                "ppt/slides/_rels/slide1.xml.rels",
                "<R><Relationship Id='r1' Target='../notesSlides/notesSlide1.xml'/></R>",
            ),
            ("ppt/notesSlides/notesSlide1.xml", &slide("", "Lời dặn")),
            (
                "ppt/slides/slide2.xml",
                &slide("show='1'", "Kế hoạch quý ba"),
            ),
        ]);
        let (blocks, _) = read(&bytes).unwrap();
        let texts: Vec<_> = blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["Kế hoạch quý ba"]);
    }

    #[test]
    fn numbers_and_dates_of_slides_alone_in_any_box_are_left_out() {
        let field = |kind: &str, text: &str| {
            format!("<a:fld type='{kind}'><a:rPr/><a:t>{text}</a:t></a:fld>")
        };
        let paragraph = |kind: &str, text: &str| format!("<a:p>{}</a:p>", field(kind, text));
        let slide = format!(
            "<p:sld><p:sp>{}{}<a:p><a:r><a:t>Kết quả đến ngày </a:t></a:r>{}<a:r><a:t>: tốt</a:t></a:r></a:p></p:sp></p:sld>",
            paragraph("slidenum", "17"),
            paragraph("datetime1", "20/03/2024"),
            field("datetime1", "20/03/2024"),
        );
        let bytes = package(&[
            (
                "ppt/presentation.xml",
                "<p><p:sldIdLst><p:sldId r:id='r1'/></p:sldIdLst></p>",
            ),
            (
                "ppt/_rels/presentation.xml.rels",
                "<R><Relationship Id='r1' Target='slides/slide1.xml'/></R>",
            ),
            ("ppt/slides/slide1.xml", &slide),
        ]);
        let (blocks, _) = read(&bytes).unwrap();
        let texts: Vec<_> = blocks.iter().map(Block::text).collect();
        assert_eq!(texts, ["Kết quả đến ngày 20/03/2024: tốt"]);
    }
}
