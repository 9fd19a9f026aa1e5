//! Small files that say very much: names and strings that are used again and again, parts that expand, the same
//! place read many times over. Each is read or refused within the limits of time and memory.
//!
//! One test, so that the memory is that of one file.

use std::io::{Cursor, Write};

use zip::write::SimpleFileOptions;

mod limits;

/// The size of a part of a file that is used again and again.
const LONG: usize = 100_000;

#[test]
fn small_files_that_say_very_much_stay_within_the_limits() {
    let cases = [
        expanding_packages(),
        long_names(),
        long_chains(),
        workbooks(),
        single_files(),
        presentations(),
        documents(),
        messages(),
        files_taken_in(),
        pdfs(),
        plain_texts(),
    ];
    for (name, bytes) in cases.into_iter().flatten() {
        assert!(bytes.len() < 1_100_000, "{name}: {} bytes", bytes.len());
        if let Err(error) = limits::read(name, &bytes) {
            assert!(!error.to_string().is_empty(), "{name}");
        }
    }
}

type Cases = Vec<(&'static str, Vec<u8>)>;

fn package(parts: &[(&str, &str)]) -> Vec<u8> {
    let parts: Vec<_> = parts
        .iter()
        .map(|(name, content)| (*name, content.as_bytes()))
        .collect();
    package_of(&parts)
}

fn package_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive
            .start_file(*name, SimpleFileOptions::default())
            .expect("a name");
        archive.write_all(content).expect("memory");
    }
    archive.finish().expect("memory").into_inner()
}

fn docx(styles: &str, body: &str) -> Vec<u8> {
    let main = format!("<w:document><w:body>{body}</w:body></w:document>");
    let styles = format!("<w:styles>{styles}</w:styles>");
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        ("word/styles.xml", &styles),
        ("word/document.xml", &main),
    ])
}

fn odt(styles: &str, body: &str) -> Vec<u8> {
    let content = format!(
        "<office:document-content><office:automatic-styles>{styles}</office:automatic-styles>\
         <office:body><office:text>{body}</office:text></office:body></office:document-content>"
    );
    package(&[
        ("mimetype", "application/vnd.oasis.opendocument.text"),
        ("content.xml", &content),
    ])
}

fn xlsx(strings: &str, styles: &str, cells: &str) -> Vec<u8> {
    let sheet = format!("<worksheet><sheetData>{cells}</sheetData></worksheet>");
    package(&[
        ("[Content_Types].xml", "<Types/>"),
        (
            "xl/workbook.xml",
            "<w><sheets><sheet r:id='r1'/></sheets></w>",
        ),
        (
            "xl/_rels/workbook.xml.rels",
            "<R><Relationship Id='r1' Target='sheet.xml'/></R>",
        ),
        ("xl/sharedStrings.xml", strings),
        ("xl/styles.xml", styles),
        ("xl/sheet.xml", &sheet),
    ])
}

fn expanding_packages() -> Cases {
    // A twelfth of what a small package may expand to: tests are not built for speed, and run on busy machines.
    let size = 4_000_000;
    let fill = |element: &str| element.repeat(size / element.len());
    vec![
        (
            "paragraphs of a DOCX",
            docx("", &fill("<w:p><w:r><w:t>a</w:t></w:r></w:p>")),
        ),
        ("white space in a DOCX", docx("", &fill(" "))),
        (
            "one text of a DOCX",
            docx(
                "",
                &format!("<w:p><w:r><w:t>{}</w:t></w:r></w:p>", fill("á ")),
            ),
        ),
        (
            "fractions in a DOCX",
            docx(
                "",
                &format!(
                    "<w:p>{}</w:p>",
                    fill(
                        &[
                            "<m:f><m:num>".repeat(60),
                            format!("<m:t>{}</m:t>", "a".repeat(500)),
                            "</m:num></m:f>".repeat(60)
                        ]
                        .concat()
                    )
                ),
            ),
        ),
        ("paragraphs of an ODT", odt("", &fill("<text:p>a</text:p>"))),
        (
            "cells of a table in an ODT",
            odt(
                "",
                &fill("<table:table-cell><text:p>a</text:p></table:table-cell>"),
            ),
        ),
        (
            "cells of an XLSX",
            xlsx("<s/>", "<s/>", &fill("<c><v>1</v></c>")),
        ),
    ]
}

