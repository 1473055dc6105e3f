"""The pages that need no Python: the first one, and each lesson to be read on a phone or printed."""

import base64
import html
import json
import re
import shutil
import sys
from pathlib import Path

import nbformat
from bs4 import BeautifulSoup
from jinja2 import pass_context
from latex2mathml.converter import convert
from nbconvert import HTMLExporter
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from pygments.formatters import HtmlFormatter

HERE = Path(__file__).resolve().parent
README = (HERE.parents[1] / "README.md").read_text(encoding="utf-8")
TITLE, INTRODUCTION = README.removeprefix("# ").split("\n\n")[:2]
STORAGE = "Optimizers, step by step"  # the browser's database with a student's edits: another name would hide them all
KEPT = (
    "> What you change here is kept in this browser, on this computer alone, until you clear the browser's data. "
    "To take it along: *File*, *Download*."
)
# A minus after another sign that closes no bracket belongs to the number behind it, and stands close to it.
SIGN = re.compile(r"(?<=</mo>)(?<!&#x00029;</mo>)(?<!\]</mo>)(?<!&#x0007C;</mo>)<mo>(?=&#x02212;</mo>)")
HEADING = re.compile("h[1-6]")
# As JupyterLite writes it: a notebook in which this differs counts as changed as soon as it is opened.
METADATA = {
    "kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"},
    "language_info": {
        "codemirror_mode": {"name": "python", "version": 3},
        "file_extension": ".py",
        "mimetype": "text/x-python",
        "name": "python",
        "nbconvert_exporter": "python",
        "pygments_lexer": "ipython3",
        "version": "3.8",
    },
}


class Lesson:
    """A notebook of the course, as it is saved; its line is that of the README's table."""

    def __init__(self, path):
        self.file, self.name = path.name, path.stem
        self.notebook = nbformat.read(path, as_version=4)
        first = self.notebook.cells[0].source
        self.title = re.match("# (.+)", first)[1]
        found = re.search(rf"\({path.parent.name}/{path.name}\) \| (.+) \|", README)
        self.line = found[1] if found else sys.exit(f"The README's table of lessons has no line for {path.name}.")
        self.runnable = self._runnable()
        self.edition = edition(self.runnable)

    def poster(self):
        """The picture that stands for it, a PNG: that of the cell marked as such, or its first one."""
        cells = sorted(self.notebook.cells, key=lambda cell: not cell.metadata.get("poster"))
        pictures = (output.get("data", {}).get("image/png") for cell in cells for output in cell.get("outputs", []))
        return base64.b64decode(next(filter(None, pictures)))

    def _runnable(self):
        """As JupyterLite wants it, with a line on where edits are kept below the line of links."""
        runnable = json.loads(nbformat.writes(self.notebook, split_lines=False))  # it would show lists with commas
        title, links, rest = runnable["cells"][0]["source"].split("\n\n", 2)
        runnable["cells"][0]["source"] = "\n\n".join([title, links, KEPT, rest])
        runnable["metadata"] = METADATA | {"course": {"edition": edition(runnable)}}
        return runnable

    def slow_cells(self):
        """Those tagged slow, and those that need a name from one of them: (name, what slow_cells.py wants of it)."""
        for cell in (cell for cell in self.runnable["cells"] if cell["cell_type"] == "code"):
            slow, needs = "slow" in cell["metadata"].get("tags", []), cell["metadata"].get("needs", {})
            if slow or needs:
                kept = {"source": cell["source"], "outputs": cell["outputs"], "slow": slow}
                kept["needs"] = {variable: f"{self.name} {other}" for variable, other in needs.items()}
                yield f"{self.name} {cell['id']}", kept

    def write_runnable(self, folder):
        (folder / self.file).write_text(json.dumps(self.runnable, ensure_ascii=False, indent=1), encoding="utf-8")


def edition(notebook):
    """The 32-bit FNV-1a hash of what a student can edit; keep.js reckons it in the same way."""
    number = 0x811C9DC5
    for byte in "\0".join(cell["source"] for cell in notebook["cells"]).encode():
        number = (number ^ byte) * 0x01000193 % 2**32
    return number


