mod flawed;

use std::collections::HashMap;
use std::sync::Arc;

use self::flawed::Flawed;
use super::*;
use crate::encode::engine::reference::Reference;
use crate::encode::pooling;
use crate::model::TensorData;
use crate::model::device::Precision;

/// Sums over the layers of a small network are as exact as this.
const TOLERANCE: f32 = 2e-4;

fn small() -> NetworkShape {
    NetworkShape {
        hidden_size: 64,
        layer_count: 2,
        head_count: 2,
        intermediate_size: 96,
        vocabulary: 50,
        max_tokens: 40,
        layer_norm_epsilon: 1e-12,
    }
}

/// Weights made from the place of each number.
struct Weights(HashMap<String, Vec<u8>>);

impl WeightSource for Weights {
    fn tensor(&self, name: &str) -> Option<TensorData<'_>> {
        let bytes = self.0.get(name)?;
        Some(TensorData::F32(bytes.as_chunks().0))
    }
}

impl Weights {
    fn new() -> Self {
        let (width, inner) = (64, 96);
        let mut weights = Self(HashMap::new());
        weights.add("embeddings.word_embeddings.weight", 50 * width, 0.3);
        weights.add("embeddings.position_embeddings.weight", 40 * width, 0.1);
        weights.add("embeddings.token_type_embeddings.weight", 2 * width, 0.1);
        weights.add("embeddings.LayerNorm.weight", width, 1.0);
        weights.add("embeddings.LayerNorm.bias", width, 0.1);
        for layer in 0..2 {
            let name = |part: &str| format!("encoder.layer.{layer}.{part}");
            for (part, inputs, outputs) in [
                ("attention.self.query", width, width),
                ("attention.self.key", width, width),
                ("attention.self.value", width, width),
                ("attention.output.dense", width, width),
                ("intermediate.dense", width, inner),
                ("output.dense", inner, width),
            ] {
                weights.add(&name(&format!("{part}.weight")), inputs * outputs, 0.2);
                weights.add(&name(&format!("{part}.bias")), outputs, 0.2);
            }
            for part in ["attention.output.LayerNorm", "output.LayerNorm"] {
                weights.add(&name(&format!("{part}.weight")), width, 1.0);
                weights.add(&name(&format!("{part}.bias")), width, 0.1);
            }
        }
        weights
    }

    fn add(&mut self, name: &str, count: usize, size: f32) {
        let seed = name
            .bytes()
            .fold(7_u32, |seed, byte| seed * 31 % 65_521 + u32::from(byte));
        let value = |index: u32| {
            let bits = (index + seed).wrapping_mul(2_654_435_761).rotate_left(9);
            size * (bits.wrapping_mul(2_654_435_761) >> 8) as f32 / (1 << 24) as f32 - size / 2.0
        };
        let bytes = (0..count as u32).flat_map(|index| value(index).to_le_bytes());
        self.0.insert(name.to_owned(), bytes.collect());
    }
}

/// An encoder with two lanes on each of two cards that have room for `room` tokens and are told `pass_tokens`.
fn encoder(room: usize, pass_tokens: usize) -> CardEncoder<Flawed> {
    let kernels = || Flawed::with_room(room);
    of_cards([kernels, kernels], pass_tokens)
}

/// An encoder with two lanes on each of some cards.
fn of_cards<const N: usize, F: Fn() -> Flawed>(
    cards: [F; N],
    pass_tokens: usize,
) -> CardEncoder<Flawed> {
    let lanes = |(number, kernels): (usize, F)| Lanes {
        name: format!("cuda:{number}"),
        first: kernels(),
        others: vec![kernels()],
        pass_tokens,
        free: None,
        needed: 1 << 20,
    };
    let lanes = cards.into_iter().enumerate().map(lanes).collect();
    CardEncoder::new(small(), &Weights::new(), lanes).expect("small weights")
}

/// Why windows have no sums; none where they have.
fn problems(encoder: &dyn Encoder, windows: &[Window]) -> Vec<Option<Arc<EncodeError>>> {
    let windows: Vec<&Window> = windows.iter().collect();
    let sums = encoder.pool(&windows, 1024);
    sums.into_iter().map(Result::err).collect()
}

