"""descend keeps every step, many runs at once walk as they walk alone, and bad input is answered in one sentence."""

import copy
import doctest
import functools
import operator
import pickle

import numpy as np
import pytest
from helpers import refused

from course_utils import (
    Path,
    Start,
    State,
    adagrad,
    adam,
    descend,
    descent,
    gradient_descent,
    momentum,
    rmsprop,
    walk,
)
from course_utils.problems import bowl, rosenbrock

pytestmark = pytest.mark.filterwarnings("error")

RULES = [gradient_descent, momentum, adagrad, rmsprop, adam]
each_rule = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)


def assert_same_path(one, other):
    assert vars(one).keys() == vars(other).keys()
    for name, rows in vars(one).items():
        np.testing.assert_array_equal(rows, getattr(other, name), err_msg=name)


# --- the start


def test_a_memory_of_any_name_is_zero_in_a_start_and_reading_it_writes_nothing():
    start = Start([[-5, -2], [1, 3]])
    for memory in (start.m, start.anything):
        np.testing.assert_array_equal(memory, np.zeros((2, 2)))
    start.m[:] = 7
    np.testing.assert_array_equal(start.m, 0)
    assert vars(start).keys() == {"theta", "t"} and start.theta.dtype == float and start.t == 0


@each_rule
def test_a_walk_may_begin_at_a_start(rule):
    assert_same_path(descend(rule, bowl.grad, Start(bowl.start), 9), descend(rule, bowl.grad, bowl.start, 9))


def test_a_start_counts_its_steps_on():
    seen = []
    path = descend(adam, lambda theta, t: seen.append(t) or theta, Start([1.0, 2.0], t=5), 3, every=2)
    assert seen == [6, 7, 8] and path.t.tolist() == [5, 7]
    np.testing.assert_array_equal(path.theta[0], [1, 2])
    first = list(walk(adam, lambda theta: theta, Start([1.0], t=5), 1, beta1=0.5))[1]
    assert first.m_hat == pytest.approx(0.5 / (1 - 0.5**6), rel=1e-15)


@pytest.mark.parametrize("copied", [copy.copy, copy.deepcopy, lambda it: pickle.loads(pickle.dumps(it))])
def test_a_start_can_be_copied_and_pickled(copied):
    start = Start([1.0, 2.0], t=5)
    assert type(copied(start)) is Start
    assert_same_path(copied(start), start)


# --- every step is kept


@each_rule
def test_row_0_is_the_start_and_one_row_follows_for_each_step(rule):
    path = descend(rule, bowl.grad, [[-5, -2], [1, 1], [0, 3]], 7)
    assert path.theta.shape == (8, 3, 2)
    assert path.theta.dtype == float
    np.testing.assert_array_equal(path.theta[0], [[-5, -2], [1, 1], [0, 3]])
    assert len(path) == 7 and isinstance(path, Path)


def test_before_the_first_step_memories_are_zero_and_what_does_not_exist_yet_is_nan():
    path = descend(adam, bowl.grad, bowl.start, 3)
    assert vars(path).keys() == {"theta", "t", "m", "v", "m_hat", "v_hat", "rate"}
    assert path.t.tolist() == [0, 1, 2, 3] and path.t.dtype == int
    for memory in (path.m, path.v):
        np.testing.assert_array_equal(memory[0], 0)
    for derived in (path.m_hat, path.v_hat, path.rate):
        assert np.isnan(derived[0]).all() and np.isfinite(derived[1:]).all()


@each_rule
def test_walk_yields_the_states_that_descend_stacks(rule):
    path = descend(rule, rosenbrock.grad, rosenbrock.start, 30, lr=[0.001, 0.002])
    states = list(walk(rule, rosenbrock.grad, rosenbrock.start, 30, lr=[0.001, 0.002]))
    assert len(states) == 31
    np.testing.assert_array_equal(states[0].theta, path.theta[0])
    assert states[0].t == 0
    for step in range(1, 31):
        assert vars(states[step]).keys() == vars(path).keys()
        for name, rows in vars(path).items():
            np.testing.assert_array_equal(getattr(states[step], name), rows[step])


def test_a_walk_goes_only_as_far_as_it_is_asked():
    seen = []
    states = walk(gradient_descent, lambda theta, t: seen.append(t) or theta, [1.0], 10**9)
    for _ in range(4):
        next(states)
    assert seen == [1, 2, 3]


def test_a_walk_hands_out_plain_arrays():
    *_, last = walk(adam, bowl.grad, bowl.start, 2, lr=[0.1, 0.2], beta1=[0.5, 0.9], eps=[0.1, 0.2])
    assert {type(value) for name, value in vars(last).items() if name != "t"} == {np.ndarray}


