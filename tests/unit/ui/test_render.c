/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text, ANSI and SVG: exact for small screens, well-formed for any. */
#include "draw.h"

#include <ctype.h>

static rc_str render(const rc_screen *s, const char *format, const char *theme) {
  rc_str out = {0};
  const rc_theme *t = rc_theme_find(theme);
  if (*format == 't')
    rc_screen_text(s, &out);
  else if (*format == 'a')
    rc_screen_ansi(s, t, &out);
  else
    rc_screen_svg(s, t, &out);
  return out;
}

static void test_text(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(6, 3, RC_G_BRAILLE);
  rc_put(whole(s), 1, 0, RC_TEXT, "a b  ");
  rc_fill(whole(s), 0, 1, 6, 1, ' ', RC_SELECTED, RC_SELECTED);
  rc_put(whole(s), 5, 2, RC_TEXT, "ψ");
  assert_screen(s, " a b\n\n     ψ\n");
}

static void test_ansi(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(4, 2, RC_G_BRAILLE);
  rc_put(whole(s), 0, 0, RC_TITLE, "ab");
  rc_put(whole(s), 3, 0, RC_KEYCAP, "k");
  rc_str out = render(s, "ansi", "dark");
  assert_string_equal(rc_str_c(&out), "\033[0;1;38;5;231;48;5;233mab\033[0;38;5;252;48;5;233m "
                                      "\033[0;38;5;16;48;5;250mk\033[0m\n"
                                      "\033[0;38;5;252;48;5;233m    \033[0m\n");
  rc_str_free(&out);
  out = render(s, "ansi", "mono");
  assert_string_equal(rc_str_c(&out), "\033[0;1mab\033[0m \033[0;7mk\033[0m\n\033[0m    \033[0m\n");
  rc_str_free(&out);
  rc_screen_free(s);
}

/* A screen of everything there is, in an order that a counter gives. */
static rc_screen *motley(rc_graphics g, int seed) {
  static const uint32_t some[] = {'a',    '<',    '>',    '&',    '"',    '\'',   0,
                                  0x3c8,  0x2580, 0x2584, ']',    0x2588, 0x258c, 0x2591,
                                  0x28ff, 0x2801, 0x25cf, 0xfffd, 0x2502};
  rc_screen *s = rc_screen_new(17, 9, g);
  for (int y = 0; y < 9; y++)
    for (int x = 0; x < 17; x++) {
      int k = (x * 7 + y * 13 + seed * 31) % 1009;
      rc_put_cell(whole(s), x, y, some[(size_t)k % RC_LEN(some)], (rc_style)(k % RC_STYLES),
                  (rc_style)(k / 3 % RC_STYLES), k / 5 % 8);
    }
  return s;
}

/* SGR only, every line as wide as the screen, ended by a reset. */
static void test_ansi_well_formed(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++)
    for (int seed = 0; seed < 12; seed++) {
      rc_screen *s = motley((rc_graphics)(seed % 3), seed);
      rc_str out = render(s, "ansi", rc_themes[i]->name);
      int width = 0, lines = 0;
      const char *c = rc_str_c(&out), *escape = "";
      while (*c) {
        if (*c == '\n') {
          assert_int_equal(width, s->cols);
          assert_true(strncmp(escape, "\033[0m\n", 5) == 0);
          width = 0;
          lines++;
          c++;
        } else if (*c == '\033') {
          escape = c++;
          assert_int_equal(*c++, '[');
          while (isdigit((unsigned char)*c) || *c == ';') c++;
          assert_int_equal(*c++, 'm');
        } else {
          assert_true((unsigned char)*c >= 0x20);
          width += (*c++ & 0xc0) != 0x80;
        }
      }
      assert_int_equal(lines, s->rows);
      rc_str_free(&out);
      rc_screen_free(s);
    }
}

/* A small XML reader: tags nest and close, attributes are quoted and not repeated, text has no bare
 * '<' or '&', there is one root. Returns the elements. */
