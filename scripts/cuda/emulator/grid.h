// Runs a kernel over a grid.
#pragma once

#include <string>

#include "lanes.h"

namespace emulated {

// Runs all lanes of a grid; `problem` is what went wrong, or nothing.
void run_grid(uint3 grid, uint3 block, const Launch &kernel, std::string *problem);

// The kernel of that name, or none.
const Bind *kernel_of(const std::string &name);

}  // namespace emulated
