# What is generated from the program's own tables: parts of the manual pages, the completions, and
# the pictures. They are in the tree; tests/cli/docs.t fails when they are not current.
docs: all ## write man page tables, completions and pictures anew
	perl mk/docs.pl --pictures $(abspath $(BUILD)/roadcut) .
.PHONY: docs
