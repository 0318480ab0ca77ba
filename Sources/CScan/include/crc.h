// Checksums with the processor's own instructions: CRC-32C (Castagnoli, RFC 3720 B.4) for the write-ahead log, and the
// long-block part of CRC-32 (IEEE 802.3) for Parquet pages.
//
// Both are chosen at run time, so that one binary runs on every processor; without the instructions a table does it.
#ifndef LOCKSTITCH_CRC_H
#define LOCKSTITCH_CRC_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// Four bits at a time: slow, small, and needed only on processors older than 2008.
static inline uint32_t lockstitch_crc32c_table(uint32_t state, const uint8_t *p, size_t n) {
  static const uint32_t table[16] = {
      0x00000000, 0x105ec76f, 0x20bd8ede, 0x30e349b1, 0x417b1dbc, 0x5125dad3, 0x61c69362, 0x7198540d,
      0x82f63b78, 0x92a8fc17, 0xa24bb5a6, 0xb21572c9, 0xc38d26c4, 0xd3d3e1ab, 0xe330a81a, 0xf36e6f75,
  };
  for (size_t i = 0; i < n; i++) {
    state ^= p[i];
    state = (state >> 4) ^ table[state & 15];
    state = (state >> 4) ^ table[state & 15];
  }
  return state;
}

#if defined(__x86_64__)
#include <immintrin.h>

__attribute__((target("sse4.2"))) static inline uint32_t lockstitch_crc32c_sse42(
    uint32_t state, const uint8_t *p, size_t n) {
  uint64_t wide = state;
  for (; n >= 8; p += 8, n -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    wide = _mm_crc32_u64(wide, word);
  }
  state = (uint32_t)wide;
  for (; n > 0; p++, n--) state = _mm_crc32_u8(state, *p);
  return state;
}

static inline uint32_t lockstitch_crc32c_state(uint32_t state, const uint8_t *p, size_t n) {
  return __builtin_cpu_supports("sse4.2") ? lockstitch_crc32c_sse42(state, p, n)
                                          : lockstitch_crc32c_table(state, p, n);
}

// One 128-bit step of folding: multiplies `acc` by the two constants of a distance and adds the block at that distance.
__attribute__((target("pclmul,sse4.1"))) static inline __m128i lockstitch_crc_fold(
    __m128i acc, __m128i distance, __m128i block) {
  __m128i low = _mm_clmulepi64_si128(acc, distance, 0x00);
  __m128i high = _mm_clmulepi64_si128(acc, distance, 0x11);
  return _mm_xor_si128(_mm_xor_si128(low, high), block);
}

// Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction" (Intel, 2009), bit-reflected.
// `n` is a multiple of 16 and at least 64; `state` and the result are the inverted CRC.
__attribute__((target("pclmul,sse4.1"))) static inline uint32_t lockstitch_crc32_clmul(
    uint32_t state, const uint8_t *p, size_t n) {
  const __m128i by512 = _mm_set_epi64x(0x1c6e41596, 0x154442bd4);
  const __m128i by128 = _mm_set_epi64x(0x0ccaa009e, 0x1751997d0);
  const __m128i by64 = _mm_set_epi64x(0, 0x163cd6124);
  const __m128i barrett = _mm_set_epi64x(0x1f7011641, 0x1db710641);
  const __m128i low32 = _mm_set_epi32(0, -1, 0, -1);
  const __m128i *block = (const __m128i *)p;

  __m128i a = _mm_xor_si128(_mm_loadu_si128(block), _mm_cvtsi32_si128((int)state));
  __m128i b = _mm_loadu_si128(block + 1);
  __m128i c = _mm_loadu_si128(block + 2);
  __m128i d = _mm_loadu_si128(block + 3);
  block += 4;
  n -= 64;
  for (; n >= 64; n -= 64, block += 4) {
    a = lockstitch_crc_fold(a, by512, _mm_loadu_si128(block));
    b = lockstitch_crc_fold(b, by512, _mm_loadu_si128(block + 1));
    c = lockstitch_crc_fold(c, by512, _mm_loadu_si128(block + 2));
    d = lockstitch_crc_fold(d, by512, _mm_loadu_si128(block + 3));
  }
  a = lockstitch_crc_fold(a, by128, b);
  a = lockstitch_crc_fold(a, by128, c);
  a = lockstitch_crc_fold(a, by128, d);
  for (; n >= 16; n -= 16, block++) a = lockstitch_crc_fold(a, by128, _mm_loadu_si128(block));

  // 128 bits to 64, then Barrett's reduction to 32.
  a = _mm_xor_si128(_mm_srli_si128(a, 8), _mm_clmulepi64_si128(a, by128, 0x10));
  __m128i folded = _mm_clmulepi64_si128(_mm_and_si128(a, low32), by64, 0x00);
  a = _mm_xor_si128(_mm_srli_si128(a, 4), folded);
  __m128i quotient = _mm_clmulepi64_si128(_mm_and_si128(a, low32), barrett, 0x10);
  quotient = _mm_clmulepi64_si128(_mm_and_si128(quotient, low32), barrett, 0x00);
  return (uint32_t)_mm_extract_epi32(_mm_xor_si128(a, quotient), 1);
}

static inline int lockstitch_has_crc32_clmul(void) {
  return __builtin_cpu_supports("pclmul") && __builtin_cpu_supports("sse4.1");
}

#else

#if defined(__aarch64__) && defined(__ARM_FEATURE_CRC32)
#include <arm_acle.h>
static inline uint32_t lockstitch_crc32c_state(uint32_t state, const uint8_t *p, size_t n) {
  for (; n >= 8; p += 8, n -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    state = __crc32cd(state, word);
  }
  for (; n > 0; p++, n--) state = __crc32cb(state, *p);
  return state;
}
#else
static inline uint32_t lockstitch_crc32c_state(uint32_t state, const uint8_t *p, size_t n) {
  return lockstitch_crc32c_table(state, p, n);
}
#endif

static inline int lockstitch_has_crc32_clmul(void) { return 0; }

static inline uint32_t lockstitch_crc32_clmul(uint32_t state, const uint8_t *p, size_t n) {
  (void)p, (void)n;
  return state;
}

#endif

// The CRC-32C of `n` bytes at `p`, going on from `crc` (0 at the start).
static inline uint32_t lockstitch_crc32c(uint32_t crc, const void *p, size_t n) {
  return ~lockstitch_crc32c_state(~crc, (const uint8_t *)p, n);
}

#endif
