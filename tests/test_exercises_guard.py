"""Whatever a student has written, the notebook stays usable."""

import itertools
import logging
import os
import random
import signal
import sys
import threading
import time
from functools import partial

import numpy as np
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output
from traitlets.config import Config

from course_utils import State, gradient_descent
from course_utils.exercises import guard
from course_utils.exercises.judge import report


def bare_step(prev, g, lr=0.01):
    return State(theta=prev.theta - lr * g)


def endless(prev, g, lr=0.01):
    while True:
        try:
            len(g)
        except Exception:
            pass


def endless_line(prev, g, lr=0.01):
    while True: pass  # noqa: E701  # fmt: skip


def endless_in_a_try(prev, g, lr=0.01):
    theta = prev.theta
    while True:
        try:
            theta = theta - lr * g
        except:  # noqa: E722
            theta = prev.theta


def endless_print(prev, g, lr=0.01):
    while True:
        print("still here " * 100)


@pytest.fixture(params=["threads", "no threads"])
def threads(request, monkeypatch):
    """A machine, and a browser, where no thread can be started."""
    if request.param == "no threads":
        if sys.version_info < (3, 12):
            pytest.skip("sys.monitoring came with Python 3.12; every Python for browsers has it")

        def refused(thread):
            raise RuntimeError("can't start new thread")

        monkeypatch.setattr(threading.Thread, "start", refused)
        monkeypatch.setattr(guard, "BROWSER", True)
    return request.param


@pytest.mark.parametrize(
    ("mine", "told"),
    [
        (endless, "is there a loop that never ends?"),
        (endless_line, "is there a loop that never ends?"),
        (endless_in_a_try, "is there a loop that never ends?"),
        (np.errstate(all="ignore")(endless), "is there a loop that never ends?"),
        (partial(endless), "is there a loop that never ends?"),
        (endless_print, "let it print less. (What it printed, "),
    ],
)
def test_a_loop_for_ever_is_stopped(threads, monkeypatch, capsys, mine, told):
    monkeypatch.setattr(guard, "now", itertools.count().__next__)  # a second goes by from look to look
    if threads == "no threads" and mine is endless_print:
        told = ""  # each line is a look at the clock: it is stopped before it has printed much
    assert f"stopped after 5 seconds: {told}" in report(mine, gradient_descent).text
    assert capsys.readouterr() == ("", "")


def sleeps(prev, g, lr=0.01):
    time.sleep(60)


def sleeps_and_catches_all(prev, g, lr=0.01):
    while True:
        try:
            time.sleep(60)
        except BaseException:
            pass


def catches_all_twice(prev, g, lr=0.01):
    while True:
        try:
            sleeps_and_catches_all(prev, g)
        except BaseException:
            time.sleep(0.001)


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="there are no timers here")
@pytest.mark.parametrize("mine", [sleeps, sleeps_and_catches_all, catches_all_twice])
def test_what_sleeps_or_catches_everything_is_stopped_too(monkeypatch, mine):
    before = signal.getsignal(signal.SIGALRM), sys.gettrace()
    monkeypatch.setattr(guard, "now", itertools.count().__next__)
    begin = time.perf_counter()
    assert "stopped after 5 seconds" in report(mine, gradient_descent).text
    assert time.perf_counter() - begin < 5
    assert (signal.getsignal(signal.SIGALRM), sys.gettrace()) == before
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)


def test_in_another_thread_a_loop_for_ever_is_stopped_as_well(monkeypatch):
    monkeypatch.setattr(guard, "now", itertools.count().__next__)
    said = []
    thread = threading.Thread(target=lambda: said.append(report(endless_line, gradient_descent).text))
    thread.start()
    thread.join(30)
    assert "stopped after 5 seconds" in said[0]


