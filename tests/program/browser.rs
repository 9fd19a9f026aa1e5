//! The page of `tomtat digest` in a browser, from disk.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::archive::{REPORTS, Report};
use crate::digest::{page, results_of};
use crate::support::skip;
use crate::webdriver::Browser;

/// A page of `reports` in a browser; nothing, and a word about it, where there is no browser.
fn open(reports: &[Report<'_>]) -> Option<(TempDir, Browser)> {
    let browser = match Browser::start() {
        Ok(browser) => browser,
        Err(reason) => {
            skip(&format!("no browser to look at the digest with ({reason})"));
            return None;
        }
    };
    let (folder, results) = results_of(reports);
    let path = folder.path().join("digest.html");
    fs::write(&path, page(&[&results])).expect("the folder is writable");
    browser.open(&format!("file://{}", path.display()));
    Some((folder, browser))
}

/// The quotations that can be seen, by how they begin.
fn shown(browser: &Browser) -> Vec<String> {
    let script = "return [...document.querySelectorAll('.quotation')]\
                  .filter((element) => element.offsetParent !== null)\
                  .map((element) => element.querySelector('.text').textContent.slice(1, 10))";
    let found = browser.run(script);
    let found = found.as_array().expect("an array").iter();
    found
        .map(|text| text.as_str().expect("text").to_owned())
        .collect()
}

/// Waits until the page shows these; it answers typing with a short delay.
fn assert_shows(browser: &Browser, expected: &[&str]) {
    let patience = Instant::now() + Duration::from_secs(10);
    while shown(browser) != expected && Instant::now() < patience {
        thread::sleep(Duration::from_millis(30));
    }
    assert_eq!(shown(browser), expected);
}

fn choose(browser: &Browser, id: &str, value: &str) {
    browser.run(&format!(
        "const choice = document.getElementById('{id}'); choice.value = '{value}'; \
         choice.dispatchEvent(new Event('change', {{ bubbles: true }}))"
    ));
}

#[test]
fn quotations_are_found_by_words_and_choices_and_open_in_their_paragraph() {
    let Some((_folder, browser)) = open(&REPORTS) else {
        return;
    };
    let all = [
        "Toàn huyện",
        "Đường liê",
        "Giao Phòn",
        "Yêu cầu t",
        "Mô hình “",
    ];
    let all = all.map(|text| text.chars().take(9).collect::<String>());
    let [achieved, road, order, line, model] = all.each_ref().map(String::as_str);
    assert_shows(&browser, &[achieved, road, order, line, model]);
    assert_eq!(browser.complaints(), Value::Array(Vec::new()));

    // Without marks, every word of the letters; with marks, that word only, wherever its tone is written.
    browser.type_into("#words", "hoa giai");
    assert_shows(&browser, &[model]);
    browser.click("button[type=reset]");
    assert_shows(&browser, &[achieved, road, order, line, model]);
    browser.type_into("#words", "HOÀ giải");
    assert_shows(&browser, &[model]);
    browser.click("button[type=reset]");
    browser.type_into("#words", "hỏa giai");
    assert_shows(&browser, &[]);
    let says_so = browser.run("return !document.getElementById('nothing').hidden");
    assert_eq!(says_so, Value::Bool(true));
    browser.click("button[type=reset]");

    // From the start of a word, and not in what the page says of places and reports.
    for word in ["oa giai", "doan", "khac"] {
        browser.type_into("#words", word);
        assert_shows(&browser, &[]);
        browser.click("button[type=reset]");
    }

    choose(&browser, "label", "directive");
    assert_shows(&browser, &[order, line]);
    let told = browser.run("return document.getElementById('chosen').textContent");
    assert_eq!(told, "Nhãn: Chỉ đạo, nhiệm vụ · 2 / 5 trích dẫn");
    choose(&browser, "year", "2023");
    assert_shows(&browser, &[line]);
    choose(&browser, "label", "");
    assert_shows(&browser, &[achieved, line, model]);
    choose(&browser, "folder", "1");
    assert_shows(&browser, &[line]);
    browser.click("button[type=reset]");
    choose(&browser, "year", "-");
    assert_shows(&browser, &[road]);
    browser.click("button[type=reset]");
    choose(&browser, "order", "newest");
    assert_shows(&browser, &[achieved, road, line, order, model]);

    browser.click(".quotation summary");
    let opened = "return document.querySelector('details[open] .paragraph mark').textContent";
    let opened = browser.run(opened);
    assert!(
        opened
            .as_str()
            .is_some_and(|text| text.starts_with("Toàn huyện có 14 xã"))
    );
}

#[test]
fn all_that_the_filters_leave_is_printed() {
    let said: Vec<String> = (1..=30)
        .map(|number| format!("Yêu cầu tổ {number} báo cáo kết quả rà soát trong tháng."))
        .collect();
    let paragraphs: Vec<(&str, &str)> = said
        .iter()
        .map(|said| ("directive", said.as_str()))
        .collect();
    let report = Report {
        id: "bc.docx",
        title: "Báo cáo",
        date: None,
        paragraphs: &paragraphs,
    };
    let Some((_folder, browser)) = open(&[report]) else {
        return;
    };
    for (event, expected) in [("beforeprint", 30), ("afterprint", 25)] {
        browser.run(&format!("window.dispatchEvent(new Event('{event}'))"));
        assert_eq!(shown(&browser).len(), expected, "{event}");
    }
}

#[test]
fn the_page_is_used_with_the_keyboard_alone() {
    let Some((_folder, browser)) = open(&REPORTS) else {
        return;
    };
    browser.type_into("body", "j");
    browser.run("document.activeElement.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', bubbles: true}))");
    let focused = browser.run("return document.activeElement.querySelector('.text').textContent");
    assert!(
        focused
            .as_str()
            .is_some_and(|text| text.starts_with("“Đường liên xã")),
        "{focused}"
    );
    browser.type_into("summary:focus", "\u{e007}");
    let open = browser.run("return document.activeElement.parentElement.open");
    assert_eq!(open, Value::Bool(true));
    browser.type_into("body", "/");
    assert_eq!(browser.run("return document.activeElement.id"), "words");
}

#[test]
fn a_hostile_document_does_nothing_but_stand_there() {
    let hostile =
        "</script><script>window.hacked = 1</script><img src=x onerror=\"window.hacked = 1\"> hết";
    let report = Report {
        id: "a\" onmouseover=\"window.hacked = 1\" x=\"/b.txt",
        title: hostile,
        date: None,
        paragraphs: &[("directive", hostile)],
    };
    let Some((_folder, browser)) = open(&[report]) else {
        return;
    };
    browser.click(".quotation summary");
    let hacked = "return [window.hacked === undefined, document.querySelectorAll('main img, main script').length]";
    assert_eq!(browser.run(hacked), serde_json::json!([true, 0]));
    let said = browser.run("return document.querySelector('mark').textContent");
    assert_eq!(said, hostile);
    // Even markup that got in would not run: the page's own policy forbids it.
    browser.run("document.body.insertAdjacentHTML('beforeend', '<img src=\"data:,\" onerror=\"window.hacked = 1\">')");
    thread::sleep(Duration::from_millis(200));
    assert_eq!(
        browser.run("return window.hacked === undefined"),
        Value::Bool(true)
    );
    assert!(
        browser
            .complaints()
            .to_string()
            .contains("Content Security Policy")
    );
}
