/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals as something to read: handlers write their number into a pipe that the loop polls.
 *
 * Not by signalfd and a mask: a linear algebra library may have started a thread before main, with
 * every signal unblocked, and that thread would take them. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "term/terminal.h"

/* Besides what is answered, all that would end the program without giving the terminal back. */
static const int caught[] = {SIGTERM, SIGHUP,  SIGINT,  SIGTSTP, SIGWINCH, SIGCONT,
                             SIGQUIT, SIGALRM, SIGUSR1, SIGUSR2, SIGXCPU};
static struct sigaction before[RC_LEN(caught)];
static int ends[2] = {-1, -1};

static void on_signal(int number) {
  const int saved = errno;
  const unsigned char byte = (unsigned char)number;
  /* A full pipe holds enough signals to wake the loop. */
  if (write(ends[1], &byte, 1) < 0) errno = saved;
  errno = saved;
}

bool rc_signals_open(rc_err *err) {
  if (pipe2(ends, O_NONBLOCK | O_CLOEXEC))
    return rc_err_set(err, RC_ERR_INTERNAL, "cannot read signals: %s", strerror(errno));
  struct sigaction a = {.sa_handler = on_signal, .sa_flags = SA_RESTART};
  sigemptyset(&a.sa_mask);
  for (size_t i = 0; i < RC_LEN(caught); i++) sigaction(caught[i], &a, &before[i]);
  return true;
}

void rc_signals_close(void) {
  for (size_t i = 0; i < RC_LEN(caught); i++) sigaction(caught[i], &before[i], NULL);
  close(ends[0]);
  close(ends[1]);
}

int rc_signals_fd(void) {
  return ends[0];
}

int rc_signals_next(void) {
  unsigned char byte;
  return read(ends[0], &byte, 1) == 1 ? byte : 0;
}

void rc_signals_stop(void) {
  struct sigaction standard = {.sa_handler = SIG_DFL}, ours;
  sigemptyset(&standard.sa_mask);
  sigaction(SIGTSTP, &standard, &ours);
  kill(0, SIGTSTP); /* the whole group, as the terminal's own Ctrl-Z would */
  /* stopped here until 'fg' */
  sigaction(SIGTSTP, &ours, NULL);
}
