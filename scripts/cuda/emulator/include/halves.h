// What Candle's kernels do with numbers of 16 bits, computed in float.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#define FUNCTIONS_OF_HALVES(T)                                                                      \
  inline bool __hisnan(T x) { return float(x) != float(x); }                                       \
  inline T __hmax_nan(T x, T y) { return __hisnan(x) || float(x) > float(y) ? x : y; }             \
  inline T __hmin_nan(T x, T y) { return __hisnan(x) || float(x) < float(y) ? x : y; }             \
  inline T __habs(T x) { return std::fabs(float(x)); }                                             \
  inline T hsqrt(T x) { return std::sqrt(float(x)); }                                              \
  inline T hcos(T x) { return std::cos(float(x)); }                                                \
  inline T hsin(T x) { return std::sin(float(x)); }                                                \
  inline T hlog(T x) { return std::log(float(x)); }                                                \
  inline T hexp(T x) { return std::exp(float(x)); }                                                \
  inline T &operator+=(T &x, T y) { return x = float(x) + float(y); }                              \
  inline T &operator*=(T &x, float y) { return x = float(x) * y; }
