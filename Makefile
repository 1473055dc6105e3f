# `make help` lists the commands. Options can be passed on, for example:
#   make lab PYTHON=python3.12 ARGS="--no-browser"      make test ARGS="-k adam"      make notebooks ARGS=notebooks/03*

PYTHON ?= python3
RUN := .venv/bin/python
SETTINGS := .venv/share/jupyter/lab/settings/overrides.json
NOTEBOOKS := $(wildcard notebooks/*.ipynb)
# What `make site` takes the Python of the browser from: an address, a folder or an archive. This version is the one that
# the packages of requirements-site.txt go with.
PYODIDE ?= https://cdn.jsdelivr.net/pyodide/v0.27.7/full
PORT ?= 8000
FIRST := $(firstword $(wildcard my_notebooks/01_loss_function.ipynb) notebooks/01_loss_function.ipynb)

# Two workers with two BLAS threads each would wait for one another on two cores.
test notebooks mutants: export OPENBLAS_NUM_THREADS = 1

# JupyterLab refuses to run as root, as most containers do, unless told to. It takes one --ip only, so that in ARGS wins.
# Without a display it would find no browser, or one for text that takes the terminal: there its address is printed.
ROOT := $(filter 0,$(shell id -u))
IP := $(if $(filter --ip --ip=% --ServerApp.ip=%,$(ARGS)),,--ip=127.0.0.1)
BROWSERS := $(DISPLAY)$(WAYLAND_DISPLAY)$(BROWSER)$(filter --browser% --ServerApp.browser=%,$(ARGS))
NO_BROWSER := $(if $(BROWSERS),,$(if $(filter Linux,$(shell uname)),--no-browser))
AS_ROOT := JupyterLab runs as root, $(if $(IP),reachable from this machine only,at the address you chose), with a token.
OPEN := There is no display here: open the address below that ends in ?token=... in a browser.

.PHONY: lab my_notebooks test notebooks browser oldest portable mutants site site-serve site-test help clean stale
.DELETE_ON_ERROR:

lab: .venv/user-ready ## open JupyterLab on the first notebook (sets .venv up when needed)
	$(if $(ROOT),@echo "$(AS_ROOT)")
	$(if $(NO_BROWSER),@echo "$(OPEN)")
	$(RUN) -m jupyterlab --ServerApp.root_dir="$(CURDIR)" --LabApp.default_url=/lab/tree/$(FIRST) \
	  --ServerApp.jpserver_extensions="{'course_utils.server': True}" \
	  $(if $(ROOT),--allow-root $(IP)) $(NO_BROWSER) $(ARGS)

my_notebooks: ## copies of the notebooks to write in; those that are there already stay as they are
	@mkdir -p $@
	@for lesson in $(NOTEBOOKS); do \
	  mine=$@/$${lesson##*/}; test -e "$$mine" && echo "$$mine is there, and stays" || cp "$$lesson" "$$mine"; done

test: .venv/dev-ready ## ruff, the unit tests, and every notebook run again and compared (nbval)
	@test -n "$(NOTEBOOKS)" || { echo "make test: there is no notebook in notebooks/ to test." >&2; exit 1; }
	$(RUN) -m ruff check .
	$(RUN) -m ruff format --check .
	$(RUN) -m pytest -n logical --dist loadfile --nbval --nbval-current-env --nbval-sanitize-with tests/nbval.cfg \
	  tests --ignore=tests/browser $(NOTEBOOKS) $(ARGS)

notebooks: .venv/dev-ready ## run every notebook from top to bottom and save it
	$(RUN) tools/save_notebooks.py $(ARGS)

browser: .venv/dev-ready ## the notebooks in a real JupyterLab, in Chromium
	$(RUN) -m pytest tests/browser -v $(ARGS)

oldest: .venv-oldest/ready ## the unit tests on the oldest versions supported (needs python3.11)
	.venv-oldest/bin/python -m pytest tests --ignore=tests/browser $(ARGS)

