/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one file that includes nauty (McKay and Piperno, J. Symb. Comput. 60, 94, 2014).
 *
 * Debian's library is built with thread-local work space, so calls from several threads are
 * independent; with a library that is not, they take turns. The work space is given back after
 * each call: threads come and go here. */
#include "lattice/room.h"

#include <nauty/nauty.h>
#include <pthread.h>
#include <string.h>

#if !HAVE_TLS
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;
#endif

static void enter(void) {
#if !HAVE_TLS
  pthread_mutex_lock(&turn);
#endif
}

static void leave(void) {
  naugraph_freedyn();
  nautil_freedyn();
  nauty_freedyn();
#if !HAVE_TLS
  pthread_mutex_unlock(&turn);
#endif
}

/* nauty's call-backs take no context of ours */
static _Thread_local struct found {
  int sites, generators;
  rc_perm *generator;
  int64_t order; /* -1: too large */
} found;

static void on_generator(int count, int *perm, int *orbits, int numorbits, int stabvertex, int n) {
  (void)count, (void)orbits, (void)numorbits, (void)stabvertex, (void)n;
  if (found.generators % 16 == 0)
    found.generator =
        rc_realloc(found.generator, (size_t)found.generators + 16, sizeof *found.generator);
  uint8_t *to = found.generator[found.generators++];
  memset(to, 0, sizeof(rc_perm));
  for (int s = 0; s < found.sites; s++) to[s] = (uint8_t)perm[s]; /* layer 0 moves like the rest */
}

/* The order of the group is the product of the orbit lengths along the chain of stabilisers. */
static void on_level(int *lab, int *ptn, int level, int *orbits, statsblk *stats, int tv, int index,
                     int tcellsize, int numcells, int childcount, int n) {
  (void)lab, (void)ptn, (void)level, (void)orbits, (void)stats, (void)tv;
  (void)tcellsize, (void)numcells, (void)childcount, (void)n;
  if (found.order > 0 && __builtin_mul_overflow(found.order, (int64_t)index, &found.order))
    found.order = -1;
}

void rc_nauty_canon(const rc_bits *g, rc_bits *canon) {
  DEFAULTOPTIONS_GRAPH(options);
  statsblk stats;
  int lab[RC_SITES_MAX], ptn[RC_SITES_MAX], orbits[RC_SITES_MAX];
  int m = SETWORDSNEEDED(g->n);
  graph in[RC_SITES_MAX * SETWORDSNEEDED(RC_SITES_MAX)], out[RC_LEN(in)];
  EMPTYGRAPH(in, m, g->n);
  for (int i = 0; i < g->n; i++)
    for (int j = 0; j < i; j++)
      if (g->adj[i] >> j & 1) ADDONEEDGE(in, i, j, m);
  options.getcanon = TRUE;
  enter();
  densenauty(in, lab, ptn, orbits, &options, &stats, m, g->n, out);
  leave();
  memset(canon, 0, sizeof *canon);
  canon->n = g->n;
  for (int i = 0; i < g->n; i++)
    for (int j = 0; j < i; j++)
      if (ISELEMENT(GRAPHROW(out, i, m), j)) rc_bits_join(canon, i, j);
}

/* Edge colours become layers of vertices: layer b has the edges whose colour + 1 has bit b, and
 * the copies of a site are joined through the layers (the construction of nauty's manual). */
void rc_nauty_group(int n, int edges, const rc_tint *edge, int colours, int *generators,
                    rc_perm **generator, int64_t *order, double *order_float) {
  DEFAULTOPTIONS_GRAPH(options);
  statsblk stats;
  int layers = 1;
  while (colours >> layers) layers++;
  int all = n * layers, m = SETWORDSNEEDED(all);
  graph *g = rc_alloc((size_t)all * (size_t)m, sizeof *g);
  int *lab = rc_alloc((size_t)all, 3 * sizeof *lab), *ptn = lab + all, *orbits = ptn + all;
  for (int b = 0; b < layers; b++)
    for (int s = 0; s < n; s++) {
      int v = b * n + s;
      lab[v] = v;
      ptn[v] = s < n - 1; /* each layer is a cell of its own */
      if (b) ADDONEEDGE(g, v, v - n, m);
    }
  for (int e = 0; e < edges; e++)
    for (int b = 0; b < layers; b++)
      if ((edge[e].colour + 1) >> b & 1) ADDONEEDGE(g, b * n + edge[e].i, b * n + edge[e].j, m);
  options.defaultptn = FALSE;
  options.userautomproc = on_generator;
  options.userlevelproc = on_level;
  found = (struct found){.sites = n, .order = 1};
  enter();
  densenauty(g, lab, ptn, orbits, &options, &stats, m, all, NULL);
  leave();
  *generators = found.generators;
  *generator = found.generator;
  *order = found.order;
  *order_float = stats.grpsize1;
  for (int k = 0; k < stats.grpsize2; k++) *order_float *= 10;
  rc_free(g);
  rc_free(lab);
}
