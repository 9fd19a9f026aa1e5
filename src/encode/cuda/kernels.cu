// What lies between the matrix products of a BERT encoder. `src/encode/card/plain.rs` says the same in plain
// Rust; `examples/check_card.rs` holds one against the other.
//
// Tokens lie back to back without padding; a row is a token. Numbers are stored as T (float, half, bfloat16) and
// computed in float. Nothing is summed in an order that depends on timing, so equal inputs give equal bits.

#include <cuda_bf16.h>
#include <cuda_fp16.h>

#include <cstdint>

namespace {

constexpr int WARP = 32;
constexpr unsigned ALL = 0xffffffffu;
// Warps of a block; each works for itself.
constexpr int WARPS = 4;
// Queries that a warp takes at a time, and keys that it looks at in a step.
constexpr int TILE = 16;
constexpr int STEP = 32;
// The longest sequence of the attention on plain cores.
constexpr int LONGEST = 512;

__device__ __forceinline__ float widen(float x) { return x; }
__device__ __forceinline__ float widen(__half x) { return __half2float(x); }
__device__ __forceinline__ float widen(__nv_bfloat16 x) { return __bfloat162float(x); }

template <typename T> __device__ __forceinline__ T narrow(float x);
template <> __device__ __forceinline__ float narrow<float>(float x) { return x; }
template <> __device__ __forceinline__ __half narrow<__half>(float x) { return __float2half_rn(x); }
template <> __device__ __forceinline__ __nv_bfloat16 narrow<__nv_bfloat16>(float x) {
  return __float2bfloat16_rn(x);
}

// Some neighbouring numbers, moved by one instruction.
template <typename T, int N> struct alignas(sizeof(T) * N > 16 ? 16 : sizeof(T) * N) Group { T v[N]; };

template <typename T> __device__ __forceinline__ float2 load_pair(const T *from) {
  const auto pair = *reinterpret_cast<const Group<T, 2> *>(from);
  return make_float2(widen(pair.v[0]), widen(pair.v[1]));
}

template <typename T> __device__ __forceinline__ void store_pair(T *to, float x, float y) {
  Group<T, 2> pair;
  pair.v[0] = narrow<T>(x);
  pair.v[1] = narrow<T>(y);
  *reinterpret_cast<Group<T, 2> *>(to) = pair;
}

__device__ __forceinline__ float sum_of_warp(float x) {
#pragma unroll
  for (int step = WARP / 2; step > 0; step /= 2) x += __shfl_xor_sync(ALL, x, step);
  return x;
}

__device__ __forceinline__ float max_of_warp(float x) {
#pragma unroll
  for (int step = WARP / 2; step > 0; step /= 2) x = fmaxf(x, __shfl_xor_sync(ALL, x, step));
  return x;
}

// Normalises a row that a warp holds, each lane the pairs at 2 * lane + 64 * i, and stores it.
// Ba, Kiros, Hinton 2016, "Layer Normalization", section 3; the deviations are summed in a second pass.
template <typename T, int PAIRS>
__device__ __forceinline__ void normalize_row(float2 (&row)[PAIRS], const float *weight, const float *bias,
                                              float epsilon, int width, T *to) {
  const int lane = threadIdx.x % WARP;
  float sum = 0.0f;
#pragma unroll
  for (int i = 0; i < PAIRS; ++i) {
    if (2 * lane + 64 * i < width) sum += row[i].x + row[i].y;
  }
  const float mean = sum_of_warp(sum) / width;
  float squares = 0.0f;
#pragma unroll
  for (int i = 0; i < PAIRS; ++i) {
    if (2 * lane + 64 * i < width) {
      const float x = row[i].x - mean, y = row[i].y - mean;
      squares += x * x + y * y;
    }
  }
  const float scale = rsqrtf(sum_of_warp(squares) / width + epsilon);
#pragma unroll
  for (int i = 0; i < PAIRS; ++i) {
    const int column = 2 * lane + 64 * i;
    if (column < width) {
      const float2 w = load_pair(weight + column), b = load_pair(bias + column);
      store_pair(to + column, (row[i].x - mean) * scale * w.x + b.x, (row[i].y - mean) * scale * w.y + b.y);
    }
  }
}

// states = LayerNorm(words[token] + positions[position]); the type vectors are in the positions already.
template <typename T, int PAIRS>
__device__ __forceinline__ void embed(const uint32_t *tokens, const uint32_t *at, const T *words,
                                      const float *positions, const float *weight, const float *bias,
                                      float epsilon, int rows, int width, T *states) {
  const int row = blockIdx.x * WARPS + threadIdx.x / WARP;
  const int lane = threadIdx.x % WARP;
  if (row >= rows) return;
  const T *word = words + static_cast<size_t>(tokens[row]) * width;
  const float *position = positions + static_cast<size_t>(at[row]) * width;
  float2 values[PAIRS];
#pragma unroll
  for (int i = 0; i < PAIRS; ++i) {
    const int column = 2 * lane + 64 * i;
    if (column < width) {
      const float2 a = load_pair(word + column), b = load_pair(position + column);
      values[i] = make_float2(a.x + b.x, a.y + b.y);
    }
  }
  normalize_row<T, PAIRS>(values, weight, bias, epsilon, width, states + static_cast<size_t>(row) * width);
}

// states = LayerNorm(states + product + product_bias).
template <typename T, int PAIRS>
__device__ __forceinline__ void add_normalize(const T *product, const float *product_bias, const float *weight,
                                              const float *bias, float epsilon, int rows, int width, T *states) {
  const int row = blockIdx.x * WARPS + threadIdx.x / WARP;
  const int lane = threadIdx.x % WARP;
  if (row >= rows) return;
  const T *from = product + static_cast<size_t>(row) * width;
  T *state = states + static_cast<size_t>(row) * width;
  float2 values[PAIRS];
#pragma unroll
  for (int i = 0; i < PAIRS; ++i) {
    const int column = 2 * lane + 64 * i;
    if (column < width) {
      const float2 a = load_pair(state + column), b = load_pair(from + column);
      const float2 c = load_pair(product_bias + column);
      values[i] = make_float2(a.x + b.x + c.x, a.y + b.y + c.y);
    }
  }
  normalize_row<T, PAIRS>(values, weight, bias, epsilon, width, state);
}

// wide = GELU(wide + bias), the exact one: Hendrycks and Gimpel 2016, section 2. A thread has eight numbers.
template <typename T>
__device__ __forceinline__ void bias_gelu(const float *bias, uint32_t groups, uint32_t groups_a_row, T *wide) {
  const uint32_t group = blockIdx.x * blockDim.x + threadIdx.x;
  if (group >= groups) return;
  const float *of_row = bias + (group % groups_a_row) * 8;
  auto *place = reinterpret_cast<Group<T, 8> *>(wide) + group;
  auto values = *place;
  const auto biases = *reinterpret_cast<const Group<float, 8> *>(of_row);
#pragma unroll
  for (int i = 0; i < 8; ++i) {
    const float x = widen(values.v[i]) + biases.v[i];
    values.v[i] = narrow<T>(0.5f * x * (1.0f + erff(x * 0.70710678118654752f)));
  }
  *place = values;
}

// sums[part] = sum of the states of the rows [first, last), in their order.
template <typename T>
__device__ __forceinline__ void pool(const uint32_t *parts, const T *states, int width, float *sums) {
  const uint32_t first = parts[2 * blockIdx.x], last = parts[2 * blockIdx.x + 1];
  for (int column = 2 * threadIdx.x; column < width; column += 2 * blockDim.x) {
    float x = 0.0f, y = 0.0f;
    for (uint32_t row = first; row < last; ++row) {
      const float2 pair = load_pair(states + static_cast<size_t>(row) * width + column);
      x += pair.x;
      y += pair.y;
    }
    store_pair(sums + static_cast<size_t>(blockIdx.x) * width + column, x, y);
  }
}

// Two numbers as a register of the tensor cores: the first in the low half.
template <typename T> __device__ __forceinline__ uint32_t pack(T low, T high) {
  Group<T, 2> pair;
  pair.v[0] = low;
  pair.v[1] = high;
  return *reinterpret_cast<uint32_t *>(&pair);
}

// d += a * b for a of 16 x 16 and b of 16 x 8 numbers. PTX ISA, "mma.m16n8k16": with g = lane / 4 and
// t = lane % 4, a holds rows g and g + 8 at columns 2t, 2t + 1 (a[0], a[1]) and 2t + 8, 2t + 9 (a[2], a[3]);
// b holds rows 2t, 2t + 1 (b0) and 2t + 8, 2t + 9 (b1) of column g; d holds rows g (d[0], d[1]) and g + 8
// (d[2], d[3]) at columns 2t, 2t + 1.
template <typename T>
__device__ __forceinline__ void multiply(float (&d)[4], const uint32_t (&a)[4], uint32_t b0, uint32_t b1);

template <>
__device__ __forceinline__ void multiply<__half>(float (&d)[4], const uint32_t (&a)[4], uint32_t b0,
                                                 uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

template <>
__device__ __forceinline__ void multiply<__nv_bfloat16>(float (&d)[4], const uint32_t (&a)[4], uint32_t b0,
                                                        uint32_t b1) {
  asm volatile(
      "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32 {%0,%1,%2,%3}, {%4,%5,%6,%7}, {%8,%9}, {%0,%1,%2,%3};"
      : "+f"(d[0]), "+f"(d[1]), "+f"(d[2]), "+f"(d[3])
      : "r"(a[0]), "r"(a[1]), "r"(a[2]), "r"(a[3]), "r"(b0), "r"(b1));
}

// Attention of one head: a warp takes 16 queries of a sequence and goes over its keys 32 at a time, with the
// running maximum and sum of Dao et al. 2022, "FlashAttention", section 3.1.
//
// `heads` has for every token its queries, keys and values, without their biases. That of the queries is added
// here. That of the keys adds the same to all logits of a query and falls out of the softmax. That of the
// values is added to the mean, because the weights of a mean sum to one.
template <typename T, int HEAD>
__device__ __forceinline__ void attend(const uint32_t *tiles, const T *heads, const float *query_bias,
                                       const float *value_bias, int head_count, T *context) {
  static_assert(HEAD % 16 == 0, "whole products");
  const int lane = threadIdx.x % WARP, g = lane / 4, t = lane % 4;
  const int head = blockIdx.y * WARPS + threadIdx.x / WARP;
  if (head >= head_count) return;
  const uint32_t start = tiles[3 * blockIdx.x], length = tiles[3 * blockIdx.x + 1];
  const uint32_t first = tiles[3 * blockIdx.x + 2];
  const int width = head_count * HEAD;
  const size_t stride = 3 * static_cast<size_t>(width);
  const T *queries = heads + start * stride + head * HEAD;
  const T *keys = queries + width;
  const T *values = keys + width;
  const uint32_t last = length - 1;
  const uint32_t query[2] = {first + g, first + g + 8};

  uint32_t q[HEAD / 16][4];
#pragma unroll
  for (int k = 0; k < HEAD / 16; ++k) {
#pragma unroll
    for (int part = 0; part < 4; ++part) {
      const int column = 16 * k + 2 * t + (part >= 2 ? 8 : 0);
      // Queries beyond the sequence repeat its last one; nothing of them is stored.
      const float2 pair = load_pair(queries + min(query[part % 2], last) * stride + column);
      const float2 bias = load_pair(query_bias + head * HEAD + column);
      q[k][part] = pack(narrow<T>(pair.x + bias.x), narrow<T>(pair.y + bias.y));
    }
  }

  // Logits as powers of two: exp(x / sqrt(HEAD)) = 2^(x * scale).
  const float scale = rsqrtf(static_cast<float>(HEAD)) * 1.4426950408889634f;
  float output[HEAD / 8][4] = {};
  float largest[2] = {-INFINITY, -INFINITY}, total[2] = {0.0f, 0.0f};
  for (uint32_t key = 0; key < length; key += STEP) {
    float logits[STEP / 8][4] = {};
#pragma unroll
    for (int n = 0; n < STEP / 8; ++n) {
      // Keys beyond the sequence repeat its last one; their weights are zero.
      const T *row = keys + min(key + 8 * n + g, last) * stride;
#pragma unroll
      for (int k = 0; k < HEAD / 16; ++k) {
        const auto *words = reinterpret_cast<const uint32_t *>(row + 16 * k + 2 * t);
        multiply<T>(logits[n], q[k], words[0], words[4]);
      }
    }
    float most[2] = {largest[0], largest[1]};
#pragma unroll
    for (int n = 0; n < STEP / 8; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        const bool is_key = key + 8 * n + 2 * t + i % 2 < length;
        logits[n][i] = is_key ? logits[n][i] * scale : -INFINITY;
        most[i / 2] = fmaxf(most[i / 2], logits[n][i]);
      }
    }
    // The four lanes of a row agree; every step has a key, so that no maximum is infinite.
#pragma unroll
    for (int half = 0; half < 2; ++half) {
      most[half] = fmaxf(most[half], __shfl_xor_sync(ALL, most[half], 1));
      most[half] = fmaxf(most[half], __shfl_xor_sync(ALL, most[half], 2));
      const float shrink = exp2f(largest[half] - most[half]);
      largest[half] = most[half];
      total[half] *= shrink;
#pragma unroll
      for (int n = 0; n < HEAD / 8; ++n) {
        output[n][2 * half] *= shrink;
        output[n][2 * half + 1] *= shrink;
      }
    }
#pragma unroll
    for (int n = 0; n < STEP / 8; ++n) {
#pragma unroll
      for (int i = 0; i < 4; ++i) {
        logits[n][i] = exp2f(logits[n][i] - largest[i / 2]);
        total[i / 2] += logits[n][i];
      }
    }
#pragma unroll
    for (int k = 0; k < STEP / 16; ++k) {
      // What a lane holds of two products of 8 keys is what it must hold of a factor of 16.
      const uint32_t weights[4] = {
          pack(narrow<T>(logits[2 * k][0]), narrow<T>(logits[2 * k][1])),
          pack(narrow<T>(logits[2 * k][2]), narrow<T>(logits[2 * k][3])),
          pack(narrow<T>(logits[2 * k + 1][0]), narrow<T>(logits[2 * k + 1][1])),
          pack(narrow<T>(logits[2 * k + 1][2]), narrow<T>(logits[2 * k + 1][3])),
      };
      const uint32_t at = key + 16 * k + 2 * t;
      const T *rows[4] = {values + min(at, last) * stride, values + min(at + 1, last) * stride,
                          values + min(at + 8, last) * stride, values + min(at + 9, last) * stride};
#pragma unroll
      for (int n = 0; n < HEAD / 8; ++n) {
        const int column = 8 * n + g;
        multiply<T>(output[n], weights, pack(rows[0][column], rows[1][column]),
                    pack(rows[2][column], rows[3][column]));
      }
    }
  }

#pragma unroll
  for (int half = 0; half < 2; ++half) {
    total[half] += __shfl_xor_sync(ALL, total[half], 1);
    total[half] += __shfl_xor_sync(ALL, total[half], 2);
    if (query[half] > last) continue;
    const float share = 1.0f / total[half];
    T *to = context + (start + query[half]) * static_cast<size_t>(width) + head * HEAD;
#pragma unroll
    for (int n = 0; n < HEAD / 8; ++n) {
      const int column = 8 * n + 2 * t;
      const float2 bias = load_pair(value_bias + head * HEAD + column);
      store_pair(to + column, output[n][2 * half] * share + bias.x, output[n][2 * half + 1] * share + bias.y);
    }
  }
}

// The same on plain cores, query after query: for float, which the tensor cores do not take whole.
template <int HEAD>
__device__ __forceinline__ void attend_plain(const uint32_t *tiles, const float *heads, const float *query_bias,
                                             const float *value_bias, int head_count, float *context) {
  __shared__ float all_weights[WARPS][LONGEST];
  const int lane = threadIdx.x % WARP;
  const int head = blockIdx.y * WARPS + threadIdx.x / WARP;
  if (head >= head_count) return;
  float *weights = all_weights[threadIdx.x / WARP];
  const uint32_t start = tiles[3 * blockIdx.x], length = tiles[3 * blockIdx.x + 1];
  const uint32_t first = tiles[3 * blockIdx.x + 2];
  const int width = head_count * HEAD;
  const size_t stride = 3 * static_cast<size_t>(width);
  const float *queries = heads + start * stride + head * HEAD;
  const float scale = rsqrtf(static_cast<float>(HEAD));
  for (uint32_t query = first; query < min(first + TILE, length); ++query) {
    float largest = -INFINITY;
    for (uint32_t key = lane; key < length; key += WARP) {
      float logit = 0.0f;
      for (int i = 0; i < HEAD; ++i) {
        const float q = queries[query * stride + i] + query_bias[head * HEAD + i];
        logit += q * queries[key * stride + width + i];
      }
      weights[key] = logit * scale;
      largest = fmaxf(largest, weights[key]);
    }
    largest = max_of_warp(largest);
    float total = 0.0f;
    for (uint32_t key = lane; key < length; key += WARP) {
      weights[key] = expf(weights[key] - largest);
      total += weights[key];
    }
    total = sum_of_warp(total);
    __syncwarp();
    for (int i = lane; i < HEAD; i += WARP) {
      float sum = 0.0f;
      for (uint32_t key = 0; key < length; ++key) sum += weights[key] * queries[key * stride + 2 * width + i];
      context[(start + query) * static_cast<size_t>(width) + head * HEAD + i] =
          sum / total + value_bias[head * HEAD + i];
    }
    __syncwarp();
  }
}

}  // namespace