fn long_names() -> Cases {
    let name = "x".repeat(LONG);
    let count = 10_000;
    let font = format!("<w:rFonts w:ascii='{name}' w:hAnsi='{name}'/>");
    let runs = "<w:r><w:rPr><w:rStyle w:val='a'/></w:rPr><w:t>a</w:t></w:r><w:r><w:t>b</w:t></w:r>"
        .repeat(count);
    let spans = "<text:span text:style-name='a'>a</text:span>b".repeat(count);
    let parent = format!(
        "<w:style w:styleId='a'><w:basedOn w:val='{name}'/></w:style><w:style w:styleId='{name}'><w:basedOn w:val='{name}'/></w:style>"
    );
    let paragraphs =
        "<w:p><w:pPr><w:pStyle w:val='a'/></w:pPr><w:r><w:t>a</w:t></w:r></w:p>".repeat(count);
    vec![
        (
            "a font of an RTF",
            format!(
                "{{\\rtf1{{\\fonttbl{{\\f0 {name};}}{{\\f1 b;}}}}{}}}",
                "\\f0 a\\f1 b".repeat(count)
            )
            .into_bytes(),
        ),
        (
            "a style of an RTF",
            format!(
                "{{\\rtf1{{\\stylesheet{{\\s1 {name};}}}}{}}}",
                "\\s1 a\\par".repeat(count)
            )
            .into_bytes(),
        ),
        (
            "a font of an HTML page",
            format!(
                "<html><font face='{name}'>{}",
                "<b>a</b><font face=b>c</font>".repeat(count)
            )
            .into_bytes(),
        ),
        (
            "a font of a DOCX",
            docx(
                &format!("<w:style w:styleId='a'><w:rPr>{font}</w:rPr></w:style>"),
                &format!("<w:p>{runs}</w:p>"),
            ),
        ),
        ("a style of a DOCX", docx(&parent, &paragraphs)),
        (
            "a font of an ODT",
            odt(
                &format!(
                    "<style:style style:name='a'><style:text-properties style:font-name='{name}'/></style:style>"
                ),
                &format!("<text:p>{spans}</text:p>"),
            ),
        ),
        (
            "a font of an XLSX",
            xlsx(
                "<s/>",
                &format!(
                    "<s><fonts><font><name val='{name}'/></font></fonts><cellXfs><xf fontId='0'/></cellXfs></s>"
                ),
                &"<c s='0'><v>1</v></c>".repeat(count),
            ),
        ),
    ]
}

/// Styles based on each other under names of a length that is believed, and fields that do not end, asked for by every run.
fn long_chains() -> Cases {
    let name = |index: usize| format!("{}{index}", "x".repeat(1_000));
    let bases = (0..16).map(|index| {
        let (id, base) = (name(index), name(index + 1));
        format!("<w:style w:styleId='{id}'><w:basedOn w:val='{base}'/></w:style>")
    });
    let parents = (0..16).map(|index| {
        let (name, parent) = (name(index), name(index + 1));
        format!("<style:style style:name='{name}' style:parent-style-name='{parent}'/>")
    });
    let style = |id: &str| {
        let base = name(0);
        format!("<w:style w:styleId='{id}'><w:basedOn w:val='{base}'/></w:style>")
    };
    let texts = "<w:t>a</w:t>".repeat(300_000);
    let field = "<w:fldChar w:fldCharType='begin'/><w:fldChar w:fldCharType='separate'/>";
    let spans = "<text:span text:style-name='a'>b</text:span>".repeat(LONG);
    let first = format!(
        "<style:style style:name='a' style:parent-style-name='{}'/>",
        name(0)
    );
    vec![
        (
            "styles of a DOCX based on each other",
            docx(
                &[style("a"), style("b"), bases.collect()].concat(),
                &format!(
                    "<w:p><w:pPr><w:pStyle w:val='a'/></w:pPr><w:r><w:rPr><w:rStyle w:val='b'/></w:rPr>{texts}</w:r></w:p>"
                ),
            ),
        ),
        (
            "fields of a DOCX that do not end",
            docx(
                "",
                &format!("<w:p><w:r>{}{texts}</w:r></w:p>", field.repeat(LONG)),
            ),
        ),
        (
            "styles of an ODT based on each other",
            odt(
                &[first, parents.collect()].concat(),
                &format!("<text:p>{spans}</text:p>"),
            ),
        ),
    ]
}

