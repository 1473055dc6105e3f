"""A path holds every step of a run; one run can be taken out of many; a copy keeps what it was made with."""

import copy
import pickle

import numpy as np
import pytest
from helpers import RULES, assert_same_path, each_rule, refused

from course_utils import (
    Path,
    State,
    adam,
    descend,
    gradient_descent,
    momentum,
)
from course_utils.problems import bowl

pytestmark = pytest.mark.filterwarnings("error")


def test_a_path_says_how_long_it_is_and_what_it_holds():
    path = descend(momentum, bowl.grad, bowl.start, 5)
    assert repr(path) == "Path of 5 steps: theta (6, 2), m (6, 2)"


@each_rule
@pytest.mark.parametrize("row", [3, 4])
def test_a_path_until_a_row_is_the_path_of_so_many_steps(rule, row):
    part = descend(rule, bowl.grad, bowl.start, 9, lr=[0.1, 0.2]).until(row)
    assert_same_path(part, descend(rule, bowl.grad, bowl.start, row, lr=[0.1, 0.2]))
    assert part.origin.rule is rule


def test_a_path_made_by_hand_is_cut_like_any_other():
    part = Path(theta=np.arange(6.0).reshape(3, 2)).until(1)
    assert part.theta.tolist() == [[0, 1], [2, 3]]
    assert part.label == "θ"


def test_a_path_is_called_by_its_rule():
    assert [descend(rule, bowl.grad, bowl.start, 1).label for rule in RULES] == [
        "gradient descent",
        "momentum",
        "AdaGrad",
        "RMSProp",
        "Adam",
    ]
    assert descend(slow_and_steady, bowl.grad, bowl.start, 1).label == "slow and steady"
    assert Path(theta=np.zeros((1, 2))).label == "θ"


def slow_and_steady(prev, g):
    return State(theta=prev.theta - 0.001 * np.sign(g))


def test_a_path_knows_what_it_was_made_with():
    origin = descend(adam, bowl.grad, bowl.start, 3, lr=0.5).origin
    assert origin.rule is adam
    assert origin.hyper == {"lr": 0.5, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8}
    np.testing.assert_array_equal(origin.grad(np.ones(2), 1), bowl.grad(np.ones(2)))
    assert descend(adam, lambda theta, t: t * theta, [1.0], 3).origin.grad(2.0, 5) == 10


def steady(theta):
    return np.array([0.2, 4.0]) * theta


@each_rule
def test_one_run_out_of_many_is_the_path_that_it_would_be_alone(rule):
    starts, lr = np.array([[[-5, -2]], [[1, 2]]]), [0.1, 0.2, 0.3]
    many = descend(rule, bowl.grad, starts, 6, lr=lr)
    for place in np.ndindex(2, 3):
        one, alone = many.run(*place), descend(rule, bowl.grad, starts[place[0], 0], 6, lr=lr[place[1]])
        assert_same_path(one, alone)
        assert one.origin.hyper == alone.origin.hyper and one.origin.rule is rule
        assert all(np.shape(value) == () for value in one.origin.hyper.values())
        np.testing.assert_array_equal(one.origin.grad(one.theta[3], 4), bowl.grad(one.theta[3]))


def test_one_run_has_the_noise_of_its_own():
    noise = np.arange(8.0).reshape(4, 2, 1)
    many = descend(gradient_descent, lambda theta, t: theta + noise[t], [[1.0], [1.0]], 3)
    assert many.run(1).origin.grad(np.array([5.0]), 2).tolist() == [10]
    assert many.run(0).origin.grad(np.array([5.0]), 3).tolist() == [11]


def test_a_run_keeps_what_is_one_number_for_it_or_shared_by_several():
    def noted(prev, g, lr=0.1, beta=0.5):
        share, sizes = beta * np.ones(2), np.abs(g).sum(axis=-1)
        return State(theta=prev.theta - lr * g, share=share, size=sizes, t=prev.t + 1, row=(lr * g)[:1])

    many = descend(noted, bowl.grad, np.ones((4, 3, 2)), 2, beta=[0.1, 0.2, 0.3], lr=np.ones((4, 1)))
    one = many.run(2, 1)
    assert one.share[1:].tolist() == [[0.2, 0.2]] * 2
    np.testing.assert_array_equal(one.size, many.size[:, 2, 1])
    assert one.row.shape == one.theta.shape == (3, 2) and one.t.tolist() == [0, 1, 2]


def test_a_path_of_one_run_is_its_only_run():
    path = descend(adam, bowl.grad, bowl.start, 3)
    assert path.single() is path
    assert_same_path(path.run(), path)
    handmade = Path(theta=np.zeros((3, 2, 1))).run(1)
    assert handmade.theta.shape == (3, 1) and handmade.label == "θ"


@pytest.mark.parametrize(
    ("runs", "place", "words"),
    [
        ((3,), (3,), "run(3,) is not in a path with runs of shape (3,): take one of them, such as path.run(0)."),
        ((3,), (), "run() is not"),
        ((2, 1), (0,), "such as path.run(0, 0)."),
        ((2, 1), (0, 1), "such as path.run(0, 0)."),
        ((), (0,), "of shape (): it is one run already."),
    ],
)
def test_a_run_that_is_not_there_is_answered_in_one_sentence(runs, place, words):
    path = descend(adam, bowl.grad, np.ones((*runs, 2)), 1)
    with refused(IndexError, words):
        path.run(*place)


def test_many_runs_where_one_is_wanted_are_answered_in_one_sentence():
    with refused(ValueError, "the path of Adam has runs of shape (2, 3): take one of them, such as path.run(0, 0)."):
        descend(adam, bowl.grad, np.ones((2, 3, 2)), 1).single()


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda path: pickle.loads(pickle.dumps(path))])
def test_a_copy_keeps_its_origin(copied):
    path = descend(adam, steady, bowl.start, 3, lr=[0.1, 0.2])
    other = copied(path)
    assert type(other) is Path and repr(other) == repr(path) and other.label == "Adam"
    assert_same_path(other, path)
    assert_same_path(other.until(2), path.until(2))
    assert_same_path(other.run(1), path.run(1))
    assert type(other.origin) is type(path.origin) and vars(other.origin).keys() == {"rule", "grad", "hyper"}
    np.testing.assert_array_equal(other.origin.hyper["lr"], path.origin.hyper["lr"])
    np.testing.assert_array_equal(other.origin.grad(path.theta[1], 2), steady(path.theta[1]))
    assert vars(copied(Path(theta=np.zeros((1, 2))))).keys() == {"theta"}


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy])
def test_a_copy_within_python_keeps_even_lambdas(copied):
    path = descend(adam, lambda theta: 2 * theta, [1.0], 2)
    assert copied(path).origin is copied(path.origin) is path.origin
    assert copy.copy(path) == path


def test_what_a_pickle_cannot_hold_says_so_when_it_is_called():
    path = descend(lambda prev, g: State(theta=prev.theta - g), lambda theta: theta, [1.0], 2)
    other = pickle.loads(pickle.dumps(path))
    assert_same_path(other, path)
    assert other.label == path.label
    with refused(TypeError, "the grad of this path could not be pickled with it: call descend once more."):
        other.origin.grad(other.theta[0], 1)
    with refused(TypeError, "the rule of this path could not be pickled"):
        other.origin.rule(other, 1, lr=3)
