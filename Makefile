# What can be done with a checkout. `make` alone builds.

SWIFT ?= swift
PREFIX ?= /usr/local
DESTDIR ?=
# Of `make simulate`: how many schedules, from which seed on.
SCHEDULES ?= 200000
SEED ?= 1
# Of `make soak`.
MINUTES ?= 10

# Suites about children of the test process itself. They run by themselves: the test runner looks for
# the end of its own children by taking the first that ended, and a child that another suite has not
# reaped yet stands in its way.
OWN_PROCESS = LinuxSystemTests|SupervisionDriverTests

PROGRAMS = wg wg-dispatcher wg-handler
SOURCES = Package.swift Sources Tests
SCRIPTS = .ci/run .ci/packages .ci/soak .ci/systemd-world-test
PYTHON = Examples/try.py Examples/handler.py Benchmarks/measure.py .ci/systemd-world

# Needed to build, and by the tests: programs that hold a conversation line by line, and a man page
# formatter that complains.
BUILD_PACKAGES = libsystemd-dev binutils
TRY_PACKAGES = python3 bc
TEST_PACKAGES = $(TRY_PACKAGES) sqlite3 emacs-nox mandoc procps
WORLD_PACKAGES = systemd-container dbus libpam-systemd dbus-user-session procps python3

.PHONY: build release test test-world try simulate soak bench check lint format install uninstall clean

build:
	@.ci/packages $(BUILD_PACKAGES)
	$(SWIFT) build

release:
	@.ci/packages $(BUILD_PACKAGES)
	$(SWIFT) build -c release --static-swift-stdlib

test:
	@.ci/packages $(BUILD_PACKAGES) $(TEST_PACKAGES)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build --skip '$(OWN_PROCESS)|IntegrationTests'
	$(SWIFT) test --skip-build --filter '$(OWN_PROCESS)'
	$(SWIFT) test --skip-build --filter IntegrationTests

# Booting a systemd in namespaces, by itself.
test-world:
	@.ci/packages $(WORLD_PACKAGES)
	.ci/systemd-world-test

# The whole life of three chats in a scratch project, where one can watch it.
try: release
	@.ci/packages $(TRY_PACKAGES)
	python3 Examples/try.py --programs .build/release

# Random schedules against the supervision core: make simulate SCHEDULES=1000000 SEED=7
simulate:
	@.ci/packages $(BUILD_PACKAGES)
	$(SWIFT) build -c release --static-swift-stdlib --product wg-simulate
	.build/release/wg-simulate --schedules $(SCHEDULES) --seed $(SEED)

soak: release
	@.ci/packages $(TEST_PACKAGES)
	$(SWIFT) build --build-tests
	.ci/soak $(MINUTES)

# Measures the release build, and writes the figures into docs/measurements.md.
bench: release
	@.ci/packages python3
	python3 Benchmarks/measure.py --programs .build/release --update docs/measurements.md

check: lint
	$(SWIFT) test --filter RepositoryTests

lint:
	@.ci/packages mandoc python3
	$(SWIFT) format lint --strict --recursive $(SOURCES)
	mandoc -T lint -W warning man/*
	for script in $(SCRIPTS); do bash -n $$script || exit 1; done
	for script in $(PYTHON); do \
	  python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' $$script || exit 1; \
	done

format:
	$(SWIFT) format --in-place --recursive $(SOURCES)

install: release
	install -d $(DESTDIR)$(PREFIX)/bin
	install -m 755 $(PROGRAMS:%=.build/release/%) $(DESTDIR)$(PREFIX)/bin
	for page in man/*; do \
	  section=$${page##*.}; \
	  install -d $(DESTDIR)$(PREFIX)/share/man/man$$section; \
	  install -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$$section || exit 1; \
	done

uninstall:
	rm -f $(PROGRAMS:%=$(DESTDIR)$(PREFIX)/bin/%)
	for page in man/*; do \
	  rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; \
	done

clean:
	$(SWIFT) package clean
