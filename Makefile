# `make` alone lists the targets.
.DEFAULT_GOAL := help
.PHONY: help demo check test search test-mariadb test-mysql test-pdo test-mysqli test-galera chaos kill-pages signal-pages fuzz extension cli library bench docs clean install install-only uninstall install-php \
	install-package

PORT ?= 8080
CHECK ?=
EXTENSION := $(CURDIR)/target/release/libloyalty.so
# Commands need no prefix when root runs make.
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
DEBUG_EXTENSION := $(CURDIR)/target/debug/libloyalty.so

# The C library: where it goes, and from which build (release or dev).
PREFIX ?= /usr/local
LIBDIR ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
PKGCONFIGDIR ?= $(LIBDIR)/pkgconfig
DOCDIR ?= $(PREFIX)/share/doc/loyalty
DESTDIR ?=
PROFILE ?= release
CARGO_FLAGS ?=
FUZZ_SECONDS ?= 600
# The part of `make test-pdo` and `make test-mysqli` that `make test` runs.
PDO_PART := PROPTEST_CASES=4 LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/mariadb/with.sh \
	cargo test --workspace --test model --test races --test coupon_races \
	-- the_engine_agrees many_tills mix_of_debits both_ways cancellations the_last
BUILT := $(CURDIR)/target/$(if $(filter dev,$(PROFILE)),debug,$(PROFILE))
VERSION := $(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
ABI := $(shell sed -n 's/^\#define LOYALTY_ABI_VERSION //p' include/loyalty.h)
# The link of the linker, the link of the soname, and the file itself.
LIBRARY := libloyalty.so
SONAME := $(LIBRARY).$(ABI)
LIBRARY_FILE := $(SONAME).$(VERSION)

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Build everything, import two years of real sales, serve the cafe's pages (PORT=8080); CHECK=1 tests them and stops
	.ci/install demo
	cargo build --profile demo -p loyalty-php-ext -p loyalty-cli
	$(if $(filter 1,$(CHECK)),examples/cafe-vt/check.sh,PORT=$(PORT) examples/cafe-vt/serve.sh)

check: ## After a change: format, layers and sizes, generated files, links, right calls, and all stories through Rust
	cargo fmt --all --check
	cargo test -q --workspace --test tidy --test generated --test links --test calls --test stories

# The properties are tested with the same cases each time; `make search` tries others.
test: export PROPTEST_RNG_SEED ?= 20260302
test: ## Everything that continuous integration runs
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings
	RUSTDOCFLAGS=-Dwarnings cargo doc --no-deps --workspace
	cargo build --workspace
	LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/mariadb/with.sh cargo test --workspace
	LOYALTY_TEST_STORE=mariadb LOYALTY_TEST_EVERY=3 tests/mariadb/with.sh cargo test --workspace \
		--test stories --test races --test idempotency
	LOYALTY_TEST_STORE=pdo $(PDO_PART)
	LOYALTY_TEST_STORE=pdo-mariadb $(PDO_PART)
	LOYALTY_TEST_STORE=mysqli $(PDO_PART)
	LOYALTY_TEST_STORE=mysqli LOYALTY_TEST_EVERY=3 LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/mariadb/with.sh \
		cargo test --workspace --test stories_php on_the_connection
	LOYALTY_TEST_EVERY=12 GALERA_FLUSH=0 LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/galera/with.sh \
		cargo test --workspace --test stories --test stories_php --test coupon_races \
		-- the_stories the_last_use
	$(MAKE) --no-print-directory chaos SECONDS=25 CHAOS="--faults 3 --calm 2 --memory"
	find examples loyalty-php-ext loyalty-core tests -name '*.php' -print0 | xargs -0 -n 1 php -l >/dev/null
	$(MAKE) --no-print-directory demo CHECK=1

CASES ?= 1000
search: ## Test every property with CASES=1000 new random cases
	cargo build --workspace
	LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) PROPTEST_CASES=$(CASES) cargo test --workspace --no-fail-fast \
		--test laws --test points_laws --test earning_laws --test tier_laws --test sweeps \
		--test reward_laws --test coupon_laws --test gift_cards --test referrals --test stamps --test simulate --test model

# Tests on a server, in addition to those in `make test`.
ON_A_SERVER := cargo test --workspace --test stories --test stories_c --test stories_php \
	--test idempotency --test races --test coupon_races --test gift_cards --test referrals --test stamps \
	--test regressions --test model --test server --test adopt --test outbox