def test_the_state_before_the_first_step_can_be_copied_as_any_other():
    start, after = walk(adam, bowl.grad, bowl.start, 1)
    for state in (start, after):
        assert_same_path(copy.deepcopy(state), state)


@pytest.mark.parametrize("name", ["__array__", "_repr_html_"])
def test_what_python_and_jupyter_ask_any_object_for_is_no_memory(name):
    start = next(walk(adam, bowl.grad, bowl.start, 1))
    with pytest.raises(AttributeError, match=name):
        getattr(start, name)
    assert vars(start).keys() == {"theta", "t"}


@each_rule
def test_no_steps_leave_the_start_alone(rule):
    path = descend(rule, bowl.grad, bowl.start, 0)
    np.testing.assert_array_equal(path.theta, [bowl.start])
    assert len(path) == 0
    assert len(list(walk(rule, bowl.grad, bowl.start, 0))) == 1


@pytest.mark.parametrize("steps", [np.int64(3), np.array(3)])
def test_whole_numbers_of_numpy_count_steps_too(steps):
    assert len(descend(adam, bowl.grad, bowl.start, steps)) == 3


def test_the_example_in_the_docstring_is_true():
    result = doctest.testmod(descent, extraglobs={"gradient_descent": gradient_descent})
    assert result.attempted and not result.failed


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


@pytest.mark.parametrize("every", [1, 2, 3, 7, np.int64(4)])
def test_every_keeps_each_so_manieth_step_of_the_same_path(every):
    path, thin = descend(adam, bowl.grad, bowl.start, 6), descend(adam, bowl.grad, bowl.start, 6, every=every)
    assert_same_path(thin, Path(**{name: rows[::every] for name, rows in vars(path).items()}))


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


# --- purity


@each_rule
def test_running_twice_gives_the_same_path(rule):
    assert_same_path(descend(rule, bowl.grad, bowl.start, 20), descend(rule, bowl.grad, bowl.start, 20))


@each_rule
def test_nothing_given_is_changed_and_no_state_changes_later(rule):
    start, lr, gradients = np.array([[-5.0, -2.0], [1.0, 3.0]]), np.array([0.1, 0.2]), []

    def grad(theta):
        gradients.append(bowl.grad(theta))
        return gradients[-1]

    copies = []
    states = []
    for state in walk(rule, grad, start, 10, lr=lr):
        states.append(state)
        copies.append({name: np.copy(value) for name, value in vars(state).items()})
    for state, values in zip(states, copies, strict=True):
        for name, value in values.items():
            np.testing.assert_array_equal(getattr(state, name), value)
    np.testing.assert_array_equal(start, [[-5, -2], [1, 3]])
    np.testing.assert_array_equal(lr, [0.1, 0.2])
    for state, g in zip(states, gradients, strict=False):
        np.testing.assert_array_equal(g, bowl.grad(state.theta))
    states[0].theta[:] = 0
    np.testing.assert_array_equal(start, [[-5, -2], [1, 3]])


# --- many runs at once, each what it is alone

GRIDS = {
    gradient_descent: {"lr": [0.01, 0.1, 0.45]},
    momentum: {"lr": [[0.01], [0.07]], "beta": [0.0, 0.9, 0.97]},
    adagrad: {"lr": [[0.01], [0.7]], "eps": [1e-8, 0.1, 0.3]},
    rmsprop: {"lr": [[0.001], [0.02]], "rho": [0.9, 0.123, 0.99], "eps": [1e-8, 1e-3, 0.1]},
    adam: {
        "lr": [[[0.001]], [[0.05]]],
        "beta1": [[0.9], [0.123]],
        "beta2": [0.999, 0.37],
        "eps": [1e-8, 0.1],
    },
}


def assert_runs_walk_as_alone(rule, landscape, start, steps, **hyper):
    many = descend(rule, landscape.grad, start, steps, **hyper)
    runs = many.theta.shape[1:-1]
    hyper = {name: np.broadcast_to(value, runs) for name, value in hyper.items()}
    starts = np.broadcast_to(start, (*runs, np.shape(start)[-1]))
    for run in np.ndindex(runs):
        alone = {name: float(value[run]) for name, value in hyper.items()}
        one = descend(rule, landscape.grad, starts[run], steps, **alone)
        of_many = many.run(*run)
        assert vars(of_many).keys() == vars(one).keys()
        for name, rows in vars(one).items():
            np.testing.assert_allclose(getattr(of_many, name), rows, rtol=1e-12, atol=1e-12, err_msg=name)