#define ROWS(T, NAME, PAIRS, SUFFIX)                                                                            \
  extern "C" __global__ void __launch_bounds__(WARPS *WARP) embed_##NAME##_##SUFFIX(                            \
      const uint32_t *tokens, const uint32_t *at, const T *words, const float *positions, const float *weight,  \
      const float *bias, float epsilon, int rows, int width, T *states) {                                       \
    embed<T, PAIRS>(tokens, at, words, positions, weight, bias, epsilon, rows, width, states);                  \
  }                                                                                                             \
  extern "C" __global__ void __launch_bounds__(WARPS *WARP) add_normalize_##NAME##_##SUFFIX(                    \
      const T *product, const float *product_bias, const float *weight, const float *bias, float epsilon,       \
      int rows, int width, T *states) {                                                                         \
    add_normalize<T, PAIRS>(product, product_bias, weight, bias, epsilon, rows, width, states);                 \
  }

// Rows of at most 384 numbers, and of at most 1024.
#define ALL_ROWS(T, NAME)                                                                                       \
  ROWS(T, NAME, 6, 384)                                                                                         \
  ROWS(T, NAME, 16, 1024)                                                                                       \
  extern "C" __global__ void bias_gelu_##NAME(const float *bias, uint32_t groups, uint32_t groups_a_row,        \
                                              T *wide) {                                                        \
    bias_gelu<T>(bias, groups, groups_a_row, wide);                                                             \
  }                                                                                                             \
  extern "C" __global__ void pool_##NAME(const uint32_t *parts, const T *states, int width, float *sums) {      \
    pool<T>(parts, states, width, sums);                                                                        \
  }

