// Half precision, as much of it as the kernels use: stored in 16 bits, computed in float.
#pragma once

#include "halves.h"

struct __half {
  _Float16 value;
  __half() = default;
  __half(float x) : value(static_cast<_Float16>(x)) {}
  operator float() const { return static_cast<float>(value); }
};

inline float __half2float(__half x) { return x; }
inline __half __float2half(float x) { return x; }
inline __half __float2half_rn(float x) { return x; }
inline uint16_t __half_as_ushort(__half x) {
  uint16_t bits;
  std::memcpy(&bits, &x, sizeof bits);
  return bits;
}
inline __half __ushort_as_half(uint16_t bits) {
  __half x;
  std::memcpy(&x, &bits, sizeof x);
  return x;
}
FUNCTIONS_OF_HALVES(__half)
