/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables of the sublattice coding. */
#include "hilbert/orbits.h"

#include <string.h>

uint64_t rc_coding_bytes(const rc_site_order *l) {
  return l->width ? ((uint64_t)l->blocks << l->width) * (2 * sizeof(uint32_t) + sizeof(uint16_t))
                  : 0;
}

/* Elements that carry a block to the top. */
static int64_t to_top(const rc_site_order *l, const rc_symmetries *g, int block, uint16_t *list) {
  int64_t n = 0;
  for (int64_t e = 0; e < g->order; e++)
    if (g->element[e][l->shift[block]] >= g->sites - l->width) list[n++] = (uint16_t)e;
  return n;
}

typedef struct filler {
  const rc_images *images;
  int drop; /* bits below the topmost block */
  uint16_t *element;
  uint64_t count, room;
} filler;

/* The least topmost block among the images, and the elements that give it at the end of the list. */
static bool fill(filler *f, uint64_t config, const uint16_t *list, int64_t n, uint32_t *least,
                 rc_err *err) {
  if (f->count + (uint64_t)n > f->room) {
    const uint64_t room = f->room + f->room / 4 + (uint64_t)n;
    uint16_t *more = rc_big_alloc(room, sizeof *more, "the tables of the symmetries", err);
    if (!more) return false;
    if (f->count) memcpy(more, f->element, f->count * sizeof *more);
    rc_big_free(f->element);
    f->element = more;
    f->room = room;
  }
  uint64_t begin = f->count;
  *least = UINT32_MAX;
  for (int64_t k = 0; k < n; k++) {
    const uint32_t top = (uint32_t)(rc_image(f->images, list[k], config) >> f->drop);
    if (top > *least) continue;
    if (top < *least) f->count = begin;
    *least = top;
    f->element[f->count++] = list[k];
  }
  return true;
}

/* g acts on bits here: site s of the lattice is bit layout->bit[s] already. */
bool rc_coding_new(rc_coding *c, const rc_site_order *l, const rc_symmetries *g, const rc_images *m,
                   rc_err *err) {
  const uint64_t contents = UINT64_C(1) << l->width, all = (uint64_t)l->blocks * contents;
  const char *what = "the tables of the symmetries";
  *c = (rc_coding){.layout = *l};
  filler f = {.images = m, .drop = g->sites - l->width, .room = all};
  uint16_t *list = rc_alloc((size_t)g->order, sizeof *list);
  bool good = (c->least = rc_big_alloc(all, sizeof *c->least, what, err)) != NULL &&
              (c->first = rc_big_alloc(all + 1, sizeof *c->first, what, err)) != NULL &&
              (f.element = rc_big_alloc(f.room, sizeof *f.element, what, err)) != NULL;
  for (int j = 0; good && j < l->blocks; j++) {
    const int64_t n = to_top(l, g, j, list);
    for (uint64_t x = 0; good && x < contents; x++) {
      const uint64_t at = (uint64_t)j * contents + x;
      c->first[at] = (uint32_t)f.count;
      good = fill(&f, x << l->shift[j], list, n, &c->least[at], err);
    }
  }
  if (good) c->first[all] = (uint32_t)f.count;
  c->element = f.element;
  c->room = f.room;
  rc_free(list);
  if (!good) rc_coding_free(c);
  return good;
}

void rc_coding_free(rc_coding *c) {
  rc_big_free(c->least);
  rc_big_free(c->first);
  rc_big_free(c->element);
  c->least = c->first = NULL;
  c->element = NULL;
}
