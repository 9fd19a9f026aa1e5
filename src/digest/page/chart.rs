//! How often was a label found over time? A small bar chart as inline SVG.

use std::collections::BTreeMap;
use std::io::{self, Write};

use super::super::Count;
use super::super::period::Period;
use super::terms::Terms;

const STEP: usize = 34;
const BAR: usize = 22;
const HEIGHT: usize = 76;
const ABOVE: usize = 18;
const BELOW: usize = 20;

/// As many bars as fit into the page beside each other; the first of more years stands for all before, too.
const MAX_BARS: u16 = 25;

/// A chart of less than this share of the paragraphs would show the habits of a few documents.
const LEAST_DATED: f64 = 0.25;

/// One bar: its name and what it counts.
type Bar = (String, Count);

pub(super) fn write(
    periods: &BTreeMap<Option<Period>, Count>,
    terms: &Terms,
    output: &mut dyn Write,
) -> io::Result<()> {
    let (caption, bars) = match bars_by_year(periods) {
        bars if bars.len() > 2 => (terms.by_year, bars),
        by_year => match bars_by_month(periods) {
            bars if bars.len() > 1 => (terms.by_month, bars),
            _ => (terms.by_year, by_year),
        },
    };
    let all: usize = periods.values().map(|count| count.paragraphs).sum();
    let drawn: usize = bars.iter().map(|(_, count)| count.paragraphs).sum();
    // By month, what is dated by its year alone is not drawn.
    let undated = all - drawn;
    if bars.len() < 2 || (drawn as f64) < LEAST_DATED * all as f64 {
        return Ok(());
    }
    let undated = match undated {
        0 => String::new(),
        count => format!(" · {}", terms.count(terms.undated, count)),
    };
    writeln!(output, "<figure class=\"chart\">")?;
    draw(&bars, caption, terms, output)?;
    writeln!(
        output,
        "<figcaption>{caption}{undated}</figcaption>\n</figure>"
    )
}

fn draw(bars: &[Bar], caption: &str, terms: &Terms, output: &mut dyn Write) -> io::Result<()> {
    let most = bars
        .iter()
        .map(|(_, count)| count.paragraphs)
        .max()
        .unwrap_or(0)
        .max(1);
    let (width, height) = (bars.len() * STEP, ABOVE + HEIGHT + BELOW);
    let told: Vec<String> = bars
        .iter()
        .map(|(name, count)| format!("{name}: {}", count.paragraphs))
        .collect();
    writeln!(
        output,
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" \
         aria-label=\"{caption}: {}\">",
        told.join("; ")
    )?;
    let floor = ABOVE + HEIGHT;
    for (number, (name, count)) in bars.iter().enumerate() {
        let length = (count.paragraphs * HEIGHT).div_ceil(most);
        let (left, middle) = (number * STEP + (STEP - BAR) / 2, number * STEP + STEP / 2);
        let paragraphs = terms.count(terms.paragraphs, count.paragraphs);
        let documents = terms.count(terms.in_documents, count.documents);
        writeln!(
            output,
            "<g><title>{name}: {paragraphs} {documents}</title><rect x=\"{left}\" y=\"{}\" width=\"{BAR}\" \
             height=\"{length}\"/><text class=\"value\" x=\"{middle}\" y=\"{}\">{}</text><text x=\"{middle}\" \
             y=\"{}\">{name}</text></g>",
            floor - length,
            floor - length - 5,
            short(count.paragraphs, terms),
            floor + 15
        )?;
    }
    writeln!(
        output,
        "<line x1=\"0\" x2=\"{width}\" y1=\"{floor}\" y2=\"{floor}\"/>\n</svg>"
    )
}

/// A number that fits above a bar.
fn short(number: usize, terms: &Terms) -> String {
    match number {
        0 => String::new(),
        10_000.. => format!("{}k", terms.number(number / 1000)),
        _ => terms.number(number),
    }
}

/// Every year from the first to the last, also those without anything, or `≤2000` and every later one.
fn bars_by_year(periods: &BTreeMap<Option<Period>, Count>) -> Vec<Bar> {
    let mut years: BTreeMap<u16, Count> = BTreeMap::new();
    for (period, count) in periods
        .iter()
        .filter_map(|(period, it)| Some((period.as_ref()?, it)))
    {
        years.entry(period.year).or_default().add(*count);
    }
    let (Some(first), Some(last)) = (years.keys().next(), years.keys().last()) else {
        return Vec::new();
    };
    let first_bar = (*first).max(last.saturating_sub(MAX_BARS - 1));
    let bar = |year| {
        let is_for_more = year == first_bar && first_bar > *first;
        let mut counted = Count::default();
        let from = if is_for_more { 0 } else { year };
        years
            .range(from..=year)
            .for_each(|(_, count)| counted.add(*count));
        let name = format!("{}{year}", if is_for_more { "≤" } else { "" });
        (name, counted)
    };
    (first_bar..=*last).map(bar).collect()
}

/// Every month from the first to the last.
fn bars_by_month(periods: &BTreeMap<Option<Period>, Count>) -> Vec<Bar> {
    let mut months: BTreeMap<u32, Count> = BTreeMap::new();
    for (period, count) in periods
        .iter()
        .filter_map(|(period, it)| Some((period.as_ref()?, it)))
    {
        if let Some(month @ 1..=12) = period.month {
            let number = u32::from(period.year) * 12 + u32::from(month) - 1;
            months.entry(number).or_default().add(*count);
        }
    }
    let (Some(first), Some(last)) = (months.keys().next(), months.keys().last()) else {
        return Vec::new();
    };
    let bar = |number: u32| {
        let name = format!("{}/{:02}", number % 12 + 1, number / 12 % 100);
        (name, months.get(&number).copied().unwrap_or_default())
    };
    (*first..=*last).map(bar).collect()
}

impl Count {
    fn add(&mut self, other: Self) {
        self.paragraphs += other.paragraphs;
        self.documents += other.documents;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::InterfaceLanguage;

    /// The chart of so many paragraphs of each month of 2024, and of the year alone (0).
    fn chart(counts: &[(u8, usize)]) -> String {
        let period = |month: u8| Period {
            year: 2024,
            month: (month > 0).then_some(month),
        };
        let count = |paragraphs| Count {
            paragraphs,
            documents: 1,
        };
        let counts = counts.iter();
        let periods = counts.map(|&(month, paragraphs)| (Some(period(month)), count(paragraphs)));
        let mut output = Vec::new();
        write(
            &periods.collect(),
            Terms::of(InterfaceLanguage::English),
            &mut output,
        )
        .unwrap();
        String::from_utf8(output).unwrap()
    }

    #[test]
    fn years_that_have_no_bar_are_counted_in_the_first() {
        let count = Count {
            paragraphs: 2,
            documents: 1,
        };
        let period = |year| Some(Period { year, month: None });
        let periods = (1995..=2024).map(|year| (period(year), count)).collect();
        let bars = bars_by_year(&periods);
        assert_eq!(bars.len(), usize::from(MAX_BARS));
        assert_eq!((bars[0].0.as_str(), bars[0].1.paragraphs), ("≤2000", 12));
        assert_eq!((bars[1].0.as_str(), bars[1].1.paragraphs), ("2001", 2));
    }

    #[test]
    fn what_has_a_year_alone_is_not_dated_by_month() {
        assert!(chart(&[(0, 1), (5, 2), (6, 3)]).contains("1 paragraph undated"));
        assert_eq!(chart(&[(0, 98), (5, 1), (6, 1)]), "");
    }
}
