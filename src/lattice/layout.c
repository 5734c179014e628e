/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where sites are drawn. Only pictures depend on this file. */
#include "lattice/room.h"

#include <math.h>
#include <string.h>

double rc_layout_nearest(const rc_lattice *l) {
  double best = INFINITY;
  for (int i = 0; i < l->sites; i++)
    for (int j = 0; j < i; j++)
      best = fmin(best, hypot(l->position[i][0] - l->position[j][0],
                              l->position[i][1] - l->position[j][1]));
  return best;
}

void rc_layout_circle(rc_lattice *l) {
  double radius = l->sites > 1 ? 0.5 / sin(M_PI / l->sites) : 0;
  for (int s = 0; s < l->sites; s++) {
    double angle = M_PI / 2 - 2 * M_PI * s / l->sites;
    l->position[s][0] = radius * cos(angle);
    l->position[s][1] = radius * sin(angle);
  }
}

void rc_layout_ring(rc_lattice *l, double length) {
  double low = l->position[0][1], high = low;
  for (int s = 0; s < l->sites; s++) {
    low = fmin(low, l->position[s][1]);
    high = fmax(high, l->position[s][1]);
  }
  double radius = length > 1.5 ? 0.5 / sin(M_PI / length) : 0;
  if (high > low) radius = fmax(radius, (high - low) / 2 + 0.6); /* the inner ring stays open */
  for (int s = 0; s < l->sites; s++) {
    double angle = M_PI / 2 - 2 * M_PI * l->position[s][0] / length;
    double r = radius + l->position[s][1] - (low + high) / 2;
    l->position[s][0] = r * cos(angle);
    l->position[s][1] = r * sin(angle);
  }
  memset(l->outline, 0, sizeof l->outline);
  for (int n = 0; n < l->bonds; n++) {
    l->bond[n].wrap = 0;
    memset(l->bond[n].image, 0, sizeof l->bond[n].image);
  }
}

/* Breadth-first distances; sites that cannot be reached are put a little farther than any other. */
static void distances(const rc_bits *g, double d[RC_SITES_MAX][RC_SITES_MAX]) {
  for (int s = 0; s < g->n; s++) {
    for (int t = 0; t < g->n; t++) d[s][t] = sqrt((double)g->n) + 1;
    uint64_t seen = 1ull << s, front = seen;
    for (int step = 0; front; step++) {
      uint64_t next = 0;
      for (int t = 0; t < g->n; t++)
        if (front >> t & 1) {
          d[s][t] = step;
          next |= g->adj[t];
        }
      front = next & ~seen;
      seen |= next;
    }
  }
}

/* Stress majorisation with weights d^-2 from the circle (Gansner, Koren, North, Graph Drawing 2004,
 * the localised form): each site moves to the mean of where the others want it. */
void rc_layout_stress(rc_lattice *l) {
  static const int sweeps = 300;
  rc_bits g;
  double d[RC_SITES_MAX][RC_SITES_MAX];
  rc_bits_of(l, NULL, &g);
  distances(&g, d);
  rc_layout_circle(l);
  for (int k = 0; k < sweeps; k++)
    for (int i = 0; i < l->sites; i++) {
      double x = 0, y = 0, total = 0;
      for (int j = 0; j < l->sites; j++) {
        if (j == i) continue;
        double dx = l->position[i][0] - l->position[j][0];
        double dy = l->position[i][1] - l->position[j][1];
        double r = fmax(hypot(dx, dy), 1e-9), w = 1 / (d[i][j] * d[i][j]);
        x += w * (l->position[j][0] + d[i][j] * dx / r);
        y += w * (l->position[j][1] + d[i][j] * dy / r);
        total += w;
      }
      if (total > 0) {
        l->position[i][0] = x / total;
        l->position[i][1] = y / total;
      }
    }
  if (!(rc_layout_nearest(l) > 0.4)) rc_layout_circle(l);
}
