// Byte masks of 16 bytes at a time, for the loops in Kernels.
//
// Swift's SIMD types do not reliably become one `pmovmskb`, so these few lines are C. Every function reads exactly
// 16 bytes at `p`, and the copying ones write exactly 16 at `to`: the caller owns that many on both sides.
#ifndef LOCKSTITCH_SCAN_H
#define LOCKSTITCH_SCAN_H

#include <stdint.h>
#include <string.h>

// The first `byte` among `count` bytes at `p`, or NULL.
static inline const uint8_t *lockstitch_find(const uint8_t *p, uint8_t byte, long count) {
  return (const uint8_t *)memchr(p, byte, (size_t)count);
}

#if defined(__SSE2__)
#include <emmintrin.h>

// Bits 0-15: bytes that end a plain run of a quoted string (`"`, `\`, below 0x20). Bits 16-31: bytes above 0x7f.
static inline uint32_t lockstitch_copy_quoted16(const uint8_t *p, uint8_t *to) {
  __m128i v = _mm_loadu_si128((const __m128i *)p);
  _mm_storeu_si128((__m128i *)to, v);
  __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
  stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8(0x1f)), _mm_set1_epi8(0x1f)));
  return (uint32_t)_mm_movemask_epi8(stop) | (uint32_t)_mm_movemask_epi8(v) << 16;
}

// A bit for every byte that ends a plain run of a quoted string.
static inline uint32_t lockstitch_quoted16(const uint8_t *p) {
  __m128i v = _mm_loadu_si128((const __m128i *)p);
  __m128i stop = _mm_or_si128(_mm_cmpeq_epi8(v, _mm_set1_epi8('"')), _mm_cmpeq_epi8(v, _mm_set1_epi8('\\')));
  stop = _mm_or_si128(stop, _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8(0x1f)), _mm_set1_epi8(0x1f)));
  return (uint32_t)_mm_movemask_epi8(stop);
}

// Bits 0-15: bytes that end an unquoted value (space and below). Bits 16-31: bytes above 0x7f.
static inline uint32_t lockstitch_copy_bare16(const uint8_t *p, uint8_t *to) {
  __m128i v = _mm_loadu_si128((const __m128i *)p);
  _mm_storeu_si128((__m128i *)to, v);
  __m128i stop = _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8(0x20)), _mm_set1_epi8(0x20));
  return (uint32_t)_mm_movemask_epi8(stop) | (uint32_t)_mm_movemask_epi8(v) << 16;
}

// A bit for every byte that is no decimal digit.
static inline uint32_t lockstitch_nondigit16(const uint8_t *p) {
  __m128i v = _mm_sub_epi8(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8('0'));
  __m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(v, _mm_set1_epi8(9)), v);
  return (uint32_t)_mm_movemask_epi8(digit) ^ 0xffff;
}

// A bit for every byte that differs.
static inline uint32_t lockstitch_differ16(const uint8_t *a, const uint8_t *b) {
  __m128i equal = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)a), _mm_loadu_si128((const __m128i *)b));
  return (uint32_t)_mm_movemask_epi8(equal) ^ 0xffff;
}

// A bit for every byte equal to `byte`.
static inline uint32_t lockstitch_equal16(const uint8_t *p, uint8_t byte) {
  __m128i v = _mm_loadu_si128((const __m128i *)p);
  return (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8((char)byte)));
}

// A bit for every byte equal to `first` that has `last` at the same place from `q` on. Reads 16 bytes at `q` too.
static inline uint32_t lockstitch_both16(const uint8_t *p, uint8_t first, const uint8_t *q, uint8_t last) {
  __m128i starts = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)p), _mm_set1_epi8((char)first));
  __m128i ends = _mm_cmpeq_epi8(_mm_loadu_si128((const __m128i *)q), _mm_set1_epi8((char)last));
  return (uint32_t)_mm_movemask_epi8(_mm_and_si128(starts, ends));
}

// A bit for every byte that is a space or below, or equal to `byte`.
static inline uint32_t lockstitch_blank_or16(const uint8_t *p, uint8_t byte) {
  __m128i v = _mm_loadu_si128((const __m128i *)p);
  __m128i blank = _mm_cmpeq_epi8(_mm_max_epu8(v, _mm_set1_epi8(0x20)), _mm_set1_epi8(0x20));
  return (uint32_t)_mm_movemask_epi8(_mm_or_si128(blank, _mm_cmpeq_epi8(v, _mm_set1_epi8((char)byte))));
}

// A bit for every byte above 0x7f.
static inline uint32_t lockstitch_high16(const uint8_t *p) {
  return (uint32_t)_mm_movemask_epi8(_mm_loadu_si128((const __m128i *)p));
}

