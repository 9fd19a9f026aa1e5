use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;
use std::path::Path;

use super::fake_hub::{COMMIT, Contents, FakeHub, NAME};
use crate::hash::sha256;
use crate::model::hub::{HubError, HubOptions, Network, fetch, is_model_name, verify};
use crate::model::{ModelError, ModelFiles, find};

const CONFIG: &[u8] = b"{\"model_type\": \"bert\"}";

/// A hub with a model whose weights are 10,000 bytes of nothing.
fn hub() -> FakeHub {
    let weights = vec![7; 10_000];
    FakeHub::start(Contents {
        files: BTreeMap::from([
            ("README.md", ("c".repeat(40), b"read me".to_vec())),
            ("config.json", ("a".repeat(40), CONFIG.to_vec())),
            ("model.safetensors", (sha256(&weights), weights)),
            ("tokenizer.json", ("b".repeat(40), b"{}".to_vec())),
        ]),
        revisions: vec!["main", "refs%2Fpr%2F1", COMMIT],
        status: None,
        cut: None,
    })
}

fn options(endpoint: &str, home: &Path) -> HubOptions {
    let endpoint = endpoint.to_owned();
    HubOptions {
        endpoint,
        ..HubOptions::new(home.to_owned())
    }
}

fn hub_error(result: Result<impl Sized, ModelError>) -> HubError {
    match result.err() {
        Some(ModelError::Hub(error)) => error,
        other => panic!("{other:?}"),
    }
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().expect("a temporary folder")
}

#[test]
fn fetches_a_model_once() {
    let (hub, home) = (hub(), home());
    let options = options(&hub.endpoint, home.path());
    let Ok(ModelFiles::Transformer(model)) = find(NAME, &options) else {
        panic!("the hub has it")
    };
    assert_eq!((model.name(), model.config_json()), (NAME, CONFIG));
    let asked = hub.take_requests();
    assert!(
        asked.iter().all(|request| !request.contains("README")),
        "{asked:?}"
    );
    find(NAME, &options).expect("it is in the cache");
    assert!(hub.take_requests().is_empty());
}

#[test]
fn shares_the_usual_cache_folder() {
    let (hub, home) = (hub(), home());
    let folder = fetch(NAME, &options(&hub.endpoint, home.path())).expect("the hub has it");
    let repository = home.path().join("hub/models--test--tiny");
    assert_eq!(folder, repository.join("snapshots").join(COMMIT));
    assert_eq!(
        fs::read_to_string(repository.join("refs/main")).expect("a reference"),
        COMMIT
    );
}

#[test]
fn offline_takes_what_is_cached_and_asks_nobody() {
    let (hub, home) = (hub(), home());
    let online = options(&hub.endpoint, home.path());
    let offline = HubOptions {
        network: Network::Off,
        ..online.clone()
    };
    let missing = hub_error(fetch(NAME, &offline));
    assert!(matches!(missing, HubError::NotCached { .. }), "{missing}");
    assert!(hub.take_requests().is_empty());
    fetch(NAME, &online).expect("the hub has it");
    hub.take_requests();
    for revision in ["main", COMMIT] {
        let offline = HubOptions {
            revision: revision.to_owned(),
            ..offline.clone()
        };
        fetch(NAME, &offline).expect("it is in the cache");
    }
    assert!(hub.take_requests().is_empty());
}

#[test]
fn goes_on_with_a_download_that_was_broken_off() {
    let (hub, home) = (hub(), home());
    let weights = vec![7; 10_000];
    let blobs = home.path().join("hub/models--test--tiny/blobs");
    fs::create_dir_all(&blobs).expect("a folder");
    fs::write(
        blobs.join(format!("{}.part", sha256(&weights))),
        &weights[..4_000],
    )
    .expect("half a file");
    let folder = fetch(NAME, &options(&hub.endpoint, home.path())).expect("the hub has it");
    assert!(fs::read(folder.join("model.safetensors")).expect("it was fetched") == weights);
    let asked = hub.take_requests();
    let expected = format!("/{NAME}/resolve/{COMMIT}/model.safetensors 4000-");
    assert!(asked.contains(&expected), "{asked:?}");
}