@each_rule
def test_arrays_of_hyper_parameters_equal_one_by_one(rule):
    assert_runs_walk_as_alone(rule, bowl, bowl.start, 2000, **GRIDS[rule])


@pytest.mark.parametrize(
    ("rule", "name"),
    [(rule, name) for rule in RULES for name in GRIDS[rule]],
    ids=lambda it: getattr(it, "__name__", it),
)
def test_one_array_among_numbers_equals_one_by_one(rule, name):
    values = np.unique(GRIDS[rule][name])
    assert_runs_walk_as_alone(rule, bowl, bowl.start, 300, **{name: values})


@each_rule
def test_many_starts_equal_one_by_one(rule):
    starts = [[-1.2, 1.0], [0.5, -0.3], [1.7, 0.1]]
    assert_runs_walk_as_alone(rule, rosenbrock, starts, 300, lr=1e-4)


@each_rule
def test_many_starts_with_as_many_hyper_parameters_equal_one_by_one(rule):
    starts = [[-1.2, 1.0], [0.5, -0.3], [1.7, 0.1]]
    assert_runs_walk_as_alone(rule, rosenbrock, starts, 300, lr=[[1e-4, 2e-4, 3e-4], [1e-5, 3e-5, 5e-5]])


def test_a_start_with_runs_stands_beside_a_grid_by_broadcasting():
    path = descend(adam, bowl.grad, np.ones((3, 1, 2)), 5, lr=[0.1, 0.2, 0.3, 0.4])
    assert path.theta.shape == path.rate.shape == (6, 3, 4, 2)


def test_a_rule_that_changes_its_lr_in_place_equals_one_by_one():
    def halving(prev, g, lr=0.1):
        lr *= 0.5
        return State(theta=prev.theta - lr * g)

    lr = np.array([0.1, 0.2])
    assert_runs_walk_as_alone(halving, bowl, bowl.start, 20, lr=lr)
    np.testing.assert_array_equal(lr, [0.1, 0.2])


@pytest.mark.parametrize(
    "power",
    [
        lambda prev, lr, beta: beta.copy() ** (prev.t + 1),
        lambda prev, lr, beta: beta ** (prev.count + 1),
        lambda prev, lr, beta: beta ** np.abs(prev.theta),
        lambda prev, lr, beta: beta**lr,
    ],
    ids=["copy", "own counter", "theta", "another"],
)
def test_any_power_of_a_hyper_parameter_equals_one_by_one(power):
    def fading(prev, g, lr=0.1, beta=0.9):
        theta = prev.theta - lr * power(prev, lr, beta) * g
        return State(theta=theta, t=prev.t + 1, count=prev.count + 1)

    assert_runs_walk_as_alone(fading, bowl, bowl.start, 100, beta=np.linspace(0.01, 0.99, 50))
    assert_runs_walk_as_alone(
        fading, bowl, bowl.start, 100, beta=np.linspace(0.01, 0.99, 50), lr=np.linspace(0.01, 0.1, 50)
    )


# --- the gradient


def test_the_gradient_is_told_the_step_from_1_on():
    seen = []

    def grad(theta, t):
        seen.append(t)
        return theta

    descend(adam, grad, [1.0], 4)
    assert seen == [1, 2, 3, 4]


def test_the_gradient_is_asked_once_a_step_at_the_theta_before_it():
    seen = []

    def grad(theta):
        seen.append(theta.tolist())
        return theta

    path = descend(adam, grad, [1.0], 4)
    assert seen == path.theta[:-1].tolist()


class Slope:
    """Gradients of many kinds, all of them t · theta or theta."""

    def method(self, theta):
        return theta

    def method_with_step(self, theta, t):
        return t * theta

    def __call__(self, theta):
        return theta


@pytest.mark.parametrize(
    ("grad", "knows_step"),
    [
        (Slope().method, False),
        (Slope(), False),
        (np.positive, False),
        (operator.methodcaller("copy"), False),  # which inspect cannot look into
        (lambda theta, noise=0: theta + noise, False),
        (lambda theta, *, noise=0: theta + noise, False),
        (lambda theta, *more: theta + len(more), False),
        (functools.partial(np.multiply, 1.0), False),
        (functools.partial(lambda k, theta: k * theta, 1), False),
        (functools.partial(lambda theta, t: t * theta, t=1), False),
        (Slope().method_with_step, True),
        (functools.partial(lambda k, theta, t: k * t * theta, 1), True),
        (lambda position, number: number * position, True),
        (lambda theta, t: (t * theta).tolist(), True),
    ],
)
def test_any_callable_is_a_gradient_and_gets_t_when_it_must_have_a_second_argument(grad, knows_step):
    path = descend(gradient_descent, grad, [1.0, 2.0], 2, lr=0.25)
    np.testing.assert_array_equal(path.theta[2], np.multiply([1, 2], 0.75 * (0.5 if knows_step else 0.75)))


