"""What several tests ask."""

import re
from contextlib import contextmanager

import numpy as np
import pytest

from course_utils import NAMES

RULES = list(NAMES)
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


@contextmanager
def refused(kind, *words):
    """Inside, an error of this kind is raised whose message is one sentence, on one line, with these words in it."""
    with pytest.raises(kind) as caught:
        yield
    error, message = caught.value, str(caught.value)
    for word in words:
        assert word in message
    assert re.fullmatch(r"[^\n]*[.?]", message), message
    assert not re.search(r"[.?!] +[A-Z]", message), message
    assert error.__cause__ is None and (error.__suppress_context__ or error.__context__ is None)


def assert_same_path(one, other):
    assert vars(one).keys() == vars(other).keys()
    for name, rows in vars(one).items():
        np.testing.assert_array_equal(rows, getattr(other, name), err_msg=name)
