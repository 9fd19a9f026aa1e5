// What a kernel sees of the card it runs on: its place in the grid, the lanes beside it, the tensor cores.
//
// `kernels.py` compiles the kernels behind this file, and puts a `Kernel` for each of them at the end.
#pragma once

#include <algorithm>
#include <cassert>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <tuple>
#include <type_traits>
#include <utility>

struct alignas(8) float2 { float x, y; };
struct alignas(16) float4 { float x, y, z, w; };
struct uint3 { unsigned x, y, z; };
inline float2 make_float2(float x, float y) { return {x, y}; }

using std::isnan;
using std::signbit;

template <typename To, typename From> To same_bits(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

namespace emulated {

// Where the lane that runs is; of this thread of the processor, as is everything else of a grid that runs.
struct Place { uint3 thread, block, block_size, grid; };
extern thread_local Place place;

// Where what a lane gives the others lies until all have taken it.
constexpr size_t GIFT = 32;

// Gives `bytes` bytes at `mine` to the lanes of the warp that `mask` names and waits for theirs: lane `n` has its at `GIFT * n`.
// The grid is ended with an error where one of them never comes.
const unsigned char *exchange(unsigned mask, const void *mine, size_t bytes, const char *what);
void meet_block();
// Fills memory that the lanes of a block share with numbers that are none, once in a block.
void share(void *at, size_t bytes);
unsigned lane();

template <typename T> T taken(const unsigned char *gifts, unsigned from) {
  T value;
  std::memcpy(&value, gifts + GIFT * from, sizeof value);
  return value;
}

// An instruction in PTX over the registers of a lane.
void instruction(const char *text, float *const (&changed)[4], const uint32_t (&read)[6]);

using Launch = std::function<void()>;
// Takes the arguments of a kernel by their addresses, and copies them.
using Bind = std::function<Launch(void **)>;
void keep(const char *name, Bind bind);

template <typename... A> struct Kernel {
  Kernel(const char *name, void (*kernel)(A...)) {
    keep(name, [kernel](void **at) { return bind(kernel, at, std::index_sequence_for<A...>()); });
  }
  template <size_t... I> static Launch bind(void (*kernel)(A...), void **at, std::index_sequence<I...>) {
    std::tuple<A...> arguments(*static_cast<A *>(at[I])...);
    return [kernel, arguments] { std::apply(kernel, arguments); };
  }
};

}  // namespace emulated

#define threadIdx (emulated::place.thread)
#define blockIdx (emulated::place.block)
#define blockDim (emulated::place.block_size)
#define gridDim (emulated::place.grid)

template <typename T> T __shfl_xor_sync(unsigned mask, T value, unsigned other, unsigned = 32) {
  static_assert(sizeof(T) <= emulated::GIFT);
  const auto *gifts = emulated::exchange(mask, &value, sizeof value, "__shfl_xor_sync");
  return emulated::taken<T>(gifts, emulated::lane() ^ other);
}
inline void __syncwarp(unsigned mask = 0xffffffffu) { emulated::exchange(mask, nullptr, 0, "__syncwarp"); }
inline void __syncthreads() { emulated::meet_block(); }

// Lanes of a grid run one after the other.
template <typename T, typename V> T atomicAdd(T *to, V value) {
  const T old = *to;
  *to = static_cast<T>(old + value);
  return old;
}

template <typename T> T atomicCAS(T *at, T expected, T value) {
  const T old = *at;
  if (old == expected) *at = value;
  return old;
}
template <typename T, typename V> T atomicMax(T *at, V value) {
  const T old = *at;
  *at = std::max(old, static_cast<T>(value));
  return old;
}
template <typename T, typename V> T atomicMin(T *at, V value) {
  const T old = *at;
  *at = std::min(old, static_cast<T>(value));
  return old;
}

inline float __uint_as_float(unsigned x) { return same_bits<float>(x); }
inline unsigned __float_as_uint(float x) { return same_bits<unsigned>(x); }
inline float __int_as_float(int x) { return same_bits<float>(x); }
inline int __float_as_int(float x) { return same_bits<int>(x); }
inline double __longlong_as_double(long long x) { return same_bits<double>(x); }
inline long long __double_as_longlong(double x) { return same_bits<long long>(x); }

inline float normcdff(float x) { return 0.5f * std::erfc(-x * 0.70710678118654752f); }
inline double normcdf(double x) { return 0.5 * std::erfc(-x * 0.70710678118654752); }
inline float rsqrtf(float x) { return 1.0f / std::sqrt(x); }
template <typename A, typename B, typename = std::enable_if_t<std::is_arithmetic_v<A> && std::is_arithmetic_v<B>>>
std::common_type_t<A, B> min(A a, B b) { return b < a ? b : a; }
template <typename A, typename B, typename = std::enable_if_t<std::is_arithmetic_v<A> && std::is_arithmetic_v<B>>>
std::common_type_t<A, B> max(A a, B b) { return a < b ? b : a; }