#[test]
fn a_line_that_goes_dead_is_not_the_fault_of_the_cache() {
    let (hub, home) = (hub(), home());
    hub.change(|contents| contents.cut = Some(10));
    let error = hub_error(fetch(NAME, &options(&hub.endpoint, home.path())));
    assert!(matches!(error, HubError::Unreachable { .. }), "{error}");
}

#[test]
fn fetches_what_is_missing_of_a_model() {
    let (hub, home) = (hub(), home());
    let options = options(&hub.endpoint, home.path());
    let folder = fetch(NAME, &options).expect("the hub has it");
    fs::remove_file(folder.join("tokenizer.json")).expect("it is there");
    hub.take_requests();
    fetch(NAME, &options).expect("the hub has it");
    let asked = hub.take_requests();
    assert!(
        asked
            .iter()
            .skip(1)
            .all(|request| request.contains("tokenizer.json")),
        "{asked:?}"
    );
}

#[test]
fn a_revision_is_pinned() {
    let (hub, home) = (hub(), home());
    let at = |revision: &str| HubOptions {
        revision: revision.to_owned(),
        ..options(&hub.endpoint, home.path())
    };
    for revision in [COMMIT, "refs/pr/1"] {
        let folder = fetch(NAME, &at(revision)).expect("the hub has it");
        assert!(folder.ends_with(COMMIT));
    }
    let first = hub.take_requests().into_iter().next();
    assert_eq!(
        first,
        Some(format!("/api/models/{NAME}/revision/{COMMIT} -"))
    );
    let unknown = hub_error(fetch(NAME, &at("v2")));
    let expected =
        "the hub has no model test/tiny at v2, or wants a token for it (HF_TOKEN); check the name";
    assert_eq!(unknown.to_string(), expected);
    for revision in ["../../etc", "", "a//b", "main?x"] {
        assert!(
            matches!(
                hub_error(fetch(NAME, &at(revision))),
                HubError::BadRevision(_)
            ),
            "{revision}"
        );
    }
}

#[test]
fn refresh_asks_again() {
    let (hub, home) = (hub(), home());
    let options = options(&hub.endpoint, home.path());
    fetch(NAME, &options).expect("the hub has it");
    hub.take_requests();
    fetch(
        NAME,
        &HubOptions {
            network: Network::Refresh,
            ..options
        },
    )
    .expect("the hub has it");
    assert_eq!(
        hub.take_requests(),
        [format!("/api/models/{NAME}/revision/main -")]
    );
}

#[test]
fn fetches_weights_in_several_files() {
    let (hub, home) = (hub(), home());
    hub.change(|contents| {
        let weights = contents
            .files
            .remove("model.safetensors")
            .expect("it has weights");
        let index = br#"{"weight_map": {"a": "model-1.safetensors", "b": "model-1.safetensors"}}"#;
        contents.files.insert(
            "model.safetensors.index.json",
            ("d".repeat(40), index.to_vec()),
        );
        contents.files.insert("model-1.safetensors", weights);
    });
    let folder = fetch(NAME, &options(&hub.endpoint, home.path())).expect("the hub has it");
    assert!(folder.join("model-1.safetensors").exists());
}

#[test]
fn refuses_an_index_that_leaves_the_folder() {
    let (hub, home) = (hub(), home());
    hub.change(|contents| {
        let index = br#"{"weight_map": {"a": "../../../secret.safetensors"}}"#;
        contents.files.insert(
            "model.safetensors.index.json",
            ("d".repeat(40), index.to_vec()),
        );
    });
    let error =
        fetch(NAME, &options(&hub.endpoint, home.path())).expect_err("the index is hostile");
    assert!(matches!(error, ModelError::Damaged { .. }), "{error}");
}

