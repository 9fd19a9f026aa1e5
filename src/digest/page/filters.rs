//! What a reader can choose; shown only where scripts run.

use std::collections::BTreeSet;
use std::io::{self, Write};

use super::super::folders::OTHERS;
use super::super::{Digest, LabelDigest};
use super::escape::Escaped;
use super::terms::Terms;

pub(super) fn write(digest: &Digest, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    writeln!(
        output,
        "<form id=\"filters\" role=\"search\" hidden>\n<label class=\"wide\">{0}<input type=\"search\" id=\"words\" \
         autocomplete=\"off\" spellcheck=\"false\"></label>",
        terms.find
    )?;
    documents(digest, terms, output)?;
    if digest.is_compared {
        let changes = [
            ("new", terms.new),
            ("repeated", terms.repeated),
            ("gone", terms.gone),
        ];
        choice("change", terms.change, terms.all, owned(changes), output)?;
    }
    let [(best, named_best), others @ ..] = terms.orders;
    debug_assert_eq!(
        best, "best",
        "the order of the page as it is written comes first"
    );
    choice("order", terms.order, named_best, owned(others), output)?;
    writeln!(
        output,
        "<div class=\"actions\"><output id=\"shown\" data-form=\"{}\"></output><button type=\"reset\">{}</button>\
         <button type=\"button\" id=\"print\">{}</button></div>\n</form>",
        terms.shown, terms.clear, terms.print
    )
}

/// The choices of documents; those that no quotation of the page has are not offered.
fn documents(digest: &Digest, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    let quotations = |label: &LabelDigest| label.groups.len() + label.gone.len();
    let labels = digest.labels.iter().filter(|(_, it)| quotations(it) > 0);
    let labels = labels.map(|(name, _)| {
        let heading = terms.language.label(name);
        (name.clone(), heading.to_owned())
    });
    choice("label", terms.label, terms.all, labels, output)?;
    let labels = digest.labels.values();
    let groups = labels.flat_map(|label| label.groups.iter().chain(&label.gone));
    let found = groups.flat_map(|group| &group.found);
    let (years, folders): (BTreeSet<Option<u16>>, BTreeSet<usize>) = found.copied().unzip();
    if folders.len() > 1 {
        let name = |number: &usize| folder(&digest.folders.names[*number], terms);
        let folders = folders
            .iter()
            .map(|number| (number.to_string(), name(number)));
        choice("folder", terms.folder, terms.all, folders, output)?;
    }
    if years.len() > 1 {
        let years = years.iter().rev().map(|year| match year {
            Some(year) => (year.to_string(), year.to_string()),
            None => ("-".to_owned(), terms.no_year.to_owned()),
        });
        choice("year", terms.year, terms.all, years, output)?;
    }
    Ok(())
}

fn folder(name: &str, terms: &Terms) -> String {
    match name {
        "" => terms.root.to_owned(),
        OTHERS => terms.other_folders.to_owned(),
        name => name.to_owned(),
    }
}

fn owned<const N: usize>(options: [(&str, &str); N]) -> impl Iterator<Item = (String, String)> {
    options
        .map(|(value, name)| (value.to_owned(), name.to_owned()))
        .into_iter()
}

fn choice(
    id: &str,
    name: &str,
    default: &str,
    options: impl Iterator<Item = (String, String)>,
    output: &mut dyn Write,
) -> io::Result<()> {
    writeln!(
        output,
        "<label>{name}<select id=\"{id}\"><option value=\"\">{default}</option>"
    )?;
    for (value, name) in options {
        let (value, name) = (Escaped(&value), Escaped(&name));
        writeln!(output, "<option value=\"{value}\">{name}</option>")?;
    }
    writeln!(output, "</select></label>")
}
