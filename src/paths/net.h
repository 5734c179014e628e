/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small dense network, inputs - hidden - hidden - 1, SiLU units, trained by Adam. Eight samples
 * are worked on at a time, one in each lane of a vector, so that no sum runs across lanes until
 * the end and results do not depend on how the compiler would reorder it. */
#ifndef RC_PATHS_NET_H
#define RC_PATHS_NET_H

#include <stdbool.h>
#include <stdint.h>

#include "roadcut/base.h"

enum { NET_LANES = 8, NET_HIDDEN_MAX = 64, NET_INPUTS_MAX = 64 };

typedef struct net { /* all floats in one block: w1, b1, w2, b2, w3, b3 */
  int inputs, hidden, count;
  float *w;
} net;
typedef struct net_adam {
  float *m, *v; /* count each */
  double beta1_power, beta2_power;
} net_adam;

net net_new(int inputs, int hidden);
/* Weights uniform with variance 1 / fan-in (He et al. for SiLU: 2 / fan-in in the hidden layers),
 * output weights small, so that q starts near 0. */
void net_start(net *n, rc_rng *rng);
void net_copy(net *to, const net *from); /* same shape */
void net_scale(net *n, double factor);   /* what it gives */
void net_free(net *n);
net_adam net_adam_new(const net *n);
void net_adam_reset(net_adam *a, const net *n);
void net_adam_free(net_adam *a);

/* q of k samples; x is k x inputs. */
void net_forward(const net *n, int64_t k, const float *x, float *q);
/* Binomial loss sum_i w_a ln(1 + e^q) + w_b ln(1 + e^-q) over the samples 'pick' (k indices, NULL:
 * all in order), and its gradient divided by the sum of weights, into grad (count). */
double net_gradient(const net *n, int64_t k, const int *pick, const float *x, const float *w_a,
                    const float *w_b, float *grad);
double net_loss(const net *n, int64_t k, const int *pick, const float *x, const float *w_a,
                const float *w_b, double *weight);
/* A step of Adam (Kingma, Ba 2015), beta .9 and .999, with decoupled weight decay. */
void net_adam_step(net *n, net_adam *a, const float *grad, double rate, double decay);

/* ln(1 + e^x), without overflow. */
double net_softplus(double x);

#endif