def test_whole_numbers_for_start_and_gradient_walk_in_floats():
    whole = descend(rmsprop, lambda theta: np.array([1, -3]), [0, 0], 3)
    assert_same_path(whole, descend(rmsprop, lambda theta: np.array([1.0, -3.0]), [0.0, 0.0], 3))


# --- divergence is a lesson


@each_rule
def test_divergence_comes_without_warnings_and_is_kept(rule):
    with np.errstate(all="raise"):
        path = descend(rule, lambda theta: theta**3, [5.0, 0.0], 100, lr=1e300)
    assert not np.isfinite(path.theta[-1, 0])
    assert path.theta[-1, 1] == 0 or rule in (adagrad, rmsprop, adam)
    np.testing.assert_array_equal(path.theta[0], [5, 0])


@pytest.mark.parametrize("beta1", [2, -2.0, 1, [2, 1]])
def test_a_beta_out_of_bounds_diverges_instead_of_raising(beta1):
    path = descend(adam, bowl.grad, bowl.start, 2000, beta1=beta1)
    assert not np.isfinite(path.m[-1]).all() or not np.isfinite(path.m_hat[-1]).all()


def test_a_rule_without_eps_divides_by_zero_in_peace():
    path = descend(adagrad, lambda theta: 0 * theta, [1.0], 2, eps=0)
    assert np.isnan(path.theta[1:]).all()


def test_a_walk_leaves_the_warnings_of_its_caller_alone():
    with np.errstate(all="raise"):
        for _ in walk(gradient_descent, lambda theta: theta**3, [5.0], 100, lr=1e300):
            with pytest.raises(FloatingPointError):
                np.ones(1) / 0
    before = np.geterr()
    descend(gradient_descent, bowl.grad, bowl.start, 3)
    assert np.geterr() == before


def test_inf_and_nan_of_a_later_gradient_are_kept():
    path = descend(gradient_descent, lambda theta, t: theta * [np.nan, np.inf][t - 2] if t > 1 else theta, [1.0], 3)
    assert np.isfinite(path.theta[:2]).all() and np.isnan(path.theta[2:]).all()


# --- rules written by students


def test_a_rule_may_name_memories_of_its_own():
    def heavy_ball(prev, g, lr=0.1, friction=0.5):
        velocity = (1 - friction) * prev.velocity - lr * g
        count = prev.count + 1
        return State(theta=prev.theta + velocity, velocity=velocity, count=count, speed=np.abs(velocity).sum())

    path = descend(heavy_ball, lambda theta: theta, [4.0], 2, lr=0.25, friction=0.5)
    assert path.velocity.tolist() == [[0], [-1], [-1.25]]
    assert path.theta.tolist() == [[4], [3], [1.75]]
    assert path.count.tolist() == [[0], [1], [2]]
    assert np.isnan(path.speed[0]) and path.speed[1:].tolist() == [1, 1.25]


def test_a_value_that_begins_as_a_whole_number_keeps_its_later_fractions():
    def slowing(prev, g):
        return State(theta=prev.theta - g, t=prev.t + 1, share=1 if prev.t == 0 else 0.5)

    np.testing.assert_array_equal(descend(slowing, bowl.grad, bowl.start, 2).share, [np.nan, 1, 0.5])


def test_a_memory_that_is_summed_in_place_is_still_zero_before_the_first_step():
    def summing(prev, g):
        m = prev.m
        m += g
        return State(theta=prev.theta - m, m=m)

    assert descend(summing, lambda theta, t: np.array([1.0]), [0.0], 3).m.tolist() == [[0], [1], [2], [3]]


@pytest.mark.parametrize(
    "rule",
    [
        functools.partial(momentum, beta=0.5),
        lambda prev, g, **hyper: momentum(prev, g, beta=0.5, **hyper),
        lambda prev, g, *, lr: momentum(prev, g, lr, 0.5),
    ],
    ids=["partial", "any keyword", "keyword-only"],
)
def test_a_rule_may_be_any_function_of_the_same_shape(rule):
    path = descend(rule, bowl.grad, bowl.start, 5, lr=0.1)
    assert_same_path(path, descend(momentum, bowl.grad, bowl.start, 5, lr=0.1, beta=0.5))


# --- bad input is answered in one sentence, before the first step where that can be


def exhaust(**given):
    return list(walk(**given))


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


# --- one run out of many, and copies


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