portable: .venv/dev-ready ## would another machine print the same? every notebook, run as other processors would
	$(RUN) tools/portable.py $(ARGS)

mutants: .venv/dev-ready ## small faults in the rules and in descent, one at a time: do their tests notice each?
	$(RUN) tools/mutants.py

site: .venv-site/ready ## the course as a static site, in site/ (without internet: PYODIDE=folder or archive)
	.venv-site/bin/python tools/site/build.py "$(PYODIDE)" .venv-site/wheels site

site-serve: site/index.html ## show the site on this machine only, at http://127.0.0.1:8000 (or PORT=...)
	$(PYTHON) -m http.server --bind 127.0.0.1 --directory site $(PORT)

site-test: site/index.html .venv/dev-ready ## the notebooks and the pages of the site, in Chromium
	SITE=site $(RUN) -m pytest tests/browser -v $(ARGS)

site/index.html:
	@echo "There is no site here yet: run make site first." >&2; exit 1

help: ## this list
	@sed -n 's/^\([a-z_-]*\):.*## /make \1	/p' Makefile

clean: ## remove what the other commands made
	rm -rf .venv .venv-oldest .venv-site site *.egg-info .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} +

# $(call new_venv,PYTHON,FOLDER): says in one sentence what is missing, or makes the environment.
define new_venv
@$(1) -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
  echo "The course needs Python 3.11 or newer with its venv module, which \"$(1)\" is not: install it" \
    "(on Debian and Ubuntu also python3-venv), or name another, as in: make lab PYTHON=python3.12" >&2; exit 1; }
$(1) -m venv --clear $(2)
endef

# pip says nothing for a minute or two. Matplotlib lists the fonts once, lest the first notebook be told to wait for it.
define install
@echo "Installing into $(1), which takes a minute or two the first time ..."
$(1)/bin/python -m pip install --quiet --disable-pip-version-check $(2)
@$(1)/bin/python -c "import matplotlib.font_manager"
endef

# An environment names the folder it was made in: where that was moved or copied, or its Python is gone, make it anew.
STALE := $(shell test ! -e .venv || \
  { test -x .venv/bin/python && grep -qF "$(CURDIR)/.venv" .venv/pyvenv.cfg; } || echo stale)

.venv/pyvenv.cfg: $(STALE)
	$(call new_venv,$(PYTHON),.venv)

.venv/user-ready: .venv/pyvenv.cfg requirements.txt pyproject.toml | $(SETTINGS)
	$(call install,.venv,-r requirements.txt)
	@touch $@

# JupyterLab would ask every newcomer about news, in a corner that then covers the notebook's.
$(SETTINGS): .venv/pyvenv.cfg
	@mkdir -p $(@D)
	@printf '{"@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": false}}\n' > $@

.venv/dev-ready: .venv/user-ready requirements-dev.txt
	$(call install,.venv,-r requirements-dev.txt)
	@touch $@

.venv-oldest/ready: requirements.txt pyproject.toml tests/oldest.txt
	@python3.11 -c "" 2>/dev/null || { \
	  echo "make oldest: there is no python3.11 here, and that is the version it tests." >&2; exit 1; }
	$(call new_venv,python3.11,.venv-oldest)
	$(call install,.venv-oldest,-r requirements.txt -c tests/oldest.txt)
	@touch $@

# The wheels that go into the site are fetched here too, so that building it asks for nothing but Pyodide.
.venv-site/ready: requirements-site.txt
	$(call new_venv,$(PYTHON),.venv-site)
	@echo "Installing into .venv-site, which takes a minute the first time ..."
	.venv-site/bin/python -m pip install --quiet --disable-pip-version-check -r requirements-site.txt
	.venv-site/bin/python -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir .venv-site/wheels \
	  --constraint requirements-site.txt ipywidgets comm
	@touch $@
