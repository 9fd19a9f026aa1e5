// Every lane of a block has a stack of its own and runs until it waits for others, or ends. Blocks run one after the other, and
// both in the order that `EMULATED_ORDER` says: `forward`, or `backward`, on which no result may depend.
#include "grid.h"

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <vector>

namespace emulated {

thread_local Place place;

namespace {

constexpr unsigned WARP = 32, ALL = 0xffffffffu;
constexpr size_t STACK = 128 << 10;

// A stack and what runs on it. It goes on with the next lane where one ends without having waited.
struct Fiber {
  std::unique_ptr<unsigned char[]> stack{new unsigned char[STACK]};
  void *top = nullptr;
  unsigned lane = 0;
  uint3 thread{};
};

struct Warp {
  unsigned char gifts[2][WARP * GIFT];
  unsigned round = 0;
  unsigned expected = 0, arrived = 0;
  const char *what = nullptr;
  std::vector<Fiber *> waiting;
};

struct Grid {
  const Launch *kernel = nullptr;
  bool backward = false;
  unsigned lanes = 0, begun = 0, ended = 0;
  std::vector<Warp> warps;
  std::vector<Fiber *> at_barrier, idle;
  std::deque<Fiber *> ready;
  std::set<void *> shared;
  std::vector<std::unique_ptr<Fiber>> fibers;
  Fiber *current = nullptr;
  void *scheduler = nullptr;
};

thread_local Grid grid;

// Keeps what the caller must find again on its stack, leaves its top at `from` and goes on at `to`.
extern "C" void emulated_switch(void **from, void *to);
asm(R"(
.text
.globl emulated_switch
.type emulated_switch, @function
emulated_switch:
  pushq %rbp; pushq %rbx; pushq %r12; pushq %r13; pushq %r14; pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15; popq %r14; popq %r13; popq %r12; popq %rbx; popq %rbp
  ret
)");

// The linear number of a thread of its block, from the one that counts upwards.
void stand_at(unsigned number) {
  const unsigned lane = grid.backward ? grid.lanes - 1 - number : number;
  const uint3 size = place.block_size;
  grid.current->lane = lane;
  place.thread = {lane % size.x, lane / size.x % size.y, lane / (size.x * size.y)};
}

void wait() {
  Fiber *self = grid.current;
  self->thread = place.thread;
  emulated_switch(&self->top, grid.scheduler);
  place.thread = self->thread;
}

// Lets go who waits at a barrier, once all that have not ended do.
void open_barrier() {
  if (grid.at_barrier.empty() || grid.at_barrier.size() != grid.lanes - grid.ended) return;
  grid.ready.insert(grid.ready.end(), grid.at_barrier.begin(), grid.at_barrier.end());
  grid.at_barrier.clear();
}

void live() {
  for (;;) {
    while (grid.begun < grid.lanes) {
      stand_at(grid.begun++);
      (*grid.kernel)();
      ++grid.ended;
      open_barrier();
    }
    grid.idle.push_back(grid.current);
    wait();
  }
}

Fiber *idle_fiber() {
  if (grid.idle.empty()) {
    grid.fibers.push_back(std::make_unique<Fiber>());
    Fiber *fiber = grid.fibers.back().get();
    // Six registers, where to begin, and where that would return to: eight bytes off 16, as behind a call.
    auto **top = reinterpret_cast<void **>((reinterpret_cast<uintptr_t>(fiber->stack.get()) + STACK) & ~uintptr_t{15});
    *--top = nullptr;
    *--top = reinterpret_cast<void *>(&live);
    for (int i = 0; i < 6; ++i) *--top = nullptr;
    fiber->top = top;
    return fiber;
  }
  Fiber *fiber = grid.idle.back();
  grid.idle.pop_back();
  return fiber;
}

void go_on(Fiber *fiber) {
  grid.current = fiber;
  emulated_switch(&grid.scheduler, fiber->top);
}

// Whether all that are left wait for a lane that never comes.
std::string stuck() {
  for (const Warp &warp : grid.warps) {
    if (!warp.waiting.empty())
      return std::string(warp.what) + " has " + std::to_string(warp.arrived) + " of " + std::to_string(warp.expected) + " lanes";
  }
  return "__syncthreads has " + std::to_string(grid.at_barrier.size()) + " of " + std::to_string(grid.lanes) + " lanes";
}

std::string run_block() {
  grid.begun = grid.ended = 0;
  grid.shared.clear();
  grid.warps.clear();
  grid.warps.resize((grid.lanes + WARP - 1) / WARP);
  while (grid.ended < grid.lanes) {
    if (!grid.ready.empty()) {
      Fiber *fiber = grid.ready.front();
      grid.ready.pop_front();
      go_on(fiber);
    } else if (grid.begun < grid.lanes) {
      go_on(idle_fiber());
    } else {
      return stuck();
    }
  }
  return {};
}

std::map<std::string, Bind> &kernels() {
  static std::map<std::string, Bind> all;
  return all;
}

}  // namespace

void keep(const char *name, Bind bind) { kernels()[name] = std::move(bind); }

const Bind *kernel_of(const std::string &name) {
  const auto found = kernels().find(name);
  return found == kernels().end() ? nullptr : &found->second;
}

unsigned lane() { return grid.current->lane % WARP; }

const unsigned char *exchange(unsigned mask, const void *mine, size_t bytes, const char *what) {
  Warp &warp = grid.warps[grid.current->lane / WARP];
  const unsigned first = grid.current->lane / WARP * WARP;
  const unsigned there = std::min(WARP, grid.lanes - first);
  if (there < WARP) mask &= (1u << there) - 1;
  // A lane is at most one round ahead of the slowest, which still reads the other half.
  unsigned char *gifts = warp.gifts[warp.round % 2];
  std::memcpy(gifts + GIFT * lane(), mine, mine ? bytes : 0);
  warp.expected = __builtin_popcount(mask);
  warp.what = what;
  if (++warp.arrived == warp.expected) {
    warp.arrived = 0;
    ++warp.round;
    grid.ready.insert(grid.ready.end(), warp.waiting.begin(), warp.waiting.end());
    warp.waiting.clear();
  } else {
    warp.waiting.push_back(grid.current);
    wait();
  }
  return gifts;
}

void meet_block() {
  grid.at_barrier.push_back(grid.current);
  open_barrier();
  wait();
}

void share(void *at, size_t bytes) {
  if (grid.shared.insert(at).second) std::memset(at, 0xff, bytes);
}

void run_grid(uint3 size, uint3 block, const Launch &kernel, std::string *problem) {
  const char *order = std::getenv("EMULATED_ORDER");
  grid.backward = order && std::string(order) == "backward";
  grid.kernel = &kernel;
  grid.lanes = block.x * block.y * block.z;
  place.grid = size;
  place.block_size = block;
  const uint64_t blocks = uint64_t{size.x} * size.y * size.z;
  for (uint64_t number = 0; number < blocks && problem->empty(); ++number) {
    const uint64_t at = grid.backward ? blocks - 1 - number : number;
    place.block = {unsigned(at % size.x), unsigned(at / size.x % size.y), unsigned(at / (uint64_t{size.x} * size.y))};
    *problem = run_block();
  }
  // Stacks of lanes that never end are not used again.
  if (!problem->empty()) {
    for (auto &fiber : grid.fibers) static_cast<void>(fiber.release());
    grid = Grid();
  }
}

namespace {

// The number in the low half of a register, or in the high one.
template <bool HALF> float number(uint32_t pair, bool high) {
  if constexpr (HALF) {
    const uint16_t bits = high ? pair >> 16 : pair & 0xffff;
    return static_cast<float>(same_bits<_Float16>(bits));
  } else {
    return same_bits<float>(high ? pair & 0xffff0000u : pair << 16);
  }
}

struct Registers { uint32_t a[4], b[2]; };

// PTX ISA, "Matrix Fragments for mma.m16n8k16 with floating point type": a register has two neighbours along what is summed, the
// first in its low half. With g = lane / 4 and t = lane % 4, a lane holds of `a` row g (registers 0 and 2) and row g + 8
// (1 and 3), of `b` column g, each at the pairs t and t + 4; and of the sums rows g and g + 8, at columns 2t and 2t + 1.
template <bool HALF> void multiply(float *const (&changed)[4], const Registers *warp) {
  const unsigned g = lane() / 4, t = lane() % 4;
  for (unsigned i = 0; i < 4; ++i) {
    const unsigned below = i / 2, column = 2 * t + i % 2;
    float sum = *changed[i];
    for (unsigned pair = 0; pair < 8; ++pair) {
      const uint32_t a = warp[4 * g + pair % 4].a[pair / 4 * 2 + below], b = warp[4 * column + pair % 4].b[pair / 4];
      for (bool high : {false, true}) sum += number<HALF>(a, high) * number<HALF>(b, high);
    }
    *changed[i] = sum;
  }
}

}  // namespace

void instruction(const char *text, float *const (&changed)[4], const uint32_t (&read)[6]) {
  static const std::string operands = " {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};";
  static const std::string of_halves = "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32" + operands;
  static const std::string of_bfloats = "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32" + operands;
  static_assert(sizeof(Registers) <= GIFT);
  Registers mine;
  std::memcpy(&mine, read, sizeof mine);
  const unsigned char *gifts = exchange(ALL, &mine, sizeof mine, "mma.sync");
  Registers warp[WARP];
  for (unsigned from = 0; from < WARP; ++from) warp[from] = taken<Registers>(gifts, from);
  if (text == of_halves) return multiply<true>(changed, warp);
  if (text == of_bfloats) return multiply<false>(changed, warp);
  std::fprintf(stderr, "emulator: unknown instruction: %s\n", text);
  std::abort();
}

}  // namespace emulated
