# A test tests/unit/ROOM/test_x.c links the rooms up to ROOM and nothing right of it.
rooms_upto = $(if $(filter $(1),$(firstword $(2))),$(1),$(firstword $(2)) $(call rooms_upto,$(1),$(wordlist 2,99,$(2))))
define TEST_RULE
$$(OUT)/test/$(1)/%: tests/unit/$(1)/%.c $$(foreach r,$$(call rooms_upto,$(1),$$(ROOMS)),$$(OUT)/room/lib$$(r).a)
	@mkdir -p $$(@D)
	$$(call say,LINK,$$@)$$(CC) $$(CPPFLAGS) -Itests $$(CFLAGS_ALL) -MMD -MP -o $$@ $$< -Wl,--start-group $$(foreach r,$$(call rooms_upto,$(1),$$(ROOMS)),$$(OUT)/room/lib$$(r).a) -Wl,--end-group -lcmocka $$(if $$(filter term app,$(1)),$$(LIBS_TERM)) $$(LIBS)
endef
$(foreach r,$(ROOMS),$(eval $(call TEST_RULE,$(r))))

unit_of = $(foreach r,$(2),$(patsubst tests/unit/%.c,$(BUILD)/$(1)/test/%,$(wildcard tests/unit/$(r)/test_*.c)))
UNIT := $(call unit_of,$(MODE),$(ROOMS))
# Rooms in which threads meet: they are also built with the thread sanitizer.
TSAN_ROOMS := engine study ui term app
TSAN_UNIT := $(call unit_of,tsan,$(TSAN_ROOMS))

VTRUN := $(BUILD)/vtrun
$(VTRUN): tests/vtrun.c
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CSTD) -O2 -g $(WARN) -D_GNU_SOURCE -o $@ $< -lvterm -lutil

unit: $(UNIT)
# Tests of one room: make test-lattice
$(foreach r,$(ROOMS),test-$(r)): test-%:
	@$(MAKE) --no-print-directory test-room ROOM=$*
test-room: $(call unit_of,$(MODE),$(ROOM))
	CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $^

