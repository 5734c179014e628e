/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The last resort: a fatal signal must not leave a terminal without echo behind. */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "term/terminal.h"

static const int fatal[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
static struct sigaction before[RC_LEN(fatal)];
static struct termios line;
static bool line_known, armed;
static char reset_bytes[512];
static size_t reset_n;
static void *alt_stack;

/* Only calls that are safe in a signal handler. */
static void say(const char *s, size_t n) {
  while (n) {
    const ssize_t k = write(STDOUT_FILENO, s, n);
    if (k < 0 && errno == EINTR) continue;
    if (k <= 0) return;
    s += k;
    n -= (size_t)k;
  }
}

static void on_fatal(int number, siginfo_t *info, void *context) {
  static const char text[] = "\r\nroadcut: a fault of the program ended it; please report it\r\n";
  (void)context;
  say(reset_bytes, reset_n);
  if (line_known) tcsetattr(STDIN_FILENO, TCSANOW, &line);
  say(text, sizeof text - 1);
  for (size_t i = 0; i < RC_LEN(fatal); i++) sigaction(fatal[i], &before[i], NULL);
  /* A fault happens again when the handler returns and meets what was set before us (the default,
   * or a sanitizer); a signal that was sent has to be sent again. */
  if (info->si_code <= 0) raise(number);
}

void rc_crash_arm(const char *reset, size_t n) {
  reset_n = RC_MIN(n, sizeof reset_bytes);
  memcpy(reset_bytes, reset, reset_n);
  line_known = tcgetattr(STDIN_FILENO, &line) == 0;
  /* A stack of its own: running out of stack is a fault too. */
  const size_t size = 64 * 1024;
  alt_stack = rc_alloc(1, size);
  const stack_t stack = {.ss_sp = alt_stack, .ss_size = size};
  sigaltstack(&stack, NULL);
  struct sigaction a = {.sa_sigaction = on_fatal, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  sigemptyset(&a.sa_mask);
  for (size_t i = 0; i < RC_LEN(fatal); i++) sigaction(fatal[i], &a, &before[i]);
  armed = true;
}

void rc_crash_disarm(void) {
  if (!armed) return;
  armed = false;
  for (size_t i = 0; i < RC_LEN(fatal); i++) sigaction(fatal[i], &before[i], NULL);
  const stack_t none = {.ss_flags = SS_DISABLE};
  sigaltstack(&none, NULL);
  rc_free(alt_stack);
  alt_stack = NULL;
}
