use proptest::prelude::*;

use crate::model::gguf::Weights;

/// A GGUF file with one tensor of two rows of 32 weights and three entries.
fn small() -> Vec<u8> {
    let text = |text: &str| [&(text.len() as u64).to_le_bytes(), text.as_bytes()].concat();
    let mut file = [
        &b"GGUF"[..],
        &3u32.to_le_bytes(),
        &1u64.to_le_bytes(),
        &3u64.to_le_bytes(),
    ]
    .concat();
    file.extend(
        [
            text("general.name"),
            8u32.to_le_bytes().to_vec(),
            text("tiny"),
        ]
        .concat(),
    );
    file.extend(
        [
            text("general.alignment"),
            4u32.to_le_bytes().to_vec(),
            32u32.to_le_bytes().to_vec(),
        ]
        .concat(),
    );
    // An array of two f32.
    file.extend(
        [
            text("scales"),
            9u32.to_le_bytes().to_vec(),
            6u32.to_le_bytes().to_vec(),
        ]
        .concat(),
    );
    file.extend([&2u64.to_le_bytes()[..], &[0; 8]].concat());
    file.extend([text("words"), 2u32.to_le_bytes().to_vec()].concat());
    file.extend([32u64, 2].map(u64::to_le_bytes).concat());
    file.extend([&2u32.to_le_bytes()[..], &0u64.to_le_bytes()].concat());
    file.resize(file.len().next_multiple_of(32), 0);
    // Scale 1; low nibbles 9, high nibbles 7: weights 1 and -1.
    for _ in 0..2 {
        file.extend([0x00, 0x3c]);
        file.extend([0x79; 16]);
    }
    file
}

fn problem(bytes: Vec<u8>) -> String {
    Weights::read(bytes.into()).expect_err("it is damaged")
}

#[test]
fn reads_a_small_file() {
    let weights = Weights::read(small().into()).expect("it is sound");
    assert_eq!(weights.text("general.name"), Some("tiny"));
    assert_eq!(weights.text("scales"), None);
    let words = weights.tensor("words").expect("it is there");
    assert_eq!(words.shape(), [2, 32]);
    let row: Vec<f32> = [[1.0; 16], [-1.0; 16]].concat();
    assert!(words.to_vec() == [row.clone(), row].concat());
    assert!(weights.tensor("sentences").is_none());
}

/// Declares another number of rows.
fn set_rows(file: &mut [u8], rows: u64) {
    let name = file
        .windows(5)
        .position(|window| window == b"words")
        .expect("it has the tensor");
    // Behind the name: the number of dimensions and the row's length.
    let place = name + 5 + 4 + 8;
    file[place..place + 8].copy_from_slice(&rows.to_le_bytes());
}

#[test]
fn says_what_is_wrong() {
    struct Case {
        change: fn(&mut Vec<u8>),
        problem: &'static str,
    }
    let cases = [
        Case {
            change: |file| file[0] = b'X',
            problem: "it is not a GGUF file",
        },
        Case {
            change: |file| file[4] = 2,
            problem: "its GGUF version is 2, not 3",
        },
        Case {
            change: |file| file.truncate(40),
            problem: "its header is cut short",
        },
        Case {
            change: |file| file[16..24].fill(0xff),
            problem: "its header is cut short",
        },
        Case {
            change: |file| file.truncate(file.len() - 1),
            problem: "tensor words ends beyond the file",
        },
        Case {
            change: |file| set_rows(file, 0),
            problem: "tensor words has an empty dimension",
        },
        Case {
            change: |file| set_rows(file, u64::MAX),
            problem: "tensor words ends beyond the file",
        },
    ];
    for case in cases {
        let mut file = small();
        (case.change)(&mut file);
        assert_eq!(problem(file), case.problem);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn damaged_files_never_panic(changes in proptest::collection::vec((0..300usize, any::<u8>()), 0..12), length in 0..400usize) {
        let mut file = small();
        for (position, byte) in changes {
            if let Some(place) = file.get_mut(position) {
                *place = byte;
            }
        }
        file.truncate(length);
        if let Ok(weights) = Weights::read(file.into()) {
            for (_, tensor) in weights.tensors() {
                let _ = tensor.to_vec();
            }
        }
    }
}
