"""Runs what a student has written so that the notebook stays usable, whatever it does."""

import ast
import ctypes
import functools
import inspect
import io
import logging
import os
import random
import re
import signal
import sys
import textwrap
import threading
import time
import traceback
import warnings
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import numpy as np
from IPython import get_ipython
from IPython.utils.capture import capture_output

HINTS = (  # what Python's message means to somebody who writes a rule, where it does not say so
    ("'State'", " prev is the whole state; its parts are prev.theta, prev.m and so on."),
    (r"bitwise_xor|for \^", " A power is written **, not ^."),
    (r"local variable '(\w+)'", r" The one before the step is prev.\1."),
    (r"inhomogeneous", " The parts have different shapes: is a mean missing in one of them?"),
    ("no positional arguments|at most 1 positional", " Name each part: State(theta=theta)."),
    ("^SystemExit", " Take exit() out: it would end more than the rule."),
    (r"name '(sqrt|sign|mean|abs|array|sum|exp)' is not", r" NumPy's functions need its name before them: np.\1."),
)
TICK = 0.01  # seconds between two looks at the clock
BROWSER = sys.platform == "emscripten"  # Python in a browser, which has neither signals nor threads
TOOL = 4  # of the six places in sys.monitoring one that no debugger or profiler takes
OURS = str(Path(__file__).parents[1])
now = time.monotonic  # the clock, which a test may set
BUSY = threading.Lock()  # stdout, warnings and NumPy's settings belong to the whole process


class Fault(Exception):
    """What is said of an exercise that is not right; `kind` and `picture` as in `judge.Report`."""

    def __init__(self, kind, text, picture=""):
        super().__init__(text)
        self.kind, self.text, self.picture = kind, text, picture


class TooLong(BaseException):
    """Not an Exception, so that a student's own `except Exception` lets it through."""


class Silence(io.TextIOBase):
    """Counts what is printed, and keeps none of it: there may be millions of lines."""

    lines = characters = 0

    def writable(self):
        return True

    def write(self, text):
        self.lines += text.count("\n")
        self.characters += len(text)
        return len(text)


def guarded(judge, mine, seconds):
    """What judge() returns, which calls `mine`; whatever goes wrong becomes a Fault.

    What it prints, displays or warns of is not shown; dice, the working
    directory, logging and other settings are as before when it ends. After so
    many seconds it is stopped, asleep or not. What can't be stopped is one long
    call of compiled code, such as a huge matrix product. (Where there are no
    signals, as on Windows, it is stopped between two of its lines: not in a
    sleep, nor where `except BaseException` catches whatever comes.)
    """
    if not BUSY.acquire(blocking=False):
        raise Fault("broken", "Another check is still running: call check once its answer is there.")
    silence = Silence()
    try:
        with (
            redirect_stdout(silence),
            redirect_stderr(silence),
            capture_output(stdout=False, stderr=False, display=True),
            warnings.catch_warnings(),
            np.errstate(all="ignore"),
            np.printoptions(),
            _as_before(),
        ):
            warnings.simplefilter("ignore")
            text, error = _no_longer_than(seconds, judge)
    finally:
        BUSY.release()
    if error is None:
        return text + _printed(silence)
    if isinstance(error, KeyboardInterrupt):
        raise error  # the reader's own, who wants it to stop
    if isinstance(error, TooLong):
        why = "let it print less." if silence.characters > 100_000 else "is there a loop that never ends?"
        error = Fault("broken", f"{called(mine)} was stopped after {seconds} seconds: {why}")
    fault = explained(error, mine)
    raise Fault(fault.kind, fault.text + _printed(silence), fault.picture) from None


@contextmanager
def _as_before():
    """Gives back at the end what a student's code may have changed for the whole process."""
    dice, numpy_dice, folder, depth = random.getstate(), np.random.get_state(), os.getcwd(), sys.getrecursionlimit()
    root, shell = logging.getLogger(), get_ipython()
    logs = root.handlers[:], root.level, logging.root.manager.disable
    if shell:
        shell.ask_exit = sys.exit  # what `exit()` calls in a notebook; the kernel would end a second later
    try:
        yield
    finally:
        if shell:
            del shell.ask_exit
        random.setstate(dice)
        np.random.set_state(numpy_dice)
        os.chdir(folder)
        sys.setrecursionlimit(depth)
        root.handlers[:], root.level, logging.root.manager.disable = logs


def _no_longer_than(seconds, run):
    """run()'s result and None; or None and what it raised, which is TooLong after so many seconds."""
    result, error, tracing, watchdog = None, None, sys.gettrace(), Watchdog(seconds, sys._getframe())
    try:
        watchdog.start()
        result = run()
    except BaseException as raised:
        error = raised
    watchdog.over = True  # before any call, in which another TooLong might be met
    while True:
        try:
            sys.settrace(tracing)
            watchdog.stop()
            return result, error
        except TooLong:
            pass  # the last one


