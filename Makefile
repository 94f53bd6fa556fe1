# Every command sets up what it needs. The logic is in Java; this only starts it.
.PHONY: test fuzz kill image push demo e2e bench bench-docs soak upgrade clean packages format help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

JDK25 := $(shell .ci/find-jdk25)
ifeq ($(JDK25),)
$(error route-fix needs a JDK 25: set JAVA_HOME to one, or install openjdk-25-jdk-headless or temurin-25-jdk)
endif
export JAVA_HOME := $(JDK25)
MVN := mvn
IMAGE ?= localhost:5000/route-fix:0.1.0

help: ## this list
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 12

packages: ## what the build, the tests and the demo take from Debian
	@.ci/packages

test: packages ## every test; the ones on real kernels need root
	$(MVN) verify

fuzz: packages ## 100,000 hostile inputs where make test has 5,000
	$(MVN) verify -Dfuzz.inputs=100000 -Dtest='*FuzzTest' -Dit.test='*FuzzIT' \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

kill: packages ## kills the installer at every step of its work, where make test takes every fifth
	$(MVN) verify -Dkill.stride=1 -Dtest=NoTest -Dit.test=KillIT \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

image: packages ## the OCI image: image/target/route-fix-image.tar
	$(MVN) package -DskipTests -Dspotless.check.skip

push: ## the image to a registry: make push IMAGE=host:port/name:tag
	@[ -e image/target/push.args ] || $(MAKE) image
	@$(JAVA_HOME)/bin/java @image/target/push.args $(IMAGE)

LAB = $(JAVA_HOME)/bin/java --sun-misc-unsafe-memory-access=allow --enable-native-access=ALL-UNNAMED \
	  -cp "lab/target/classes:$$(cat lab/target/class-path)"

demo: image ## the main job on this machine, before and after: target/demo/report.html
	@$(LAB) dev.routefix.lab.demo.Demo

# Kubernetes is built once and kept there
E2E_CACHE ?= target/e2e-cache

e2e: image ## the same on a real Kubernetes of two nodes, and its own suite: target/e2e/report.html; parts of it: make e2e E2E="flows life"
	@.ci/packages e2e
	@$(LAB) -De2e.cache=$(E2E_CACHE) dev.routefix.lab.e2e.E2e $(E2E)

bench: image ## every figure beside its peer's: target/bench/report.json; some of them: make bench BENCH=dhcp_add,pod_add
	@$(LAB) dev.routefix.lab.bench.Bench $(BENCH)

bench-docs: image ## the same, and renews what docs/performance.md shows of it
	@$(LAB) dev.routefix.lab.bench.Bench --docs

soak: image ## 200 pods come and go at once for 20 minutes: make soak SOAK="-Dsoak.seconds=300 -Dsoak.cpu=1000"
	@$(LAB) $(SOAK) dev.routefix.lab.soak.Soak

# The old version's tree, its image built: git worktree add ../route-fix-0.1.0 ad92767, and "make image" there
upgrade: image ## the upgrade of a node with pods: make upgrade OLD=../route-fix-0.1.0
	@$(LAB) dev.routefix.lab.upgrade.Upgrade $(OLD)

format: ## lay out the source as the build demands it
	$(MVN) -q spotless:apply

clean:
	$(MVN) -q clean
	rm -rf target