test-mariadb: ## Stories through Rust, C and PHP, model, races, idempotency and more, on a MariaDB of their own
	cargo build --workspace
	PROPTEST_CASES=10 LOYALTY_TEST_STORE=mariadb LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/mariadb/with.sh \
		$(ON_A_SERVER)

test-mysql: ## The same on a MySQL of their own, which is fetched from Debian's unstable packages
	cargo build --workspace
	PROPTEST_CASES=10 LOYALTY_TEST_STORE=mariadb LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/mysql/with.sh \
		$(ON_A_SERVER)

# Tests by pages on their own connections.
BY_PAGES := cargo test --workspace --test stories_php --test idempotency --test races \
	--test coupon_races --test gift_cards --test referrals --test stamps --test regressions --test model \
	-- --skip the_stories_are_true_in_php

test-pdo: ## Stories, model, races, idempotency and more by pages with `loyalty_use_pdo`, on SQLite and on a MariaDB
	cargo build --workspace
	for store in pdo pdo-wal pdo-mariadb; do \
		PROPTEST_CASES=10 LOYALTY_TEST_STORE=$$store LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/mariadb/with.sh \
		$(BY_PAGES) || exit 1; \
	done

test-mysqli: ## The same with `loyalty_use_mysqli`, on a MariaDB; SERVER=mysql for a MySQL of Debian's unstable packages
	cargo build --workspace
	PROPTEST_CASES=10 LOYALTY_TEST_STORE=mysqli LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/$(or $(SERVER),mariadb)/with.sh \
		$(BY_PAGES)

kill-pages: ## Kill 1 000 pages between an order and its points, on SQLite and on MariaDB
	cargo build --workspace
	LOYALTY_KILLS=1000 LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) cargo test --workspace \
		--test php killed -- --nocapture

signal-pages: ## Interrupt 10 000 jobs by signals on SQLite and on MariaDB, and measure the memory of 50 000 calls
	cargo build --workspace
	LOYALTY_JOBS=10000 LOYALTY_CALLS=50000 LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) cargo test --workspace \
		--test php -- --nocapture signal_that_throws more_memory

test-galera: ## Stories through Rust, C and PHP, model, races and more, on a Galera cluster, through all three nodes
	cargo build --workspace
	PROPTEST_CASES=5 GALERA_FLUSH=0 LOYALTY_PHP_EXTENSION=$(DEBUG_EXTENSION) tests/galera/with.sh \
		cargo test --workspace --test stories --test stories_c --test stories_php \
		--test idempotency --test races --test coupon_races --test gift_cards --test referrals --test stamps \
		--test regressions --test model

SECONDS ?= 300
CHAOS ?=
chaos: ## Write to a Galera cluster while its nodes are killed, frozen and cut off, and check the result (SECONDS=300)
	cargo build --workspace
	tests/galera/chaos.py --worker target/debug/loyalty-worker --seconds $(SECONDS) $(CHAOS)

fuzz: ## Random calls through the C library for FUZZ_SECONDS=600 (needs `cargo install cargo-fuzz`)
	FUZZ_SEEDS=$(CURDIR)/loyalty-ffi/fuzz/seeds cargo test -q -p loyalty-tests \
		--test stories_c a_story_is_an_input_of_the_fuzzer
	mkdir -p loyalty-ffi/fuzz/corpus/call
	cd loyalty-ffi && cargo fuzz run -s none call fuzz/corpus/call fuzz/kept fuzz/seeds -- \
		-dict=fuzz/seeds.dict -max_len=8192 -timeout=20 -max_total_time=$(FUZZ_SECONDS)

extension: ## Build the PHP extension: target/release/libloyalty.so
	cargo build --release -p loyalty-php-ext

cli: ## Build the command line: target/release/loyalty
	cargo build --release -p loyalty-cli

library: ## Build the C library: target/release/libloyalty_ffi.so and .a
	cargo build --profile $(PROFILE) $(CARGO_FLAGS) -p loyalty-ffi

install: library install-only ## Install the C library, its headers, manual and pkg-config file (PREFIX=/usr/local DESTDIR=)

