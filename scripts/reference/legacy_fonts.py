#!/usr/bin/env python3
"""Writes tests/fixtures/reference/legacy_fonts.tsv: what other people's converters make of every Vietnamese letter.

Oracles: glibc's iconv (TCVN, VISCII, CP1258) and Free recode 3.6 (VPS, VNI). Each line: encoding, letter, bytes in hex.
usage: scripts/reference/legacy_fonts.py > tests/fixtures/reference/legacy_fonts.tsv
"""
import subprocess
import unicodedata

TONES = ["", "\u0301", "\u0300", "\u0309", "\u0303", "\u0323"]
LETTERS = [unicodedata.normalize("NFC", base + tone) for base in "aăâeêioôơuưyAĂÂEÊIOÔƠUƯY" for tone in TONES] + ["đ", "Đ"]
COMMANDS = {
    "tcvn3": ["iconv", "-f", "UTF-8", "-t", "TCVN"],
    "viscii": ["iconv", "-f", "UTF-8", "-t", "VISCII"],
    "windows-1258": ["iconv", "-f", "UTF-8", "-t", "CP1258"],
    "vps": ["recode", "UTF-8..VPS"],
    "vni": ["recode", "UTF-8..VNI"],
}


def encode(command, letter):
    run = subprocess.run(command, input=letter.encode(), capture_output=True, check=False)
    return run.stdout if run.returncode == 0 and run.stdout not in (b"", b"?") else None


def main():
    print("# made by scripts/reference/legacy_fonts.py with glibc iconv and Free recode 3.6")
    for name, command in COMMANDS.items():
        for letter in LETTERS:
            if ord(letter[0]) < 128:
                continue
            encoded = encode(command, letter)
            if encoded is not None:
                print(f"{name}\t{letter}\t{encoded.hex().upper()}")


main()
