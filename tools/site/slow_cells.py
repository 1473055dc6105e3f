"""In the static site: a slow cell shows the result that was saved with the lesson, and a button that computes it.

The builder puts this file into `course_utils` with the saved results beside it. The page's button (buttons.js) calls
`compute` and runs the cell again. A cell that was edited is another cell, and runs like any other.
"""

import json
from importlib.resources import files

from IPython import get_ipython
from IPython.display import display
from IPython.utils.capture import capture_output

CELLS = json.loads(files(__package__).joinpath("slow_cells.json").read_text(encoding="utf-8"))
OFFER = (  # hidden, but for the style of the site: a downloaded copy is read elsewhere, too
    '<p hidden class="course-slow">Saved with the lesson: what you change above is not in it. '
    '<button value="{}">Compute it</button> (up to half a minute)</p>'
)
wanted = set()  # what was asked for is computed from then on


def hold(lines):
    """The lines of a cell; or, for a slow cell that nobody asked for, one that shows what was saved."""
    source = "".join(lines).strip()
    for name, cell in CELLS.items():
        if cell["source"].strip() == source and name not in wanted and (cell["slow"] or missing(cell)):
            return [f"__import__('{__name__}', fromlist=['show']).show({name!r})\n"]
    return lines


def missing(cell):
    """The cells that this one needs and whose names are not there yet."""
    return [needed for variable, needed in cell["needs"].items() if variable not in get_ipython().user_ns]


def show(name):
    display({"text/html": OFFER.format(name)}, raw=True)
    for output in CELLS[name]["outputs"]:
        if output["output_type"] == "stream":
            print(output["text"], end="")
        else:
            display(output["data"], metadata=output["metadata"], raw=True)


def compute(name):
    """From now on this cell computes, and so do those it needs; these do it at once, unseen, if they never did."""
    for needed in missing(CELLS[name]):
        wanted.add(needed)
        with capture_output():
            done = get_ipython().run_cell(CELLS[needed]["source"])
        if not done.success:
            wanted.discard(needed)
            done.raise_error()
    wanted.add(name)


get_ipython().input_transformers_cleanup.append(hold)
