// As much of cuBLAS and cuRAND as the program calls: products in plain loops, summed in float.
#include <cstdlib>
#include <memory>
#include <random>

#include "cuda_bf16.h"
#include "cuda_fp16.h"
#include "driver.h"

using namespace emulated;

namespace {

enum : int { SUCCESS = 0, ALLOC_FAILED = 3, INVALID_VALUE = 7, EXECUTION_FAILED = 13, NOT_SUPPORTED = 15 };
enum : int { FLOAT = 0, HALF = 2, BFLOAT16 = 14 };

struct Handle {
  Stream *stream = nullptr;
  int pointer_mode = 0;
  // Memory that it was given to work in; without, it has its own.
  uintptr_t workspace = 0;
  size_t workspace_bytes = 0;

  // What the manual asks for: 256 bytes of alignment, 16 KiB, and that it is still there.
  bool may_work() const {
    return !workspace || (workspace % 256 == 0 && workspace_bytes >= 16 << 10 && is_live(workspace, workspace_bytes));
  }
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

using Vector = float __attribute__((vector_size(64)));
constexpr int LANES = sizeof(Vector) / sizeof(float);
// So many rows times so many columns at a time: each number that is read serves that often.
constexpr int TILE = 4;

Vector vector_at(const float *from) {
  Vector loaded;
  std::memcpy(&loaded, from, sizeof loaded);
  return loaded;
}

// to[row][column] = the product of a row and a column of `inner` numbers, which lie `inner` apart.
void products(const float *rows, const float *columns, int inner, float (&to)[TILE][TILE]) {
  Vector sums[TILE][TILE] = {};
  int k = 0;
  for (; k + LANES <= inner; k += LANES) {
    Vector left[TILE];
#pragma GCC unroll 4
    for (int row = 0; row < TILE; ++row) left[row] = vector_at(rows + size_t(row) * inner + k);
#pragma GCC unroll 4
    for (int column = 0; column < TILE; ++column) {
      const Vector right = vector_at(columns + size_t(column) * inner + k);
#pragma GCC unroll 4
      for (int row = 0; row < TILE; ++row) sums[row][column] += left[row] * right;
    }
  }
  for (int row = 0; row < TILE; ++row) {
    for (int column = 0; column < TILE; ++column) {
      float sum = 0.0f;
      for (int rest = k; rest < inner; ++rest) sum += rows[size_t(row) * inner + rest] * columns[size_t(column) * inner + rest];
      for (int lane = 0; lane < LANES; ++lane) sum += sums[row][column][lane];
      to[row][column] = sum;
    }
  }
}

// Some columns of the result: how many there are, and which.
struct Columns {
  int count = 0;
  int number[TILE];
  std::vector<float> factors;
};

// A column of the result is the products of all rows of `a` with one column of `b`. Most columns of a pass are beyond its tokens:
// zero, or no numbers, and so is what comes of them.
class Multiplication {
 public:
  Multiplication(const Product &product, int index)
      : product(product), at_a(nth(product.a, index)), at_b(nth(product.b, index)), at_c(nth(product.c, index)),
        a((size_t(product.rows) + TILE - 1) / TILE * TILE * product.inner), sums(TILE, std::vector<float>(product.rows)) {
    columns.factors.resize(size_t(TILE) * product.inner);
  }

  void run() {
    const bool along_a = product.transposes_a, along_b = !product.transposes_b;
    const int inner = product.inner;
    for (int row = 0; row < product.rows; ++row)
      widen(product.a, at_a, along_a ? row * product.a.lead : row, along_a ? 1 : product.a.lead, inner, &a[size_t(row) * inner]);
    for (int number = 0; number < product.columns; ++number) {
      float *column = &columns.factors[size_t(columns.count) * inner];
      widen(product.b, at_b, along_b ? number * product.b.lead : number, along_b ? 1 : product.b.lead, inner, column);
      const bool is_none = column[0] != column[0];
      if (is_none || std::all_of(column, column + inner, [](float x) { return x == 0.0f; })) {
        std::vector<float> all(product.rows, column[0]);
        put(all, number);
      } else {
        columns.number[columns.count++] = number;
        if (columns.count == TILE) multiply();
      }
    }
    multiply();
  }

 private:
  const Product &product;
  uintptr_t at_a, at_b, at_c;
  std::vector<float> a;
  Columns columns;
  std::vector<std::vector<float>> sums;

  // The products with the columns that have come together.
  void multiply() {
    float tile[TILE][TILE];
    for (int first = 0; first < product.rows; first += TILE) {
      products(&a[size_t(first) * product.inner], columns.factors.data(), product.inner, tile);
      for (int row = first; row < std::min(first + TILE, product.rows); ++row)
        for (int column = 0; column < columns.count; ++column) sums[column][row] = product.alpha * tile[row - first][column];
    }
    for (int column = 0; column < columns.count; ++column) put(sums[column], columns.number[column]);
    columns.count = 0;
  }

  void put(std::vector<float> &column, int number) {
    const int64_t place = number * product.c.lead;
    if (product.beta != 0.0f) {
      std::vector<float> old(product.rows);
      widen(product.c, at_c, place, 1, product.rows, old.data());
      for (int row = 0; row < product.rows; ++row) column[row] += product.beta * old[row];
    }
    narrow(product.c, column.data(), product.rows, at_c, place);
  }
};

int queue(Handle *handle, const Product &product) {
  if (!handle->may_work()) return ALLOC_FAILED;
  for (int kind : {product.a.kind, product.b.kind, product.c.kind})
    if (kind != FLOAT && kind != HALF && kind != BFLOAT16) return NOT_SUPPORTED;
  const int64_t rows_of_a = product.transposes_a ? product.inner : product.rows;
  const int64_t rows_of_b = product.transposes_b ? product.columns : product.inner;
  if (product.a.lead < rows_of_a || product.b.lead < rows_of_b || product.c.lead < product.rows) return INVALID_VALUE;
  const int added = handle->stream->add("a product", [product] {
    for (int index = 0; index < product.count; ++index) Multiplication(product, index).run();
  });
  return added ? EXECUTION_FAILED : SUCCESS;
}

}  // namespace

#define API extern "C" __attribute__((visibility("default"))) int

API cublasCreate_v2(void **handle) { *handle = new Handle; return SUCCESS; }
API cublasDestroy_v2(void *handle) { delete static_cast<Handle *>(handle); return SUCCESS; }
API cublasSetStream_v2(void *handle, void *at) {
  // It takes its own workspace then.
  static_cast<Handle *>(handle)->workspace = 0;
  static_cast<Handle *>(handle)->stream = stream_of(at);
  return SUCCESS;
}
API cublasSetMathMode(void *, int) { return SUCCESS; }
API cublasSetWorkspace_v2(void *handle, void *workspace, size_t bytes) {
  static_cast<Handle *>(handle)->workspace = reinterpret_cast<uintptr_t>(workspace);
  static_cast<Handle *>(handle)->workspace_bytes = bytes;
  return static_cast<Handle *>(handle)->may_work() ? SUCCESS : INVALID_VALUE;
}
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
