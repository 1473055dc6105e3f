"""What the static site has besides the notebooks: its pages, the same results, and a student's edits that are kept."""

import json
import os
import re
import shutil
from contextlib import closing, contextmanager
from functools import partial
from itertools import takewhile
from pathlib import Path

import lab
import nbformat
import pytest
import static
from playwright.sync_api import expect

pytestmark = pytest.mark.skipif(not lab.SITE, reason="there is no SITE to test: make site-test")
SIZES = [{"width": 390, "height": 844}, {"width": 1280, "height": 720}]
PAGES = ["index.html", *(f"read/{path.stem}.html" for path in lab.NOTEBOOKS.glob("*.ipynb"))]


def test_prints_what_was_saved(lesson):
    saved = nbformat.read(lab.NOTEBOOKS / lesson.name, as_version=4).cells
    differing = {
        place: (texts(before), texts(now))
        for place, (before, now) in enumerate(zip(saved, lesson.cells(), strict=True))
        if texts(before) != texts(now)
    }
    assert not differing


def test_the_buttons_of_slow_cells_compute_what_was_saved(lesson):
    """From the last one up: it needs what nobody has computed yet."""
    saved = nbformat.read(lab.NOTEBOOKS / lesson.name, as_version=4).cells
    offers = lesson.page.locator(".jp-Cell:has(.course-slow)")
    slow = [cell for cell in saved if cell.metadata.get("tags") or cell.metadata.get("needs")]
    assert offers.count() == len(slow)
    for place in reversed(range(offers.count())):
        source = slow[place].source
        offers.nth(place).get_by_role("button").click()
        expect(offers).to_have_count(place)
        lesson.ask_kernel("")  # which it answers after what it was asked before
        now = next(cell for cell in lesson.cells() if cell["source"] == source)
        assert texts(now) == texts(slow[place])
    assert not lesson.faults


def texts(cell):
    """What a cell prints, and the text form of all that it shows."""
    outputs = [dict(output) for output in cell.get("outputs", [])]
    printed = "".join(whole(output["text"]) for output in outputs if output["output_type"] == "stream")
    return [
        printed,
        *(whole(output["data"]["text/plain"]) for output in outputs if "text/plain" in output.get("data", {})),
    ]


def whole(text):
    return text if isinstance(text, str) else "".join(text)


def test_asks_no_other_host(lesson):
    assert lesson.away == []


def test_what_a_page_its_frames_and_its_workers_ask_of_another_host_is_seen(open_notebook):
    """So that the test before this one can fail."""
    with open_notebook("01_loss_function.ipynb") as notebook:
        notebook.page.evaluate(
            """async () => {
                const ask = name => `fetch("http://${name}.test/").catch(() => postMessage("asked", "*"))`;
                const asked = place => new Promise(done => place.addEventListener("message", done, {once: true}));
                await fetch("http://page.test/").catch(() => {});
                const frame = document.createElement("iframe");
                frame.srcdoc = `<script>${ask("frame")}</script>`;
                document.body.append(frame);
                await asked(frame.contentWindow);
                const code = ask("worker").replace(', "*"', "");
                await asked(new Worker(URL.createObjectURL(new Blob([code])))); }"""
        )
        assert {*notebook.away} == {f"http://{name}.test/" for name in ("page", "frame", "worker")}


def test_a_picture_is_saved_among_the_students_files(open_notebook):
    with open_notebook("01_loss_function.ipynb") as notebook:
        said = notebook.ask_kernel(
            "import numpy as np\n"
            "from course_utils import Path\n"
            "from course_utils.figures import LiveFigure, Map\n"
            "from course_utils.problems import bowl\n"
            "figure = LiveFigure(Map(bowl))\n"
            "figure.update(Path(theta=np.array([[1.0, 1.0], [0.5, 0.5]])))\n"
            "for ending in ('png', 'svg', 'pdf', 'gif'):\n"
            "    figure.save(f'walk.{ending}')\n"
        )
        assert said == ""
        for ending in ("png", "svg", "pdf", "gif"):
            size = "name => jupyterapp.serviceManager.contents.get(name).then(file => file.size)"
            assert notebook.page.evaluate(size, f"walk.{ending}") > 1000


@pytest.fixture(scope="module")
def host(browser):
    """The site as it is: its address."""
    with static.serve(lab.SITE, lab.SITE / "files") as url:
        yield url


@contextmanager
def shown(browser, address, size):
    """A page of this size, and the faults that come up on it."""
    page, faults = browser.new_page(), []
    page.set_viewport_size(size)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda message: message.type == "error" and faults.append(message.text))
    page.goto(address)
    try:
        yield page, faults
    finally:
        page.close()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size['width']} px")
