/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Max-Cut solver for 'roadcut watch': descent from random starts.
 *   cc -O2 -o solver solver.c
 *   roadcut watch --with graph.mc -- ./solver {} */
#include <stdio.h>
#include <stdlib.h>
enum { MOST = 100000, STARTS = 40 };
static int n, m, u[MOST], v[MOST], side[MOST];
static double w[MOST], value, best = -1e300;
static double gain(int i) { /* when vertex i goes to the other side */
  double sum = 0;
  for (int e = 0; e < m; e++)
    if (u[e] == i || v[e] == i) sum += side[u[e]] == side[v[e]] ? w[e] : -w[e];
  return sum;
}
int main(int argc, char **argv) {
  FILE *f = argc > 1 ? fopen(argv[1], "r") : NULL;
  if (!f || fscanf(f, "%d %d", &n, &m) != 2 || n >= MOST || m > MOST) return 2;
  for (int e = 0; e < m; e++)
    if (fscanf(f, "%d %d %lf", &u[e], &v[e], &w[e]) != 3) return 2;
  for (int step = 1; step <= STARTS; step++) {
    for (int i = 1; i <= n; i++)
      if (rand() & 1) value += gain(i), side[i] ^= 1;
    for (int moved = 1; moved--;)
      for (int i = 1; i <= n; i++)
        if (gain(i) > 1e-9) value += gain(i), side[i] ^= 1, moved = 1;
    if (value > best + 1e-9) {
      printf("{\"type\":\"event\",\"kind\":\"improved\",\"step\":%d,", step);
      printf("\"value\":%.15g,\"side\":\"", best = value);
      for (int i = 1; i <= n; i++) putchar('0' + side[i]);
      puts("\"}");
    }
    printf("{\"type\":\"progress\",\"step\":%d,\"value\":%.15g}\n", step, best);
    fflush(stdout); /* whoever watches sees it at once */
  }
  printf("{\"type\":\"result\",\"step\":%d,\"value\":%.15g}\n", STARTS, best);
}