fn workbooks() -> Cases {
    let text = "a".repeat(LONG);
    let strings = format!(
        "<sst><si><t>{text}</t></si><si>{}</si></sst>",
        "<r><t/></r>".repeat(LONG)
    );
    let cells = |index: usize| format!("<c t='s'><v>{index}</v></c>").repeat(LONG);
    let runs = 60_000u16;
    let rich = [
        &3u16.to_le_bytes()[..],
        &[8],
        &runs.to_le_bytes(),
        b"abc",
        &[0, 0, 1, 0].repeat(runs.into()),
    ]
    .concat();
    let mut table = vec![(0x00FC, [&[0; 8][..], &rich[..8000]].concat())];
    table.extend(
        rich[8000..]
            .chunks(8000)
            .map(|piece| (0x003C, piece.to_vec())),
    );
    let shared = vec![(0x00FD, vec![0; 10]); 20_000];
    vec![
        ("a string of an XLSX", xlsx(&strings, "<s/>", &cells(0))),
        (
            "runs of a string of an XLSX",
            xlsx(&strings, "<s/>", &cells(1)),
        ),
        (
            "runs of a string of an XLS",
            workbook(&table, &[0], &shared),
        ),
        (
            "sheets of an XLS that are one",
            workbook(&[], &vec![0; 10_000], &vec![(0x0203, vec![0; 14]); 20_000]),
        ),
        (
            "sheets of an XLS in each other",
            workbook(
                &[],
                &(0..10_000).map(|index| 12 * index).collect::<Vec<_>>(),
                &vec![(0x0809, vec![0, 6, 0, 0, 0, 0, 0, 0]); 20_000],
            ),
        ),
    ]
}

type Records = [(u16, Vec<u8>)];

/// A workbook whose sheets begin at these places in the bytes of the records, after one that begins a sheet.
/// Documents and workbooks in one file of XML.
fn single_files() -> Cases {
    let fill = |element: &str| element.repeat(1_000_000 / element.len());
    let word = |body: &str| format!("<w:wordDocument><w:body>{body}</w:body></w:wordDocument>");
    let cells = |data: &str| {
        format!("<Workbook><Worksheet><Table><Row>{data}</Row></Table></Worksheet></Workbook>")
    };
    let font = format!("<html:Font html:Face='{}'>", "f".repeat(1_000));
    let part = format!(
        "<pkg:part pkg:name='/ppt/slide.xml'><pkg:xmlData><p:sld>{}</p:sld></pkg:xmlData></pkg:part>",
        "<a:p><a:r><a:t>a</a:t></a:r></a:p>".repeat(1_000)
    );
    let slides = format!(
        "<pkg:package><pkg:part pkg:name='/ppt/presentation.xml'><pkg:xmlData><p>{}</p></pkg:xmlData></pkg:part>\
         <pkg:part pkg:name='/ppt/_rels/presentation.xml.rels'><pkg:xmlData><R><Relationship Id='s' Target='slide.xml'/></R>\
         </pkg:xmlData></pkg:part>{part}</pkg:package>",
        "<p:sldId r:id='s'/>".repeat(40_000)
    );
    let references = format!(
        "<Cell><Data ss:Type='String'>{font}{}</html:Font></Data></Cell>",
        fill("&lt;")
    );
    let notes =
        fill("<w:p><w:r><w:footnote><w:p><w:r><w:t>a</w:t></w:r></w:p></w:footnote></w:r></w:p>");
    [
        ("references in a cell", cells(&references)),
        (
            "empty cells far apart",
            cells(&fill(
                "<Cell ss:Index='4294967295' ss:MergeAcross='4294967295'/>",
            )),
        ),
        ("notes of a document of 2003", word(&notes)),
        ("notes in notes", word(&"<w:p><w:r><w:footnote>".repeat(80))),
        ("one slide for all", slides),
    ]
    .map(|(name, text)| (name, text.into_bytes()))
    .into()
}

