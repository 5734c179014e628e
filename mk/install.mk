DESTDIR ?=
bindir  = $(DESTDIR)$(PREFIX)/bin
datadir = $(DESTDIR)$(PREFIX)/share
docdir  = $(datadir)/doc/roadcut
SCENARIOS = $(wildcard scenarios/*.yaml)

# Folders that installing makes where there are none: those it leaves empty go again, inner ones first.
EMPTIED = $(datadir)/bash-completion/completions $(datadir)/bash-completion $(datadir)/zsh/site-functions $(datadir)/zsh \
  $(datadir)/fish/vendor_completions.d $(datadir)/fish $(datadir)/man/man1 $(datadir)/man/man5 $(datadir)/man $(datadir)/doc \
  $(datadir) $(DESTDIR)$(PREFIX)/include $(DESTDIR)$(PREFIX)/lib $(bindir) $(DESTDIR)$(PREFIX)

install: all ## install under PREFIX (/usr/local); DESTDIR for packages
	install -d $(bindir) $(datadir)/roadcut/scenarios $(datadir)/man/man1 $(datadir)/man/man5
	install -m 755 $(BUILD)/roadcut $(bindir)/roadcut
	install -m 644 $(SCENARIOS) $(datadir)/roadcut/scenarios
	install -m 644 man/roadcut.1 $(datadir)/man/man1
	install -m 644 man/roadcut-scenario.5 $(datadir)/man/man5
	install -d $(DESTDIR)$(PREFIX)/lib $(DESTDIR)$(PREFIX)/include/roadcut
	install -m 644 $(BUILD)/libroadcut.a $(DESTDIR)$(PREFIX)/lib
	install -m 644 $(foreach r,$(LIB_ROOMS),include/roadcut/$(r).h) $(DESTDIR)$(PREFIX)/include/roadcut
	install -d $(datadir)/bash-completion/completions $(datadir)/zsh/site-functions $(datadir)/fish/vendor_completions.d $(docdir)
	install -m 644 completions/roadcut.bash $(datadir)/bash-completion/completions/roadcut
	install -m 644 completions/_roadcut $(datadir)/zsh/site-functions
	install -m 644 completions/roadcut.fish $(datadir)/fish/vendor_completions.d
	install -d $(docdir)/examples
	install -m 644 README.md CHANGELOG.md LICENSE $(docdir)
	install -m 644 $(wildcard examples/*) $(docdir)/examples

uninstall: ## remove what install put there
	rm -f $(bindir)/roadcut $(DESTDIR)$(PREFIX)/lib/libroadcut.a
	rm -f $(datadir)/man/man1/roadcut.1 $(datadir)/man/man5/roadcut-scenario.5
	rm -f $(datadir)/bash-completion/completions/roadcut $(datadir)/zsh/site-functions/_roadcut
	rm -f $(datadir)/fish/vendor_completions.d/roadcut.fish
	rm -rf $(datadir)/roadcut $(docdir) $(DESTDIR)$(PREFIX)/include/roadcut
	@for d in $(EMPTIED); do rmdir "$$d" 2>/dev/null || true; done

# From the commit, not from the folder: what is not committed is not released.
dist: ## write build/roadcut-VERSION.tar.gz
	@mkdir -p $(BUILD)
	git archive --format=tar.gz --prefix=roadcut-$(VERSION)/ -o $(BUILD)/roadcut-$(VERSION).tar.gz HEAD
.PHONY: install uninstall dist
