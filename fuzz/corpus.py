"""Makes the seeds of both fuzz targets from the samples of the tests.

    python3 fuzz/corpus.py

`corpus/read` gets the samples as they are, `corpus/parts` what is in those that are containers: the parts of a package,
the streams of an OLE file, as `src/container.rs` takes them. Standard library only.
"""

import io
import struct
import zipfile
from pathlib import Path

ROOT = Path(__file__).parent
SAMPLES = ROOT.parent / "tests/fixtures/formats"
# What no reader opens would only make seeds longer.
UNREAD = ("Thumbnails/", "Configurations", "docProps/", "theme/", "Pictures/", "\x01", "\x05")
MAX_BYTES = 100_000


def parts_of_package(data):
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist() if not name.endswith("/")}


def streams_of_compound(data):
    """The streams of an OLE file, by path."""
    sector = 1 << struct.unpack_from("<H", data, 0x1E)[0]
    at = lambda number: data[(number + 1) * sector:(number + 2) * sector]
    numbers = lambda block: struct.unpack(f"<{len(block) // 4}I", block)
    fat_sectors = struct.unpack_from("<I", data, 0x2C)[0]
    table = b"".join(at(number) for number in struct.unpack_from(f"<{min(fat_sectors, 109)}I", data, 0x4C))

    def chain(first, links, block_of):
        found = b""
        while first < 0xFFFFFFFA:
            found += block_of(first)
            first = links[first]
        return found

    links = numbers(table)
    directory = chain(struct.unpack_from("<I", data, 0x30)[0], links, at)
    small_links = numbers(chain(struct.unpack_from("<I", data, 0x3C)[0], links, at))
    streams, small = {}, b""
    for entry in (directory[offset:offset + 128] for offset in range(0, len(directory), 128)):
        name_length, kind = struct.unpack_from("<HB", entry, 64)
        first, length = struct.unpack_from("<IQ", entry, 116)
        name = entry[:max(name_length - 2, 0)].decode("utf-16-le")
        if kind == 5:
            small = chain(first, links, at)
        elif kind == 2 and length < 4096:
            content = chain(first, small_links, lambda number: small[number * 64:number * 64 + 64])
            streams[f"/{name}"] = content[:length]
        elif kind == 2:
            streams[f"/{name}"] = chain(first, links, at)[:length]
    return streams


def main():
    for target in ("read", "parts"):
        (ROOT / "corpus" / target).mkdir(parents=True, exist_ok=True)
    samples = [path for path in sorted(SAMPLES.rglob("*")) if path.is_file() and path.suffix != ".py"]
    for path in samples:
        data = path.read_bytes()
        (ROOT / "corpus/read" / path.name).write_bytes(data)
        if data.startswith(b"PK"):
            parts = parts_of_package(data)
        elif data.startswith(b"\xd0\xcf\x11\xe0"):
            parts = streams_of_compound(data)
        else:
            continue
        kept = {name: content for name, content in parts.items() if not any(word in name for word in UNREAD)}
        seed = b"".join(b"=== %b\n%b" % (name.encode(), content) for name, content in kept.items())
        if len(seed) <= MAX_BYTES:
            (ROOT / "corpus/parts" / path.name).write_bytes(seed)


if __name__ == "__main__":
    main()