fn pooled(encoder: &dyn Encoder, windows: &[Window]) -> Vec<Option<Vec<f32>>> {
    let windows: Vec<&Window> = windows.iter().collect();
    let sums = encoder.pool(&windows, 1024);
    sums.into_iter()
        .map(|sums| Some(sums.ok()?.to_vec()))
        .collect()
}

#[test]
fn equal_kernels_do_not_deviate_and_a_precision_deviates_by_its_rounding() {
    let exact = || PlainKernels::new(small(), Precision::F32);
    let same = check::compare(&mut exact(), &mut exact(), small()).expect("there is room");
    assert!(
        same.iter()
            .all(|step| step.largest == 0.0 && step.size > 0.1),
        "{same:?}"
    );

    let mut rounded = PlainKernels::new(small(), Precision::F16);
    let near = check::compare(&mut rounded, &mut exact(), small()).expect("there is room");
    assert!(near.iter().all(|step| step.wrong == 0), "{near:?}");
    assert!(near.iter().any(|step| step.largest > 0.0));
}

#[test]
fn states_are_those_of_the_reference() {
    let weights = Weights::new();
    let reference = Reference {
        shape: small(),
        source: &weights,
    };
    let mut batch = TokenBatch::default();
    let sequences: [Vec<u32>; 3] = [(0..37).collect(), vec![4, 9], (20..40).collect()];
    for sequence in &sequences {
        batch.push(sequence);
    }
    let states = encoder(1 << 20, 50).encode(&batch).expect("there is room");
    let expected = sequences
        .iter()
        .flat_map(|sequence| reference.encode(sequence))
        .flatten();
    let expected: Vec<f32> = expected.collect();
    assert_eq!(states.rows(0..59).len(), expected.len());
    for (found, expected) in states.rows(0..59).iter().zip(expected) {
        assert!((found - expected).abs() < TOLERANCE, "{found} {expected}");
    }
}

#[test]
fn sums_are_those_of_the_states_in_the_order_of_the_windows() {
    let encoder = encoder(1 << 20, 1 << 20);
    let windows = check::windows(&small());
    for (window, sums) in windows.iter().zip(pooled(&encoder, &windows)) {
        let mut batch = TokenBatch::default();
        batch.push(&window.tokens);
        let states = encoder.encode(&batch).expect("there is room");
        assert_eq!(sums, Some(pooling::part_sums(window, &states, 0)));
    }
}

#[test]
fn a_pass_that_is_too_large_is_halved_until_it_fits_and_loses_nothing() {
    let windows: Vec<Window> = (0..5).flat_map(|_| check::windows(&small())).collect();
    let expected = pooled(&encoder(1 << 20, 1 << 20), &windows);
    let full = encoder(70, 1000);
    assert_eq!(pooled(&full, &windows), expected);
    let work = full.card_work().expect("it has cards");
    assert!(work.halvings >= 8, "1000 to 62 on each card: {work:?}");
    let tokens: usize = windows.iter().map(|window| window.tokens.len()).sum();
    assert_eq!(work.tokens, tokens as u64, "what failed is not counted");
    assert!(full.pass_tokens() <= 70);
    assert!(expected.iter().all(Option::is_some));
}

#[test]
fn a_card_without_room_for_one_window_is_lost_and_says_what_to_do() {
    let windows = check::windows(&small());
    let found = problems(&encoder(25, 1000), &windows);
    for (window, problem) in windows.iter().zip(found) {
        if window.tokens.len() > 25 {
            let problem = problem.expect("it has no room").to_string();
            assert!(
                problem.contains("card cuda:0 is lost: it has no room"),
                "{problem}"
            );
            assert!(
                problem.contains("card cuda:1 is lost: it has no room"),
                "{problem}"
            );
            assert!(problem.contains("close other programs"), "{problem}");
        }
    }
}