# Everything that speaks TAP and is not a unit test. tests/tap runs each in a settled environment
# and knows how: a .tui script through the terminal emulator, all else by itself.
T      := $(sort $(wildcard tests/*.t tests/*/*.t))
TUI    := $(sort $(wildcard tests/tui/*.tui))
PROVE   = RC_SRCDIR=$(CURDIR) ROADCUT=$(abspath $(BUILD)/roadcut) ROADCUT_BUILD=$(abspath $(BUILD)) VTRUN=$(abspath $(VTRUN)) \
          prove -e tests/tap -j2 --nocount

# The sanitized builds are made by make itself in their mode, two jobs at a time.
build-tests: all $(VTRUN)
	@$(MAKE) --no-print-directory -j2 MODE=release unit
	@$(MAKE) --no-print-directory -j2 MODE=asan unit $(BUILD)/asan/roadcut
	@$(MAKE) --no-print-directory -j2 MODE=tsan $(TSAN_UNIT) $(BUILD)/tsan/roadcut

# The slow ones first, so that two processors end at about the same time.
test: build-tests ## everything: units plain and sanitized, properties, golden, terminal, command line, lint
	@$(PROVE) $(call unit_of,asan,$(ROOMS)) $(TSAN_UNIT) $(call unit_of,release,$(ROOMS)) $(TUI) $(T)
check: all $(VTRUN) ## the quick part: release build only
	@$(MAKE) --no-print-directory -j2 MODE=release unit
	@$(PROVE) $(call unit_of,release,$(ROOMS)) $(filter-out tests/slow/%,$(T))
lint: all ## layering, format, headers, manual pages
	@$(PROVE) tests/layering.t tests/lint.t tests/cli/docs.t

# Speed: programs of tests/bench print their figures; none of them fails on a time.
BENCH := $(patsubst tests/bench/%.c,$(OUT)/bench/%,$(wildcard tests/bench/*.c))
$(OUT)/bench/%: tests/bench/%.c $(OUT)/room/libui.a $(OUT)/libroadcut.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -Itests $(CFLAGS_ALL) -MMD -MP -o $@ $< $(OUT)/room/libui.a $(OUT)/libroadcut.a $(LIBS)
RACE := $(OUT)/bench/bench_calibration
BENCH_CUT := $(OUT)/bench/bench_cut
BENCH_PATHS := $(OUT)/bench/bench_paths
bench: all $(BENCH) ## print speeds beside the machine's memory bandwidth
	@for b in $(filter-out $(RACE) $(BENCH_CUT),$(BENCH)); do $$b || exit 1; done
bench-calibration: $(RACE) ## race 24 optimisers on six problems: queries to each loss, SEEDS=20, ten CPU minutes
	@$(RACE) $(or $(SEEDS),20)

bench-cut: $(BENCH_CUT) ## Max-Cut files of INSTANCES=DIR; SECONDS=30, SEEDS=5, NAMES=, MQLIB=PATH
	@$(BENCH_CUT) $(INSTANCES) $(if $(INSTANCES),$(or $(SECONDS),30) $(or $(SEEDS),5) $(NAMES))

bench-paths: $(BENCH_PATHS) ## steps, shots, exact committors and the efficiency of samplers
	@$(BENCH_PATHS)

# Long runs by hand; 'make test' runs some thousand inputs of each within the unit tests.
FUZZ := $(patsubst tests/fuzz/%.c,$(BUILD)/asan/fuzz/%,$(wildcard tests/fuzz/*.c))
$(BUILD)/asan/fuzz/%: tests/fuzz/%.c tests/fuzz/mutants.h $(OUT)/libroadcut.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -Itests $(CFLAGS_ALL) -o $@ $< $(OUT)/libroadcut.a $(LIBS)
FUZZ_SECONDS ?= 60
FUZZ_UI = $(BUILD)/asan/test/ui/test_fuzz_ui
fuzz-run: $(FUZZ) $(FUZZ_UI)
	$(BUILD)/asan/fuzz/fuzz_scenario -t $(FUZZ_SECONDS) scenarios/*.yaml tests/broken/*.yaml
	$(BUILD)/asan/fuzz/fuzz_instance -t $(FUZZ_SECONDS) tests/fuzz/corpus/instance/*
	$(BUILD)/asan/fuzz/fuzz_session -t $(FUZZ_SECONDS) tests/fuzz/corpus/session/*
	RC_FUZZ_ROUNDS=$$(($(FUZZ_SECONDS) * 200)) $(FUZZ_UI)
fuzz: ## mutated inputs of all kinds through the sanitized library; FUZZ_SECONDS=60
	@$(MAKE) --no-print-directory MODE=asan fuzz-run
# The same three with libFuzzer, whose mutations follow the branches of the code: needs clang.
LIBFUZZER := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/fuzz/%,$(wildcard tests/fuzz/*.c))
$(BUILD)/fuzz/fuzz/%: tests/fuzz/%.c tests/fuzz/mutants.h $(OUT)/libroadcut.a
	@mkdir -p $(@D)
	$(call say,LINK,$@)$(CC) $(CPPFLAGS) -Itests $(CFLAGS_ALL) -DRC_LIBFUZZER -fsanitize=fuzzer -o $@ $< $(OUT)/libroadcut.a $(LIBS)
libfuzzer-build: $(LIBFUZZER)
libfuzzer: ## build the fuzzers for clang's libFuzzer in build/fuzz/fuzz
	@$(MAKE) --no-print-directory MODE=fuzz CC=clang libfuzzer-build

coverage: ## unit tests with gcov; lines covered per room
	@$(MAKE) --no-print-directory MODE=cov unit
	@find $(BUILD)/cov -name '*.gcda' -delete
	@prove -e tests/tap -Q $(call unit_of,cov,$(ROOMS)) || true
	@perl mk/coverage.pl $(BUILD)/cov

.PHONY: unit fuzz fuzz-run libfuzzer libfuzzer-build test-room build-tests test check lint bench bench-calibration bench-cut bench-paths coverage
-include $(UNIT:=.d) $(BENCH:=.d)
