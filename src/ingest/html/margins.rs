//! Are the top and the foot of a page those of the site that it is of, or of the text? Elements → whether they are read.

use scraper::Html;
use scraper::node::Element;

/// What is known of a page's margins, which may hold the letterhead and the signature where nothing else is marked.
#[derive(Debug, Default)]
pub(super) struct Margins {
    /// Whether the page says elsewhere what it is there for.
    are_of_site: bool,
    /// How many elements we are in whose tops and feet are their own.
    contents: usize,
}

impl Margins {
    pub(super) fn of(html: &Html) -> Self {
        let mut open = vec![html.tree.root()];
        while let Some(node) = open.pop() {
            let element = node.value().as_element();
            if element.is_some_and(|it| matches!(it.name(), "article" | "main" | "h1")) {
                return Self {
                    are_of_site: true,
                    contents: 0,
                };
            }
            if !element.is_some_and(is_margin) {
                open.extend(node.children());
            }
        }
        Self::default()
    }

    /// Whether an element that begins or has ended is a margin of the site.
    pub(super) fn leave_out(&self, element: &Element) -> bool {
        self.are_of_site && self.contents == 0 && is_margin(element)
    }

    pub(super) fn enter(&mut self, element: &Element) {
        self.contents += usize::from(is_content(element));
    }

    pub(super) fn leave(&mut self, element: &Element) {
        let ended = usize::from(is_content(element));
        self.contents = self.contents.saturating_sub(ended);
    }
}

/// Whether an element is the top or the foot of what it stands in.
pub(super) fn is_margin(element: &Element) -> bool {
    matches!(element.name(), "header" | "footer")
        || matches!(element.attr("role"), Some("banner" | "contentinfo"))
}

fn is_content(element: &Element) -> bool {
    matches!(element.name(), "article" | "main" | "section")
}
