.PHONY: build
build:
	swift build

# Random schedules against the supervision core: make simulate SCHEDULES=1000000 SEED=7
SCHEDULES ?= 1000000
SEED ?= 1
.PHONY: simulate
simulate:
	swift build -c release --product wg-simulate
	.build/release/wg-simulate --schedules $(SCHEDULES) --seed $(SEED)
