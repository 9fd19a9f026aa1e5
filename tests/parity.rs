//! Our encoders against the network of candle-transformers on the same weights, and against themselves.

use std::collections::BTreeSet;

use candle_core::{Device, Tensor};
use candle_transformers::models::bert::{BertModel, Config};
use tomtat::encode::candle::CandleEncoder;
use tomtat::encode::{self, Encoder, TokenBatch};
use tomtat::model::Bundle;
use tomtat::tokenize::Tokenize;

const TEXTS: &[&str] = &[
    "Báo cáo.",
    "Sáu tháng đầu năm, toàn huyện đã hoàn thành 14/16 chỉ tiêu, đạt 87,5% kế hoạch.",
    "Yêu cầu các xã, thị trấn khẩn trương rà soát, lập danh sách hộ nghèo, hộ cận nghèo; giao Phòng Lao \
     động tổng hợp, báo cáo Ủy ban nhân dân huyện trước ngày 15 hằng tháng.",
    "Mô hình “Camera an ninh” do nhân dân đóng góp được nhân rộng ra 12 thôn, góp phần giữ vững trật tự.",
    "The district completed all twelve targets and launched a pilot that others have copied since.",
    "全市粮食总产量达到一百二十万吨，比上年增长百分之五。",
];

/// One sequence a text, special tokens included.
fn sequences(tokenizer: &dyn Tokenize) -> Vec<Vec<u32>> {
    let specials = tokenizer.specials();
    let sequence = |text: &&str| {
        let mut ids = vec![specials.bos];
        tokenizer
            .encode_into(text, &mut ids)
            .expect("any text has tokens");
        ids.push(specials.eos);
        ids
    };
    TEXTS.iter().map(sequence).collect()
}

/// The mean state of every sequence, all in one batch.
fn means(encoder: &dyn Encoder, sequences: &[Vec<u32>]) -> Vec<Vec<f32>> {
    let mut batch = TokenBatch::default();
    for sequence in sequences {
        batch.push(sequence);
    }
    let states = encoder.encode(&batch).expect("tokens of this model");
    let mut start = 0;
    let mut mean = |sequence: &Vec<u32>| {
        let rows = states.rows(start..start + sequence.len());
        start += sequence.len();
        mean_of(rows, encoder.hidden_size())
    };
    sequences.iter().map(&mut mean).collect()
}

fn mean_of(rows: &[f32], size: usize) -> Vec<f32> {
    let count = (rows.len() / size) as f32;
    (0..size)
        .map(|column| rows.iter().skip(column).step_by(size).sum::<f32>() / count)
        .collect()
}

fn cosine(left: &[f32], right: &[f32]) -> f32 {
    let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f32>();
    dot(left, right) / (dot(left, left) * dot(right, right)).sqrt()
}

fn worst_cosine(left: &[Vec<f32>], right: &[Vec<f32>]) -> f32 {
    left.iter()
        .zip(right)
        .map(|(a, b)| cosine(a, b))
        .fold(1.0, f32::min)
}

#[test]
fn both_encoders_agree_with_the_reference_network() {
    let bundle = Bundle::embedded().expect("the model is embedded");
    let weights = bundle.var_builder(&Device::Cpu).expect("there is room");
    let config: Config =
        serde_json::from_slice(bundle.config_json()).expect("a BERT configuration");
    let reference = BertModel::load(weights.clone(), &config).expect("every tensor is there");
    let sequences = sequences(bundle.tokenizer());
    let expected: Vec<Vec<f32>> = sequences
        .iter()
        .map(|sequence| {
            let ids =
                Tensor::new(sequence.as_slice(), &Device::Cpu).and_then(|ids| ids.unsqueeze(0));
            let ids = ids.expect("a small tensor");
            let types = ids.zeros_like().expect("a small tensor");
            let states = reference
                .forward(&ids, &types, None)
                .expect("tokens of this model");
            let rows = states.flatten_all().and_then(|rows| rows.to_vec1::<f32>());
            mean_of(&rows.expect("a small tensor"), config.hidden_size)
        })
        .collect();

    let padded = CandleEncoder::new(bundle.config_json(), weights).expect("every tensor is there");
    let worst = worst_cosine(&means(&padded, &sequences), &expected);
    assert!(
        worst >= 0.9999,
        "through candle-transformers in one padded batch: {worst}"
    );

    let engine = encode::of_bundle(&bundle).expect("a network of the engine's shape");
    let worst = worst_cosine(&means(&engine, &sequences), &expected);
    assert!(worst >= 0.998, "through the integer engine: {worst}");
}

#[test]
fn a_text_alone_and_in_a_batch_gives_the_same_states() {
    let bundle = Bundle::embedded().expect("the model is embedded");
    let engine = encode::of_bundle(&bundle).expect("a network of the engine's shape");
    let sequences = sequences(bundle.tokenizer());
    let together = means(&engine, &sequences);
    for (sequence, expected) in sequences.iter().zip(&together) {
        let alone = means(&engine, std::slice::from_ref(sequence)).remove(0);
        assert_eq!(&alone, expected);
    }
}

#[test]
fn equal_texts_of_a_batch_are_equal() {
    let bundle = Bundle::embedded().expect("the model is embedded");
    let engine = encode::of_bundle(&bundle).expect("a network of the engine's shape");
    let first = sequences(bundle.tokenizer()).remove(1);
    let twice = means(&engine, &[first.clone(), first]);
    assert_eq!(twice[0], twice[1]);
    let distinct: BTreeSet<u32> = twice[0].iter().map(|value| value.to_bits()).collect();
    assert!(distinct.len() > 100, "states are not all the same number");
}