/// Documents that take in very many files, or one under very many names.
fn files_taken_in() -> Cases {
    let names =
        (0..20_000).map(|id| format!("<Relationship Id='c{id}' Type='x/aFChunk' Target='chunk'/>"));
    let names = format!("<R>{}</R>", names.collect::<String>());
    let references = (0..20_000).map(|id| format!("<w:altChunk r:id='c{id}'/>"));
    let main = format!(
        "<w:document><w:body>{}</w:body></w:document>",
        references.collect::<String>()
    );
    let taking_in = |chunk: &[u8]| {
        let parts: [(&str, &[u8]); 4] = [
            ("[Content_Types].xml", b"<Types/>"),
            ("word/document.xml", main.as_bytes()),
            ("word/_rels/document.xml.rels", names.as_bytes()),
            ("word/chunk", chunk),
        ];
        package_of(&parts)
    };
    let page = format!("<html><body>{}", "<p>a</p>".repeat(LONG));
    vec![
        ("pages in a DOCX", taking_in(page.as_bytes())),
        (
            "documents in a DOCX",
            taking_in(&docx("", "<w:p><w:r><w:t>a</w:t></w:r></w:p>")),
        ),
    ]
}

/// Messages whose RTF refers to itself.
fn messages() -> Cases {
    let head = [&[0; 4][..], &u32::MAX.to_le_bytes(), b"LZFu", &[0; 4]].concat();
    let references = [&head[..], &[0xFF; 17].repeat(10_000)].concat();
    let endless = [&head[..], &[0xFF][..], &[0x0C, 0xFF].repeat(60_000)].concat();
    let message = |packed: &[u8]| {
        compound(&[
            ("/__properties_version1.0", vec![0; 32]),
            ("/__substg1.0_10090102", packed.to_vec()),
        ])
    };
    vec![
        ("changes of the font", message(&changes_of_the_font())),
        ("references of a message", message(&references)),
        ("one reference of a message", message(&endless)),
    ]
}

/// Packed RTF of five million bytes that names another font with each letter.
fn changes_of_the_font() -> Vec<u8> {
    const PRESET: usize = 207;
    let head = br"{\rtf1{\fonttbl{\f0 Lua;}{\f1 Ngo;}}";
    let unit = br"\f0 a\f1 b";
    let letters = [&head[..], unit, unit].concat();
    let length = 5_000_000;
    let mut packed = [&[0; 4][..], &5_000_000_u32.to_le_bytes(), b"LZFu", &[0; 4]].concat();
    for letters in letters.chunks(8) {
        packed.push(0);
        packed.extend(letters);
    }
    assert_eq!(letters.len() % 8, 0, "a part would be read on as letters");
    let mut at = PRESET + letters.len();
    while at < length {
        packed.push(0xFF);
        for _ in 0..8 {
            let place = (at - unit.len()) % 4096;
            let reference = u16::try_from(place << 4 | 0xF).expect("a place in the window");
            packed.extend(reference.to_be_bytes());
            at += 17;
        }
    }
    packed
}

fn workbook(shared: &Records, sheets: &[u32], records: &Records) -> Vec<u8> {
    let bytes = |(kind, data): &(u16, Vec<u8>)| {
        let length = u16::try_from(data.len()).expect("a short record");
        [&kind.to_le_bytes(), &length.to_le_bytes(), data.as_slice()].concat()
    };
    let begin = bytes(&(0x0809, vec![0, 6, 5, 0, 0, 0, 0, 0]));
    let end = bytes(&(0x000A, Vec::new()));
    let shared: Vec<u8> = shared.iter().flat_map(bytes).collect();
    let head = u32::try_from(begin.len() + shared.len() + 12 * sheets.len() + end.len())
        .expect("a small head");
    let sheet = |place: &u32| {
        bytes(&(
            0x0085,
            [&(head + place).to_le_bytes()[..], &[0; 4]].concat(),
        ))
    };
    let mut stream = [begin.clone(), shared].concat();
    stream.extend(sheets.iter().flat_map(sheet));
    stream.extend([end.clone(), begin].concat());
    stream.extend(records.iter().flat_map(bytes));
    stream.extend(end);
    compound(&[("/Workbook", stream)])
}

