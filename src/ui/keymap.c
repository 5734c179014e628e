/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Key names and the key map, both read off the command table. */
#include "explorer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *name;
  int key;
} key_names[] = {{"Up", RC_KEY_UP},
                 {"Down", RC_KEY_DOWN},
                 {"Left", RC_KEY_LEFT},
                 {"Right", RC_KEY_RIGHT},
                 {"Home", RC_KEY_HOME},
                 {"End", RC_KEY_END},
                 {"PgUp", RC_KEY_PGUP},
                 {"PgDn", RC_KEY_PGDN},
                 {"BackTab", RC_KEY_BACKTAB},
                 {"Del", RC_KEY_DELETE},
                 {"Enter", 13},
                 {"Tab", 9},
                 {"Esc", 27},
                 {"Backspace", 127},
                 {"Space", ' '}};

void rc_key_name(int key, char out[16]) {
  for (size_t i = 0; i < RC_LEN(key_names); i++)
    if (key_names[i].key == key) {
      snprintf(out, 16, "%s", key_names[i].name);
      return;
    }
  if (key >= RC_KEY_F1 && key < RC_KEY_F1 + 12)
    snprintf(out, 16, "F%d", key - RC_KEY_F1 + 1);
  else if (key > 0 && key < 27)
    snprintf(out, 16, "Ctrl-%c", 'A' + key - 1);
  else if (key > 32 && key < 127)
    snprintf(out, 16, "%c", key);
  else if (key >= 0xa0 && key < 0x110000)
    snprintf(out, 16, "U+%04X", (unsigned)key);
  else
    snprintf(out, 16, "?%d", key);
}

int rc_key_parse(const char *name) {
  for (size_t i = 0; i < RC_LEN(key_names); i++)
    if (strcmp(key_names[i].name, name) == 0) return key_names[i].key;
  if (name[0] && !name[1] && (unsigned char)name[0] > 32 && (unsigned char)name[0] < 127)
    return name[0];
  if (strncmp(name, "Ctrl-", 5) == 0 && name[5] >= 'A' && name[5] <= 'Z' && !name[6])
    return name[5] - 'A' + 1;
  int64_t n;
  if (name[0] == 'F' && rc_parse_int(name + 1, &n) && n >= 1 && n <= 12)
    return RC_KEY_F1 + (int)n - 1;
  if (name[0] == 'U' && name[1] == '+' && name[2]) {
    char *end;
    unsigned long c = strtoul(name + 2, &end, 16);
    if (!*end && c >= 0xa0 && c < 0x110000) return (int)c;
  }
  return RC_KEY_NONE;
}

const char *rc_line_word(const char *line, char *word, size_t cap) {
  while (*line == ' ' || *line == '\t') line++;
  size_t n = strcspn(line, " \t"), copied = RC_MIN(n, cap - 1);
  memcpy(word, line, copied);
  word[copied] = 0;
  line += n;
  while (*line == ' ' || *line == '\t') line++;
  return line;
}

int rc_key_lookup(int key, unsigned where) {
  for (int i = 0; i < rc_commands_n; i++) {
    if (!(rc_commands[i].where & where)) continue;
    const char *rest = rc_commands[i].keys;
    while (*rest) {
      char name[16];
      rest = rc_line_word(rest, name, sizeof name);
      if (rc_key_parse(name) == key) return i;
    }
  }
  return -1;
}

const rc_command *rc_key_command(int key, unsigned where) {
  int i = rc_key_lookup(key, where);
  return i < 0 ? NULL : &rc_commands[i];
}
