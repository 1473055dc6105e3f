"""Builds the static site: build.py PYODIDE WHEELS SITE.

PYODIDE  the address, the folder or the archive that Pyodide is taken from
WHEELS   a folder with the wheels that Pyodide lacks
SITE     the folder that is written

The site asks no other host for anything: Python, its packages and the mathematics on the pages are all in it.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pages
import runtime

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
APPS = ["notebooks", "tree", "lab"]
SCRIPTS = ["keys.js", "keep.js", "buttons.js"]
# What is out of sight takes no part when the page lays itself out at each move; JupyterLab does so from 4.5 on.
STYLE = """<style>
.jp-Notebook-cell { content-visibility: auto; contain-intrinsic-size: auto 8em; }
.jp-Notebook-cell.jp-CodeCell { contain-intrinsic-size: auto 24em; }
.course-slow { display: block !important; }
</style>"""


def build(source, wheels, site):
    """Everything is made in a temporary folder, so that a build that fails leaves the site as it was."""
    with tempfile.TemporaryDirectory() as temporary:
        lite = Path(temporary)
        lessons = pages.lessons(ROOT / "notebooks")
        (lite / "files").mkdir()
        for lesson in lessons:
            lesson.write_runnable(lite / "files")
        wheels = [*wheels.glob("*.whl"), *kernel_wheels(), course_wheel(lite, lessons)]
        runtime.lay_out(source, wheels, lite / "static/pyodide")
        configure(lite)
        command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(lite)]
        done = subprocess.run(command, cwd=lite, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{done.stdout[-3000:]}{done.stderr[-3000:]}\nJupyterLite could not be built: see above.")
        new = lite / "site"
        mend(new, lessons)
        pages.write(new, lessons)
        shutil.rmtree(site, ignore_errors=True)
        shutil.move(new, site)
    files = [file for file in site.rglob("*") if file.is_file()]
    print(f"{site.name}/ has {len(files)} files, {sum(file.stat().st_size for file in files) / 1e6:.0f} MB")


def course_wheel(folder, lessons):
    """The wheel of course_utils, with what slow cells show; from a copy, as setuptools writes beside what it builds."""
    copy = folder / "copy"
    package = copy / "course_utils"
    shutil.copytree(ROOT / "course_utils", package, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(HERE / "slow_cells.py", package)
    write_json(package / "slow_cells.json", {name: cell for lesson in lessons for name, cell in lesson.slow_cells()})
    with open(package / "__init__.py", "a", encoding="utf-8") as start:
        start.write("\nfrom . import slow_cells\n")
    (copy / "MANIFEST.in").write_text("include course_utils/slow_cells.json\n")
    shutil.copy(ROOT / "pyproject.toml", copy)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--wheel-dir", str(folder), str(copy)], check=True)
    return next(folder.glob("course_utils-*.whl"))


def kernel_wheels():
    """The wheels that JupyterLite's Python kernel brings along, but for one that stands in for real widgets."""
    extension = Path(sys.prefix, "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension")
    return [wheel for wheel in extension.glob("static/pypi/*.whl") if not wheel.name.startswith("widgetsnbextension")]


def configure(lite):
    """What JupyterLite's builder and its pages read."""
    kernel = {
        "disablePyPIFallback": True,  # what is imported is in the site, or not there
        "loadPyodideOptions": {"packages": [*runtime.KERNEL, "course-utils"]},
    }
    page = {
        "appName": pages.TITLE,
        "contentsStorageName": pages.STORAGE,
        "exposeAppInBrowser": True,
        "litePluginSettings": {KERNEL: kernel},
        # Every cell stays on the page, as in JupyterLab: a search finds it, and its picture need not be made again.
        "settingsOverrides": {"@jupyterlab/notebook-extension:tracker": {"windowingMode": "none"}},
    }
    write_json(lite / "jupyter-lite.json", {"jupyter-lite-schema-version": 0, "jupyter-config-data": page})
    builder = {
        "contents": ["files"],
        "output_dir": "site",
        "apps": APPS,
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    write_json(lite / "jupyter_lite_config.json", {"LiteBuildConfig": builder})


def mend(site, lessons):
    """Give JupyterLite's pages our style, and let them load our scripts first."""
    for script in SCRIPTS:
        shutil.copy(HERE / script, site)
    shutil.copy(site / "lab/favicon.ico", site)  # where browsers look first
    editions = {lesson.file: lesson.edition for lesson in lessons}
    write_json(site / "editions.json", {"storage": pages.STORAGE, "lessons": editions})
    ours = "".join(f"await import('../{script}');\n        " for script in SCRIPTS)
    for app in APPS:
        page = site / app / "index.html"
        before, after = page.read_text(encoding="utf-8").split("await import(")  # an error, should there be another one
        head, body = f"{before}{ours}await import({after}".split("</head>")
        page.write_text(f"{head}{STYLE}</head>{body}", encoding="utf-8")


def write_json(path, content):
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")


if __name__ == "__main__":
    build(sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3]).resolve())
