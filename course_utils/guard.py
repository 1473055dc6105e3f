"""Runs what a student has written so that the notebook stays usable, whatever it does."""

import ast
import inspect
import io
import re
import sys
import textwrap
import time
import traceback
import warnings
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np

OURS = str(Path(__file__).parent)
HINTS = (  # what Python's message means to somebody who writes a rule, where it does not say so
    ("'State'", " prev is the whole state; its parts are prev.theta, prev.m and so on."),
    (r"bitwise_xor|for \^", " A power is written **, not ^."),
    (r"local variable '(\w+)'", r" The one before the step is prev.\1."),
    (r"inhomogeneous", " The parts have different shapes: is a mean missing in one of them?"),
    (r"name '(sqrt|sign|mean|abs|array|sum|exp)' is not", r" NumPy's functions need its name before them: np.\1."),
)


class Fault(Exception):
    """What is said of an exercise that is not right; `kind` as in `checks.Report`."""

    def __init__(self, kind, text):
        super().__init__(text)
        self.kind, self.text = kind, text


class TooLong(BaseException):
    """Not an Exception, so that a student's own `except Exception` lets it through."""


class Silence(io.TextIOBase):
    """Counts the lines that are printed, and keeps none: there may be millions."""

    lines = 0

    def writable(self):
        return True

    def write(self, text):
        self.lines += text.count("\n")
        return len(text)


def guarded(judge, mine, seconds):
    """What judge() returns, which calls `mine`; whatever goes wrong becomes a Fault.

    Prints and warnings are not shown, and after so many seconds it is stopped.
    """
    silence, before, deadline = Silence(), sys.gettrace(), time.monotonic() + seconds
    home = getattr(mine, "__globals__", None)

    def trace(frame, event, argument):
        # Called at each of the student's instructions, it stops a loop on every system; a signal would not on Windows.
        if time.monotonic() > deadline and not frame.f_code.co_filename.startswith(OURS):
            raise TooLong
        if home is None or frame.f_globals is home:
            frame.f_trace_opcodes = True  # a loop of a single line has no further lines
            return trace

    try:
        with redirect_stdout(silence), redirect_stderr(silence), warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            try:
                sys.settrace(trace)
                return judge() + _printed(silence)
            finally:
                sys.settrace(before)
    except TooLong:
        why = "let it print less." if silence.lines > 1000 else "is there a loop that never ends?"
        fault = Fault("broken", f"{called(mine)} was stopped after {seconds} seconds: {why}")
    except (Exception, SystemExit) as error:
        fault = explained(error, mine)
    raise Fault(fault.kind, fault.text + _printed(silence)) from None


def _printed(silence):
    return f" (What it printed, {silence.lines} lines, is not shown here.)" if silence.lines else ""


def explained(error, mine):
    """An exception as a Fault: the student's own line with its error; or what it says, if no line of theirs failed."""
    if isinstance(error, Fault):
        return error
    if isinstance(error, NotImplementedError):
        return Fault("not written", f"{called(mine)} is not written yet.")
    line = _own_line(error, mine)
    if line and "ellipsis" in str(error):
        return Fault(
            "not written", f"{called(mine)} is not finished: {line} meets a `...` that is still to be replaced."
        )
    what = f"{type(error).__name__}: {error}".removesuffix(": ").replace("_Start", "State")
    hints = [re.sub(f".*(?:{sign}).*", hint, what, flags=re.DOTALL) for sign, hint in HINTS if re.search(sign, what)]
    if line:
        return Fault(
            "broken", f"{called(mine)} does not run: {line} stops with {what}.".replace("..", ".") + "".join(hints)
        )
    return Fault("broken", str(error) if str(error).endswith(".") else f"{called(mine)} does not run: {what}.")


def _own_line(error, mine):
    """The last line of the student's that ran; the frames of the library below it say nothing to them."""
    home = getattr(mine, "__globals__", None)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    lines = traceback.extract_tb(error.__traceback__)
    own = [line for frame, line in zip(frames, lines, strict=True) if frame.f_globals is home]
    if not own:
        return ""
    return f"line {own[-1].lineno}, `{own[-1].line}`," if own[-1].line else f"line {own[-1].lineno}"


def called(mine):
    """What a function is called in a sentence."""
    name = getattr(mine, "__name__", type(mine).__name__)
    return "your function" if name == "<lambda>" else name


def short(value):
    """A value on one line of at most 60 characters."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else text[:57] + "..."


def is_empty(mine):
    """Whether a function's body holds nothing but a docstring, `...` or pass."""
    try:
        function = ast.parse(textwrap.dedent(inspect.getsource(mine))).body[0]
        return all(
            isinstance(part, ast.Pass) or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            for part in function.body
        )
    except (OSError, TypeError, SyntaxError, AttributeError, IndexError):
        return False  # what can't be read is run, and judged by what it does
