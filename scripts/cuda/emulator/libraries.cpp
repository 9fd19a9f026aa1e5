// As much of cuBLAS and cuRAND as the program calls: products in plain loops, summed in float.
#include <cstdlib>
#include <memory>
#include <random>

#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "driver.h"

using namespace emulated;

namespace {

enum : int { SUCCESS = 0, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum : int { FLOAT = 0, HALF = 2, BFLOAT16 = 14 };

struct Handle {
  Stream *stream = nullptr;
  int pointer_mode = 0;
};

// A matrix by columns, and how far apart those of a batch are.
struct Matrix {
  uintptr_t at;
  int kind;
  int64_t lead, stride;
};

struct Product {
  bool transposes_a, transposes_b;
  int rows, columns, inner, count;
  float alpha, beta;
  Matrix a, b, c;
};

size_t bytes_of(int kind) { return kind == FLOAT ? 4 : 2; }

// `count` numbers, each `step` behind the one before, in float.
template <typename T> void widen(uintptr_t at, int64_t index, int64_t step, int count, float *to) {
  const T *from = reinterpret_cast<const T *>(at) + index;
  for (int k = 0; k < count; ++k) to[k] = from[k * step];
}

void widen(const Matrix &matrix, uintptr_t at, int64_t index, int64_t step, int count, float *to) {
  switch (matrix.kind) {
    case HALF: return widen<__half>(at, index, step, count, to);
    case BFLOAT16: return widen<__nv_bfloat16>(at, index, step, count, to);
    default: return widen<float>(at, index, step, count, to);
  }
}

template <typename T> void narrow(const float *from, int count, uintptr_t at, int64_t index) {
  std::copy(from, from + count, reinterpret_cast<T *>(at) + index);
}

void narrow(const Matrix &matrix, const float *from, int count, uintptr_t at, int64_t index) {
  switch (matrix.kind) {
    case HALF: return narrow<__half>(from, count, at, index);
    case BFLOAT16: return narrow<__nv_bfloat16>(from, count, at, index);
    default: return narrow<float>(from, count, at, index);
  }
}

uintptr_t nth(const Matrix &matrix, int index) {
  return matrix.at + static_cast<size_t>(matrix.stride * index) * bytes_of(matrix.kind);
}

float dot(const float *a, const float *b, int count) {
  float sums[16] = {};
  int k = 0;
  for (; k + 16 <= count; k += 16)
    for (int i = 0; i < 16; ++i) sums[i] += a[k + i] * b[k + i];
  float sum = 0.0f;
  for (; k < count; ++k) sum += a[k] * b[k];
  for (float part : sums) sum += part;
  return sum;
}

// A column of the result is the products of all rows of `a` with one column of `b`. Most columns of a pass are beyond its tokens:
// zero, or no numbers, and so is what comes of them.
void multiply(const Product &product, int index) {
  const int inner = product.inner, rows = product.rows;
  const uintptr_t at_a = nth(product.a, index), at_b = nth(product.b, index), at_c = nth(product.c, index);
  const bool along_a = product.transposes_a, along_b = !product.transposes_b;
  std::vector<float> a(size_t(rows) * inner), column(inner), sums(rows), old(rows);
  for (int row = 0; row < rows; ++row)
    widen(product.a, at_a, along_a ? row * product.a.lead : row, along_a ? 1 : product.a.lead, inner, &a[size_t(row) * inner]);
  for (int number = 0; number < product.columns; ++number) {
    widen(product.b, at_b, along_b ? number * product.b.lead : number, along_b ? 1 : product.b.lead, inner, column.data());
    const float first = column[0];
    const bool is_none = first != first;
    const bool is_zero = std::all_of(column.begin(), column.end(), [](float x) { return x == 0.0f; });
    if (is_none || is_zero) {
      std::fill(sums.begin(), sums.end(), first);
    } else {
      for (int row = 0; row < rows; ++row) sums[row] = product.alpha * dot(&a[size_t(row) * inner], column.data(), inner);
    }
    const int64_t place = number * product.c.lead;
    if (product.beta != 0.0f) {
      widen(product.c, at_c, place, 1, rows, old.data());
      for (int row = 0; row < rows; ++row) sums[row] += product.beta * old[row];
    }
    narrow(product.c, sums.data(), rows, at_c, place);
  }
}

int queue(Handle *handle, const Product &product) {
  for (int kind : {product.a.kind, product.b.kind, product.c.kind})
    if (kind != FLOAT && kind != HALF && kind != BFLOAT16) return NOT_SUPPORTED;
  const int64_t rows_of_a = product.transposes_a ? product.inner : product.rows;
  const int64_t rows_of_b = product.transposes_b ? product.columns : product.inner;
  if (product.a.lead < rows_of_a || product.b.lead < rows_of_b || product.c.lead < product.rows) return INVALID_VALUE;
  const int added = handle->stream->add("a product", [product] {
    for (int index = 0; index < product.count; ++index) multiply(product, index);
  });
  return added ? EXECUTION_FAILED : SUCCESS;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default"))) int

API cublasCreate_v2(void **handle) { *handle = new Handle; return SUCCESS; }
API cublasDestroy_v2(void *handle) { delete static_cast<Handle *>(handle); return SUCCESS; }
API cublasSetStream_v2(void *handle, void *at) { static_cast<Handle *>(handle)->stream = stream(at); return SUCCESS; }
API cublasSetMathMode(void *, int) { return SUCCESS; }
API cublasSetWorkspace_v2(void *, void *, size_t) { return SUCCESS; }
API cublasSetPointerMode_v2(void *handle, int mode) { static_cast<Handle *>(handle)->pointer_mode = mode; return SUCCESS; }
API cublasGetPointerMode_v2(void *handle, int *mode) { *mode = static_cast<Handle *>(handle)->pointer_mode; return SUCCESS; }
API cublasGemmStridedBatchedEx(void *handle, int a_as, int b_as, int m, int n, int k, const void *alpha, uintptr_t a, int a_kind,
                               int a_lead, long long a_stride, uintptr_t b, int b_kind, int b_lead, long long b_stride,
                               const void *beta, uintptr_t c, int c_kind, int c_lead, long long c_stride, int count,
                               int compute, int) {
  // Sums in float, as asked for: 68 and, in TF32 and bfloat16 where that is allowed, 77 and 75.
  if (compute != 68 && compute != 77 && compute != 75) return NOT_SUPPORTED;
  return queue(static_cast<Handle *>(handle),
               {a_as != 0, b_as != 0, m, n, k, count, *static_cast<const float *>(alpha), *static_cast<const float *>(beta),
                {a, a_kind, a_lead, a_stride}, {b, b_kind, b_lead, b_stride}, {c, c_kind, c_lead, c_stride}});
}
API cublasGemmEx(void *handle, int a_as, int b_as, int m, int n, int k, const void *alpha, uintptr_t a, int a_kind, int a_lead,
                 uintptr_t b, int b_kind, int b_lead, const void *beta, uintptr_t c, int c_kind, int c_lead, int compute,
                 int algorithm) {
  return cublasGemmStridedBatchedEx(handle, a_as, b_as, m, n, k, alpha, a, a_kind, a_lead, 0, b, b_kind, b_lead, 0, beta, c,
                                    c_kind, c_lead, 0, 1, compute, algorithm);
}
API cublasSgemmStridedBatched(void *handle, int a_as, int b_as, int m, int n, int k, const float *alpha, uintptr_t a, int a_lead,
                              long long a_stride, uintptr_t b, int b_lead, long long b_stride, const float *beta, uintptr_t c,
                              int c_lead, long long c_stride, int count) {
  return cublasGemmStridedBatchedEx(handle, a_as, b_as, m, n, k, alpha, a, FLOAT, a_lead, a_stride, b, FLOAT, b_lead, b_stride,
                                    beta, c, FLOAT, c_lead, c_stride, count, 68, 0);
}
API cublasSgemm_v2(void *handle, int a_as, int b_as, int m, int n, int k, const float *alpha, uintptr_t a, int a_lead, uintptr_t b,
                   int b_lead, const float *beta, uintptr_t c, int c_lead) {
  return cublasSgemmStridedBatched(handle, a_as, b_as, m, n, k, alpha, a, a_lead, 0, b, b_lead, 0, beta, c, c_lead, 0, 1);
}

// Nothing that is computed on a card draws numbers there.
API curandCreateGenerator(void **generator, int) { static int any; *generator = &any; return SUCCESS; }
API curandDestroyGenerator(void *) { return SUCCESS; }
API curandSetPseudoRandomGeneratorSeed(void *, unsigned long long) { return SUCCESS; }
API curandSetGeneratorOffset(void *, unsigned long long) { return SUCCESS; }
API curandSetStream(void *, void *) { return SUCCESS; }
