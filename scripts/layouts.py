#!/usr/bin/env python3
"""Does the program read the same in all formats? Needs LibreOffice (`soffice`).

usage: scripts/layouts.py FOLDER [PROGRAM]

Lays the documents of `data/office.vi.jsonl` out as offices do (decree 30/2020/NĐ-CP: two columns at the head, title in the middle, first
lines indented, recipients beside the signature), and the rows of `data/tables.vi.jsonl` as one table over many pages, with a header
that repeats and with none. Saves all of them as ODT, DOCX, DOC, RTF and PDF in FOLDER, and prints for each format how many
paragraphs, titles and facts PROGRAM (`target/release/tomtat`) reads as in ODT, and how many summaries are the same.
"""
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path
from xml.sax.saxutils import escape

DATA = Path(__file__).resolve().parent.parent / "data"
FORMATS = ("odt", "docx", "doc", "rtf", "pdf")
FACTS = ("number", "date", "issuer", "signer")

STATE = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]
STATE_OR_PARTY = "CỘNG HÒA|CỘNG HOÀ|Độc lập|ĐẢNG CỘNG SẢN"
KINDS = (
    "BÁO CÁO|KẾ HOẠCH|CHỈ THỊ|THÔNG BÁO|QUYẾT ĐỊNH|QUY ĐỊNH|TỜ TRÌNH|BIÊN BẢN|CHƯƠNG TRÌNH|NGHỊ QUYẾT|HƯỚNG DẪN|CÔNG ĐIỆN|ĐỀ ÁN|PHƯƠNG ÁN|LỊCH"
)
FOOT = r"Nơi nhận|TM\.|T/M|KT\.|TL\.|CHỦ TỊCH|GIÁM ĐỐC|HIỆU TRƯỞNG"
RECIPIENTS = (
    ["- Như trên;", "- Lưu: VT."],
    ["- UBND tỉnh (b/c);", "- Các phòng, ban, ngành, đoàn thể huyện;", "- UBND các xã, thị trấn;", "- Lưu: VT, TH (05b)."],
)
SIGNERS = (
    ["TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH", "", "", "Trần Thị Bích Ngọc"],
    ["GIÁM ĐỐC", "", "", "", "Lê Đình Khoa"],
    ["T/M ĐẢNG ỦY", "BÍ THƯ", "", "", "", "Hoàng A Páo"],
)
# Space above and below paragraphs, and between their lines.
SPACING = (("0.1cm", "100%"), ("0.2cm", "120%"), ("0cm", "100%"))

NAMESPACES = {
    "office": "office",
    "style": "style",
    "text": "text",
    "table": "table",
    "fo": "xsl-fo-compatible",
    "svg": "svg-compatible",
}
BORDER = 'fo:border="0.5pt solid #000000" fo:padding="0.1cm"'
# Name, properties of the paragraph, properties of its text.
STYLES = (
    ("Head", 'fo:text-align="center"', 'fo:font-size="12pt"'),
    ("HeadBold", 'fo:text-align="center"', 'fo:font-size="12pt" fo:font-weight="bold"'),
    ("Date", 'fo:text-align="center"', 'fo:font-size="13pt" fo:font-style="italic"'),
    ("Centred", 'fo:text-align="center"', 'fo:font-weight="bold"'),
    ("Page", 'fo:text-align="center"', ""),
    ("Recipients", "", 'fo:font-size="11pt"'),
    ("Cell", "", 'fo:font-size="12pt"'),
)


def style(name: str, paragraph: str, text: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="paragraph"><style:paragraph-properties {paragraph}/>'
        f"<style:text-properties {text}/></style:style>"
    )


