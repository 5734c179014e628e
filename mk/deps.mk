deps: ## install the Debian packages that are missing
	@sh mk/deps.sh
.PHONY: deps
