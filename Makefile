# roadcut: 'make help' lists the targets.
.DEFAULT_GOAL := all
MODE   ?= release
BUILD  ?= build
PREFIX ?= /usr/local
CC     ?= cc
# Out of tree: one folder per mode; the release program is also build/roadcut.
OUT := $(BUILD)/$(MODE)

# Rooms from left to right: each may include those before it (tests/layering.t checks it).
ROOMS := base lp lattice hilbert cut calib paths scenario engine study ui term app
LIB_ROOMS := $(filter-out ui term app,$(ROOMS))
VERSION := $(shell sed -n 's/^.define RC_VERSION "\(.*\)"/\1/p' include/roadcut/base.h)

CSTD  := -std=gnu11
WARN  := -Wall -Wextra -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wvla
OPT_release := -O3 -march=x86-64-v2 -g
OPT_debug   := -O0 -g3
OPT_asan    := -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=undefined
OPT_tsan    := -O1 -g -fno-omit-frame-pointer -fsanitize=thread
OPT_fuzz    := -O1 -g -fno-omit-frame-pointer -fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=undefined
OPT_cov     := -O0 -g --coverage
ifneq ($(shell uname -m),x86_64)
OPT_release := -O3 -g
endif
CPPFLAGS += -Iinclude -Isrc -D_GNU_SOURCE -DRC_DATADIR='"$(PREFIX)/share/roadcut"' -I/usr/include/nauty
CFLAGS_ALL = $(CSTD) $(OPT_$(MODE)) $(WARN) -ffp-contract=off -pthread $(CFLAGS)
LIBS := -lsundials_cvodes -lsundials_nvecserial -lsundials_sunmatrixdense -lsundials_sunlinsoldense -lgsl -lnlopt -lnauty -lglpk -lyaml -larpack -llapacke -lopenblas -lnettle -lgmp -ljansson -lm -pthread
LIBS_TERM := -lncursesw -ltinfo

# 'make V=1' shows the commands.
say = $(if $(V),,@echo '$(1)' '$(2)';)

SRC  := $(foreach r,$(ROOMS),$(wildcard src/$(r)/*.c src/$(r)/*/*.c))
OBJ  := $(SRC:src/%.c=$(OUT)/obj/%.o)
room_obj = $(patsubst src/%.c,$(OUT)/obj/%.o,$(wildcard src/$(1)/*.c src/$(1)/*/*.c))

all: $(BUILD)/roadcut $(BUILD)/libroadcut.a ## build the program and the library
include mk/deps.mk mk/test.mk mk/docs.mk mk/install.mk

$(OUT)/obj/%.o: src/%.c
	@mkdir -p $(@D)
	$(call say,CC  ,$@)$(CC) $(CPPFLAGS) $(CFLAGS_ALL) -MMD -MP -c -o $@ $<

# The one object that knows where the program will be installed follows PREFIX.
$(OUT)/obj/app/find.o: $(OUT)/prefix
$(OUT)/prefix: FORCE
	@mkdir -p $(@D)
	@echo '$(PREFIX)' | cmp -s - $@ || echo '$(PREFIX)' >$@

# One archive per room, so that a test of a room links it and the rooms left of it, nothing else.
define ROOM_RULE
$$(OUT)/room/lib$(1).a: $$(call room_obj,$(1))
	@mkdir -p $$(@D)
	@rm -f $$@
	$$(call say,AR  ,$$@)ar rcs $$@ $$^
endef
$(foreach r,$(ROOMS),$(eval $(call ROOM_RULE,$(r))))

$(OUT)/libroadcut.a: $(foreach r,$(LIB_ROOMS),$(call room_obj,$(r)))
	@mkdir -p $(@D)
	@rm -f $@
	$(call say,AR  ,$@)ar rcs $@ $^
$(OUT)/roadcut: $(call room_obj,app) $(OUT)/room/libterm.a $(OUT)/room/libui.a $(OUT)/libroadcut.a
	$(call say,LINK,$@)$(CC) $(CFLAGS_ALL) $(LDFLAGS) -o $@ $^ $(LIBS_TERM) $(LIBS)
ifneq ($(OUT),$(BUILD))
$(BUILD)/roadcut: $(OUT)/roadcut
	@cp $< $@.new && mv -f $@.new $@
$(BUILD)/libroadcut.a: $(OUT)/libroadcut.a
	@cp $< $@.new && mv -f $@.new $@
endif

run: all ## build and open the explorer
	$(BUILD)/roadcut

SOURCES = $(sort $(wildcard include/roadcut/*.h src/*/*.[ch] src/*/*/*.[ch] tests/*.[ch] tests/*/*.[ch] tests/*/*/*.[ch]))
format: ## format the sources in place
	clang-format -i $(SOURCES)
clean: ## remove everything that was built
	rm -rf $(BUILD)
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort | expand -t 14
FORCE:
.PHONY: all run format clean help FORCE
-include $(OBJ:.o=.d)