def file_of(content: str, number: int) -> str:
    """A flat ODT file with this content; `number` tells the spacing."""
    around, line = SPACING[number % len(SPACING)]
    body = f'fo:text-align="justify" fo:text-indent="1.27cm" fo:margin-top="{around}" fo:margin-bottom="{around}" fo:line-height="{line}"'
    styles = [style(*each) for each in STYLES] + [style("Body", body, ""), style("Bold", body, 'fo:font-weight="bold"')]
    names = " ".join(f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{path}:1.0"' for name, path in NAMESPACES.items())
    widths = [("Left", "6.5cm"), ("Right", "10cm")]
    columns = "".join(
        f'<style:style style:name="{name}" style:family="table-column"><style:table-column-properties style:column-width="{width}"/></style:style>'
        for name, width in widths
    )
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document {names} office:version="1.2" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="Serif" svg:font-family="'Liberation Serif'"/></office:font-face-decls>
<office:styles><style:default-style style:family="paragraph"><style:text-properties style:font-name="Serif" fo:font-size="14pt"/>
</style:default-style>{"".join(styles)}</office:styles>
<office:automatic-styles><style:page-layout style:name="A4"><style:page-layout-properties fo:page-width="21cm" fo:page-height="29.7cm"
fo:margin-top="2cm" fo:margin-bottom="2cm" fo:margin-left="3cm" fo:margin-right="2cm"/></style:page-layout>{columns}
<style:style style:name="Columns" style:family="table"><style:table-properties style:width="16.5cm" table:align="center"/></style:style>
<style:style style:name="Ruled" style:family="table-cell"><style:table-cell-properties {BORDER}/></style:style></office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A4"><style:header>
<text:p text:style-name="Page"><text:page-number/></text:p></style:header></style:master-page></office:master-styles>
<office:body><office:text>{content}</office:text></office:body></office:document>"""


def paragraph(name: str, text: str) -> str:
    return f'<text:p text:style-name="{name}">{escape(text)}</text:p>'


def columns(left: list[str], right: list[str]) -> str:
    """Two columns of paragraphs without rules."""
    cells = "".join(f"<table:table-cell>{''.join(cell)}</table:table-cell>" for cell in (left, right))
    return (
        '<table:table table:style-name="Columns"><table:table-column table:style-name="Left"/>'
        f'<table:table-column table:style-name="Right"/><table:table-row>{cells}</table:table-row></table:table>'
    )


def letterhead(lines: list[str]) -> str:
    right = [line for line in lines if re.match(STATE_OR_PARTY, line) or re.search("ngày .*tháng", line)]
    left = [line for line in lines if line not in right]
    if not any(re.match(STATE_OR_PARTY, line) for line in right):
        right = STATE + right
    date = [line for line in right if "ngày" in line]
    bodies = [line for line in left if not line.startswith("Số")]
    plain = set(bodies[:-1]) | {line for line in left if line.startswith("Số")}
    return columns(
        [paragraph("Head" if line in plain else "HeadBold", line) for line in left],
        [paragraph("Date" if line in date else "HeadBold", line) for line in right],
    )


def letter(text: str, number: int) -> str:
    lines = [line.strip() for row in text.split("\n") for line in re.split(r"\s\|\s|\s{4,}", row) if line.strip()]
    end = next((i for i in range(max(0, len(lines) - 8), len(lines)) if re.match(FOOT, lines[i])), len(lines))
    lines = lines[:end]
    kind = next((i for i, line in enumerate(lines[:9]) if re.match(KINDS, line)), 0)
    content = [letterhead(lines[:kind])] if kind else []
    content.append(paragraph("Centred", lines[kind]))
    rest = lines[kind + 1 :]
    if rest and len(rest[0]) < 160 and not re.match(r"[IVX\d]+\.|Kính gửi", rest[0]) and not rest[0].endswith((".", ":", ";")):
        content.append(paragraph("Centred", rest.pop(0)))
    for line in rest:
        is_heading = re.match(r"([IVX]+|\d+)\. ", line) and len(line) < 90 and not line.endswith((".", ";"))
        content.append(paragraph("Bold" if is_heading else "Body", line))
    recipients = [paragraph("Recipients", line) for line in ["Nơi nhận:"] + RECIPIENTS[number % 2]]
    content.append(columns(recipients, [paragraph("Centred", line) for line in SIGNERS[number % 3]]))
    return "".join(content)


def tasks(repeats: bool) -> str:
    """A plan whose tasks stand in one table over many pages."""
    rows = [["TT", "Nội dung nhiệm vụ", "Đơn vị chủ trì", "Thời gian hoàn thành"]]
    for document in map(json.loads, (DATA / "tables.vi.jsonl").open()):
        for cells in (line.strip("| ").split("|") for line in document["text"].split("\n") if line.startswith("| ")):
            cells = [cell.strip() for cell in cells]
            if len(cells) > 3 and cells[0].isdigit() and len(cells[1]) > 30:
                office = ("Văn phòng HĐND-UBND huyện", "Phòng Nông nghiệp và Môi trường")[len(rows) % 2]
                rows.append([str(len(rows)), cells[1], office, ("Trước ngày 30/6/2025", "Tháng 9")[len(rows) % 2]])

    def row(cells: list[str]) -> str:
        cells = [f'<table:table-cell table:style-name="Ruled">{paragraph("Cell", cell)}</table:table-cell>' for cell in cells]
        return f"<table:table-row>{''.join(cells)}</table:table-row>"

    header = f"<table:table-header-rows>{row(rows[0])}</table:table-header-rows>" if repeats else row(rows[0])
    table = f'<table:table><table:table-column table:number-columns-repeated="4"/>{header}{"".join(map(row, rows[1:]))}</table:table>'
    return paragraph("Centred", "KẾ HOẠCH") + paragraph("Centred", "Công tác trọng tâm năm 2025") + table


def lay_out(folder: Path) -> None:
    documents = enumerate(map(json.loads, (DATA / "office.vi.jsonl").open()))
    files = {document["id"].replace("/", "-"): file_of(letter(document["text"], number), number) for number, document in documents}
    files |= {f"table-{name}": file_of(tasks(repeats), 0) for name, repeats in (("repeated", True), ("plain", False))}
    for name, content in files.items():
        (folder / f"{name}.fodt").write_text(content, encoding="utf-8")
    sources = sorted(folder.glob("*.fodt"))
    for kind in FORMATS:
        subprocess.run(["soffice", "--headless", "--convert-to", kind, "--outdir", folder / kind, *sources], check=True, capture_output=True)


def read(folder: Path, program: str, kind: str) -> dict[str, tuple[dict, list[str]]]:
    """What the program reads of each file of a format, and its summary."""
    files = sorted((folder / kind).glob(f"*.{kind}"))
    subprocess.run([program, "extract", "--quiet", "--format", "json", "-o", folder / kind / "read", *files], check=True)
    results = subprocess.run([program, "classify", "--quiet", "--format", "jsonl", *files], check=True, capture_output=True, text=True)
    summaries = {
        Path(record["id"]).stem: [sentence["text"] for sentence in record["summary"]["sentences"]]
        for record in map(json.loads, results.stdout.splitlines())
    }
    documents = {Path(path.stem).stem: json.loads(path.read_text()) for path in (folder / kind / "read").glob("*.json")}
    return {name: (document, summaries[name]) for name, document in documents.items()}


def main() -> None:
    folder, program = Path(sys.argv[1]), sys.argv[2] if len(sys.argv) > 2 else "target/release/tomtat"
    folder.mkdir(parents=True, exist_ok=True)
    lay_out(folder)
    first = read(folder, program, FORMATS[0])
    for kind in FORMATS[1:]:
        other = read(folder, program, kind)
        counts: Counter[str] = Counter()
        for name, (document, summary) in first.items():
            same, its = other[name]
            texts = {each["text"] for each in same["paragraphs"]}
            # Recipients and signature are lines in PDF and one row elsewhere.
            counted = [each for each in document["paragraphs"] if not each["text"].startswith("Nơi nhận")]
            counts["paragraphs"] += sum(each["text"] in texts for each in counted)
            counts["of paragraphs"] += len(counted)
            counts["titles"] += document.get("title") == same.get("title")
            for fact in FACTS:
                counts[fact] += (document["official"] or {}).get(fact) == (same["official"] or {}).get(fact)
            counts["summaries"] += summary == its
        print(f"{kind}: {counts['paragraphs']} of {counts['of paragraphs']} paragraphs; of {len(first)} documents", end=" ")
        print(", ".join(f"{what} {counts[what]}" for what in ("titles", *FACTS, "summaries")))


if __name__ == "__main__":
    main()
