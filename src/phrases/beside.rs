//! Which texts have no part in what is told around them?

/// How paragraphs begin in which reports say that they end here: they repeat the title and are no prose.
const ENDING: &str = "Trên đây là";

/// Whether a report says in a paragraph that it ends here.
pub fn ends_report(paragraph: &str) -> bool {
    paragraph.starts_with(ENDING)
}