ALL_ROWS(float, f32)
ALL_ROWS(__half, f16)
ALL_ROWS(__nv_bfloat16, bf16)

#define ATTEND(T, NAME, HEAD)                                                                                   \
  extern "C" __global__ void __launch_bounds__(WARPS *WARP) attend_##NAME##_##HEAD(                             \
      const uint32_t *tiles, const T *heads, const float *query_bias, const float *value_bias, int head_count,  \
      T *context) {                                                                                             \
    attend<T, HEAD>(tiles, heads, query_bias, value_bias, head_count, context);                                 \
  }
#define ATTEND_PLAIN(HEAD)                                                                                      \
  extern "C" __global__ void __launch_bounds__(WARPS *WARP) attend_f32_##HEAD(                                  \
      const uint32_t *tiles, const float *heads, const float *query_bias, const float *value_bias,              \
      int head_count, float *context) {                                                                         \
    attend_plain<HEAD>(tiles, heads, query_bias, value_bias, head_count, context);                              \
  }
#define ALL_HEADS(HEAD)                                                                                         \
  ATTEND(__half, f16, HEAD)                                                                                     \
  ATTEND(__nv_bfloat16, bf16, HEAD)                                                                             \
  ATTEND_PLAIN(HEAD)

ALL_HEADS(16)
ALL_HEADS(32)
ALL_HEADS(48)
ALL_HEADS(64)