def lessons(folder):
    return [Lesson(path) for path in sorted(folder.glob("*.ipynb"))]


def mathml(tex, display="inline"):
    return SIGN.sub('<mo form="prefix">', convert(tex, display=display))


class Renderer(IPythonRenderer):
    """Markdown whose mathematics any browser sets by itself, and whose links stay among the static pages."""

    def inline_math(self, body):
        return mathml(body)

    def block_math(self, body):
        return mathml(body, "block")

    def link(self, text, url, title=None):
        return super().link(text, url.replace(".ipynb", ".html"), title)


class Exporter(HTMLExporter):
    template_name = "basic"
    exclude_input_prompt = exclude_output_prompt = exclude_anchor_links = True

    @pass_context
    def markdown2html(self, context, source):
        return MarkdownWithMath(renderer=Renderer(escape=False, exclude_anchor_links=True)).render(source)


def folded(body, cells):
    """The page with what JupyterLab folds in details: their summary is the heading, and a heading as high ends them."""
    soup = BeautifulSoup(body, "html.parser")
    aside = level = None
    for cell in cells:
        place = soup.find(id=f"cell-id={cell.id}")
        heading = place.find(HEADING) if cell.cell_type == "markdown" and cell.source.startswith("#") else None
        if aside and heading and heading.name <= level:
            aside = None
        if heading and not aside and cell.metadata.get("jp-MarkdownHeadingCollapsed"):
            aside, level = soup.new_tag("details", attrs={"class": "aside"}), heading.name
            place.insert_before(aside)
            aside.append(soup.new_tag("summary"))
            aside.summary.append(heading.extract())
        if aside:
            aside.append(place.extract())
    return str(soup)


def write(site, lessons):
    """The first page, the lessons' pages and what belongs to them, into the folder of the site."""
    (site / "read").mkdir()
    (site / "posters").mkdir()
    shutil.copy(HERE / "page.css", site)
    (site / "code.css").write_text(code_css(), encoding="utf-8")
    for lesson in lessons:
        (site / "posters" / f"{lesson.name}.png").write_bytes(lesson.poster())
        body = folded(Exporter().from_notebook_node(lesson.notebook)[0], lesson.notebook.cells)
        links = f'<nav><a href="../index.html">All lessons</a> <a href="../{run(lesson)}">Run it here</a></nav>'
        (site / "read" / f"{lesson.name}.html").write_text(page(lesson.title, links + body, "../"), encoding="utf-8")
    body = f"<h1>{TITLE}</h1><p>{html.escape(INTRODUCTION)}</p><ol>{''.join(map(item, lessons))}</ol>"
    body += (HERE / "first.html").read_text(encoding="utf-8")
    (site / "index.html").write_text(page(TITLE, body, "", "first"), encoding="utf-8")


def run(lesson):
    return f"notebooks/index.html?path={lesson.file}"


def item(lesson):
    """What the first page says of a lesson."""
    return f"""
<li><a href="{run(lesson)}" tabindex="-1" aria-hidden="true"><img src="posters/{lesson.name}.png" alt=""></a>
<h2>{html.escape(lesson.title)}</h2>
<p>{html.escape(lesson.line[0].upper() + lesson.line[1:])}</p>
<p class="ways"><a href="{run(lesson)}">Run it here</a> <a href="read/{lesson.name}.html">Read it</a></p></li>"""


def page(name, body, root, kind="lesson"):
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{html.escape(name)}</title>
<link rel="icon" href="{root}favicon.ico">
<link rel="stylesheet" href="{root}code.css">
<link rel="stylesheet" href="{root}page.css">
</head>
<body class="{kind}">
<main>
{body}
</main>
</body>
</html>
"""


def code_css():
    """The colours of code: on white, and on black for a reader who has asked for a dark page, not for a printer."""
    light, dark = (HtmlFormatter(style=style).get_style_defs(".highlight") for style in ("default", "github-dark"))
    return f"{light}\n@media screen and (prefers-color-scheme: dark) {{\n{dark}\n}}\n"