@pytest.mark.parametrize("name", PAGES)
def test_a_page_can_be_read_on_phone_and_projector(browser, host, name, size):
    with shown(browser, f"{host}/{name}", size) as (page, faults):
        page.locator("details").evaluate_all("all => all.forEach(one => { one.open = true; })")
        pictures = page.locator("img")
        assert pictures.count() >= (len(PAGES) - 1 if name == PAGES[0] else 1)
        for picture in pictures.all():
            picture.scroll_into_view_if_needed()
        page.wait_for_function("() => [...document.images].every(image => image.complete && image.naturalWidth)")
        inside, room = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
        assert inside <= room, f"{inside} px wide in {room} px"
        sizes = page.locator("p, li, td, summary").evaluate_all("all => all.map(one => getComputedStyle(one).fontSize)")
        assert min(float(size.removesuffix("px")) for size in sizes) >= 16
        assert not faults


def test_the_first_page_leads_to_each_lesson(browser, host):
    with shown(browser, f"{host}/index.html", SIZES[0]) as (page, _):
        for path in lab.NOTEBOOKS.glob("*.ipynb"):
            title = nbformat.read(path, as_version=4).cells[0].source.splitlines()[0].removeprefix("# ")
            item = page.locator("li", has_text=title)
            for name, address in {
                "Run it here": f"notebooks/index.html?path={path.name}",
                "Read it": f"read/{path.stem}.html",
            }.items():
                assert item.get_by_role("link", name=name).get_attribute("href") == address
        for link in page.locator("a").all():
            assert page.request.get(f"{host}/{link.get_attribute('href')}").ok


@pytest.mark.parametrize("name", PAGES[1:])
def test_a_lesson_to_be_read_has_its_formulas_and_leads_on(browser, host, name):
    with shown(browser, f"{host}/{name}", SIZES[0]) as (page, _):
        words = page.evaluate(
            """() => { const copy = document.body.cloneNode(true);
                copy.querySelectorAll('pre, code, math').forEach(part => part.remove());
                return copy.textContent; }"""
        )
        assert not re.findall(r"\$|\\[a-z]+", words), "TeX that was not set"
        assert page.locator("math").count() > 20 and not page.locator("merror").count()
        answer = page.locator("details:not(.aside, .aside *)").first
        answer.locator("summary").click()
        assert answer.locator(":scope > *:not(summary)").first.is_visible()
        for link in page.locator("a[href*='.html']").all():
            assert page.request.get(link.evaluate("link => link.href")).ok, link


@pytest.mark.parametrize("name", PAGES[1:])
def test_an_aside_is_folded_at_first_and_open_in_print(browser, host, name):
    cells = nbformat.read((lab.NOTEBOOKS / Path(name).stem).with_suffix(".ipynb"), as_version=4).cells
    with shown(browser, f"{host}/{name}", SIZES[0]) as (page, _):
        asides = page.locator("details.aside")
        ids = "all => all.map(one => [...one.querySelectorAll('.cell')].map(cell => cell.id.replace('cell-id=', '')))"
        assert asides.evaluate_all(ids) == list(folded(cells))
        for aside in asides.all():
            last = aside.locator(".cell").last
            assert aside.locator("summary").first.inner_text().startswith("Aside: ") and not last.is_visible()
            aside.locator("summary").first.click()
            assert last.is_visible()
            aside.locator("summary").first.click()
            assert not last.is_visible()
            page.emulate_media(media="print")
            assert last.is_visible()
            page.emulate_media(media="screen")


def folded(cells):
    """The ids of the cells that JupyterLab folds below each heading so marked, with that of the heading's own."""
    for place, cell in enumerate(cells):
        if cell.metadata.get("jp-MarkdownHeadingCollapsed"):
            inside = takewhile(partial(lies_below, heading(cell)), cells[place + 1 :])
            yield [cell.id, *(other.id for other in inside)]


def lies_below(level, cell):
    return heading(cell) == 0 or heading(cell) > level


def heading(cell):
    """The level of the heading that a cell begins with; 0 if with none."""
    hashes = re.match("(#*) ", cell.source) if cell.cell_type == "markdown" else None
    return len(hashes[1]) if hashes else 0


