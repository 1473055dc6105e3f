"""Bad input is answered in one sentence that says what to change, before the first step where that can be."""

import functools

import numpy as np
import pytest
from helpers import refused

from course_utils import (
    Start,
    State,
    adam,
    descend,
    gradient_descent,
    momentum,
    rmsprop,
    walk,
)
from course_utils.problems import bowl

pytestmark = pytest.mark.filterwarnings("error")


def exhaust(**given):
    return list(walk(**given))


class EarlierState:
    """What a reloaded package leaves of its State: a class of that name, which is another one."""

    theta = np.zeros(2)


EarlierState.__name__ = "State"


def misspelt(prev, g):
    return State(theta=prev.theta - prev.momnetum, momentum=g)


def misspelt_theta(prev, g):
    return State(theta=prev.tetha - g)


def two_names_for_one(prev, g):
    return State(theta=prev.v + g, t=1, G=prev.v)


def three_names_for_one(prev, g):
    return State(theta=prev.v + g, H=g, G=prev.v)


def counted(prev, g):
    return State(theta=prev.theta - g, t=prev.t + 1, m=prev.m + g)


def faulty_from(step, faulty):
    """A rule that is sound before this step and faulty from there on."""

    def student_rule(prev, g):
        return counted(prev, g) if prev.t + 1 < step else faulty(prev)

    return student_rule


def without_return(prev, g):
    State(theta=prev.theta - g)


def forgets_m(prev, g):
    m = 0.9 * prev.m + g
    return State(theta=prev.theta - m)


def forgets_t(prev, g):
    return State(theta=prev.theta - g / (prev.t + 1))


def needs_lr(prev, g, lr):
    return State(theta=prev.theta - lr * g)


NAN, INF = float("nan"), float("inf")


NOT_NUMBERS = [None, "0.1", b"1", 1j, np.array([1j]), [[1, 2], [3]], [None], {}, 10**400, np.array([["a"] * 9] * 9)]


BAD_INPUT = [
    # hyper-parameters
    ({"rule": adam, "beta": 0.9}, TypeError, "adam", "'beta'", "lr, beta1, beta2, eps", "did you mean beta"),
    ({"rule": rmsprop, "rh": 0.9}, TypeError, "rmsprop", "'rh'", "lr, rho, eps", "did you mean rho?"),
    ({"zzz": 1}, TypeError, "gradient_descent", "'zzz'", "did you mean lr?"),
    ({"rule": functools.partial(momentum, lr=1), "zzz": 1}, TypeError, "the rule has no", "'zzz'"),
    ({"rule": counted, "lr": 1}, TypeError, "counted", "'lr'", "none"),
    ({"rule": needs_lr}, TypeError, "needs_lr needs lr", "lr="),
    *(({"lr": value}, TypeError, "lr is ", "give a number or an array") for value in NOT_NUMBERS),
    ({"lr": "0.1"}, TypeError, "lr is '0.1': give a number or an array"),
    ({"lr": [1, 2, 3], "theta": np.ones((2, 2))}, ValueError, "lr (3,)", "(2,)", "shapes equal"),
    ({"lr": [1, 2, 3], "theta": np.ones((4, 2, 5))}, ValueError, "lr (3,)", "(4, 2)", "shapes equal"),
    ({"rule": momentum, "lr": [1, 2, 3], "beta": [0, 0.9]}, ValueError, "lr (3,), beta (2,)", "shapes equal"),
    # steps
    *(
        ({"steps": steps}, ValueError, f"steps is {steps!r}", "whole number, 0 or more")
        for steps in [-1, 2.5, 3.0, "3", None, [3], NAN, np.float64(3)]
    ),
    # the start
    ({"theta": 1.0}, ValueError, "start", "[1.0]"),
    ({"theta": [1, NAN]}, ValueError, "start", "NaN", "finite"),
    ({"theta": [[INF, 1], [1, 1]]}, ValueError, "start", "inf", "finite"),
    ({"theta": [NAN] + [1 / 3] * 6}, ValueError, "start", "[ nan 0.333 0.333 ... 0.333 0.333 0.333];"),
    ({"theta": [[INF, 1 / 3], [1, 1]]}, ValueError, "start", "[[ inf 0.333] [1. 1. ]];"),
    *(({"theta": value}, TypeError, "the start theta is ", "give a number or an array") for value in NOT_NUMBERS),
    ({"theta": Start(1.0)}, ValueError, "start", "[1.0]"),
    ({"theta": Start([1, NAN])}, ValueError, "start", "NaN", "finite"),
    *(
        ({"theta": Start([1, 2], t)}, ValueError, f"t of the Start is {t!r}: give a whole number, 0 or more")
        for t in [-1, 0.5, None]
    ),
    # the gradient
    *(({"grad": grad}, TypeError, "grad is", "give a function") for grad in [None, 3, "bowl", [1], np.ones(2)]),
    ({"grad": lambda theta: theta * NAN}, ValueError, "gradient at the start", "NaN"),
    ({"grad": lambda theta: theta / 0}, ValueError, "gradient at the start", "inf"),
    ({"grad": lambda theta: np.ones(3)}, ValueError, "(3,)", "(2,)", "each element of theta."),
    (
        {"grad": lambda theta: theta[0], "theta": np.ones((5, 2))},
        ValueError,
        *("(2,)", "(5, 2)", "each element of theta (index it as theta[..., 0], so that many runs can walk at once)."),
    ),
    ({"grad": lambda theta: theta[:, np.newaxis]}, ValueError, "(2, 1)", "(2,)"),
    ({"grad": lambda theta: 1.0}, ValueError, "()", "(2,)"),
    ({"grad": lambda theta, t: theta if t == 1 else theta[:1]}, ValueError, "(1,)", "(2,)"),
    ({"grad": lambda theta: 1j * theta}, TypeError, "grad returned", "complex", "real"),
    ({"grad": lambda theta: theta > 0}, TypeError, "grad returned", "bool", "real"),
    *(
        ({"grad": lambda theta, value=value: value}, TypeError, "what grad returned is ", "numbers")
        for value in [None, "ab", ["a", "b"], [1j, 2], [[1, 2], [3]], [None, 1], {}]
    ),
    # the rule
    *(({"rule": rule}, TypeError, "rule is", "give a function") for rule in [None, "adam", 3, dict, State]),
    ({"rule": without_return}, TypeError, "without_return", "nothing", "return State(theta=theta)"),
    ({"rule": lambda prev, g: {"theta": prev.theta}}, TypeError, "dict", "return State(theta=theta)"),
    ({"rule": lambda prev, g: (prev.theta, 0)}, TypeError, "tuple", "return State(theta=theta)"),
    ({"rule": lambda prev, g: prev.theta - g}, TypeError, "ndarray", "return State(theta=theta)"),
    ({"rule": lambda prev, g: State(m=g)}, TypeError, "no theta", "theta="),
    ({"rule": lambda prev, g: State(theta=None)}, TypeError, "theta", "NoneType", "array"),
    ({"rule": lambda prev, g: State(theta=[[1], [1, 2]])}, TypeError, "theta", "list", "array"),
    ({"rule": lambda prev, g: State(theta=1j * g)}, TypeError, "theta", "complex", "real"),
    ({"rule": lambda prev, g: State(theta=g[:1])}, ValueError, "(1,)", "(2,)", "shape"),
    ({"rule": lambda prev, g: State(theta=np.append(g, 1))}, ValueError, "(3,)", "(2,)", "shape"),
    ({"rule": forgets_m, "steps": 1}, TypeError, "forgets_m", "prev.m", "add m=m"),
    ({"rule": forgets_t}, TypeError, "forgets_t", "prev.t", "add t=t"),
    ({"rule": misspelt, "steps": 1}, TypeError, "prev.momnetum but does not return", "did you mean prev.momentum?"),
    ({"rule": misspelt_theta, "steps": 1}, TypeError, "prev.tetha", "did you mean prev.theta?"),
    (
        {"rule": two_names_for_one, "steps": 1},
        TypeError,
        *("add v=v", "that it returns; if that is what you return as G, use one name for both."),
    ),
    ({"rule": three_names_for_one, "steps": 1}, TypeError, "if that is what you return as G or H, use one name"),
    (
        {"rule": lambda prev, g: EarlierState()},
        TypeError,
        *("<lambda> returned a State of an earlier import: run the cell with the imports once more."),
    ),
    ({"rule": faulty_from(3, lambda prev: None)}, TypeError, "student_rule", "nothing"),
    ({"rule": faulty_from(3, lambda prev: {})}, TypeError, "student_rule", "dict"),
    ({"rule": faulty_from(3, lambda prev: State(t=3))}, TypeError, "student_rule", "no theta"),
    ({"rule": faulty_from(3, lambda prev: State(theta=prev.theta[:1]))}, ValueError, "(1,)", "(2,)"),
]