static int xml_elements(const char *c) {
  char open[16][16];
  int depth = 0, count = 0, roots = 0;
  while (*c) {
    if (*c == '&') {
      assert_true(!strncmp(c, "&lt;", 4) || !strncmp(c, "&gt;", 4) || !strncmp(c, "&amp;", 5));
      c++;
    } else if (*c != '<') {
      assert_true(depth > 0 || *c == '\n');
      assert_true((unsigned char)*c >= 0x20 || *c == '\n');
      c++;
    } else if (c[1] == '/') {
      size_t n = strcspn(c + 2, ">");
      assert_true(depth > 0);
      depth--;
      assert_int_equal(strlen(open[depth]), n);
      assert_memory_equal(open[depth], c + 2, n);
      c += n + 3;
    } else {
      size_t n = strspn(++c, "abcdefghijklmnopqrstuvwxyz");
      assert_in_range(n, 1, 15);
      assert_true(depth < 16);
      roots += depth == 0;
      memcpy(open[depth], c, n);
      open[depth++][n] = 0;
      count++;
      c += n;
      char names[400] = " ";
      while (*c == ' ') {
        size_t a = strcspn(++c, "=");
        char name[40];
        assert_in_range(a, 1, 30);
        snprintf(name, sizeof name, " %.*s ", (int)a, c);
        assert_null(strstr(names, name));
        strcat(names, name + 1);
        assert_int_equal(c[a + 1], '"');
        size_t v = strcspn(c + a + 2, "\"<&");
        assert_int_equal(c[a + 2 + v], '"');
        assert_null(memmem(c + a + 2, v, "nan", 3));
        c += a + v + 3;
      }
      if (*c == '/') depth--, c++;
      assert_int_equal(*c++, '>');
    }
  }
  assert_int_equal(depth, 0);
  assert_int_equal(roots, 1);
  return count;
}

static void test_svg_well_formed(void **state) {
  (void)state;
  for (int i = 0; rc_themes[i]; i++)
    for (int seed = 0; seed < 12; seed++) {
      rc_screen *s = motley((rc_graphics)(seed % 3), seed);
      rc_str out = render(s, "svg", rc_themes[i]->name);
      assert_true(xml_elements(rc_str_c(&out)) > s->rows);
      assert_non_null(strstr(rc_str_c(&out), "xmlns=\"http://www.w3.org/2000/svg\""));
      rc_str_free(&out);
      rc_screen_free(s);
    }
}

static int count(const char *hay, const char *needle) {
  int n = 0;
  for (; (hay = strstr(hay, needle)); hay++) n++;
  return n;
}

static void test_svg_parts(void **state) {
  (void)state;
  rc_screen *s = rc_screen_new(6, 1, RC_G_BRAILLE);
  rc_put(whole(s), 0, 0, RC_BRIGHT, "a<b");
  rc_put_cell(whole(s), 3, 0, 0x28c1, RC_SERIES1, RC_TEXT, 0); /* dots 1, 7, 8 */
  rc_put_cell(whole(s), 4, 0, 0x2580, RC_SERIES1, RC_SERIES2, 0);
  rc_str out = render(s, "svg", "dark");
  const char *c = rc_str_c(&out);
  assert_int_equal(count(c, "<circle"), 3);
  /* In the cell of column 3: 9 by 18, dots at quarters across and at eighths down. */
  assert_non_null(strstr(c, "cx=\"29.25\" cy=\"2.25\""));
  assert_non_null(strstr(c, "cx=\"29.25\" cy=\"15.75\""));
  assert_non_null(strstr(c, "cx=\"33.75\" cy=\"15.75\""));
  assert_non_null(strstr(c, ">a&lt;b</text>"));
  /* The ground, the lower half as background of the cell, the upper half. */
  assert_int_equal(count(c, "<rect"), 3);
  assert_non_null(strstr(c, "<rect x=\"36\" y=\"0\" width=\"9\" height=\"18\""));
  assert_non_null(strstr(c, "<rect x=\"36\" y=\"0\" width=\"9\" height=\"9\""));
  rc_str_free(&out);
  rc_screen_free(s);
}

int main(void) {
  cmocka_set_message_output(CM_OUTPUT_TAP);
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_text), cmocka_unit_test(test_ansi),
                                     cmocka_unit_test(test_ansi_well_formed),
                                     cmocka_unit_test(test_svg_well_formed),
                                     cmocka_unit_test(test_svg_parts)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
