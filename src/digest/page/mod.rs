//! The digest as one HTML file that needs nothing else: no network, no server, no other file.
//!
//! Everything that documents say is escaped, and the page's own policy lets a browser run only the page's own
//! script, so that a document cannot speak for the page even if an escape were missing. Without scripts,
//! everything can still be read; with them, it can be filtered.

mod chart;
mod escape;
mod filters;
mod quotation;
mod terms;

use std::io::{self, Write};

use super::{Change, Digest, LabelDigest};
use crate::hash::sha256_base64;
use crate::render::InterfaceLanguage;
use escape::Escaped;
use terms::Terms;

const STYLE: &str = include_str!("page.css");
const SCRIPT: &str = include_str!("page.js");

/// What every page has near its beginning and nobody else writes: its policy.
const MARK: &str =
    "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-";

/// In so many bytes of a page its mark stands.
pub const MARKED_BYTES: u64 = 512;

/// Whether a file is a page that [`write`] wrote, by its first [`MARKED_BYTES`].
pub fn is_page(head: &[u8]) -> bool {
    String::from_utf8_lossy(head).contains(MARK)
}

/// How the page is written.
#[derive(Clone, Copy, Debug)]
pub struct PageOptions<'a> {
    /// The language around the quotations.
    pub language: InterfaceLanguage,
    /// Its heading, instead of the usual one.
    pub title: Option<&'a str>,
}

/// Writes the page.
///
/// # Errors
///
/// If the output cannot be written to.
pub fn write(digest: &Digest, options: PageOptions<'_>, output: &mut dyn Write) -> io::Result<()> {
    let mut page = Page {
        digest,
        terms: Terms::of(options.language),
        output,
    };
    page.write(options.title)
}

struct Page<'a> {
    digest: &'a Digest,
    terms: &'static Terms,
    output: &'a mut dyn Write,
}

impl Page<'_> {
    fn write(&mut self, title: Option<&str>) -> io::Result<()> {
        let title = title.unwrap_or(self.terms.title);
        self.head(title)?;
        self.header(title)?;
        filters::write(self.digest, self.terms, self.output)?;
        writeln!(
            self.output,
            "<main id=\"main\">\n<p id=\"chosen\" class=\"facts\" hidden></p>"
        )?;
        for (number, (label, content)) in self.digest.labels.iter().enumerate() {
            self.section(number, label, content)?;
        }
        let nothing = self.terms.nothing_matches;
        writeln!(
            self.output,
            "<p id=\"nothing\" hidden>{nothing}</p>\n</main>"
        )?;
        self.footer()
    }

    fn head(&mut self, title: &str) -> io::Result<()> {
        let (style, script) = (
            sha256_base64(STYLE.as_bytes()),
            sha256_base64(SCRIPT.as_bytes()),
        );
        writeln!(
            self.output,
            "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n{MARK}{style}'; \
             script-src 'sha256-{script}'; base-uri 'none'; form-action 'none'\">\n<meta name=\"viewport\" \
             content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light \
             dark\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n<body>",
            self.terms.code,
            Escaped(title)
        )
    }

    fn header(&mut self, title: &str) -> io::Result<()> {
        let terms = self.terms;
        writeln!(self.output, "<header>\n<h1>{}</h1>", Escaped(title))?;
        let documents = self.digest.documents;
        let mut facts = vec![terms.count(terms.documents, documents.read)];
        let years = &self.digest.years;
        if let (Some(first), Some(last)) = (years.first(), years.last()) {
            facts.push(if first == last {
                first.to_string()
            } else {
                format!("{first}–{last}")
            });
        }
        let besides = [
            (terms.copies, documents.copies),
            (terms.unread, documents.unread),
        ];
        let besides = besides.into_iter().filter(|(_, count)| *count > 0);
        facts.extend(besides.map(|(forms, count)| terms.count(forms, count)));
        writeln!(self.output, "<p class=\"facts\">{}</p>", facts.join(" · "))?;
        writeln!(
            self.output,
            "<p class=\"lead\">{} <span class=\"hint\">{}</span></p>",
            terms.lead, terms.hint
        )?;
        if self.digest.is_compared {
            self.changes()?;
        }
        writeln!(self.output, "</header>")
    }

    /// How many quotations of each label are new, repeated and gone.
    fn changes(&mut self) -> io::Result<()> {
        let terms = self.terms;
        write!(
            self.output,
            "<table class=\"changes\"><caption>{}</caption><thead><tr><th scope=\"col\">{}</th>",
            terms.compared, terms.label
        )?;
        for heading in [terms.new, terms.repeated, terms.gone] {
            write!(self.output, "<th scope=\"col\">{heading}</th>")?;
        }
        writeln!(self.output, "</tr></thead><tbody>")?;
        for (label, content) in &self.digest.labels {
            let heading = terms.language.label(label);
            let new = content
                .groups
                .iter()
                .filter(|it| it.change == Some(Change::New))
                .count();
            let counts = [new, content.groups.len() - new, content.gone.len()];
            write!(
                self.output,
                "<tr><th scope=\"row\">{}</th>",
                Escaped(heading)
            )?;
            for count in counts {
                write!(self.output, "<td>{}</td>", terms.number(count))?;
            }
            writeln!(self.output, "</tr>")?;
        }
        writeln!(self.output, "</tbody></table>")
    }

    fn section(&mut self, number: usize, label: &str, content: &LabelDigest) -> io::Result<()> {
        let terms = self.terms;
        let heading = terms.language.label(label);
        writeln!(
            self.output,
            "<section class=\"label accent-{}\" data-label=\"{}\" aria-labelledby=\"label-{number}\">\n<h2 \
             id=\"label-{number}\">{}</h2>",
            number % 5,
            Escaped(label),
            Escaped(heading)
        )?;
        let stood_for = content.groups.iter().map(|group| group.quotations).sum();
        writeln!(
            self.output,
            "<p class=\"facts\">{} · {} · {}</p>",
            terms.count(terms.paragraphs, content.paragraphs),
            terms.count(terms.in_documents, content.documents),
            terms.shown_for([content.groups.len(), stood_for, content.quotations])
        )?;
        chart::write(&content.periods, terms, self.output)?;
        self.quotations("quotations", &content.groups)?;
        if !content.gone.is_empty() {
            writeln!(
                self.output,
                "<h3 class=\"gone-heading\">{}</h3>",
                terms.gone_heading
            )?;
            self.quotations("quotations gone-list", &content.gone)?;
        }
        writeln!(self.output, "</section>")
    }

    fn quotations(&mut self, class: &str, groups: &[super::Group]) -> io::Result<()> {
        writeln!(self.output, "<ol class=\"{class}\">")?;
        for group in groups {
            quotation::write(group, self.terms, self.output)?;
        }
        let more = self.terms.more;
        writeln!(
            self.output,
            "</ol>\n<button type=\"button\" class=\"more\" hidden>{more}</button>"
        )
    }

    fn footer(&mut self) -> io::Result<()> {
        writeln!(
            self.output,
            "<footer><p class=\"keys\" hidden>{}</p><p>{} · tomtat {}</p></footer>\n<script>{SCRIPT}</script>\n\
             </body>\n</html>",
            self.terms.keys,
            self.terms.colophon,
            env!("CARGO_PKG_VERSION")
        )
    }
}
