//! What does an element mean for its text? Whether it is read at all, as what, in which font and where on the line.

use scraper::node::Element;

use crate::document::ParagraphKind;
use crate::ingest::script::Script;

/// What an element means for the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    Skip,
    Title,
    Block(ParagraphKind),
    /// A block whose kind is that of what surrounds it.
    Division,
    /// A block whose lines are those of the source.
    Preformatted,
    Table,
    Row,
    Cell,
    Caption,
    LineBreak,
    Inline,
}

/// The role of an element as it stands on the page, where it may be hidden.
pub(super) fn role_of(element: &Element) -> Role {
    let is_navigation = element.attr("role") == Some("navigation");
    if is_navigation || is_page_furniture(element) || is_hidden(element) || is_note_mark(element) {
        Role::Skip
    } else if is_list_of_notes(element) {
        Role::Block(ParagraphKind::Caption)
    } else {
        role(element.name())
    }
}

fn role(name: &str) -> Role {
    match name {
        "script" | "style" | "nav" | "template" | "noscript" | "iframe" | "object" | "svg"
        | "button" | "select" | "textarea" | "input" | "canvas" | "audio" | "video" | "map"
        | "dialog" | "rt" | "rp" | "del" | "noframes" => Role::Skip,
        "title" => Role::Title,
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => Role::Block(ParagraphKind::Heading),
        "li" | "dt" | "dd" => Role::Block(ParagraphKind::ListItem),
        "figcaption" => Role::Block(ParagraphKind::Caption),
        "p" | "div" | "section" | "article" | "main" | "body" | "blockquote" | "address"
        | "center" | "ul" | "ol" | "dl" | "figure" | "header" | "footer" | "aside" | "form"
        | "fieldset" | "hr" | "details" | "summary" | "legend" | "hgroup" => Role::Division,
        "pre" => Role::Preformatted,
        "table" => Role::Table,
        "tr" => Role::Row,
        "td" | "th" => Role::Cell,
        "caption" => Role::Caption,
        "br" => Role::LineBreak,
        _ => Role::Inline,
    }
}

/// Whether an element is the header or footer of printed pages, as office programs export them.
pub(super) fn is_page_furniture(element: &Element) -> bool {
    element.name() == "div" && matches!(element.attr("title"), Some("header" | "footer"))
}

/// Whether Word keeps notes or comments in an element.
fn is_list_of_notes(element: &Element) -> bool {
    const LISTS: [&str; 3] = ["footnote-list", "endnote-list", "comment-list"];
    let style = element.attr("style").unwrap_or_default();
    style.split(';').any(|declaration| {
        let (name, value) = declaration.split_once(':').unwrap_or_default();
        name.trim() == "mso-element" && LISTS.contains(&value.trim())
    })
}

/// Whether an element is the mark by which Word leads to a note or a comment or back from it: `[1]`, `[A1]`.
fn is_note_mark(element: &Element) -> bool {
    let begins = |attribute, prefixes: [&str; 2]| {
        element
            .attr(attribute)
            .is_some_and(|it| prefixes.iter().any(|prefix| it.starts_with(prefix)))
    };
    let leads = begins("name", ["_ftn", "_edn"]) && begins("href", ["#_ftn", "#_edn"]);
    let is_of_comment = ["msocomanchor", "msocomoff"];
    let is_of_comment = is_of_comment.iter().any(|class| has_class(element, class));
    element.name() == "a" && (leads || is_of_comment)
}

/// Whether an element holds the older message that a mail answers.
pub(super) fn is_cited(element: &Element) -> bool {
    let is_cited = element
        .attr("type")
        .is_some_and(|it| it.eq_ignore_ascii_case("cite"));
    element.name() == "blockquote" && (is_cited || has_class(element, "gmail_quote"))
}

fn has_class(element: &Element, name: &str) -> bool {
    let classes = element.attr("class").unwrap_or_default();
    classes.split_whitespace().any(|class| class == name)
}

/// Whether an element's own attributes hide it.
///
/// Not so the page as a whole: a script would show it, once all is loaded.
fn is_hidden(element: &Element) -> bool {
    const HIDING: [&str; 3] = ["display:none", "visibility:hidden", "mso-hide:all"];
    if matches!(element.name(), "html" | "body") {
        return false;
    }
    let hides = |declaration: &str| {
        let mut declaration = declaration.to_ascii_lowercase();
        declaration.retain(|character| !character.is_whitespace());
        HIDING.contains(&declaration.trim_end_matches("!important"))
    };
    element.attr("hidden").is_some()
        || element
            .attr("style")
            .is_some_and(|style| style.split(';').any(hides))
}

/// The font that an element names: `<font face>` or `font-family` in its style.
pub(super) fn font(element: &Element) -> Option<String> {
    match element.attr("face") {
        Some(face) => first_family(face),
        None => font_of_style(element.attr("style")?),
    }
}

/// The font that a style names, last where it names several; Word has fonts beside it for letters of other scripts.
pub(crate) fn font_of_style(style: &str) -> Option<String> {
    let declarations = style.split(';').filter_map(|part| part.split_once(':'));
    let fonts = declarations.filter(|(name, _)| name.trim().eq_ignore_ascii_case("font-family"));
    fonts
        .filter_map(|(_, value)| first_family(value))
        .next_back()
}

fn first_family(families: &str) -> Option<String> {
    let first = families.split(',').next()?.trim().trim_matches(['"', '\'']);
    (!first.is_empty()).then(|| first.to_owned())
}

/// Where an element puts its text, where that is not on the line.
pub(super) fn script(element: &Element) -> Option<Script> {
    match element.name() {
        "sup" => Some(Script::Super),
        "sub" => Some(Script::Sub),
        _ => None,
    }
}