def test_what_a_rule_changes_for_the_whole_process_is_as_before(tmp_path):
    def mine(prev, g, lr=0.01):
        np.random.seed(1)
        random.seed(1)
        os.chdir(tmp_path)
        sys.setrecursionlimit(500)
        logging.basicConfig(level=logging.DEBUG, force=True)
        logging.disable(logging.CRITICAL)
        np.set_printoptions(precision=1)
        return State(theta=prev.theta - lr * g)

    def settings():
        root = logging.getLogger()
        return [
            np.random.get_state()[1].tolist(), random.getstate(), os.getcwd(), sys.getrecursionlimit(),
            root.handlers[:], root.level, root.manager.disable, np.get_printoptions()["precision"],
        ]  # fmt: skip

    before = settings()
    assert report(mine, gradient_descent).kind == "right"
    assert settings() == before


def test_exit_does_not_end_the_notebook(run_cell, monkeypatch):
    # as the shell of a notebook and that of a terminal do it
    monkeypatch.setattr(InteractiveShell, "ask_exit", lambda shell: setattr(shell, "exit_now", True), raising=False)
    shown = run_cell(
        "from course_utils import State, gradient_descent\n"
        "from course_utils.exercises import check\n"
        "def mine(prev, g, lr=0.01):\n"
        "    exit()\n"
        "check(mine, gradient_descent)"
    )
    assert "Take exit() out" in shown[0].data["text/plain"]
    assert not InteractiveShell.instance().exit_now
    run_cell("exit()")
    assert InteractiveShell.instance().exit_now


def test_what_ends_when_its_time_is_over_leaves_nothing_behind(monkeypatch):
    """So closely to the moment at which it would be stopped that sometimes it is, and sometimes it is not."""
    clock, stopped, tries = [0], 0, 100
    monkeypatch.setattr(guard, "now", lambda: clock[0])
    monkeypatch.setattr(guard, "TICK", 0.001)

    def over(seconds):
        clock[0] = 6
        end = time.perf_counter() + seconds
        while time.perf_counter() < end:
            pass
        return ""

    for seconds in np.linspace(0, 0.015, tries):
        clock[0] = 0
        try:
            assert guard.guarded(lambda seconds=seconds: over(seconds), bare_step, 5) == ""
        except guard.Fault as fault:
            assert "stopped after 5 seconds" in fault.text
            stopped += 1
        for _ in range(10_000):
            pass  # where a TooLong that has escaped would show
    assert 0 < stopped < tries
    assert report(bare_step, gradient_descent).kind == "right"
    assert threading.active_count() < 10


def test_a_check_within_a_check_is_refused():
    def mine(prev, g, lr=0.01):
        said = report(bare_step, gradient_descent)
        raise ValueError(said.text)

    assert "Another check is still running" in report(mine, gradient_descent).text
    assert report(bare_step, gradient_descent).kind == "right"


def test_what_is_displayed_is_not_shown(run_cell):
    shown = run_cell(
        "from IPython.display import display\n"
        "from course_utils import State, gradient_descent\n"
        "from course_utils.exercises import check\n"
        "def mine(prev, g, lr=0.01):\n"
        "    display(g)\n"
        "    return State(theta=prev.theta - lr * g)\n"
        "check(mine, gradient_descent)"
    )
    assert [output.data["text/plain"][:7] for output in shown] == ["✓ Right"]


@pytest.fixture
def run_cell(tmp_path, monkeypatch):
    """Runs a cell in a shell of its own, and returns what it displays."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setitem(sys.modules, "__main__", sys.modules["__main__"])  # the shell puts its own there
    shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))

    def run(source):
        with capture_output() as captured:
            assert shell.run_cell(source).success
        return captured.outputs

    yield run
    InteractiveShell.clear_instance()


def test_what_is_printed_or_warned_is_not_shown_and_the_notebook_stays_as_it_was(capsys, recwarn):
    def mine(prev, g, lr=0.01):
        print("step", prev.t, file=sys.stderr)
        np.log(np.array([-1.0]))
        return State(theta=prev.theta - lr * g, t=prev.t + 1)

    before = sys.gettrace(), np.geterr(), sys.stdout, sys.stderr
    said = report(mine, gradient_descent)
    assert said.kind == "right" and "lines, is not shown here" in said.text
    assert capsys.readouterr() == ("", "") and not recwarn.list
    assert (sys.gettrace(), np.geterr(), sys.stdout, sys.stderr) == before
