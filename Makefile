# Two commands for a newcomer: `make demo` and `make test`. Both install what is missing and share one debug build.
.PHONY: all setup build test demo demo-page demo-operator demo-auditor audit bench conformance lint format clean

all: build

# What a fresh Debian 12 with the Swift toolchain lacks. The tests start PostgreSQL servers of their own; the one that
# Debian's package would make and start by itself is not wanted, and neither is the system's sshd.
PACKAGES = libsqlite3-dev libpq-dev libcurl4-openssl-dev openssh-client openssh-server openssl strace \
  age postgresql-15 python3-venv restic pgbackrest chromium chromium-driver nginx-light caddy

setup:
	@missing=$$(for p in $(PACKAGES); do dpkg -s $$p >/dev/null 2>&1 || echo $$p; done); \
	if [ -n "$$missing" ]; then \
	  echo "installing: $$missing"; \
	  if [ "$$(id -u)" = 0 ]; then sudo=; else sudo=sudo; fi; \
	  case "$$missing" in *postgresql*) \
	    $$sudo sh -c 'f=/etc/postgresql-common/createcluster.conf; \
	      [ -e $$f ] || { mkdir -p $${f%/*} && echo "create_main_cluster = false" > $$f; }'; \
	  esac; \
	  case "$$missing" in *openssh-server*) \
	    $$sudo sh -c 'f=/etc/systemd/system/ssh.service; \
	      [ -e $$f ] || [ -L $$f ] || { mkdir -p $${f%/*} && ln -s /dev/null $$f; }'; \
	  esac; \
	  for service in nginx caddy; do case "$$missing" in *$$service*) \
	    $$sudo sh -c "f=/etc/systemd/system/$$service.service; \
	      [ -e \$$f ] || [ -L \$$f ] || { mkdir -p \$${f%/*} && ln -s /dev/null \$$f; }"; \
	  esac; done; \
	  $$sudo apt-get update -qq && \
	  $$sudo env DEBIAN_FRONTEND=noninteractive UCF_FORCE_CONFFOLD=1 apt-get install -y -qq $$missing; \
	fi
	@bash Tests/PythonServices/install.sh

build: setup
	swift build --build-tests

# In parts: the simulation uses every core, a database server wants its share, and what is beside them would wait for its
# turn too long.
test: build
	swift test --skip-build --parallel --skip SimulationTests --skip EndToEndTests --skip Postgres
	swift test --skip-build --filter Postgres
	swift test --skip-build --filter SimulationTests
	swift test --skip-build --filter EndToEndTests

demo: build
	bash Sources/demo-company/demo.sh

# The officer's page in a browser of yours, until Ctrl-C.
demo-page: build
	bash Sources/demo-company/demo-page.sh

# What a database administrator wants to see first, on a PostgreSQL server that the script starts.
demo-operator: build
	bash Sources/demo-company/demo-operator.sh

# What an auditor wants to see first: the evidence of the last demo, by a program that is not the daemon's, then forged.
demo-auditor: build
	bash Sources/demo-company/demo-auditor.sh

# The auditor's program as one file for machines without Swift, and a run of it where there is only a C library. A release build
# of its own takes minutes, so that it is no part of what runs before each change lands.
audit:
	bash Tests/Conformance/static.sh $(wildcard .demo)

# Figures, from a release build of its own; ratios in one run.
bench: setup
	bash Tests/Benchmarks/run.sh

# The evidence of the last demo, by verifiers that are not ours. Installs Go and two verifiers where they are missing.
conformance: build
	bash Tests/Conformance/run.sh .demo

lint:
	swift format lint --strict --recursive Package.swift Sources Tests

format:
	swift format --in-place --recursive Package.swift Sources Tests

clean:
	rm -rf .demo .demo-operator .demo-auditor .demo-page .build