@pytest.mark.parametrize("run", [descend, exhaust])
@pytest.mark.parametrize(
    ("given", "kind", "words"),
    [pytest.param(given, kind, words, id=" ".join(words)) for given, kind, *words in BAD_INPUT],
)
def test_bad_input_is_answered_in_one_sentence_that_says_what_to_change(run, given, kind, words):
    with refused(kind, *words):
        run(**{"rule": gradient_descent, "grad": bowl.grad, "theta": bowl.start, "steps": 3} | given)


@pytest.mark.parametrize(
    ("value", "words"),
    [(State(theta=np.ones(2), t=3), "no m"), (State(theta=np.ones(2), t=3, m=np.ones(3)), "(2,)")],
)
def test_a_rule_whose_values_change_name_or_shape_on_the_way_cannot_be_stacked(value, words):
    with refused(ValueError, "student_rule", words, "m", "step 3"):
        descend(faulty_from(3, lambda prev: value), bowl.grad, bowl.start, 3)


def test_a_memory_that_goes_missing_on_the_way_is_named_when_it_is_read():
    with refused(TypeError, "student_rule", "prev.m", "add m=m"):
        exhaust(
            rule=faulty_from(2, lambda prev: State(theta=prev.theta - prev.m, t=prev.t + 1)),
            grad=bowl.grad,
            theta=bowl.start,
            steps=3,
        )


def test_a_rule_that_returns_words_cannot_be_stacked():
    with refused(ValueError, "note", "numbers"):
        descend(lambda prev, g: State(theta=prev.theta, note="slow"), bowl.grad, bowl.start, 3)


@pytest.mark.parametrize("every", [0, -1, 2.0, None])
def test_every_must_be_a_whole_number_from_1_on(every):
    with refused(ValueError, f"every is {every!r}", "whole number, 1 or more"):
        descend(adam, bowl.grad, bowl.start, 3, every=every)


def test_a_walk_refuses_bad_input_when_it_is_called_and_not_at_its_first_step():
    with refused(TypeError, "'beta'"):
        walk(adam, bowl.grad, bowl.start, 3, beta=0.9)


@pytest.mark.parametrize("error", [AttributeError("no such"), KeyError("k"), ValueError("two\nlines"), TypeError("it")])
def test_an_error_in_the_code_of_a_student_comes_through_untouched(error):
    def broken(*_):
        raise error

    for given in ({"rule": broken, "grad": bowl.grad}, {"rule": adam, "grad": lambda theta: broken()}):
        with pytest.raises(type(error)) as caught:
            descend(theta=bowl.start, steps=3, **given)
        assert caught.value is error
