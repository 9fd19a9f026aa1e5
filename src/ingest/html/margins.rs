//! Are the top and the foot of a page those of the site that it is of, or of the text? A page → it without the former.
//!
//! They may be the letterhead and the signature, or head a part of the text: only beside what the page is there for are
//! they the site's.

use std::collections::BTreeMap;
use std::iter;

use scraper::node::Element;
use scraper::{ElementRef, Html};

use super::element::{Role, role_of};
use crate::ingest::encoding::normalize::normalize;
use crate::ingest::shape::ends_sentence;

/// Empties the margins that are those of a site, which still part what stands before and behind them.
pub(super) fn leave_out_site(mut html: Html) -> Html {
    let of_site = of_site(&html).into_iter().map(|margin| margin.id());
    let of_site: Vec<_> = of_site.collect();
    for margin in of_site {
        let Some(mut margin) = html.tree.get_mut(margin) else {
            continue;
        };
        while let Some(mut child) = margin.first_child() {
            child.detach();
        }
    }
    html
}

fn of_site(html: &Html) -> Vec<ElementRef<'_>> {
    let mut parts = Parts::of(html);
    if parts.margins.iter().any(is_of_letter) {
        return Vec::new();
    }
    let mut is_around_content = BTreeMap::new();
    for (elements, is_content) in [(parts.contents, true), (parts.texts, false)] {
        for element in elements {
            let around = iter::once(*element).chain(element.ancestors());
            let (unnoted, _) = up_to_noted(around.map(|it| it.id()), &is_around_content);
            is_around_content.extend(unnoted.into_iter().map(|id| (id, is_content)));
        }
    }
    parts.margins.retain(|margin| {
        let around = margin.ancestors().map(|it| it.id());
        let (unnoted, is_of_site) = up_to_noted(around, &is_around_content);
        is_around_content.extend(unnoted.into_iter().map(|id| (id, is_of_site)));
        is_of_site
    });
    parts.margins
}

/// The elements up to the first one that has a note, and what that says; what stands in the same ones need not pass them
/// again.
fn up_to_noted<Id: Ord>(
    elements: impl Iterator<Item = Id>,
    notes: &BTreeMap<Id, bool>,
) -> (Vec<Id>, bool) {
    let mut unnoted = Vec::new();
    for element in elements {
        if let Some(note) = notes.get(&element) {
            return (unnoted, *note);
        }
        unnoted.push(element);
    }
    (unnoted, false)
}

#[derive(Debug, Default)]
struct Parts<'a> {
    /// The margins that are not those of a part of the text.
    margins: Vec<ElementRef<'a>>,
    /// What the page is there for.
    contents: Vec<ElementRef<'a>>,
    /// What has running text, outside margins.
    texts: Vec<ElementRef<'a>>,
}

impl<'a> Parts<'a> {
    fn of(html: &'a Html) -> Self {
        let mut parts = Self::default();
        let elements = html.tree.root().children().filter_map(ElementRef::wrap);
        let mut open: Vec<_> = elements
            .map(|element| (element, false, Flow::Loose))
            .collect();
        while let Some((element, is_inside, flow)) = open.pop() {
            if is_margin(element.value()) {
                parts.margins.extend(Some(element).filter(|_| !is_inside));
                continue;
            }
            let is_text = is_text(element.value());
            if is_text || element.value().name() == "h1" {
                parts.contents.push(element);
            }
            let flow = flow.inside(element.value());
            let mut texts = element.children().filter_map(|it| it.value().as_text());
            let has_text = texts.any(|text| flow.runs(text));
            parts.texts.extend(Some(element).filter(|_| has_text));
            let is_inside = is_inside || is_text || element.value().name() == "section";
            open.extend(
                element
                    .child_elements()
                    .map(|child| (child, is_inside, flow)),
            );
        }
        parts
    }
}

/// What the words of an element are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Flow {
    /// A paragraph, an item or a heading.
    Paragraph,
    /// Of a menu, a link or a control.
    Control,
    Loose,
}

impl Flow {
    fn inside(self, element: &Element) -> Self {
        match role_of(element) {
            _ if self == Self::Control || element.name() == "a" => Self::Control,
            Role::Skip => Self::Control,
            Role::Block(_) => Self::Paragraph,
            _ if element.name() == "p" => Self::Paragraph,
            _ => self,
        }
    }

    /// Whether a text is one to read; a word or two may stand anywhere.
    fn runs(self, text: &str) -> bool {
        const LEAST_WORDS: usize = 3;
        match self {
            Self::Paragraph => text.contains(char::is_alphanumeric),
            Self::Control => false,
            Self::Loose => {
                ends_sentence(text) && text.split_whitespace().nth(LEAST_WORDS - 1).is_some()
            }
        }
    }
}

/// Whether an element is the top or the foot of what it stands in.
fn is_margin(element: &Element) -> bool {
    matches!(element.name(), "header" | "footer")
        || matches!(element.attr("role"), Some("banner" | "contentinfo"))
}

/// Whether an element is there for the text of the page.
fn is_text(element: &Element) -> bool {
    matches!(element.name(), "article" | "main")
        || matches!(element.attr("role"), Some("article" | "main"))
}

/// Whether a margin has the state's motto, the number of a letter above it or the word above its recipients below it.
///
/// Sites, too, have the state's name, streets with numbers and the number of a licence.
fn is_of_letter(margin: &ElementRef<'_>) -> bool {
    let texts = margin.text().map(|text| normalize(text).trim().to_owned());
    let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
    let element = margin.value();
    let is_top = element.name() == "header" || element.attr("role") == Some("banner");
    (0..texts.len()).any(|place| {
        let text = &texts[place];
        let is_of_place = if is_top {
            has_number(&texts[place..])
        } else {
            let after = after_any(text, ["Nơi nhận", "NƠI NHẬN"]);
            after.is_some_and(|rest| rest.is_empty() || rest.trim_start().starts_with(':'))
        };
        is_of_place || is_motto(text)
    })
}

fn is_motto(text: &str) -> bool {
    let line = text.to_uppercase();
    line.starts_with("ĐỘC LẬP")
        && line
            .trim_end_matches(['.', '*', '-', ' '])
            .ends_with("HẠNH PHÚC")
}

/// Whether texts begin with the number of a letter, which may be in type of its own: `Số: 12/BC-UBND`.
fn has_number(texts: &[String]) -> bool {
    const MOST_TEXTS: usize = 4;
    let line = texts[..texts.len().min(MOST_TEXTS)].concat();
    let Some(rest) = after_any(&line, ["Số", "SỐ"]) else {
        return false;
    };
    let number = rest.trim_start_matches([':', ' ']);
    let is_digit = |c: char| c.is_ascii_digit();
    let symbol = number.trim_start_matches(is_digit).trim_start();
    // The Party's numbers have a dash: `12-BC/ĐU`.
    let Some(mut symbol) = symbol.strip_prefix(['/', '-']) else {
        return false;
    };
    // Laws and circulars have their year between.
    if let Some(after_year) = symbol.trim_start_matches(is_digit).strip_prefix('/') {
        symbol = after_year;
    }
    let mut letters = symbol.chars();
    let begins_with_capitals = [letters.next(), letters.next()]
        .iter()
        .all(|letter| letter.is_some_and(char::is_uppercase));
    number.starts_with(is_digit) && begins_with_capitals && !symbol.starts_with("GP")
}

fn after_any<'a>(text: &'a str, starts: [&str; 2]) -> Option<&'a str> {
    starts.iter().find_map(|start| text.strip_prefix(start))
}
