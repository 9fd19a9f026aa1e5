//! One quotation: what it says, where it stands, its paragraph, and who else says it.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::iter;

use super::super::{Change, Group, Origin};
use super::escape::Escaped;
use super::terms::Terms;
use crate::record::beginning;

/// How much of a title is shown; some are whole paragraphs.
const MAX_TITLE_CHARS: usize = 160;

/// What has become of a quotation, as the page's script knows it.
fn change(group: &Group) -> &'static str {
    match group.change {
        None => "",
        Some(Change::New) => "new",
        Some(Change::Repeated { .. }) => "repeated",
        Some(Change::Gone) => "gone",
    }
}

pub(super) fn write(group: &Group, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    let found = group.found.iter().map(|(year, folder)| match year {
        Some(year) => format!("{year}.{folder}"),
        None => format!("-.{folder}"),
    });
    let found: Vec<String> = found.collect();
    writeln!(
        output,
        "<li class=\"quotation\" data-found=\"{}\" data-documents=\"{}\" data-date=\"{}\" \
         data-change=\"{}\"><details><summary><span class=\"text\" dir=\"auto\">“{}”</span>",
        found.join(" "),
        group.documents,
        Escaped(&sort_date(group)),
        change(group),
        Escaped(&group.text)
    )?;
    writeln!(
        output,
        "<span class=\"origin\">{}</span>",
        origin(&group.origin, terms)
    )?;
    badges(group, terms, output)?;
    writeln!(output, "</summary>\n<div class=\"inside\">")?;
    paragraph(group, terms, output)?;
    let source = group.origin.source();
    writeln!(
        output,
        "<p class=\"source\">{}: {}</p>",
        terms.source,
        Escaped(&source)
    )?;
    if let Some(Change::Repeated { text, origin }) = &group.change {
        earlier(text, origin, terms, output)?;
    }
    others(group, terms, output)?;
    writeln!(output, "</div></details></li>")
}

/// When it was said first, as far as that is known; sorts as text.
fn sort_date(group: &Group) -> String {
    let Some(year) = group.found.iter().filter_map(|(year, _)| *year).min() else {
        return String::new();
    };
    let year = year.to_string();
    let others = group.others.iter().map(|other| &other.origin);
    let origins = iter::once(&group.origin).chain(others);
    let dates = origins.filter_map(|origin| origin.official.date.as_deref());
    let first = dates.filter(|date| date.starts_with(&year)).min();
    first.unwrap_or(&year).to_owned()
}

fn origin(origin: &Origin, terms: &Terms) -> String {
    let named = origin
        .title
        .as_deref()
        .filter(|title| !title.trim().is_empty());
    let mut parts = vec![format!(
        "<cite dir=\"auto\">{}</cite>",
        Escaped(&beginning(named.unwrap_or(&origin.id), MAX_TITLE_CHARS))
    )];
    if let Some(letter) = terms.language.letter_line(&origin.official) {
        let letter = Escaped(&letter);
        parts.push(format!(
            "<span class=\"letter\" dir=\"auto\">{letter}</span>"
        ));
    }
    let place = (terms.language).place(origin.page, origin.paragraph, origin.sentence);
    parts.push(format!("<span class=\"place\">{place}</span>"));
    parts.join(" · ")
}

/// Where what another report says stands, and in which file: beside the first quotation's, it has no line of its own.
fn origin_elsewhere(place: &Origin, terms: &Terms) -> String {
    let (origin, source) = (origin(place, terms), place.source());
    let source = Escaped(&source);
    format!("<span class=\"origin\">{origin} · <span class=\"file\">{source}</span></span>")
}

fn badges(group: &Group, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    let change = match group.change {
        None => None,
        Some(Change::New) => Some(("new", terms.new)),
        Some(Change::Repeated { .. }) => Some(("repeated", terms.repeated)),
        Some(Change::Gone) => Some(("gone", terms.gone)),
    };
    if let Some((class, name)) = change {
        writeln!(output, "<span class=\"badge {class}\">{name}</span>")?;
    }
    if group.documents > 1 {
        let also = terms.count(terms.also, group.documents - 1);
        writeln!(output, "<span class=\"badge also\">{also}</span>")?;
    }
    Ok(())
}

fn paragraph(group: &Group, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    match &group.context {
        Some(context) => writeln!(
            output,
            "<p class=\"paragraph\" dir=\"auto\">{}<mark>{}</mark>{}</p>",
            Escaped(&context.before),
            Escaped(&group.text),
            Escaped(&context.after)
        ),
        None => writeln!(output, "<p class=\"missing\">{}</p>", terms.no_context),
    }
}

fn earlier(text: &str, place: &Origin, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    writeln!(
        output,
        "<h4>{}</h4>\n<blockquote><q dir=\"auto\">{}</q>{}</blockquote>",
        terms.before,
        Escaped(text),
        origin_elsewhere(place, terms)
    )
}

fn others(group: &Group, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    if group.others.is_empty() {
        return Ok(());
    }
    writeln!(output, "<h4>{}</h4>\n<ul>", terms.other_reports)?;
    for other in &group.others {
        let place = origin_elsewhere(&other.origin, terms);
        match &other.text {
            Some(text) => writeln!(
                output,
                "<li><q dir=\"auto\">{}</q>{place}</li>",
                Escaped(text)
            )?,
            None => writeln!(output, "<li>{place}</li>")?,
        }
    }
    // The first document may say it again in other words.
    let mut listed: BTreeSet<u64> = group.others.iter().map(|it| it.document).collect();
    listed.insert(group.document);
    let unlisted = group.documents - listed.len();
    if unlisted > 0 {
        writeln!(
            output,
            "<li>{}</li>",
            terms.count(terms.and_others, unlisted)
        )?;
    }
    writeln!(output, "</ul>")
}

impl Origin {
    /// The document's file, and its name within it where it is an archive.
    fn source(&self) -> String {
        if self.path == self.id || self.path.ends_with(&format!("/{}", self.id)) {
            self.path.clone()
        } else {
            format!("{} › {}", self.path, self.id)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Official;
    use crate::render::InterfaceLanguage;

    #[test]
    fn a_quotation_names_its_letter_and_those_of_others_their_files_too() {
        let letter = Origin {
            id: "bc.docx".to_owned(),
            path: "bc.docx".to_owned(),
            title: Some("Báo cáo <quý I>".to_owned()),
            official: Official {
                number: Some("7/BC-<b>".to_owned()),
                date: Some("2024-04-02".to_owned()),
                issuer: Some("UBND huyện Lạc Bình".to_owned()),
                signer: Some("Vũ Thị Lan".to_owned()),
            },
            paragraph: 2,
            sentence: 0,
            page: None,
        };
        let shown = origin(&letter, Terms::of(InterfaceLanguage::Vietnamese));
        let expected = "<cite dir=\"auto\">Báo cáo &lt;quý I&gt;</cite> · <span class=\"letter\" dir=\"auto\">Số \
                        7/BC-&lt;b&gt; · ngày 2/4/2024 · UBND huyện Lạc Bình</span> · <span class=\"place\">đoạn 3, câu \
                        1</span>";
        assert_eq!(shown, expected);
        let elsewhere = origin_elsewhere(&letter, Terms::of(InterfaceLanguage::Vietnamese));
        assert_eq!(
            elsewhere,
            format!(
                "<span class=\"origin\">{expected} · <span class=\"file\">bc.docx</span></span>"
            )
        );
    }
}
