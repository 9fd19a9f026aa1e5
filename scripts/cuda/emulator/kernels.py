"""Turns a source of kernels into C++ for the processor, for `lanes.h`.

    kernels.py SOURCE.cu OUTPUT.cpp FLAG...

The source is preprocessed behind `lanes.h` by the compiler named CXX, or g++; then instructions in PTX become calls, and every kernel
with a C name is registered.
"""

import os
import re
import subprocess
import sys

WORDS = {
    "__global__": "",
    "__device__": "",
    "__host__": "",
    "__forceinline__": "inline",
}
PTX = re.compile(r'asm\s+volatile\s*\(\s*"([^"]*)"\s*:([^:;]*):([^:;]*)\)\s*;')
OPERAND = re.compile(r'"\+?[fr]"\s*\(([^)]*)\)')
# Blocks run one after the other, and grids of two streams in two threads.
SHARED = re.compile(r"__shared__\s+([^;\[\]]+?\s)(\w+)((?:\s*\[[^\]]*\])+)\s*;")
NAMED = re.compile(r'extern\s+"C"\s+__global__\s+void\s+(?:__launch_bounds__\s*\([^)]*\)\s*)?(\w+)\s*\(')


def instruction(found: re.Match) -> str:
    """A call of `emulated::instruction` with the addresses of what is changed and the values of what is read."""
    text, changed, read = found.groups()
    changed = ", ".join(f"&{operand}" for operand in OPERAND.findall(changed))
    read = ", ".join(OPERAND.findall(read))
    return f'emulated::instruction("{text}", {{{changed}}}, {{{read}}});'


def main() -> None:
    """Reads, translates and writes."""
    source, output, *flags = sys.argv[1:]
    command = [os.environ.get("CXX", "g++"), "-E", "-P", "-xc++", "-std=c++17", "-D__CUDA_ARCH__=800"]
    command += ["-include", "lanes.h", *flags, source]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    names = NAMED.findall(text)
    if not names:
        sys.exit(f"{source} has no kernels")
    text = re.sub(r"__launch_bounds__\s*\([^)]*\)", "", text)
    text = PTX.sub(instruction, text)
    text = SHARED.sub(r"static thread_local \1\2\3; emulated::share(&\2, sizeof \2);", text)
    for word, other in WORDS.items():
        text = re.sub(rf"\b{word}\b", other, text)
    with open(output, "w", encoding="utf-8") as file:
        file.write(f"{text}\n")
        file.writelines(f'static const emulated::Kernel kernel_{name}("{name}", {name});\n' for name in names)


if __name__ == "__main__":
    main()
