# A test tests/unit/ROOM/test_x.c links the rooms up to ROOM and nothing right of it.
rooms_upto = $(if $(filter $(1),$(firstword $(2))),$(1),$(firstword $(2)) $(call rooms_upto,$(1),$(wordlist 2,99,$(2))))
reverse = $(if $(1),$(call reverse,$(wordlist 2,99,$(1))) $(firstword $(1)))
define TEST_RULE
$$(OUT)/test/$(1)/%: tests/unit/$(1)/%.c $$(foreach r,$$(call rooms_upto,$(1),$$(ROOMS)),$$(OUT)/room/lib$$(r).a)
	@mkdir -p $$(@D)
	$$(CC) $$(CPPFLAGS) -Itests $$(CFLAGS_ALL) -MMD -MP -o $$@ $$< -Wl,--start-group $$(foreach r,$$(call rooms_upto,$(1),$$(ROOMS)),$$(OUT)/room/lib$$(r).a) -Wl,--end-group -lcmocka $$(if $$(filter term app,$(1)),$$(LIBS_TERM)) $$(LIBS)
endef
$(foreach r,$(ROOMS),$(eval $(call TEST_RULE,$(r))))
UNIT := $(foreach r,$(ROOMS),$(patsubst tests/unit/%.c,$(OUT)/test/%,$(wildcard tests/unit/$(r)/test_*.c)))
unit: $(UNIT)
# Tests of one room: make test-lattice
$(foreach r,$(ROOMS),test-$(r)): test-%:
	@$(MAKE) --no-print-directory test-room ROOM=$*
test-room: $(patsubst tests/unit/%.c,$(OUT)/test/%,$(wildcard tests/unit/$(ROOM)/test_*.c))
	CMOCKA_MESSAGE_OUTPUT=TAP prove -e '' $^
.PHONY: unit test-room
-include $(UNIT:=.d)