@pytest.mark.parametrize("name", PAGES[1:])
def test_print_cuts_no_picture_and_no_code_and_leaves_no_heading_alone(browser, host, name):
    with shown(browser, f"{host}/{name}", SIZES[1]) as (page, _):
        page.emulate_media(media="print")
        style = "(all, name) => [...new Set(all.map(one => getComputedStyle(one)[name]))]"
        assert page.locator("img, pre").evaluate_all(style, "breakInside") == ["avoid"]
        assert page.locator("h1, h2, h3").evaluate_all(style, "breakAfter") == ["avoid"]
        page.set_viewport_size({"width": 680, "height": 960})  # what A4 leaves between its margins
        pictures = page.locator("img").evaluate_all("all => all.map(one => one.getBoundingClientRect().height)")
        assert max(pictures) < 960
        cut = page.locator("pre").evaluate_all("all => all.filter(one => one.scrollWidth > one.clientWidth).length")
        assert cut == 0


@pytest.fixture
def changing(tmp_path):
    """A copy of the site whose lessons can be changed; its folder and its address."""
    site = tmp_path / "site"
    site.mkdir()
    for part in lab.SITE.iterdir():
        if part.name not in ("files", "editions.json"):
            os.symlink(part, site / part.name)
    shutil.copytree(lab.SITE / "files", site / "files")
    shutil.copy(lab.SITE / "editions.json", site)
    with static.serve(site, site / "files") as url:
        yield site, url


def new_edition(site, names):
    """Another sentence at the end of these lessons, as the next build of the site would have it."""
    editions = json.loads((site / "editions.json").read_text())
    for name in names:
        editions["lessons"][name] += 1
        notebook = nbformat.read(site / "files" / name, as_version=4)
        notebook.cells[-1].source += "\n\nA new sentence."
        notebook.metadata.course.edition = editions["lessons"][name]
        nbformat.write(notebook, site / "files" / name)
    (site / "editions.json").write_text(json.dumps(editions))


def test_what_a_student_writes_outlives_the_browser_and_a_new_edition(browser, changing, tmp_path):
    site, url = changing
    edited, run = "01_loss_function.ipynb", "02_gradient_descent.ipynb"
    with profile(browser, tmp_path) as student:
        with closing(lab.Notebook(student, url, edited)) as notebook:
            notebook.write(1, "mine = 42")
            notebook.command("docmanager:save")
        with closing(lab.Notebook(student, url, run)) as notebook:
            notebook.command("notebook:run-cell-and-select-next")
            notebook.command("docmanager:save")
        assert kept(student, url, edited) and kept(student, url, run)

    with profile(browser, tmp_path) as student, closing(lab.Notebook(student, url, edited)) as notebook:
        assert notebook.cells()[1]["source"] == "mine = 42"
        assert not notebook.page.locator("#course-offer").count(), "there is nothing new"
        with notebook.page.expect_download() as download:
            notebook.page.evaluate("() => { jupyterapp.commands.execute('docmanager:download'); }")
        assert "mine = 42" in download.value.path().read_text()

    new_edition(site, [edited, run])
    with profile(browser, tmp_path) as student:
        with closing(lab.Notebook(student, url, run)) as notebook:
            assert notebook.cells()[-1]["source"].endswith("A new sentence."), "an unedited copy hides it"
            assert not notebook.page.locator("#course-offer").count()
        with closing(lab.Notebook(student, url, edited)) as notebook:
            page = notebook.page
            assert notebook.cells()[1]["source"] == "mine = 42", "it is not taken away"
            with page.expect_navigation():
                page.get_by_role("button", name="Take the new edition").click()
            notebook.wait(lab.IDLE, timeout=lab.STARTED)
            assert notebook.cells()[-1]["source"].endswith("A new sentence.")
            expect(page.locator("#course-offer")).to_have_count(0)
        mine = kept(student, url, edited.replace(".ipynb", "_mine.ipynb"))
        assert mine["content"]["cells"][1]["source"] == "mine = 42"


@contextmanager
def profile(browser, folder):
    """Chromium with a profile that is kept in this folder, as a student opens it on one day and on the next."""
    chromium = browser.browser.browser_type
    context = chromium.launch_persistent_context(folder / "profile", executable_path=lab.CHROMIUM, args=lab.FLAGS)
    try:
        yield context
    finally:
        context.close()


def kept(student, url, name):
    """What the browser holds under this name: a file as JupyterLite keeps it, or None."""
    page = student.new_page()
    page.goto(f"{url}/index.html")
    found = page.evaluate(
        """async name => {
            const settled = request => new Promise((resolve, reject) => {
                request.onsuccess = () => resolve(request.result);
                request.onerror = () => reject(request.error); });
            const {storage} = await (await fetch('editions.json')).json();
            const database = await settled(indexedDB.open(storage));
            const found = await settled(database.transaction('files').objectStore('files').get(name));
            database.close();
            return found ?? null; }""",
        name,
    )
    page.close()
    return found