#[test]
fn refuses_a_model_without_safetensors() {
    let (hub, home) = (hub(), home());
    hub.change(|contents| drop(contents.files.remove("model.safetensors")));
    let error = hub_error(fetch(NAME, &options(&hub.endpoint, home.path())));
    assert!(
        matches!(
            error,
            HubError::Unsupported {
                file: "model.safetensors",
                ..
            }
        ),
        "{error}"
    );
}

#[test]
fn removes_a_file_that_arrived_damaged() {
    let (hub, home) = (hub(), home());
    let options = options(&hub.endpoint, home.path());
    hub.change(|contents| {
        contents
            .files
            .get_mut("model.safetensors")
            .expect("it has weights")
            .1[5_000] = 8;
    });
    let error = hub_error(fetch(NAME, &options));
    assert!(
        matches!(&error, HubError::Corrupt { file } if file == "model.safetensors"),
        "{error}"
    );
    hub.change(|contents| {
        contents
            .files
            .get_mut("model.safetensors")
            .expect("it has weights")
            .1[5_000] = 7;
    });
    fetch(NAME, &options).expect("the second time it is sound");
}

#[test]
fn verify_finds_a_file_that_was_changed_in_the_cache() {
    let (hub, home) = (hub(), home());
    let folder = fetch(NAME, &options(&hub.endpoint, home.path())).expect("the hub has it");
    assert_eq!(verify(&folder).expect("it is sound"), 1);
    fs::write(folder.join("model.safetensors"), "changed").expect("it can be written");
    let error = verify(&folder).expect_err("it was changed");
    assert!(
        matches!(&error, ModelError::WrongHash { file, .. } if file == "model.safetensors"),
        "{error}"
    );
}

#[test]
fn says_that_the_hub_cannot_be_reached() {
    let home = home();
    // A port that was free a moment ago: nobody listens there.
    let closed = TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .expect("a free port");
    let error = fetch(NAME, &options(&format!("http://{closed}"), home.path()))
        .expect_err("nobody answers");
    assert!(error.is_unavailable());
    let line = error.to_string();
    assert!(
        line.starts_with(&format!("the hub at http://{closed} cannot be reached (")),
        "{line}"
    );
    assert!(
        line.ends_with("use --offline with a model in the cache, or leave out --model"),
        "{line}"
    );
}

#[test]
fn says_that_the_hub_is_out_of_order() {
    let (hub, home) = (hub(), home());
    hub.change(|contents| contents.status = Some(503));
    let error = hub_error(fetch(NAME, &options(&hub.endpoint, home.path())));
    assert!(
        error
            .to_string()
            .contains("gave no usable answer (status 503)"),
        "{error}"
    );
}

#[test]
fn says_that_the_cache_cannot_be_written() {
    let (hub, home) = (hub(), home());
    fs::write(home.path().join("hub"), "a file where a folder should be")
        .expect("it can be written");
    let error = hub_error(fetch(NAME, &options(&hub.endpoint, home.path())));
    assert!(matches!(error, HubError::Cache { .. }), "{error}");
}

#[test]
fn knows_names_of_models() {
    for name in [
        "intfloat/multilingual-e5-small",
        "bert-base-uncased",
        "a/b.c_d",
    ] {
        assert!(is_model_name(name), "{name}");
    }
    for name in [
        "",
        "/",
        "a/",
        "../a",
        "a/b/c",
        "a b",
        "-a/b",
        "a/..",
        "http://x/y",
    ] {
        assert!(!is_model_name(name), "{name}");
    }
    let home = home();
    let error = find(
        "no such folder",
        &options("http://127.0.0.1:1", home.path()),
    )
    .expect_err("no such model");
    assert!(matches!(error, ModelError::NoSuchModel(_)) && error.is_unavailable());
}
