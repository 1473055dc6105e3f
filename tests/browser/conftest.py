"""One JupyterLab and one Chromium for all browser tests, on a copy of the notebooks."""

import os
import shutil
from contextlib import closing
from types import SimpleNamespace

import lab
import pytest

LESSONS = sorted(lab.NOTEBOOKS.glob("*.ipynb"))
if not LESSONS:
    raise FileNotFoundError(f"There is no notebook in {lab.NOTEBOOKS} to test.")


@pytest.fixture(scope="session")
def browser():
    if not lab.CHROMIUM:
        reason = "No Chromium: install it (Debian's package is chromium) or set CHROMIUM to the program's path."
        pytest.fail(reason) if os.environ.get("CI") else pytest.skip(reason)
    with lab.browse() as browser:
        yield browser


@pytest.fixture(scope="session")
def server(browser, tmp_path_factory):
    """A running JupyterLab: its url and its folder, a copy of the notebooks."""
    folder = tmp_path_factory.mktemp("lab") / "notebooks"
    shutil.copytree(lab.NOTEBOOKS, folder, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    with lab.serve(folder) as url:
        yield SimpleNamespace(url=url, folder=folder)


@pytest.fixture(scope="session")
def open_notebook(browser, server):
    """A function that opens a notebook of the server's folder, to be used by `with`; it runs nothing."""
    return lambda name, **how: closing(lab.Notebook(browser, server.url, name, **how))


@pytest.fixture(scope="session", params=LESSONS, ids=lambda path: path.stem)
def lesson(request, open_notebook):
    """A notebook after all its cells have run; `shipped` is what it showed before."""
    with open_notebook(request.param.name) as notebook:
        notebook.name = request.param.name
        notebook.shipped = notebook.outputs()
        notebook.run_all()
        yield notebook