fn compound(streams: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).expect("memory");
    for (name, data) in streams {
        file.create_stream(name)
            .expect("a name")
            .write_all(data)
            .expect("memory");
    }
    file.flush().expect("memory");
    file.into_inner().into_inner()
}

/// A record of `PowerPoint`.
fn record(version: u16, kind: u16, data: &[u8]) -> Vec<u8> {
    let length = u32::try_from(data.len()).expect("a small record");
    [
        &version.to_le_bytes()[..],
        &kind.to_le_bytes(),
        &length.to_le_bytes(),
        data,
    ]
    .concat()
}

/// The records of numbers one after the other.
fn numbers(numbers: &[usize]) -> Vec<u8> {
    let bytes = |number: &usize| {
        u32::try_from(*number)
            .expect("a small number")
            .to_le_bytes()
    };
    numbers.iter().flat_map(bytes).collect()
}

fn presentations() -> Cases {
    let place = record(0, 0x03F3, &numbers(&[2, 0]));
    let list = record(0xF, 0x0FF0, &place.repeat(10_000));
    let document = record(0xF, 0x03E8, &list);
    let drawn = [
        record(0, 0x0F9F, &[4, 0, 0, 0]),
        record(0, 0x0FA8, &b"a".repeat(LONG)),
    ]
    .concat();
    let slide = record(0xF, 0x03EE, &drawn);
    let directory = record(0, 0x1772, &numbers(&[1 | 2 << 20, 0, document.len()]));
    let directory_at = document.len() + slide.len();
    let edit = record(0, 0x0FF5, &numbers(&[0, 0, 0, directory_at, 1, 0, 0]));
    let one_slide = presentation(&[document, slide, directory], &edit);

    let entries = 0xFFF;
    let directory = [numbers(&[1 | entries << 20]), vec![0; 4 * entries]]
        .concat()
        .repeat(12);
    let directory = record(0, 0x1772, &directory);
    let (mut edits, mut older) = (Vec::new(), 0);
    for _ in 0..9_000 {
        let at = directory.len() + edits.len();
        edits.extend(record(0, 0x0FF5, &numbers(&[0, 0, older, 0, 1, 0, 0])));
        older = at;
    }
    let last = edits.split_off(edits.len() - 36);
    vec![
        ("slides of a PPT that are one", one_slide),
        (
            "directories of a PPT that are one",
            presentation(&[directory, edits], &last),
        ),
    ]
}

fn presentation(parts: &[Vec<u8>], last_edit: &[u8]) -> Vec<u8> {
    let mut stream = parts.concat();
    let edit_at = stream.len();
    stream.extend(last_edit);
    let user = numbers(&[0x0FF6_0000, 20, 20, 0xE391_C05F, edit_at]);
    compound(&[("/PowerPoint Document", stream), ("/Current User", user)])
}

/// A document of Word 97 without properties, of one piece.
fn document(text: &[u8]) -> Vec<u8> {
    let mut block = vec![0; 0x400];
    let mut put = |at: usize, bytes: &[u8]| block[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &[0xEC, 0xA5, 0xC1, 0]);
    put(0x20, &[14, 0]);
    put(0x3E, &[22, 0]);
    put(0x4C, &numbers(&[text.len()]));
    put(0x98, &[93, 0]);
    let compressed = 0x800 | 0x4000_0000;
    let pieces = [
        numbers(&[0, text.len()]),
        vec![0, 0],
        numbers(&[compressed]),
        vec![0, 0],
    ]
    .concat();
    let table = [vec![2], numbers(&[pieces.len()]), pieces].concat();
    put(0x9A + 8 * 33, &numbers(&[0, table.len()]));
    block.extend(text);
    compound(&[("/WordDocument", block), ("/0Table", table)])
}

fn documents() -> Cases {
    let shown = b"\x13\x14".repeat(LONG);
    vec![
        (
            "fields in fields",
            document(&[&shown[..], &b"a".repeat(LONG)].concat()),
        ),
        (
            "fields over paragraphs",
            document(&[&shown[..], &b"\x13\r".repeat(LONG)].concat()),
        ),
        ("tables of nothing", document(&b"a\x07\x07".repeat(LONG))),
    ]
}

