"""Each known mistake is named, and the wrong rules test our tests: each of them must be noticed."""

import subprocess
import sys

import numpy as np
import pytest
import test_rules

from course_utils import adagrad
from course_utils.exercises import appendix, lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6
from course_utils.exercises.judge import report
from course_utils.exercises.mistakes import MISTAKES, edited
from course_utils.rules import Start

LESSONS = [lesson_1, lesson_2, lesson_3, lesson_4, lesson_5, lesson_6, appendix]
ASKED_FOR = [getattr(lesson, name) for lesson in LESSONS for name in dir(lesson)]
FUNCTIONS = [exercise for exercise in ASKED_FOR if callable(exercise.right)]
WITH_EDITS = [(right, right, edits) for right, edits in MISTAKES.items()]
WITH_EDITS += [(exercise.right, exercise, exercise.mistakes) for exercise in FUNCTIONS]


def case(right, asked, edit):
    return pytest.param(right, asked, edit, id=f"{right.__name__}: {edit[-1]}")


CASES = [case(right, asked, edit) for right, asked, edits in WITH_EDITS for edit in edits]


@pytest.mark.parametrize(("right", "asked", "edit"), CASES)
def test_a_known_mistake_is_named(right, asked, edit):
    said = report(edited(right, edit), asked)
    assert said.kind == "wrong" and edit[-1] in said.text


@pytest.mark.parametrize("edits", [edits for *_, edits in WITH_EDITS], ids=[case[0].__name__ for case in WITH_EDITS])
def test_two_mistakes_are_never_told_by_one_sentence(edits):
    assert len({edit[-1] for edit in edits}) == len(edits)


@pytest.mark.parametrize("old", ["prev.v + g**3", "v"])
def test_an_edit_that_does_not_fit_says_so(old):
    with pytest.raises(ValueError, match=r"edit of adagrad for 'Too steep\.' fits \d+ times: let `.+` stand in it"):
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
    """Runs the unit tests of the rules with each wrong rule in the place of the right one, until one of them fails."""

    def __init__(self, right):
        self.right, self.noticed = right, []

    def pytest_runtestloop(self, session):
        name = self.right.__name__
        items = sorted(session.items, key=lambda item: name not in item.name)  # those that speak of the rule come first
        for rule in [self.right, *(edited(self.right, edit) for edit in MISTAKES[self.right])]:
            setattr(test_rules, name, rule)
            test_rules.RULES[name] = rule
            self.failed = False
            for item in items:
                session.config.hook.pytest_runtest_protocol(item=item, nextitem=None)
                if self.failed:
                    break
            self.noticed.append(self.failed)
        return True

    def pytest_runtest_logreport(self, report):
        self.failed |= report.failed

    def pytest_unconfigure(self):
        setattr(test_rules, self.right.__name__, self.right)
        test_rules.RULES[self.right.__name__] = self.right


@pytest.mark.parametrize("right", MISTAKES, ids=lambda rule: rule.__name__)
def test_the_unit_tests_notice_each_wrong_rule_and_pass_the_right_one(right):
    runs = Instead(right)
    options = ["-p", "no:terminal", "-p", "no:cacheprovider", "-p", "no:xdist", "-p", "no:nbval"]
    pytest.main([test_rules.__file__, *options], plugins=[runs])
    passed = [edit[-1] for edit, noticed in zip(MISTAKES[right], runs.noticed[1:], strict=True) if not noticed]
    assert not runs.noticed[0] and not passed
