/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of symmetric bases: how the smallest image of a configuration is found. */
#ifndef HILBERT_ORBITS_H
#define HILBERT_ORBITS_H

#include "hilbert/impl.h"

/* An order of the sites: bit[s] is the bit of site s. Blocks of 'width' sites that the group
 * carries into each other lie in one piece each, block j from bit shift[j] on, block 0 topmost.
 * width 0: no such blocks, the order is that of the sites. */
typedef struct rc_site_order {
  int width, blocks;
  uint8_t bit[RC_SITES_MAX];
  int shift[RC_SITES_MAX];
} rc_site_order;

/* Element 0 of g must be the identity. */
rc_site_order rc_site_order_make(const rc_symmetries *g);

/* Images of whole configurations, 8 bits at a time. */
typedef struct rc_images {
  int bytes;
  uint64_t *table; /* order x bytes x 256 */
} rc_images;

static inline uint64_t rc_image(const rc_images *m, int64_t e, uint64_t config) {
  const uint64_t *t = m->table + (size_t)e * (size_t)m->bytes * 256;
  uint64_t to = 0;
  for (int b = 0; b < m->bytes; b++, t += 256, config >>= 8) to |= t[config & 255];
  return to;
}

/* Sublattice coding (H. Q. Lin, Phys. Rev. B 42, 6561 (1990); A. Wietek and A. M. Laeuchli, Phys.
 * Rev. E 98, 033309 (2018)): what an image has in its topmost block comes from one block of the
 * configuration alone. For each block and each of its 2^width contents the tables hold the least
 * topmost block it can become, and the few elements that make it that. */
typedef struct rc_coding {
  rc_site_order layout;
  uint32_t *least; /* blocks x 2^width */
  uint32_t *first; /* blocks x 2^width + 1: where the elements begin */
  uint16_t *element;
  uint64_t room; /* of element */
} rc_coding;

/* Where the representatives are, by their topmost block and the bits below it. */
typedef struct rc_directory {
  int drop;         /* bits below the topmost block */
  uint32_t *bucket; /* first bucket of each topmost block; 2^width + 1 */
  uint8_t *shift;   /* bits of a configuration that do not choose the bucket */
  uint32_t *first;  /* of each bucket: its first representative; one more at the end */
} rc_directory;

typedef struct rc_collect rc_collect;
struct rc_orbits {
  rc_collect *collect; /* while the representatives are being collected */
  rc_symmetries *g;    /* on sites */
  rc_symmetries *bits; /* on bits; the same as g without a coding */
  rc_images images;    /* of bits */
  bool coded;
  rc_coding coding;
  uint64_t (*to_bits)[256], (*to_sites)[256]; /* reordering by 8 bits, NULL without a coding */
  rc_directory directory;
  uint64_t full; /* all spins up */
  uint64_t states;
  uint64_t *config; /* representatives in bits, ascending */
  uint8_t *code;    /* of each: which entry of 'size' */
  int sizes;
  int64_t size[256];
};

/* Smallest image of a configuration (in bits) and the character that goes with it. */
uint64_t rc_orbits_smallest(const rc_orbits *o, uint64_t config, int *sign);
/* Size of the orbit of a configuration (in bits) if it is the smallest of it and its symmetrised
 * vector does not vanish, else 0. */
int64_t rc_orbits_representative(const rc_orbits *o, uint64_t config);
/* Fills config and code, a bounded piece per step. Errors: MEMORY. */
rc_collect *rc_collect_new(rc_orbits *o, int up, uint64_t limit, int threads, rc_err *err);
bool rc_collect_step(rc_collect *c, bool *done, rc_err *err);
void rc_collect_free(rc_collect *c);
bool rc_directory_new(rc_orbits *o, rc_err *err);
void rc_directory_free(rc_directory *d);
uint64_t rc_directory_find(const rc_orbits *o, uint64_t key);

/* Bytes of the tables, without the elements (of which there are about as many as contents). */
uint64_t rc_coding_bytes(const rc_site_order *l);
bool rc_coding_new(rc_coding *c, const rc_site_order *l, const rc_symmetries *g, const rc_images *m,
                   rc_err *err);
void rc_coding_free(rc_coding *c);

#endif