static inline void lockstitch_copy16(const uint8_t *p, uint8_t *to) {
  _mm_storeu_si128((__m128i *)to, _mm_loadu_si128((const __m128i *)p));
}

// Copies with A to Z in lower case. Bits 0-15: bytes of words (letters, digits, `_`) and bytes above 0x7f. Bits 16-31:
// bytes above 0x7f.
static inline uint32_t lockstitch_fold_words16(const uint8_t *p, uint8_t *to) {
  __m128i v = _mm_loadu_si128((const __m128i *)p);
  __m128i upper = _mm_sub_epi8(v, _mm_set1_epi8('A'));
  upper = _mm_cmpeq_epi8(_mm_min_epu8(upper, _mm_set1_epi8(25)), upper);
  __m128i lower = _mm_or_si128(v, _mm_and_si128(upper, _mm_set1_epi8(0x20)));
  _mm_storeu_si128((__m128i *)to, lower);
  __m128i letter = _mm_sub_epi8(lower, _mm_set1_epi8('a'));
  letter = _mm_cmpeq_epi8(_mm_min_epu8(letter, _mm_set1_epi8(25)), letter);
  __m128i digit = _mm_sub_epi8(v, _mm_set1_epi8('0'));
  digit = _mm_cmpeq_epi8(_mm_min_epu8(digit, _mm_set1_epi8(9)), digit);
  __m128i word = _mm_or_si128(_mm_or_si128(letter, digit), _mm_cmpeq_epi8(v, _mm_set1_epi8('_')));
  uint32_t high = (uint32_t)_mm_movemask_epi8(v);
  return (uint32_t)_mm_movemask_epi8(word) | high | high << 16;
}

#else  // One byte at a time; also what the tests compare the vector forms with in spirit.

#define LOCKSTITCH_MASK16(condition)        \
  uint32_t mask = 0;                        \
  for (int i = 0; i < 16; i++) {            \
    mask |= (uint32_t)((condition) != 0) << i; \
  }

static inline uint32_t lockstitch_fold_words16(const uint8_t *p, uint8_t *to) {
  uint32_t high = 0;
  for (int i = 0; i < 16; i++) {
    to[i] = p[i] >= 'A' && p[i] <= 'Z' ? p[i] | 0x20 : p[i];
    high |= (uint32_t)(p[i] > 0x7f) << i;
  }
  LOCKSTITCH_MASK16((to[i] >= 'a' && to[i] <= 'z') || (to[i] >= '0' && to[i] <= '9') || to[i] == '_')
  return mask | high | high << 16;
}

static inline uint32_t lockstitch_high16(const uint8_t *p) {
  LOCKSTITCH_MASK16(p[i] > 0x7f)
  return mask;
}

static inline void lockstitch_copy16(const uint8_t *p, uint8_t *to) { memcpy(to, p, 16); }

static inline uint32_t lockstitch_quoted16(const uint8_t *p) {
  LOCKSTITCH_MASK16(p[i] == '"' || p[i] == '\\' || p[i] < 0x20)
  return mask;
}

static inline uint32_t lockstitch_copy_quoted16(const uint8_t *p, uint8_t *to) {
  lockstitch_copy16(p, to);
  return lockstitch_quoted16(p) | lockstitch_high16(p) << 16;
}

static inline uint32_t lockstitch_copy_bare16(const uint8_t *p, uint8_t *to) {
  lockstitch_copy16(p, to);
  LOCKSTITCH_MASK16(p[i] <= 0x20)
  return mask | lockstitch_high16(p) << 16;
}

static inline uint32_t lockstitch_both16(const uint8_t *p, uint8_t first, const uint8_t *q, uint8_t last) {
  LOCKSTITCH_MASK16(p[i] == first && q[i] == last)
  return mask;
}

static inline uint32_t lockstitch_blank_or16(const uint8_t *p, uint8_t byte) {
  LOCKSTITCH_MASK16(p[i] <= 0x20 || p[i] == byte)
  return mask;
}

static inline uint32_t lockstitch_nondigit16(const uint8_t *p) {
  LOCKSTITCH_MASK16(p[i] < '0' || p[i] > '9')
  return mask;
}

static inline uint32_t lockstitch_differ16(const uint8_t *a, const uint8_t *b) {
  LOCKSTITCH_MASK16(a[i] != b[i])
  return mask;
}

static inline uint32_t lockstitch_equal16(const uint8_t *p, uint8_t byte) {
  LOCKSTITCH_MASK16(p[i] == byte)
  return mask;
}
#endif

#endif
