use super::*;

const ALL_TOLD: Setting = Setting {
    length: Length::Short,
    tells_places: true,
    tells_title: true,
};

fn split(input: usize, threshold: f32, next: usize) -> Node {
    Node::Split {
        input,
        threshold,
        next,
    }
}

fn scorer() -> Scorer {
    let places = vec![
        split(PLACE_FEATURES[0] as usize, 0.5, 1),
        Node::Leaf(2.0),
        split(FEATURES, 0.5, 3),
        Node::Leaf(-1.0),
        Node::Leaf(0.25),
    ];
    let first = vec![split(0, 0.0, 1), Node::Leaf(0.0), Node::Leaf(8.0)];
    Scorer::new(
        [places, first]
            .map(|nodes| Tree::new(nodes).unwrap())
            .into(),
    )
}

fn row(first: f32, place: f32) -> FeatureRow {
    let mut row = [0.0; FEATURES];
    row[0] = first;
    row[PLACE_FEATURES[0] as usize] = place;
    row
}

#[test]
fn leaves_are_added_up() {
    let rows = [row(0.0, 0.5), row(0.1, 0.6)];
    let scores = |setting| scorer().score(&rows, setting);
    assert_eq!(scores(ALL_TOLD), [2.0, 7.0]);
    let long = Setting {
        length: Length::Long,
        ..ALL_TOLD
    };
    assert_eq!(scores(long), [2.0, 8.25]);
    // What is not told is no number, and that goes on to the second node.
    let without_places = Setting {
        tells_places: false,
        ..ALL_TOLD
    };
    assert_eq!(scores(without_places), [-1.0, 7.0]);
    let without_title = Setting {
        tells_title: false,
        ..ALL_TOLD
    };
    assert_eq!(scores(without_title), [10.0, 7.0]);
}

#[test]
fn a_tree_ends() {
    assert_eq!(Tree::new(Vec::new()), Err(TreeError));
    for nodes in [
        vec![split(0, 0.0, 0)],
        vec![split(0, 0.0, 1), Node::Leaf(0.0)],
        vec![split(INPUTS, 0.0, 1), Node::Leaf(0.0), Node::Leaf(0.0)],
        vec![split(0, 0.0, 1), split(0, 0.0, 1), Node::Leaf(0.0)],
    ] {
        assert_eq!(Tree::new(nodes), Err(TreeError));
    }
}

#[test]
fn a_file_reads_as_it_was_written() {
    let bytes = scorer().to_bytes().unwrap();
    assert_eq!(Scorer::from_bytes(&bytes).unwrap(), scorer());
    assert!(!Scorer::embedded().unwrap().trees().is_empty());
}

#[test]
fn damage_is_refused() {
    let bytes = scorer().to_bytes().unwrap();
    for length in 0..bytes.len() {
        assert!(Scorer::from_bytes(&bytes[..length]).is_err());
    }
    for at in 0..bytes.len() {
        let mut damaged = bytes.clone();
        damaged[at] ^= 0x15;
        if let Ok(scorer) = Scorer::from_bytes(&damaged) {
            scorer.score(&[row(0.1, 0.6)], ALL_TOLD);
        }
    }
}
