use std::fs;
use std::path::Path;

use candle_core::Device;
use candle_core::quantized::gguf_file::Content;

use crate::model::{
    Bundle, BundleLayers, LayerTensor, ModelError, ModelFiles, TensorData, bundle_files,
};

const FOLDER: &str = "models/tomtat-small";

fn opened() -> Bundle {
    Bundle::open(Path::new(FOLDER)).expect("the repository has the bundle")
}

/// A copy of the bundle's small files, its weights linked.
fn copy() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in ["model.gguf", "tokenizer.bin", "config.json"] {
        fs::copy(Path::new(FOLDER).join(file), folder.path().join(file)).expect("a copy");
    }
    folder
}

#[test]
#[cfg(feature = "embedded-model")]
fn embedded_model_is_the_one_in_the_repository() {
    let (embedded, opened) = (Bundle::embedded().expect("it is built in"), opened());
    assert_eq!(embedded.name(), "tomtat-small");
    assert_eq!(embedded.license(), "mit");
    assert_eq!(embedded.prefix(), "query: ");
    assert_eq!(embedded.sha256(), opened.sha256());
    assert_eq!(
        embedded.verify().expect("it is sound"),
        opened.verify().expect("it is sound")
    );
}

#[test]
fn stays_under_forty_megabytes() {
    let bytes: u64 = opened().hashes().iter().map(|file| file.bytes).sum();
    assert!(bytes < 40_000_000, "{bytes}");
}

#[test]
fn every_tensor_is_the_one_that_candle_reads() {
    let bundle = opened();
    let mut file = fs::File::open(Path::new(FOLDER).join("model.gguf")).expect("the weights");
    let content = Content::read(&mut file).expect("candle reads them");
    assert_eq!(
        content.tensor_infos.len(),
        bundle.weights().tensors().count()
    );
    for (name, tensor) in bundle.weights().tensors() {
        let theirs = content
            .tensor(&mut file, name, &Device::Cpu)
            .expect("candle has it");
        assert_eq!(theirs.shape().dims(), tensor.shape(), "{name}");
        let theirs = theirs
            .dequantize(&Device::Cpu)
            .and_then(|values| values.flatten_all()?.to_vec1::<f32>());
        assert!(theirs.expect("numbers") == tensor.to_vec(), "{name}");
    }
}

#[test]
fn rows_are_those_of_the_whole_tensor() {
    let bundle = opened();
    let words = bundle
        .weights()
        .tensor("embeddings.word_embeddings.weight")
        .expect("it has words");
    assert!(matches!(words.data(), TensorData::Q4_0(_)));
    assert_eq!(
        words.shape(),
        [bundle.config().vocab_size, bundle.config().hidden_size]
    );
    let all = words.to_vec();
    let mut row = vec![0.0; bundle.config().hidden_size];
    for index in [0, 3, 99_999] {
        words.data().read(index * row.len(), &mut row);
        assert!(row == all[index * row.len()..(index + 1) * row.len()]);
    }
}

#[test]
fn gives_candle_every_tensor_in_f32() {
    let bundle = opened();
    let widened = bundle.var_builder(&Device::Cpu).expect("there is room");
    for (name, tensor) in bundle.weights().tensors() {
        widened
            .get(tensor.shape(), name)
            .expect("it is there and of that shape");
    }
}

#[test]
fn verify_names_the_file_that_was_changed() {
    let folder = copy();
    fs::copy("models/manifest.toml", folder.path().join("manifest.toml")).expect("a copy");
    let bundle = Bundle::open(folder.path()).expect("it is sound");
    bundle.verify().expect("it is the original");
    // Windows lets nobody write to a file that is mapped.
    drop(bundle);
    let path = folder.path().join("tokenizer.bin");
    let mut bytes = fs::read(&path).expect("it is there");
    bytes[100_000] ^= 1;
    fs::write(&path, bytes).expect("it can be written");
    let changed = Bundle::open(folder.path()).expect("its header is sound");
    let error = changed.verify().expect_err("one byte is another");
    assert!(
        matches!(&error, ModelError::WrongHash { file, .. } if file == "tokenizer.bin"),
        "{error}"
    );
    assert_ne!(changed.sha256(), opened().sha256());
}

#[test]
fn verify_needs_a_manifest() {
    let folder = copy();
    let bundle = Bundle::open(folder.path()).expect("it is sound");
    assert!(matches!(bundle.verify(), Err(ModelError::NoManifest(_))));
}

#[test]
fn refuses_parts_of_different_models() {
    let folder = copy();
    let path = folder.path().join("config.json");
    let config = fs::read_to_string(&path).expect("it is there");
    fs::write(&path, config.replace("100000", "99999")).expect("it can be written");
    let error = Bundle::open(folder.path()).expect_err("one piece is missing");
    let expected = "model.gguf is damaged or of another kind: tensor embeddings.word_embeddings.weight is \
                    [100000, 384], the configuration asks for [99999, 384]";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn tells_bundles_from_transformers() {
    let bundle = ModelFiles::open(Path::new(FOLDER)).expect("it is sound");
    assert!(matches!(bundle, ModelFiles::Bundle(_)));
    let empty = tempfile::tempdir().expect("a temporary folder");
    let error = ModelFiles::open(empty.path()).expect_err("it is empty");
    assert!(
        matches!(
            error,
            ModelError::Incomplete {
                file: "config.json",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn layers_that_stay_as_they_are_are_written_bit_for_bit() {
    let base = opened();
    let of_layer = |layer: usize| format!("encoder.layer.{layer}.");
    let last = base.config().num_hidden_layers - 1;
    let learnt: Vec<LayerTensor> = base
        .weights()
        .tensors()
        .filter_map(|(name, tensor)| {
            let rest = name.strip_prefix(&of_layer(last))?;
            Some(LayerTensor {
                name: of_layer(2) + rest,
                shape: tensor.shape().to_vec(),
                values: tensor.to_vec(),
            })
        })
        .collect();
    let layers = BundleLayers {
        kept: &[0, 5],
        learnt: &learnt,
        count: 3,
    };
    let folder = tempfile::tempdir().expect("a temporary folder");
    for (name, bytes) in bundle_files("made", &base, layers) {
        fs::write(folder.path().join(name), bytes).expect("it can be written");
    }
    let made = Bundle::open(folder.path()).expect("it is sound");
    assert_eq!(made.config().num_hidden_layers, 3);
    for (name, tensor) in made.weights().tensors() {
        let old = name.replace(&of_layer(1), &of_layer(5));
        let old = old.replace(&of_layer(2), &of_layer(last));
        let old = base.weights().tensor(&old).expect("the base has it");
        if !name.starts_with(&of_layer(2)) {
            assert_eq!(old.data().kind(), tensor.data().kind(), "{name}");
            assert!(old.data().bytes() == tensor.data().bytes(), "{name}");
        } else if tensor.shape().len() == 2 {
            assert!(matches!(tensor.data(), TensorData::Q8_0(_)), "{name}");
        }
    }
}
