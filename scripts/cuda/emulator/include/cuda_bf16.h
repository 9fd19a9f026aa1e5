// bfloat16, as much of it as the kernels use: stored in 16 bits, computed in float.
#pragma once

#include "halves.h"

struct __nv_bfloat16 {
  uint16_t bits;
  __nv_bfloat16() = default;
  __nv_bfloat16(float x) {
    uint32_t all;
    std::memcpy(&all, &x, sizeof all);
    // To the nearest, ties to even; what is no number stays none.
    bits = x != x ? 0x7fff : static_cast<uint16_t>((all + 0x7fff + (all >> 16 & 1)) >> 16);
  }
  operator float() const {
    const uint32_t all = static_cast<uint32_t>(bits) << 16;
    float x;
    std::memcpy(&x, &all, sizeof x);
    return x;
  }
};

inline float __bfloat162float(__nv_bfloat16 x) { return x; }
inline __nv_bfloat16 __float2bfloat16(float x) { return x; }
inline __nv_bfloat16 __float2bfloat16_rn(float x) { return x; }
FUNCTIONS_OF_HALVES(__nv_bfloat16)

struct __nv_bfloat162 { __nv_bfloat16 x, y; };
inline __nv_bfloat162 __hadd2(__nv_bfloat162 a, __nv_bfloat162 b) { return {float(a.x) + float(b.x), float(a.y) + float(b.y)}; }
inline __nv_bfloat162 __hmul2(__nv_bfloat162 a, __nv_bfloat162 b) { return {float(a.x) * float(b.x), float(a.y) * float(b.y)}; }
