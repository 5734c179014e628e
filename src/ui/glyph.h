/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Characters as the cell buffer knows them: code points, widths, look-alikes. */
#ifndef ROADCUT_UI_GLYPH_H
#define ROADCUT_UI_GLYPH_H

#include <stdint.h>

/* Decodes one code point and moves on; a broken sequence gives U+FFFD and eats its bytes. */
uint32_t rc_glyph_next(const char **text);
int rc_glyph_width(uint32_t c);             /* cells: 0, 1 or 2, whatever the locale */
char rc_glyph_ascii(uint32_t c);            /* a look-alike below 0x7f, '?' when there is none */
int rc_glyph_utf8(uint32_t c, char out[5]); /* bytes written, with a zero after them */

#endif