#[test]
fn what_an_idle_lane_holds_is_there_for_the_others() {
    let room = Arc::new(Mutex::new(100));
    let kernels = || Flawed::with_room(1 << 20).sharing(&room);
    let encoder = of_cards([kernels], Flawed::LEAST_TOKENS);
    for lane in encoder.cards[0].lanes() {
        let mut lane = lane.lock().expect("no test has panicked");
        lane.reserve(50).expect("there is as much for both");
    }
    let windows = check::windows(&small());
    for window in windows.chunks(1) {
        assert!(pooled(&encoder, window)[0].is_some());
    }
    assert_eq!(encoder.card_work().map(|work| work.halvings), Some(0));
}

#[test]
fn a_card_that_is_full_before_anything_is_encoded_says_how_full_and_what_to_do() {
    let full = |room: usize, free: Option<usize>, free_then: usize| {
        let lanes = Lanes {
            name: "cuda:1".to_owned(),
            first: Flawed::with_room(room).with_free(free_then << 20),
            others: Vec::new(),
            pass_tokens: 100,
            free,
            needed: 300 << 20,
        };
        let encoder = CardEncoder::new(small(), &Weights::new(), vec![lanes]);
        encoder.err().map(|error| error.to_string())
    };
    let known = full(1 << 20, Some(299 << 20), 299).expect("there is too little");
    let expected =
        "card cuda:1: its memory is full: some 300 MiB are needed, 299 MiB are free; close";
    assert!(known.starts_with(expected), "{known}");
    let late = full(0, Some(301 << 20), 7).expect("others were faster");
    assert!(
        late.contains("300 MiB are needed, 7 MiB are free; close"),
        "{late}"
    );
    let odd = full(0, Some(301 << 20), 301).expect("others were faster, and are gone");
    let expected = "card cuda:1: loading found no room in its memory; close";
    assert!(odd.starts_with(expected), "{odd}");
    assert_eq!(full(1 << 20, Some(300 << 20), 300), None);
    let numbers = 50 * 64 + 2 * (4 * 64 * 64 + 2 * 64 * 96);
    assert_eq!(weight_bytes(&small(), Precision::F16), 2 * numbers);
}

#[test]
fn a_card_that_fails_its_first_pass_is_refused_before_anything_is_encoded() {
    let opened = |[first, second]: [Flawed; 2], source: &Weights| {
        let lanes = Lanes {
            name: "cuda:1".to_owned(),
            first,
            others: vec![second],
            pass_tokens: 100,
            free: None,
            needed: 300 << 20,
        };
        let encoder = CardEncoder::new(small(), source, vec![lanes]);
        encoder.err().map(|error| error.to_string())
    };
    let sound = || Flawed::with_room(1 << 20);
    assert_eq!(opened([sound(), sound()], &Weights::new()), None);
    let broken = opened([sound(), sound().failing_after(0)], &Weights::new());
    let expected = "card cuda:1 fails its first pass: it fell off the bus";
    assert_eq!(broken.as_deref(), Some(expected));

    let none = Arc::new(Mutex::new(0));
    let full = opened([sound(), sound().sharing(&none)], &Weights::new());
    let full = full.expect("there is no room for a token");
    let expected = "card cuda:1: its memory is full: some 300 MiB are needed";
    assert!(full.starts_with(expected), "{full}");

    let mut odd = Weights::new();
    odd.add("embeddings.LayerNorm.bias", 64, f32::INFINITY);
    let found = opened([sound(), sound()], &odd).expect("it computes no numbers");
    assert!(found.ends_with("what it computes is no number"), "{found}");
}

#[test]
fn what_a_lost_card_held_is_done_by_the_others() {
    let windows: Vec<Window> = (0..40).flat_map(|_| check::windows(&small())).collect();
    let expected = pooled(&encoder(1 << 20, 1 << 20), &windows);
    for passes in [0, 1, 3] {
        let kernels = |passes: Option<usize>| {
            move || {
                let kernels = Flawed::with_room(1 << 20);
                match passes {
                    // The first is the one that tries the lane out.
                    Some(passes) => kernels.failing_after(1 + passes),
                    None => kernels,
                }
            }
        };
        let encoder = of_cards([kernels(Some(passes)), kernels(None)], 100);
        assert_eq!(pooled(&encoder, &windows), expected, "lost after {passes}");
        assert_eq!(pooled(&encoder, &windows), expected, "and from then on");
    }
}

