/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is this a unit? Where a model takes the numbers of a table as they are, a unit is but a name: its
 * spelling is all that can be checked, and a misspelt one is told from one that is known. */
#include "calib/csv.h"

#include <ctype.h>
#include <string.h>

/* Symbols of the SI brochure (9th edition, 2019, tables 2, 4 and 8) and of what else magnets, enzymes
 * and plasmas are measured in; prefixed: with the prefixes of its table 7. */
static const char *const prefixed[] = {"m",  "g",  "s",   "A",   "K",   "mol", "cd",  "Hz", "N",
                                       "Pa", "J",  "W",   "C",   "V",   "F",   "T",   "Wb", "S",
                                       "H",  "Bq", "Gy",  "l",   "L",   "M",   "eV",  "Da", "bar",
                                       "G",  "Oe", "cal", "emu", "Ohm", "u",   "Torr"},
                         *const plain[] = {"1",    "%",   "min", "h",      "d",    "a",
                                           "degC", "deg", "rad", "atm",    "mu_B", "k_B",
                                           "kB",   "muB", "ppm", "counts", "cpm"};
static const char *const prefixes[] = {"da", "Y", "Z", "E", "P", "T", "G", "M", "k", "h", "d",
                                       "c",  "m", "u", "n", "p", "f", "a", "z", "y", "µ", "μ"};

static bool is(const char *s, size_t n, const char *name) {
  return strlen(name) == n && !strncmp(s, name, n);
}

static bool symbol(const char *s, size_t n) {
  for (size_t k = 0; k < RC_LEN(plain); k++)
    if (is(s, n, plain[k])) return true;
  for (size_t k = 0; k < RC_LEN(prefixed); k++)
    if (is(s, n, prefixed[k])) return true;
  for (size_t p = 0; p < RC_LEN(prefixes); p++) {
    const size_t length = strlen(prefixes[p]);
    if (n <= length || strncmp(s, prefixes[p], length) != 0) continue;
    for (size_t k = 0; k < RC_LEN(prefixed); k++)
      if (is(s + length, n - length, prefixed[k])) return true;
  }
  return false;
}

/* "cm^-3", "s-1", "m2": a symbol and a whole exponent. */
static bool power(const char *s, size_t n) {
  if (symbol(s, n)) return true; /* "1" */
  size_t k = n;
  while (k > 0 && isdigit((unsigned char)s[k - 1])) k--;
  if (k == n) return false;
  if (k > 0 && (s[k - 1] == '-' || s[k - 1] == '+')) k--;
  if (k > 0 && s[k - 1] == '^') k--;
  return symbol(s, k);
}

/* Factors with a blank, '*', '.' or '/' between two of them, and brackets: "J/(mol K)". */
bool cc_is_unit(const char *s, size_t n) {
  static const char joints[] = " */.()";
  int open = 0;
  bool factor = false, joint = false; /* what was before: a factor or ')'; '*', '.' or '/' */
  for (size_t i = 0; i < n; i++) {
    size_t k = i;
    while (k < n && !strchr(joints, s[k])) k++;
    if (k > i) {
      if (!power(s + i, k - i)) return false;
      factor = true, joint = false;
      i = k - 1;
    } else if (s[i] == '(') {
      if (factor && !joint && (i == 0 || s[i - 1] != ' ')) return false;
      open++;
      factor = joint = false;
    } else if (s[i] == ')') {
      if (!factor || joint || --open < 0) return false;
    } else if (s[i] != ' ') {
      if (!factor || joint) return false;
      joint = true;
    }
  }
  return factor && !joint && open == 0;
}
