# Every command sets up what it needs. The logic is in Java; this only starts it.
.PHONY: check test manifests fuzz kill image push jdk-arm64 verify-release docs demo e2e bench bench-docs soak upgrade clean packages format help
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
	@grep -hE '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 16

packages: ## what the build, the tests and the demo take from Debian
	@.ci/packages

check: ## what needs neither root nor namespaces: formatting, lint, unit tests; for every change
	$(MVN) -q test

test: packages ## every test; the ones on real kernels need root
	$(MVN) verify

fuzz: packages ## 100,000 hostile inputs where make test has 5,000
	$(MVN) verify -Dfuzz.inputs=100000 -Dtest='*FuzzTest' -Dit.test='*FuzzIT' \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

kill: packages ## kills the installer at every step of its work, where make test takes every fifth
	$(MVN) verify -Dkill.stride=1 -Dtest=NoTest -Dit.test=KillIT \
	  -Dsurefire.failIfNoSpecifiedTests=false -Dfailsafe.failIfNoSpecifiedTests=false

image: packages ## the OCI image: image/target/route-fix-image.tar; for arm64 too if JDK_ARM64_HOME names such a JDK
	$(MVN) package -DskipTests -Dspotless.check.skip

push: ## the image to a registry: make push IMAGE=host:port/name:tag
	@[ -e image/target/push.args ] || $(MAKE) image
	@$(JAVA_HOME)/bin/java @image/target/push.args $(IMAGE)

jdk-arm64: ## a JDK for arm64 from Debian: eval "$$(make -s jdk-arm64)", and `make image` builds for arm64 too
	@.ci/jdk-arm64 $${XDG_CACHE_HOME:-$$HOME/.cache}/route-fix

# An image in a clone of its own, of what is committed, with this one's packages of Debian; RELEASED=file.tar compares a downloaded one instead
ARCHIVE = $$(ls image/target/route-fix-index.tar 2>/dev/null || echo image/target/route-fix-image.tar)
verify-release: ## builds again and compares, layer by layer and file by file
	@[ -n "$(RELEASED)" ] || [ -e image/target/push.args ] || $(MAKE) image
	@rm -rf target/verify && git clone -q . target/verify && mkdir -p target/verify/image/target/arm64
	@for d in image/target image/target/arm64; do [ ! -d $$d/debs ] || cp -R $$d/debs target/verify/$$d/; done
	@$(MAKE) -C target/verify image
	@one=$(if $(RELEASED),$(abspath $(RELEASED)),$$PWD/$(ARCHIVE)); cd target/verify; \
	  $(JAVA_HOME)/bin/java -cp "$$(sed -n 3p image/target/push.args | tr -d '"')" dev.routefix.image.ImageMain verify "$$one" "$(ARCHIVE)"

docs: ## the documentation as a site with a search: site/.vitepress/dist
	cd site && npm ci --no-audit --no-fund && npm run build

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

manifests: packages ## manifests/route-fix.yaml anew, from its base
	$(MVN) -q test -pl manifests -am -Dtest=PlainFileTest -Dsurefire.failIfNoSpecifiedTests=false -Droute-fix.write-docs=true

format: ## lay out the source as the build demands it
	$(MVN) -q spotless:apply

clean:
	$(MVN) -q clean
	rm -rf target