# Without building. The static library exports only loyalty_*: its SQLite must not clash with another one.
install-only:
	install -d "$(DESTDIR)$(LIBDIR)" "$(DESTDIR)$(INCLUDEDIR)" "$(DESTDIR)$(PKGCONFIGDIR)" "$(DESTDIR)$(DOCDIR)/operations"
	install -m 755 "$(BUILT)/libloyalty_ffi.so" "$(DESTDIR)$(LIBDIR)/$(LIBRARY_FILE)"
	ln -sf "$(LIBRARY_FILE)" "$(DESTDIR)$(LIBDIR)/$(SONAME)"
	ln -sf "$(SONAME)" "$(DESTDIR)$(LIBDIR)/$(LIBRARY)"
	loyalty-ffi/static.sh "$(BUILT)/libloyalty_ffi.a" "$(DESTDIR)$(LIBDIR)/libloyalty.a"
	install -m 644 include/loyalty.h include/loyalty.flat.h "$(DESTDIR)$(INCLUDEDIR)"
	install -m 644 docs/reference/operations.md docs/reference/errors.md "$(DESTDIR)$(DOCDIR)"
	install -m 644 docs/reference/operations/*.md "$(DESTDIR)$(DOCDIR)/operations"
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
		-e 's|@VERSION@|$(VERSION)|' loyalty-ffi/loyalty.pc.in > "$(DESTDIR)$(PKGCONFIGDIR)/loyalty.pc"

uninstall: ## Remove what `make install` installed (the same PREFIX and DESTDIR)
	rm -f "$(DESTDIR)$(LIBDIR)/$(LIBRARY)" "$(DESTDIR)$(LIBDIR)/$(SONAME)" "$(DESTDIR)$(LIBDIR)/$(LIBRARY_FILE)" \
		"$(DESTDIR)$(LIBDIR)/libloyalty.a" "$(DESTDIR)$(INCLUDEDIR)/loyalty.h" "$(DESTDIR)$(INCLUDEDIR)/loyalty.flat.h" "$(DESTDIR)$(PKGCONFIGDIR)/loyalty.pc" \
		"$(DESTDIR)$(DOCDIR)/operations.md" "$(DESTDIR)$(DOCDIR)/errors.md" \
		"$(DESTDIR)$(DOCDIR)/operations/"*.md
	rmdir "$(DESTDIR)$(DOCDIR)/operations" "$(DESTDIR)$(DOCDIR)" 2>/dev/null || true

bench: extension ## Measure the promised ratios
	LOYALTY_PHP_EXTENSION=$(EXTENSION) cargo bench -p loyalty-core --features internals --bench ratios

docs: ## Regenerate the generated files
	UPDATE=1 cargo test -p loyalty-tests --test generated

clean: ## Remove build output and the demo's database
	cargo clean
	rm -rf examples/cafe-vt/var

PACKAGE := $(DESTDIR)$(PREFIX)/share/php/loyalty
install-package: ## Install the Composer package: client, bridges and stubs for editors (PREFIX=/usr/local DESTDIR=)
	cd loyalty-php-ext && for file in composer.json loyalty.stub.php $$(find php wordpress -type f); do \
		install -D -m 644 "$$file" "$(PACKAGE)/$$file" || exit 1; \
	done

# The package has a line of its own, because make runs a line with $(MAKE) even with -n.
install-php: extension ## Install the extension and its package with the stubs into this machine's PHP; settings are kept
	$(SUDO) install -m 644 $(EXTENSION) "$$(php-config --extension-dir)/loyalty.so"
	$(SUDO) $(MAKE) --no-print-directory install-package PREFIX="$(PREFIX)" DESTDIR="$(DESTDIR)"
	@echo "the package for Composer, with the stubs for editors: $(PACKAGE)"
	@set -e; scanned=$$(php-config --ini-dir); available=$$(dirname "$$(dirname "$$scanned")")/mods-available; \
	ini=$$scanned/loyalty.ini; if [ -d "$$available" ]; then ini=$$available/loyalty.ini; fi; \
	if [ ! -e "$$ini" ]; then \
		printf '%s\n' 'extension=loyalty.so' \
			'; The database; its folder must be writable for the user that PHP runs as.' \
			';loyalty.database = "sqlite:/var/lib/loyalty/loyalty.db"' \
			'; The programme file; without one the compiled-in programme holds.' \
			';loyalty.program = "/etc/loyalty/programme.toml"' | $(SUDO) tee "$$ini" >/dev/null; \
	fi; \
	if [ -d "$$available" ] && command -v phpenmod >/dev/null; then $(SUDO) phpenmod loyalty; fi; \
	echo "installed; set loyalty.database in $$ini, then restart PHP"