fn stream(entries: &str, data: &[u8]) -> Vec<u8> {
    let mut packed = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    packed.write_all(data).expect("memory");
    let packed = packed.finish().expect("memory");
    let head = format!(
        "<<{entries}/Filter/FlateDecode/Length {}>>stream\n",
        packed.len()
    );
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

/// A PDF of one page with this content, and these objects from number 5 on.
fn pdf(content: &[u8], resources: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<{resources}>>>>").into_bytes(),
        stream("", content),
    ];
    objects.extend_from_slice(more);
    let mut bytes = b"%PDF-1.5\n".to_vec();
    for (index, object) in objects.iter().enumerate() {
        bytes.extend(format!("{} 0 obj\n", index + 1).bytes());
        bytes.extend(object);
        bytes.extend(b"\nendobj\n");
    }
    // Without a table of their places, the parser looks for the objects itself.
    bytes.extend(b"trailer <</Root 1 0 R>>\n%%EOF\n");
    bytes
}

fn pdfs() -> Cases {
    let deep = b"[".repeat(5_000_000);
    let form = |data: &[u8]| stream("/Type/XObject/Subtype/Form/BBox[0 0 9 9]", data);
    let packed = stream(
        "/Type/ObjStm/N 1/First 4",
        &[b"9 0 ", deep.as_slice()].concat(),
    );
    vec![
        ("brackets in a stream of objects", pdf(b"", "", &[packed])),
        (
            "brackets in a form",
            pdf(b"/X Do", "/XObject<</X 5 0 R>>", &[form(&deep)]),
        ),
        ("brackets in a page", pdf(&deep, "", &[])),
        (
            "brackets behind strings",
            pdf(&b"[(])".repeat(1_000_000), "", &[]),
        ),
        (
            "brackets in the open",
            [
                b"%PDF-1.4\n1 0 obj\n<<>>stream\n2 0 obj\n".to_vec(),
                b"[".repeat(1_000_000),
            ]
            .concat(),
        ),
        (
            "operators of a page",
            pdf(&b"q Q ".repeat(10_000_000), "", &[]),
        ),
        (
            "text far off the page",
            pdf(
                b"BT /F 9 Tf 10 700 Td (Here.) Tj 1000000000000 0 Td (There.) Tj ET",
                "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>",
                &[],
            ),
        ),
        (
            "forms that paint forms",
            pdf(b"/X Do", "/XObject<</X 5 0 R>>", &painting_forms(5, 20, 10)),
        ),
        (
            "forms that paint forms, first painted at the end of a chain",
            pdf(
                b"/A Do /X Do",
                "/XObject<</A 5 0 R/X 34 0 R>>",
                &[painting_forms(5, 29, 1), painting_forms(34, 8, 10)].concat(),
            ),
        ),
    ]
}

/// Forms from a number on, each of which paints the next one some times.
fn painting_forms(first: usize, count: usize, times: usize) -> Vec<Vec<u8>> {
    let form = |number: usize| {
        let entries = format!(
            "/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X {} 0 R>>>>",
            number + 1
        );
        stream(&entries, &b"/X Do ".repeat(times))
    };
    (first..first + count).map(form).collect()
}

fn plain_texts() -> Cases {
    let lines = [
        ("letters without end", "a"),
        ("numbers without end", "1."),
        ("words of before Unicode", "Céng hoµ x· héi "),
        ("numbered lines", "1. Mục\n"),
        ("lines of capitals", "CỘNG HOÀ XÃ HỘI\n"),
        ("recipients", "Nơi nhận:\n- Như trên;\n"),
        (
            "heads of letters",
            "Số: 12/BC-UBND, ngày 5 tháng 3 năm 2024\n",
        ),
        ("combining marks", "a\u{301}\u{323}"),
        ("marks alone", "\u{301}"),
        ("spaces", " \t"),
        ("dots", "..."),
        ("soft hyphens", "a\u{AD}"),
        ("fields of a message", "From: a@b\nTo: a\nSubject: b\n"),
    ];
    lines
        .map(|(name, line)| (name, line.repeat(1_000_000 / line.len()).into_bytes()))
        .into()
}
