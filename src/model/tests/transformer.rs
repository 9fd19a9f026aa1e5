use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor};

use crate::model::{ModelError, TransformerFiles};

/// Saves one tensor of two numbers.
fn save(folder: &Path, file: &str, name: &str, numbers: [f32; 2]) {
    let tensor = Tensor::new(&numbers, &Device::Cpu).expect("there is room");
    let tensors = HashMap::from([(name, tensor)]);
    candle_core::safetensors::save(&tensors, folder.join(file)).expect("it can be written");
}

/// A model whose weights are not there yet.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in ["config.json", "tokenizer.json"] {
        fs::write(folder.path().join(file), "{}").expect("it can be written");
    }
    folder
}

fn numbers(model: &TransformerFiles, name: &str) -> Vec<f32> {
    let weights = model
        .var_builder(&Device::Cpu)
        .expect("the weights are sound");
    let tensor = weights.get(2, name).expect("it is there");
    tensor.to_vec1().expect("it is a vector")
}

#[test]
fn reads_weights_in_one_file() {
    let folder = folder();
    save(folder.path(), "model.safetensors", "a", [1.0, 2.0]);
    let model = TransformerFiles::open(folder.path(), "tiny").expect("it is complete");
    assert!(numbers(&model, "a") == [1.0, 2.0]);
    assert_eq!(model.name(), "tiny");
}

#[test]
fn reads_weights_in_several_files() {
    let folder = folder();
    save(folder.path(), "model-1.safetensors", "a", [1.0, 2.0]);
    save(folder.path(), "model-2.safetensors", "b", [3.0, 4.0]);
    let index = r#"{"weight_map": {"a": "model-1.safetensors", "b": "model-2.safetensors"}}"#;
    fs::write(folder.path().join("model.safetensors.index.json"), index).expect("written");
    let model = TransformerFiles::open(folder.path(), "tiny").expect("it is complete");
    assert!(numbers(&model, "b") == [3.0, 4.0]);
    let names: Vec<String> = model.hashes().into_iter().map(|file| file.name).collect();
    let expected = [
        "config.json",
        "tokenizer.json",
        "model-1.safetensors",
        "model-2.safetensors",
    ];
    assert_eq!(names, expected);
}

#[test]
fn names_the_file_that_is_missing() {
    let error = TransformerFiles::open(folder().path(), "tiny").expect_err("it has no weights");
    assert!(
        matches!(
            error,
            ModelError::Incomplete {
                file: "model.safetensors",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn says_that_weights_are_damaged() {
    let folder = folder();
    fs::write(folder.path().join("model.safetensors"), "no weights").expect("it can be written");
    let model = TransformerFiles::open(folder.path(), "tiny").expect("it is complete");
    assert!(model.var_builder(&Device::Cpu).is_err());
}
