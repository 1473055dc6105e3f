"""Wrong rules that are told apart by their steps: each is one of the catalogue, and some trial gives it away."""

from itertools import permutations, product

import numpy as np
import pytest

from course_utils import adagrad, adam, descend, momentum, rmsprop
from course_utils.exercises import Suspects, suspects
from course_utils.exercises.mistakes import MISTAKES, edited

GRADIENTS = (-2, 0, 1, 3)
SETTINGS = {
    momentum: {"lr": [0.1, 1], "beta": [0.5, 0.9]},
    adagrad: {"lr": [0.1, 1], "eps": [1e-8, 1]},
    rmsprop: {"lr": [0.1, 1], "rho": [0.5, 0.9], "eps": [1e-8, 1]},
    adam: {"lr": [0.1, 1], "beta1": [0.5, 0.9], "beta2": [0.9, 0.999]},
}
each_rule = pytest.mark.parametrize("rule", SETTINGS, ids=lambda rule: rule.__name__)


def steps(group, name, gradients, settings):
    return np.diff(group.walk(name, gradients, **settings).theta[:, 0])


@each_rule
def test_what_is_suspected_begins_one_sentence_of_the_catalogue(rule):
    catalogue = [edit[-1] for edit in MISTAKES[rule]]
    group = Suspects(rule)
    assert list(group.sentences) == suspects.SUSPECTED[rule] and len(group.sentences) >= 6
    for said, sentence in group.sentences.items():
        assert [one for one in catalogue if one.startswith(said)] == [sentence]
        assert len(said) < 50, "it must fit on a button"


@each_rule
def test_each_suspect_walks_as_its_mistake_does(rule):
    group, gradients = Suspects(rule), [1, 3, 0, -2, 1]
    wrong = {edit[-1]: edited(rule, edit) for edit in MISTAKES[rule]}
    for said, sentence in group.sentences.items():
        expected = descend(wrong[sentence], lambda theta, t: np.full(1, gradients[t - 1]), [1.0], 5, lr=0.1)
        np.testing.assert_array_equal(group.walk(said, gradients, lr=0.1).theta, expected.theta)


@each_rule
def test_the_telling_trial_of_any_two_tells_them_apart_for_the_eye(rule):
    group = Suspects(rule)
    for one, other in permutations([group.name, *group.sentences], 2):
        gradients, settings = group.telling(one, [other], GRADIENTS, SETTINGS[rule])
        assert set(gradients) <= set(GRADIENTS) and 1 <= len(gradients) <= 4
        assert all(value in SETTINGS[rule][name] for name, value in settings.items())
        last = [f"{steps(group, name, gradients, settings)[-1]:.3g}" for name in (one, other)]
        a, b = map(float, last)
        assert abs(a - b) > 0.25 * max(abs(a), abs(b)), f"{one} and {other}: {last}"


@each_rule
def test_the_opening_trial_tells_the_first_suspect_from_all_others(rule):
    group = Suspects(rule)
    first, *others = group.sentences
    gradients, settings = group.telling(first, [group.name, *others], GRADIENTS, SETTINGS[rule], least=3, repeat=False)
    assert len({*gradients}) == len(gradients) >= 3
    hidden = steps(group, first, gradients, settings)
    for other in (group.name, *others):
        away = np.abs(hidden - steps(group, other, gradients, settings))
        assert (away > 0.25 * np.abs(hidden)).any(), other


def test_no_trial_as_short_is_more_telling():
    group, settings = Suspects(momentum), SETTINGS[momentum]
    one, other = "Nothing fades: β is missing", "momentum"

    def share(gradients, how):
        a, b = (steps(group, name, gradients, how)[-1] for name in (one, other))
        return abs(a - b) / max(abs(a), abs(b), 1e-9)

    ways = [dict(zip(settings, values, strict=True)) for values in product(*settings.values())]
    assert max(share([g], how) for g in GRADIENTS for how in ways) < 1e-6, "the first step is the same"
    gradients, how = group.telling(one, [other], GRADIENTS, settings)
    assert len(gradients) == 2
    every = [share(pair, way) for pair in product(GRADIENTS, repeat=2) for way in ways]
    assert share(gradients, how) == pytest.approx(max(every), rel=1e-6)


def test_a_step_that_is_no_number_tells_most():
    nan, inf = np.nan, np.inf
    shares = suspects._apart(np.array([1, 1, nan, inf, 1, 1e-17]), np.array([1, 2, nan, 1, nan, 0]))
    np.testing.assert_array_equal(shares, [0, 0.5, 0, 2, 2, 0])


@pytest.mark.parametrize("said", ["no sentence of the catalogue", "ε"])
def test_a_suspect_that_is_not_one_of_the_catalogue_says_so(monkeypatch, said):
    monkeypatch.setitem(suspects.SUSPECTED, adagrad, [said])
    with pytest.raises(ValueError, match=rf"^\d sentences on adagrad begin with '{said}': let it be one\.$"):
        Suspects(adagrad)
