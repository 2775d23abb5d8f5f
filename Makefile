# Thin: each target is a script, so that it can be read, checked and run without make.
.PHONY: run test bless bench sabotage soak screens

# The compiler checks queries against .sqlx/, whatever DATABASE_URL says: that is for the server.
export SQLX_OFFLINE := true

run: ## the product with sample data
	@scripts/setup.sh
	@scripts/web.sh build
	@cargo build --release --locked --bin steward
	@exec "$${CARGO_TARGET_DIR:-target}/release/steward" serve --demo

test: ## everything that must hold
	@scripts/test.sh

bless: ## renew golden files and .sqlx/
	@scripts/bless.sh

bench: ## how fast it is, beside bare SQL that writes the same rows (ARGS=--quick for two minutes)
	@scripts/bench.sh $(ARGS)

sabotage: ## show that the tests notice what they are there for
	@scripts/sabotage.sh

soak: ## the campaigns of the tests at their full size
	@scripts/soak.sh

screens: ## one sheet of every page: light, dark, phone
	@scripts/setup.sh --tests
	@scripts/web.sh build
	@cargo build --locked --bin steward
	@scripts/web.sh screens