class Watchdog:
    """Raises TooLong where it was made, after so many seconds, and again while it goes on.

    A timer's signal does it, which ends a sleep as well. Each time the frames
    above `frame` are told to raise it at their next line, so that it comes out
    of an `except` which has caught the one before. Where there are no signals,
    on Windows and in other threads than the first, a second thread does it. In
    a browser there are neither: there each line looks at the clock before it
    runs.
    """

    def __init__(self, seconds, frame):
        self.end, self.over, self.frame = now() + seconds, False, frame
        self.timer, self.looking = None, False
        self.thread = threading.Thread(target=self._watch, daemon=True)
        self.target = ctypes.c_ulong(threading.get_ident())

    def start(self):
        try:
            if BROWSER:
                raise OSError
            before = signal.signal(signal.SIGALRM, self._ring)
            self.timer = signal.setitimer(signal.ITIMER_REAL, TICK, TICK)
            self.before = before
        except (AttributeError, ValueError, OSError):  # no such signal here, or another thread than the first
            try:
                self.thread.start()
            except RuntimeError:  # in a browser there are no threads
                self._look_at_each_line()

    def _look_at_each_line(self):
        if hasattr(sys, "monitoring"):  # it came with Python 3.12
            events = sys.monitoring.events.LINE, sys.monitoring.events.JUMP
            sys.monitoring.use_tool_id(TOOL, "course_utils")
            for event in events:
                sys.monitoring.register_callback(TOOL, event, self._look)
            sys.monitoring.set_events(TOOL, sum(events))
            self.looking = True

    def stop(self):
        if self.timer:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, self.before)
            signal.setitimer(signal.ITIMER_REAL, *self.timer)  # another's, if there was one
        if self.thread.ident:
            self.thread.join()
            for _ in range(100):
                pass  # where the last one is met, if there is one
        if self.looking:
            sys.monitoring.set_events(TOOL, 0)
            sys.monitoring.free_tool_id(TOOL)
            self.looking = False

    def _ring(self, number, frame):
        if now() > self.end and not self.over:
            signal.setitimer(signal.ITIMER_REAL, TICK / 20, TICK / 20)
            sys.settrace(_raise)
            while frame and frame is not self.frame:
                frame.f_trace, frame = _raise, frame.f_back
            raise TooLong

    def _watch(self):
        while not self.over:
            time.sleep(TICK)
            if now() > self.end and not self.over:
                ctypes.pythonapi.PyThreadState_SetAsyncExc(self.target, ctypes.py_object(TooLong))

    def _look(self, code, *_):
        if code.co_filename.startswith(OURS):
            return sys.monitoring.DISABLE  # a loop for ever would be in the student's code
        if now() > self.end and not self.over:
            raise TooLong


def _raise(frame, event, _):
    if event == "line":  # not where the one before has just been raised, which may be inside of a try
        raise TooLong
    return _raise


def _printed(silence):
    return f" (What it printed, {silence.lines} lines, is not shown here.)" if silence.lines else ""


def explained(error, mine):
    """An exception as a Fault: the student's own line with its error; or what it says, if no line of theirs failed."""
    if isinstance(error, RuntimeError) and error.__cause__:
        error = error.__cause__  # StopIteration, as a generator of ours passes it on
    if isinstance(error, Fault):
        return error
    line, said = own_line(error, mine), short(error, str, 300)
    if type(error) is NotImplementedError and line:
        return Fault("not written", f"{called(mine)} is not written yet.")
    if line and "ellipsis" in said:
        return Fault(
            "not written", f"{called(mine)} is not finished: {line}, meets a `...` that is still to be replaced."
        )
    what = f"{type(error).__name__}: {said}".removesuffix(": ").removesuffix(".").replace("_Begin", "State")
    hints = [re.sub(f".*(?:{sign}).*", hint, what, flags=re.DOTALL) for sign, hint in HINTS if re.search(sign, what)]
    if line:
        return Fault("broken", f"{called(mine)} does not run: {line}, stops with {what}." + "".join(hints))
    return Fault("broken", said if said.endswith((".", "?")) else f"{called(mine)} does not run: {what}.")


def own_line(error, mine):
    """The last line of the student's that ran; the frames of the library below it say nothing to them."""
    home = getattr(unwrapped(mine), "__globals__", None)
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    lines = traceback.extract_tb(error.__traceback__)
    own = [line for frame, line in zip(frames, lines, strict=True) if frame.f_globals is home]
    if not own:
        return ""
    return f"line {own[-1].lineno}, `{own[-1].line}`" if own[-1].line else f"line {own[-1].lineno}"


def unwrapped(mine):
    """The function that a student has written: inside of decorators, partial, a method or an object that is called."""
    while isinstance(mine, functools.partial):
        mine = mine.func
    if callable(mine) and not inspect.isroutine(mine) and not inspect.isclass(mine):
        mine = type(mine).__call__
    try:
        mine = inspect.unwrap(mine)
    except ValueError:
        pass  # it wraps itself
    return getattr(mine, "__func__", mine)


def called(mine):
    """What a function is called in a sentence."""
    name = getattr(mine, "__name__", None) or getattr(unwrapped(mine), "__name__", type(mine).__name__)
    return {"<lambda>": "your function", "__call__": type(mine).__name__}.get(name, name)


def short(value, write=repr, length=60):
    """A value on one line of at most so many characters."""
    try:
        text = " ".join(write(value).split())
    except (Exception, SystemExit):
        return f"this {type(value).__name__}"
    return text if len(text) <= length else text[: length - 3] + "..."


def source(mine):
    """The source of what a student has written, or its name where it can't be read."""
    try:
        return textwrap.dedent(inspect.getsource(unwrapped(mine)))
    except (OSError, TypeError):
        return called(mine)


def is_empty(mine):
    """Whether a function's body holds nothing but a docstring, `...` or pass."""
    try:
        function = ast.parse(source(mine)).body[0]
        return all(
            isinstance(part, ast.Pass) or (isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant))
            for part in function.body
        )
    except (SyntaxError, AttributeError, IndexError, TypeError):
        return False  # what can't be read is run, and judged by what it does
