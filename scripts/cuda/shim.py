"""Writes a library of jumps for the CUDA functions that a program calls.

A program that is linked with it starts on machines without a driver: the real libraries are opened when
`cuInit` is called, and a function that is missing says that there is no driver. It takes the names of the
functions on standard input, one a line, and prints C for x86-64.
"""

import sys

HEAD = r"""
#include <dlfcn.h>
#include <stddef.h>

/* What a function of a library that is not there returns: CUDA_ERROR_STUB_LIBRARY, CUBLAS_STATUS_NOT_INITIALIZED
   and CURAND_STATUS_INITIALIZATION_FAILED. */
static int no_driver(void) { return 34; }
static int no_cublas(void) { return 1; }
static int no_curand(void) { return 203; }

static void *libraries[3];

static void open_libraries(void) {
  static const char *names[3][3] = {
    {"libcuda.so.1", "libcuda.so", NULL},
    {"libcublas.so.13", "libcublas.so.12", "libcublas.so"},
    {"libcurand.so.10", "libcurand.so", NULL},
  };
  for (int library = 0; library < 3; library++)
    for (int name = 0; name < 3 && !libraries[library] && names[library][name]; name++)
      libraries[library] = dlopen(names[library][name], RTLD_NOW | RTLD_GLOBAL);
}
"""

KINDS = {"cublas": 1, "curand": 2}
MISSING = ["no_driver", "no_cublas", "no_curand"]


def kind(name):
    return next((number for prefix, number in KINDS.items() if name.startswith(prefix)), 0)


def main():
    names = sorted({line.strip() for line in sys.stdin if line.strip()} | {"cuInit"})
    names.remove("cuInit")
    lines = [HEAD]
    table = ", ".join(f"(void *)&{MISSING[kind(name)]}" for name in names)
    lines.append(f'__attribute__((visibility("hidden"))) void *tomtat_jumps[] = {{{table}}};')
    entries = ", ".join(f'{{"{name}", {kind(name)}}}' for name in names)
    lines.append(f"static const struct {{ const char *name; int library; }} functions[] = {{{entries}}};")
    for index, name in enumerate(names):
        lines.append(
            f'__asm__(".globl {name}\\n.type {name}, @function\\n{name}:\\n'
            f'  jmp *tomtat_jumps+{8 * index}(%rip)\\n");'
        )
    lines.append(
        """
int cuInit(unsigned flags) {
  if (!libraries[0]) {
    open_libraries();
    for (size_t i = 0; libraries[0] && i < sizeof functions / sizeof *functions; i++) {
      void *library = libraries[functions[i].library];
      void *function = library ? dlsym(library, functions[i].name) : NULL;
      if (function) tomtat_jumps[i] = function;
    }
  }
  int (*real)(unsigned) = libraries[0] ? (int (*)(unsigned))dlsym(libraries[0], "cuInit") : NULL;
  return real ? real(flags) : 34;
}"""
    )
    print("\n".join(lines))


if __name__ == "__main__":
    main()
