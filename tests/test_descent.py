"""descend keeps every step, and many runs at once walk as they walk alone."""

import copy
import doctest
import functools
import operator
import pickle

import numpy as np
import pytest
from helpers import RULES, assert_same_path, each_rule

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


@pytest.mark.parametrize("every", [1, 2, 3, 7, np.int64(4)])
def test_every_keeps_each_so_manieth_step_of_the_same_path(every):
    path, thin = descend(adam, bowl.grad, bowl.start, 6), descend(adam, bowl.grad, bowl.start, 6, every=every)
    assert_same_path(thin, Path(**{name: rows[::every] for name, rows in vars(path).items()}))


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
    momentum: {"lr": [[0.01] * 3, [0.07] * 3], "beta": [[0.0, 0.9, 0.97]] * 2},
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


def test_a_grid_s_settings_come_with_one_entry_where_all_are_equal():
    seen = []

    def noting(prev, g, lr=0.1, beta=0.9):
        seen.append((lr.shape, beta.shape))
        return momentum(prev, g, lr, beta)

    lr, beta = np.meshgrid([0.1, 0.2, 0.3], [0.5, 0.9])
    assert descend(noting, bowl.grad, bowl.start, 1, lr=lr, beta=beta).theta.shape == (2, 2, 3, 2)
    assert seen == [((1, 3, 1), (2, 1, 1))]


def test_a_grid_of_no_runs_walks_none():
    assert descend(adam, bowl.grad, bowl.start, 5, lr=np.ones((3, 0))).theta.shape == (6, 3, 0, 2)


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
