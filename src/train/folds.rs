//! Splits examples into folds so that those of one document stay together.

use std::collections::{BTreeMap, HashMap};

use super::Example;
use crate::random::{Generator, shuffle};

/// Gives every example the number of its fold, from 0.
///
/// Documents are shuffled by `seed` and dealt, largest remaining need first, so that folds come out
/// about equally large. The same documents and seed always give the same folds, whatever the order
/// of the examples.
pub fn by_document<'a>(
    documents: impl Iterator<Item = &'a str> + Clone,
    fold_count: usize,
    seed: u64,
) -> Vec<usize> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for document in documents.clone() {
        *sizes.entry(document).or_default() += 1;
    }
    let mut order: Vec<&str> = sizes.keys().copied().collect();
    shuffle(&mut order, &mut Generator::new(seed));

    let mut filled = vec![0; fold_count.max(1)];
    let mut folds: BTreeMap<&str, usize> = BTreeMap::new();
    for document in order {
        let fold = (0..filled.len())
            .min_by_key(|&fold| filled[fold])
            .unwrap_or(0);
        filled[fold] += sizes[document];
        folds.insert(document, fold);
    }
    documents.map(|document| folds[document]).collect()
}

/// The fold of every example's document, dealt [by document](by_document) among the labelled ones alone, so that a
/// teacher's opinions move none of them; none for a document of which nothing is labelled. Documents that share a text are one:
/// held out, it would be known. An opinion of a text that is labelled elsewhere is where that is.
pub fn of_examples(examples: &[Example], fold_count: usize, seed: u64) -> Vec<Option<usize>> {
    let labelled = || examples.iter().filter(|example| example.is_labelled());
    let groups = groups(labelled());
    let documents = labelled().map(|example| groups[example.doc.as_str()]);
    let folds = by_document(documents.clone(), fold_count, seed);
    let texts = labelled().map(|example| text_key(&example.text));
    let of_texts: HashMap<String, usize> = texts.zip(folds.iter().copied()).collect();
    let of_documents: BTreeMap<&str, usize> = documents.zip(folds).collect();
    let of = |example: &Example| match groups.get(example.doc.as_str()) {
        Some(group) => Some(of_documents[group]),
        None => of_texts.get(&text_key(&example.text)).copied(),
    };
    examples.iter().map(of).collect()
}

/// A text by which it is known again: white space and capitals make no other one.
pub fn text_key(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    words.join(" ").to_lowercase()
}

/// For every document, the first by name of those that it shares texts with, by whatever others.
fn groups<'a>(examples: impl Iterator<Item = &'a Example>) -> BTreeMap<&'a str, &'a str> {
    let mut groups: BTreeMap<&str, &str> = BTreeMap::new();
    let mut first_with: HashMap<String, &str> = HashMap::new();
    for example in examples {
        let document = example.doc.as_str();
        groups.entry(document).or_insert(document);
        let other = *(first_with.entry(text_key(&example.text))).or_insert(document);
        let (one, other) = (root(&groups, document), root(&groups, other));
        groups.insert(one.max(other), one.min(other));
    }
    let documents: Vec<&str> = groups.keys().copied().collect();
    for document in documents {
        let root = root(&groups, document);
        groups.insert(document, root);
    }
    groups
}

/// The document that stands for another.
fn root<'a>(groups: &BTreeMap<&'a str, &'a str>, mut document: &'a str) -> &'a str {
    while groups[document] != document {
        document = groups[document];
    }
    document
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_never_split_and_folds_are_about_equal() {
        let documents: Vec<String> = (0..200).map(|index| format!("d{}", index % 67)).collect();
        let folds = by_document(documents.iter().map(String::as_str), 5, 1);
        for (a, first) in documents.iter().zip(&folds) {
            for (b, second) in documents.iter().zip(&folds) {
                assert!(a != b || first == second);
            }
        }
        for fold in 0..5 {
            let size = folds.iter().filter(|&&found| found == fold).count();
            assert!((35..=45).contains(&size), "fold {fold} has {size}");
        }
    }

    fn example((doc, text): (&str, &str)) -> Example {
        Example {
            id: doc.to_owned(),
            doc: doc.to_owned(),
            text: text.to_owned(),
            labels: Vec::new(),
            scores: None,
            weight: None,
            sure: true,
            synthetic: false,
        }
    }

    #[test]
    fn opinions_of_a_text_are_held_out_with_it() {
        let text = |index: usize| format!("Xã trồng {index} ha rừng.");
        let labelled = (0..20).map(|index| example((&format!("d{index}"), &text(index))));
        let opinion = |index: usize| Example {
            scores: Some(BTreeMap::new()),
            ..example((&format!("o{index}"), &text(index).replace("ha", " HA")))
        };
        let examples: Vec<Example> = labelled.chain((0..21).map(opinion)).collect();
        let folds = of_examples(&examples, 4, 1);
        assert_eq!(folds[..20], folds[20..40]);
        assert_eq!(folds[40], None, "nobody has labelled it");
    }

    #[test]
    fn documents_that_share_a_text_are_never_parted() {
        let texts = [
            ("d", "Xã trồng 12 ha rừng."),
            ("a", "Thôn làm 2 km đường."),
            ("c", "Xã  trồng 12 HA rừng."),
            ("c", "Thôn làm 2 km đường."),
            ("b", "Huyện mở chợ phiên."),
        ];
        let examples: Vec<Example> = texts.into_iter().map(example).collect();
        let groups = groups(examples.iter());
        let expected = [("a", "a"), ("b", "b"), ("c", "a"), ("d", "a")];
        assert_eq!(groups, expected.into());
    }

    #[test]
    fn the_order_of_examples_does_not_matter() {
        let forward = by_document(["a", "b", "c", "d", "e"].into_iter(), 2, 7);
        let mut backward = by_document(["e", "d", "c", "b", "a"].into_iter(), 2, 7);
        backward.reverse();
        assert_eq!(forward, backward);
    }
}
