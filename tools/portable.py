"""Would another machine print the same? Runs every notebook as other machines would, and compares all texts.

    tools/portable.py [NOTEBOOK ...], all of them by default

Another processor means other code in OpenBLAS and NumPy, which adds in another order, and so another last bit; training
can amplify a last bit without bound. Here OpenBLAS is told to take the code of other processors, NumPy to do without
its widest instructions, and once more every walk begins a few last bits beside its start. What a machine can't do is
named and left out. The unit tests run once under what differs most.
"""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from itertools import zip_longest
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from save_notebooks import FOLDER, HOW, run, tidy

# The first cell of each notebook, which moves the starts where asked to; alone, it prints what a process really uses.
PROBE = """
def probe(seed):
    import json, numpy, threadpoolctl
    from numpy._core import _multiarray_umath as core
    from course_utils import inputs

    if seed:
        def moved(*given, start=inputs.start, rng=numpy.random.default_rng(seed)):
            state = start(*given)
            state.theta *= 1 + rng.integers(-4, 5, state.theta.shape) * 2.0**-52
            return state
        inputs.start = moved
    blas = [pool for pool in threadpoolctl.threadpool_info() if pool["user_api"] == "blas"]
    numpy.ones((200, 200)) @ numpy.ones((200, 200))  # a processor that lacks the instructions ends here
    kernels = sorted({pool.get("architecture") or "?" for pool in blas})
    wide = [name for name in core.__cpu_dispatch__ if core.__cpu_features__[name]]
    print(json.dumps([kernels, [pool["num_threads"] for pool in blas], wide]))

"""
CONFIGURATIONS = {  # OpenBLAS's kernel, its threads, NumPy's widest instructions, what the starts are moved by
    "Nehalem, 1 thread, NumPy without wide instructions": ("Nehalem", 1, False, 0),
    "Haswell, 2 threads": ("Haswell", 2, True, 0),
    "SkylakeX, 1 thread": ("SkylakeX", 1, True, 0),
    "starts moved by last bits, 2 threads": (None, 2, True, 1),
    "starts moved otherwise, 1 thread, NumPy without wide instructions": (None, 1, False, 2),
}


def environment(kernel, threads, wide):
    ours = ("OPENBLAS_CORETYPE", "NPY_DISABLE_CPU_FEATURES")  # whatever the caller's shell may have set
    env = {name: value for name, value in os.environ.items() if name not in ours}
    env["OPENBLAS_NUM_THREADS"] = str(threads)
    if kernel:
        env["OPENBLAS_CORETYPE"] = kernel
    if not wide:
        env["NPY_DISABLE_CPU_FEATURES"] = " ".join(taken(env)[2])
    return env


def taken(env):
    """What a process of this environment really uses: kernels, threads, NumPy's wide instructions; None if it dies."""
    ran = subprocess.run([sys.executable, "-c", f"{PROBE}probe(0)"], env=env, capture_output=True, text=True)
    return json.loads(ran.stdout) if ran.returncode == 0 else None


def missing(found, kernel, wide):
    """Why this machine can't be used like that, or nothing; found is what was taken."""
    if found is None:
        return f"this processor can't run the code for {kernel}"
    if kernel and found[0] != [kernel]:
        return f"asked for {kernel}, it took {', '.join(found[0]) or 'no OpenBLAS'}"
    if not wide and found[2]:
        return f"NumPy kept {', '.join(found[2])}"


PICTURE = "data:image/png;base64,[A-Za-z0-9+/=]+"  # inside a text


def texts(cell):
    """What strict nbval compares of a cell's outputs, pictures aside."""
    outputs = tidy(cell.outputs)
    forms = [output.get("data", {}) for output in outputs]
    printed = [output.get("text", "") for output in outputs]
    shown = [form.get(kind, "") for form in forms for kind in ("text/plain", "text/markdown")]
    return [re.sub(PICTURE, "a picture", text) for text in [*printed, *shown] if text]


async def compare(path, env, seed, free_core):
    """Run one notebook; returns how many texts were compared, and a sentence for each cell that differs."""
    async with free_core:
        notebook = nbformat.read(path, as_version=4)
        numbered = [(number, cell) for number, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
        saved = [texts(cell) for _, cell in numbered]
        notebook.cells.insert(0, nbformat.v4.new_code_cell(f"{PROBE}probe({seed})\ndel probe"))
        code = [cell for cell in notebook.cells if cell.cell_type == "code"]
        client = NotebookClient(notebook, resources={"metadata": {"path": FOLDER}}, **HOW)
        if wrong := await run(code, client, env=env):
            return 0, [f"{path.name}: {wrong}"]
        differ = [
            f"{path.name}, cell {number} ({cell.source.splitlines()[0]})\n  saved: {old}\n  here:  {new}"
            for (number, cell), before in zip(numbered, saved, strict=True)
            for old, new in zip_longest(before, texts(cell), fillvalue="(nothing)")
            if old != new
        ]
        return sum(map(len, saved)), differ


async def every_notebook(paths, env, seed):
    free_core = asyncio.Semaphore(os.cpu_count() or 1)
    done = await asyncio.gather(*(compare(path, env, seed, free_core) for path in paths))
    return sum(count for count, _ in done), [fault for _, faults in done for fault in faults]


def unit_tests(env):
    """The unit tests, but for those of pictures and widgets, and those that run the notebooks again."""
    others = [f"--ignore=tests/{name}" for name in ("browser", "test_figures.py", "test_panels.py")]
    asked = ["-q", "-n", "logical", "--dist", "loadfile", "tests", *others, "-k", "not every_control"]
    ran = subprocess.run([sys.executable, "-m", "pytest", *asked], env=env, capture_output=True, text=True)
    lines = ran.stdout.splitlines() or [ran.stderr]
    return lines[-1], [line for line in lines if line.startswith(("FAILED", "ERROR"))] or lines[-1:] * ran.returncode


def main(chosen):
    paths = [Path(name) for name in chosen] or sorted(FOLDER.glob("*.ipynb"))
    rows, faults, hardest = [], [], None
    for name, (kernel, threads, wide, seed) in CONFIGURATIONS.items():
        env, begun = environment(kernel, threads, wide), time.monotonic()
        found = taken(env)
        if why := missing(found, kernel, wide):
            rows.append(f"{name}: left out, {why}")
            continue
        hardest = hardest or (name, env)
        count, differ = asyncio.run(every_notebook(paths, env, seed))
        kernels, pools, features = found
        took = f"{'+'.join(kernels)} x {'+'.join(map(str, pools))}, NumPy with {' '.join(features) or 'none'}"
        rows.append(f"{name} ({took}): {count} texts, {len(differ)} differ, {time.monotonic() - begun:.0f} s")
        faults += [f"{name}: {fault}" for fault in differ]
        print(rows[-1], flush=True)
    if hardest and not chosen:
        said, failed = unit_tests(hardest[1])
        rows.append(f"the unit tests under {hardest[0]}: {said}")
        faults += failed
    print(*faults, "", *rows, sep="\n")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
