"""The catalogue of wrong rules tests our tests: each of them must be noticed."""

import inspect

import pytest
import test_rules

from course_utils.exercises.mistakes import MISTAKES

CASES = [pytest.param(right, mistake, id=mistake.name) for right in MISTAKES for mistake in MISTAKES[right]]
OF_THE_COURSE = [case for case in CASES if case.values[0].__name__ in test_rules.RULES]


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


@pytest.mark.parametrize(("right", "mistake"), OF_THE_COURSE)
def test_the_unit_tests_notice_a_wrong_rule(right, mistake):
    def wrong(prev, g, **hyper):
        defaults = {p.name: p.default for p in list(inspect.signature(right).parameters.values())[2:]}
        return mistake.rule(prev, g, **defaults | hyper)

    assert noticed(right, wrong)


def test_the_unit_tests_pass_with_the_right_rule():
    for right in test_rules.RULES.values():
        assert not noticed(right, right)
