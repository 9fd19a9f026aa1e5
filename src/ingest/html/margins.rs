//! Are the top and the foot of a page those of the site that it is of, or of the text? A page → it without the former.
//!
//! They may be the letterhead and the signature, or head a part of the text: only beside what the page is there for are
//! they the site's.

use std::collections::BTreeSet;

use scraper::node::Element;
use scraper::{ElementRef, Html, Node};

use crate::ingest::encoding::normalize::normalize;

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
    let (mut margins, contents) = parts(html);
    if margins.iter().any(is_of_letter) {
        return Vec::new();
    }
    let mut around_contents = BTreeSet::new();
    for content in contents {
        for element in content.ancestors() {
            if !around_contents.insert(element.id()) {
                break;
            }
        }
    }
    margins.retain(|margin| {
        surroundings(*margin).is_some_and(|element| around_contents.contains(&element.id()))
    });
    margins
}

/// The margins that are not those of a part of the text, and what the page is there for.
fn parts(html: &Html) -> (Vec<ElementRef<'_>>, Vec<ElementRef<'_>>) {
    let (mut margins, mut contents) = (Vec::new(), Vec::new());
    let elements = html.tree.root().children().filter_map(ElementRef::wrap);
    let mut open: Vec<_> = elements.map(|element| (element, false)).collect();
    while let Some((element, is_inside)) = open.pop() {
        if is_margin(element.value()) {
            margins.extend(Some(element).filter(|_| !is_inside));
            continue;
        }
        let is_text = is_text(element.value());
        if is_text || element.value().name() == "h1" {
            contents.push(element);
        }
        let is_inside = is_inside || is_text || element.value().name() == "section";
        open.extend(element.child_elements().map(|child| (child, is_inside)));
    }
    (margins, contents)
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

/// What an element stands in with something else; page builders wrap one element in many.
fn surroundings(mut element: ElementRef<'_>) -> Option<ElementRef<'_>> {
    loop {
        let parent = element.parent().and_then(ElementRef::wrap)?;
        if !stands_alone(element) {
            return Some(parent);
        }
        element = parent;
    }
}

fn stands_alone(element: ElementRef<'_>) -> bool {
    let mut siblings = element.prev_siblings().chain(element.next_siblings());
    !siblings.any(|sibling| match sibling.value() {
        Node::Text(text) => !text.trim().is_empty(),
        other => other.is_element(),
    })
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
    line.starts_with("ĐỘC LẬP") && line.ends_with("HẠNH PHÚC")
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
    let symbol = number.trim_start_matches(is_digit);
    let Some(mut symbol) = symbol.strip_prefix('/') else {
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
