"""A JupyterLab of its own and a browser that opens notebooks in it, for the tests and the latency benchmark."""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import static
from playwright.sync_api import TimeoutError, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
VIEWPORT = {"width": 1280, "height": 720}  # of a projector
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
# The one switch: with SITE=folder all runs in that static site instead of a JupyterLab with a server.
SITE = Path(os.environ["SITE"]).resolve() if os.environ.get("SITE") else None
KERNEL = {"name": "python" if SITE else "python3", "display_name": "Python 3", "language": "python"}
NOTEBOOKS = Path(os.environ.get("NOTEBOOKS", SITE / "files" if SITE else ROOT / "notebooks"))
# Chromium's sandbox does not start for root, as whom CI runs; only our own pages are opened.
# Nothing else can be reached: what a page asks of another host fails, which counts as a fault.
FLAGS = ["--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]
FLAGS += ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
# All that a reader can move; of a row of toggles, the one that is on has nothing to do. What every panel has below its
# picture, and the speed of its player, is tried once.
CONTROLS = (
    ".noUi-handle:visible, select:visible, input[type=checkbox]:visible, "
    "button:visible:enabled:not(.widget-toggle-buttons .mod-active):not(.course-tools *):not(.course-speed *)"
)
WAIT = 30_000  # milliseconds that anything may take before it counts as broken
STARTED = 4 * WAIT if SITE else WAIT  # a page of the site starts a Python of its own
IDLE = "() => window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'"
STILL = ".course-pictures img:first-child:visible"  # what does not move
PICTURE = ".course-pictures > :is(.course-lines, img:last-child):visible"  # what moves, on it
PICTURES = "() => [...document.querySelectorAll('.jp-Notebook img')].every(image => image.complete)"


@contextmanager
def serve(folder):
    """A JupyterLab for the notebooks of this folder, as a newcomer has it, with settings of its own; its address."""
    if SITE:
        with static.serve(SITE, folder) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="lab-") as own, open(Path(own) / "log", "w+") as log:
        port = free_port()
        options = ["--no-browser", "--allow-root", "--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
        options += ["--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
        options += ["--JupyterNotebookApp.expose_app_in_browser=True"]
        options += ["--ServerApp.jpserver_extensions={'course_utils.server': True}"]  # as `make lab` has it
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
            stdout=log,
            stderr=subprocess.STDOUT,
            env=os.environ | settings(own),
        )
        try:
            _await(server, f"http://127.0.0.1:{port}", log)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()  # which ends its kernels too
            try:
                server.wait(15)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def settings(own):
    """The variables that keep Jupyter's settings in this folder, apart from those of whoever runs the tests."""
    jupyter = {f"JUPYTER_{kind}_DIR": f"{own}/{kind}" for kind in ("CONFIG", "DATA", "RUNTIME")}
    lab = {f"JUPYTERLAB_{kind}_DIR": f"{own}/{kind.lower()}" for kind in ("SETTINGS", "WORKSPACES")}
    return jupyter | lab | {"IPYTHONDIR": f"{own}/ipython"}


def _await(server, url, log):
    """Wait until the server answers."""
    deadline = time.monotonic() + 60
    while True:
        try:
            return urllib.request.urlopen(f"{url}/api", timeout=5).read()
        except OSError:
            if server.poll() is not None or time.monotonic() > deadline:
                log.seek(0)
                raise RuntimeError(f"JupyterLab did not start:\n{log.read()}") from None
            time.sleep(0.1)


@contextmanager
def browse():
    """A headless Chromium, in which pages can be opened."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            yield browser.new_context(viewport=VIEWPORT)
        finally:
            browser.close()


class Notebook:
    """A notebook in a page of its own; `faults` gathers what goes wrong on the page, `away` what it asks elsewhere.

    path : relative to the server's folder
    script : JavaScript that the page runs before anything else
    notebook_7 : whether it is opened in Jupyter Notebook, not in JupyterLab
    """

    def __init__(self, browser, url, path, script="", notebook_7=False):
        self.page = browser.new_page()
        self.page.set_default_timeout(WAIT)
        self.page.add_init_script(script)
        self.faults, self.away = [], []
        here = url, url.replace("http:", "ws:"), "data:", "blob:"
        self.page.context.on("request", lambda asked: asked.url.startswith(here) or self.away.append(asked.url))
        self.page.on("pageerror", lambda error: self.faults.append(f"page: {error}"))
        self.page.on("console", self._listen)
        # In JupyterLab with a workspace of its own, so that no notebook of another page opens beside it.
        page = f"notebooks/{path}" if notebook_7 else f"lab/workspaces/{Path(path).stem}/tree/{path}"
        self.page.goto(f"{url}/{f'notebooks/index.html?path={path}' if SITE else page}")
        self.wait(IDLE, timeout=STARTED)
        self.wait("""() => jupyterapp.shell.currentWidget.content.widgets.length
            === document.querySelectorAll('.jp-Notebook .jp-Cell').length""")
        self.wait(PICTURES)
        self.command("notebook:expand-all-headings")  # asides are folded, and what is folded can't be touched

    def _listen(self, message):
        if message.type == "error":
            self.faults.append(f"console: {message.text} ({message.location.get('url')})")

    def wait(self, condition, argument=None, timeout=WAIT):
        self.page.wait_for_function(condition, arg=argument, timeout=timeout)

    def command(self, name):
        """Give JupyterLab a command, and wait until what it shows is there."""
        self.page.evaluate("name => jupyterapp.commands.execute(name)", name)
        self.wait("""() => [...document.querySelectorAll('[data-mime-type="application/vnd.jupyter.widget-view+json"]')]
            .every(view => view.querySelector('.jupyter-widgets'))""")
        self.wait(PICTURES)

    def run_all(self):
        self.command("notebook:run-all-cells")

    def ask_kernel(self, code):
        """Run Python in the notebook's kernel; returns what it prints."""
        return self.page.evaluate(
            """async code => {
                const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
                const future = kernel.requestExecute({code, store_history: false});
                let printed = '';
                future.onIOPub = ({content}) => { printed += content.text ?? content.traceback?.join('\\n') ?? ''; };
                await future.done;
                return printed; }""",
            code,
        )

    def cells(self):
        """The cells as JupyterLab would save them."""
        return self.page.evaluate("() => jupyterapp.shell.currentWidget.content.model.sharedModel.toJSON().cells")

    def write(self, place, source):
        """Put this source into the cell at this place."""
        self.page.evaluate(
            """([place, source]) => jupyterapp.shell.currentWidget.content.widgets[place]
                .model.sharedModel.setSource(source)""",
            [place, source],
        )

    def outputs(self):
        """For each cell: the outputs' kinds and texts, and the widths of the pictures as they came."""
        return self.page.evaluate(
            """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].map(cell => ({
                kinds: [...cell.querySelectorAll('.jp-OutputArea-output')].map(output => output.dataset.mimeType),
                text: cell.querySelector('.jp-OutputArea')?.textContent ?? '',
                pictures: [...cell.querySelectorAll('.jp-RenderedImage img, .course-pictures img:first-child')]
                    .filter(image => image.checkVisibility()).map(image => image.naturalWidth)}))"""
        )

    def panels(self):
        """The panels of a notebook that has run."""
        count = self.page.locator(".jp-Cell:has(.course-panel)").count()
        return [Panel(self, place) for place in range(count)]

    def close(self):
        """Close the page and end its kernel."""
        self.page.evaluate("() => jupyterapp.shell.currentWidget.sessionContext.shutdown()")
        self.page.close()


class Panel:
    """A cell that shows controls above a picture."""

    def __init__(self, notebook, place):
        self.notebook, self.page = notebook, notebook.page
        self.cell = self.page.locator(".jp-Cell:has(.course-panel)").nth(place)
        self.box = self.cell.locator(".course-panel")
        self.still, self.picture = self.cell.locator(STILL), self.cell.locator(PICTURE)
        self.controls = self.box.locator(CONTROLS)
        self.error = self.box.get_by_role("alert")

    def __repr__(self):
        return f"the panel of cell {self.place()} ({self.name()}, ...)"

    def name(self):
        """What its first control is called."""
        return self.box.locator(".widget-label:visible, .jupyter-button:visible").first.text_content()

    def place(self):
        return self.cell.evaluate("cell => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].indexOf(cell)")

    def run(self):
        """Run its cell again."""
        self.page.evaluate("place => { jupyterapp.shell.currentWidget.content.activeCellIndex = place; }", self.place())
        self.notebook.command("notebook:run-cell")

    def handle(self, label):
        """The handle of the slider so labelled."""
        labelled = self.page.get_by_text(label, exact=True)
        return self.box.locator(".widget-slider", has=labelled).locator(".noUi-handle").first

    def shown(self):
        """What a viewer sees change: the picture, and the lines of text."""
        return self.cell.evaluate(SHOWN)

    def changes(self, act, seen=None):
        """Whether doing this changes what is shown, or seen of it; not, if it says itself that it did nothing."""
        seen = seen or SHOWN
        before, cell = self.cell.evaluate(seen), self.cell.element_handle()
        if act() is False:
            return False
        try:
            self.notebook.wait(f"([cell, before]) => ![null, before].includes(({seen})(cell))", [cell, before])
        except TimeoutError:
            return False
        return True

    def settled(self):
        """What is shown once it has not changed for 0.3 seconds."""
        self.cell.evaluate(
            """cell => new Promise(done => {
                let timer;
                const rest = () => { clearTimeout(timer); timer = setTimeout(done, 300); };
                const roots = [...cell.querySelectorAll('.course-lines')].map(lines => lines.shadowRoot);
                for (const root of [cell, ...roots])
                    new MutationObserver(rest).observe(root, {subtree: true, childList: true, attributes: true});
                rest(); })"""
        )
        return self.shown()


# What moves, as it came.
DRAWN = """cell => [...cell.querySelectorAll('.course-pictures img')].map(image => image.src)
    .concat([...cell.querySelectorAll('.course-lines')].map(lines => lines.shadowRoot.innerHTML)).join()"""

# Pixels, not the picture's address, which is another one for each frame; nothing while a new frame is being read.
SHOWN = """cell => {
    const pictures = [...cell.querySelectorAll('.course-pictures img')].filter(image => !image.style.visibility);
    if (!pictures.every(picture => picture.complete)) return null;
    const canvas = document.createElement('canvas'), [still] = pictures;
    [canvas.width, canvas.height] = [still?.naturalWidth ?? 0, still?.naturalHeight ?? 0];
    for (const picture of pictures) canvas.getContext('2d').drawImage(picture, 0, 0, canvas.width, canvas.height);
    return [canvas.toDataURL()]
        .concat([...cell.querySelectorAll('.course-lines:not([hidden])')].map(lines => lines.shadowRoot.innerHTML))
        .concat([...cell.querySelectorAll('.widget-html-content, button')].map(text => text.textContent)).join(); }"""
