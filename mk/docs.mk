# What is generated from the program's own tables: parts of the manual pages, the completions, and
# the pictures. They are in the tree; tests/cli/docs.t fails when they are not current.
docs: all $(VTRUN) ## write man page tables, completions, pictures and the film anew
	perl mk/docs.pl --pictures $(abspath $(BUILD)/roadcut) .
	ROADCUT=$(abspath $(BUILD)/roadcut) VTRUN=$(abspath $(VTRUN)) perl tests/tools/film-demo docs/demo.svg
.PHONY: docs
