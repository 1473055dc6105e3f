"""Each known mistake is named, and the wrong rules test our tests: each of them must be noticed."""

import subprocess
import sys

import numpy as np
import pytest
import test_rules

from course_utils import adagrad
from course_utils.exercises import lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from course_utils.exercises.judge import report
from course_utils.exercises.mistakes import MISTAKES, edited
from course_utils.rules import Start

LESSONS = [lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6]
ASKED_FOR = [getattr(lesson, name) for lesson in LESSONS for name in dir(lesson)]
FUNCTIONS = [exercise for exercise in ASKED_FOR if callable(exercise.right)]
WITH_EDITS = [(right, right, edits) for right, edits in MISTAKES.items()] + [
    (e.right, e, e.mistakes) for e in FUNCTIONS
]


def case(right, asked, edit):
    return pytest.param(right, asked, edit, id=f"{right.__name__}: {edit[-1]}")


CASES = [case(right, asked, edit) for right, asked, edits in WITH_EDITS for edit in edits]
OF_THE_COURSE = [case for case in CASES if case.values[0] in MISTAKES]


@pytest.mark.parametrize(("right", "asked", "edit"), CASES)
def test_a_known_mistake_is_named(right, asked, edit):
    said = report(edited(right, edit), asked)
    assert said.kind == "wrong" and edit[-1] in said.text


@pytest.mark.parametrize("edits", [edits for *_, edits in WITH_EDITS], ids=[case[0].__name__ for case in WITH_EDITS])
def test_two_mistakes_are_never_told_by_one_sentence(edits):
    assert len({edit[-1] for edit in edits}) == len(edits)


@pytest.mark.parametrize("old", ["prev.v + g**3", "v"])
def test_an_edit_that_does_not_fit_says_so(old):
    with pytest.raises(
        ValueError, match=r"edit of adagrad for 'Too steep\.' fits \d+ times: let `.+` stand in it once\."
    ):
        edited(adagrad, (old, "g", "Too steep."))


def test_an_edit_may_be_one_of_several_and_leaves_the_right_rule_alone():
    start = Start([1.0])
    wrong = edited(adagrad, ("prev.v + g**2", "g", "lr / (np.sqrt(v) + eps)", "2 * v", "Two at once."))
    assert wrong(start, np.array([3.0]), lr=1.0).theta == 1 - 2 * 3 * 3
    assert adagrad(start, np.array([3.0]), lr=1.0, eps=0).theta == 0


def test_wrong_rules_are_made_when_they_are_asked_for():
    code = "from course_utils.exercises.mistakes import edited; print(edited.cache_info().currsize)"
    command = [sys.executable, "-c", f"import course_utils.exercises; {code}"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip() == "0"


class Instead:
    """Runs the unit tests of the rules with a wrong rule in the place of the right one."""

    def __init__(self, right, wrong):
        self.name, self.right, self.wrong = right.__name__, right, wrong

    def pytest_collection_modifyitems(self, items):
        self.put(self.wrong)
        items.sort(key=lambda item: self.name not in item.name)  # those that speak of the rule come first

    def pytest_unconfigure(self):
        self.put(self.right)

    def put(self, rule):
        setattr(test_rules, self.name, rule)
        test_rules.RULES[self.name] = rule


def noticed(right, wrong):
    options = ["-x", "-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval"]
    return pytest.main([test_rules.__file__, *options], plugins=[Instead(right, wrong)]) == pytest.ExitCode.TESTS_FAILED


@pytest.mark.parametrize(("right", "asked", "edit"), OF_THE_COURSE)
def test_the_unit_tests_notice_a_wrong_rule(right, asked, edit):
    assert noticed(right, edited(right, edit))


def test_the_unit_tests_pass_with_the_right_rule():
    for right in test_rules.RULES.values():
        assert not noticed(right, right)
