"""Runs notebooks from top to bottom and saves them: save_notebooks.py [NOTEBOOK ...], all of them by default.

What differs from run to run or from machine to machine is left out, and so are the widgets: without a kernel they
would show an error, while the line of text beside them stays. The course's own notebooks get their links to one
another. A notebook in which a cell fails, or writes to stderr, is left as it was.
"""

import asyncio
import os
import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from course_utils.server import drop_widgets

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"
METADATA = {
    "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
    "language_info": {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"},
}
# At most 300 seconds for a cell; only a cell's own warnings, not those of the kernel that the terminal would show.
HOW = {"kernel_name": "python3", "timeout": 300, "extra_arguments": ["--Application.log_level=40"]}


async def run(code, client, **kernel):
    """Runs the code cells; returns what went wrong, if anything did. The kernel may have an `env` of its own."""
    for cell in code:
        cell.update(outputs=[], execution_count=None)
    try:
        await client.async_execute(**kernel)
    except Exception as error:  # from a cell; or one took too long, or the kernel died
        return f"cell [{client.code_cells_executed}] failed\n{error}"
    for cell in code:
        for output in cell.outputs:
            if output.get("name") == "stderr":
                return f"cell [{cell.execution_count}] wrote to stderr\n{cell.source}\n{output.text}"


def tidy(outputs):
    """Neighbouring pieces of text as one: where they are cut differs from run to run."""
    whole = []
    for output in outputs:
        if whole and whole[-1].output_type == output.output_type == "stream":
            whole[-1].text += output.text
        else:
            whole.append(output)
    return whole


def lessons(folder=FOLDER):
    """{file: (title, name)} of the lessons in this folder, in their order; the name stands in bold below the title."""
    found = {}
    for path in sorted(folder.glob("*.ipynb")):
        cells = nbformat.read(path, as_version=4).cells
        head = re.match(r"# (.+)\n\n(?:.* → )?\*\*([^*\n]+)\*\*(?: → .*)?\n\n", cells[0].source)
        if not head or cells[-1].cell_type != "markdown":
            sys.exit(f"{path.name} needs its name in bold below its title, such as **momentum**, and text in its end.")
        found[path.name] = head.groups()
    return found


def navigate(notebook, file, lessons):
    """Writes the lines of links: below the title to each lesson, at the end to the one before and the one after."""
    names = (f"**{name}**" if other == file else f"[{name}]({other})" for other, (_, name) in lessons.items())
    first, last = notebook.cells[0], notebook.cells[-1]
    title, _, rest = first.source.split("\n\n", 2)
    first.source = "\n\n".join([title, " → ".join(names), rest])
    files = [None, *lessons, None]
    here = files.index(file)
    ends = [(word, other) for word, other in (("Back", files[here - 1]), ("Next", files[here + 1])) if other]
    links = " ".join(f"**{word}:** [{lessons[other][0]}]({other})." for word, other in ends)
    text = re.sub(r"\n\n\*\*(Back|Next):\*\* .*\Z", "", last.source)
    last.source = f"{text}\n\n{links}".rstrip()


async def save(path, lessons, free_core):
    """Runs and saves one notebook; returns whether that went well."""
    async with free_core:
        notebook = nbformat.read(path, as_version=4)
        if path.resolve().parent == FOLDER:
            navigate(notebook, path.name, lessons)
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        wrong = await run(code, NotebookClient(notebook, resources={"metadata": {"path": path.parent}}, **HOW))
        if wrong:
            print(f"{path.name} NOT saved: " + re.sub(r"\x1b\[[0-9;]*m", "", wrong), file=sys.stderr)
            return False
        for cell in code:
            cell.outputs = tidy(cell.outputs)
            cell.metadata.pop("execution", None)  # when it ran
        notebook.metadata.pop("widgets", None)
        drop_widgets(notebook)
        notebook.metadata.update(METADATA)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8", newline="\n")
        print(f"{path.name} saved", flush=True)
        return True


async def main(paths):
    known, free_core = lessons(), asyncio.Semaphore(os.cpu_count() or 1)
    return all(await asyncio.gather(*(save(path, known, free_core) for path in paths)))


if __name__ == "__main__":
    paths = [Path(name) for name in sys.argv[1:]] or sorted(FOLDER.glob("*.ipynb"))
    sys.exit(0 if paths and asyncio.run(main(paths)) else 1)