#[test]
fn where_all_cards_are_lost_windows_say_which_and_why_and_what_was_done_is_kept() {
    let windows: Vec<Window> = (0..40).flat_map(|_| check::windows(&small())).collect();
    let kernels = || Flawed::with_room(1 << 20).failing_after(3);
    let encoder = of_cards([kernels], 100);
    let found = problems(&encoder, &windows);
    let lost: Vec<_> = found.into_iter().flatten().collect();
    assert!(!lost.is_empty() && lost.len() < windows.len());
    for problem in lost
        .into_iter()
        .chain(problems(&encoder, &windows).into_iter().flatten())
    {
        assert!(matches!(*problem, EncodeError::DeviceLost { .. }));
        assert_eq!(
            problem.to_string(),
            "card cuda:0 is lost: it fell off the bus"
        );
    }
}

#[test]
fn a_pass_that_breaks_cards_takes_two_of_them_and_is_given_up_or_named() {
    let mut windows: Vec<Window> = (0..10).flat_map(|_| check::windows(&small())).collect();
    for token in windows.iter_mut().flat_map(|window| &mut window.tokens) {
        *token %= 49;
    }
    let deadly = windows.len() / 2;
    windows[deadly].tokens[0] = 49;
    let sound = || Flawed::with_room(1 << 20);
    let expected = pooled(&of_cards([sound], 100), &windows);
    let breaking = || sound().failing_on(49);

    let encoder = of_cards([breaking; 3], 100);
    let found = problems(&encoder, &windows);
    let error = found[deadly].as_ref().expect("it breaks cards");
    assert!(matches!(**error, EncodeError::Backend(_)), "{error}");
    let blamed = || (0..windows.len()).filter(|&index| found[index].is_some());
    let tokens: usize = blamed().map(|index| windows[index].tokens.len()).sum();
    assert!(tokens <= 100, "one pass: {tokens}");
    let others: Vec<usize> = (0..windows.len()).filter(|&i| found[i].is_none()).collect();
    let done: Vec<Window> = others.iter().map(|&index| windows[index].clone()).collect();
    let wanted: Vec<_> = others.iter().map(|&i| expected[i].clone()).collect();
    assert_eq!(pooled(&encoder, &done), wanted, "a card is left");

    for encoder in [
        of_cards([breaking; 1], 100),
        of_cards([breaking; 1], 1 << 20),
    ] {
        let found = problems(&encoder, &windows);
        let in_hand = |index: &usize| {
            let error = found[*index].as_deref();
            matches!(error, Some(EncodeError::DeviceLost { in_hand: true, .. }))
        };
        assert!(in_hand(&deadly));
        let tokens = (0..windows.len()).filter(in_hand);
        let tokens: usize = tokens.map(|index| windows[index].tokens.len()).sum();
        assert!(tokens <= encoder.pass_tokens());
    }
}

#[test]
fn windows_that_the_network_cannot_take_fail_before_the_card_sees_them_and_no_others() {
    let mut windows = check::windows(&small());
    let expected = pooled(&encoder(1 << 20, 1000), &windows);
    let (unknown, long) = (1, windows.len() - 1);
    windows[unknown].tokens[0] = 50;
    windows[long].tokens.resize(41, 3);
    let kernels = || Flawed::with_room(1 << 20).failing_on(50);
    let encoder = of_cards([kernels], 1000);
    let found = problems(&encoder, &windows);
    let error = |index: usize| found[index].as_deref();
    assert!(matches!(
        error(unknown),
        Some(EncodeError::UnknownToken { token: 50, .. })
    ));
    assert!(matches!(
        error(long),
        Some(EncodeError::TooLong { length: 41, .. })
    ));
    for (index, sums) in pooled(&encoder, &windows).into_iter().enumerate() {
        let is_sound = index != unknown && index != long;
        assert_eq!(
            sums,
            expected[index].clone().filter(|_| is_sound),
            "{index}"
        );
    }
}
