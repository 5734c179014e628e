/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What verify.c checks: an instance and a certificate as they stand in their files. The reader
 * (verify_read.c) only sees to it that the text can be understood and that indices are in range. */
#ifndef CUT_VERIFY_H
#define CUT_VERIFY_H

#include "roadcut/base.h"

/* The certificate, line by line (numbers are 1-based in the file, 0-based here):
 *
 *   roadcut-certificate 1
 *   instance FILE          the instance; a relative path starts at the certificate's folder
 *   sha256 HEX             of "n m\n" and "u v w\n" for each edge u < v, sorted, parallel edges
 *                          added up, weights as whole numbers or with 17 digits
 *   vertices N             their number
 *   scale K                all amounts below are whole multiples of 2^-K
 *   value A                value of the cut below, each weight rounded down to such a multiple
 *   bound B                and no cut has more than this one
 *   map P1 P2 .. Pn        vertex v goes to Pv: a symmetry of the weighted graph (any number)
 *   cut 0110..             the side of each vertex
 *   row U1* U2 U3* ..      a closed walk U1 U2 U3 .. U1; a star marks the edge to the next vertex
 *   node E  R:Y R:Y ..     two cases: edge E not cut, edge E cut; each is one of the next entries
 *   leaf R:Y R:Y ..        row R with multiplier Y (>= 0)
 *   end
 *
 * Nodes and leaves are listed in preorder, the root first. */
typedef __int128 rc_exact;
typedef struct vf_graph {
  int n, m;
  int *u, *v; /* u < v, sorted */
  double *w;
  bool integer; /* all weights are */
  char hash[65];
} vf_graph;
typedef struct vf_node {
  int edge;        /* -1: a leaf */
  int first, last; /* its multipliers: use[first .. last) */
} vf_node;
typedef struct vf_use {
  int row;
  rc_exact y;
} vf_use;
typedef struct vf_certificate {
  char *instance;
  char hash[65];
  int scale;
  rc_exact value, bound;
  int maps, *map; /* maps x n */
  int n;          /* length of cut and maps */
  uint8_t *side;  /* n */
  int rows, *row; /* row r is vertex[row[r] .. row[r + 1]) */
  int *vertex;
  uint8_t *marked;
  int nodes;
  vf_node *node;
  vf_use *use;
} vf_certificate;

bool vf_read_graph(const char *path, vf_graph *g, rc_err *err);
bool vf_read_certificate(const char *path, vf_certificate *c, rc_err *err);
/* Is the certificate about a graph of this size: every index in range, every map a permutation? */
bool vf_fits(const vf_graph *g, const vf_certificate *c, rc_err *err);
/* The checker. why: the reason of a refusal. */
bool vf_check(const vf_graph *g, const vf_certificate *c, char why[256]);
void vf_free(vf_graph *g, vf_certificate *c);

#endif
