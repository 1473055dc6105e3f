"""A verdict says what a path does, on both sides of every limit."""

import numpy as np
import pytest

from course_utils import Path, adagrad, adam, descend, gradient_descent, momentum, rmsprop
from course_utils.outcomes import verdict
from course_utils.problems import bowl, quadratic, round_bowl, wavy

pytestmark = pytest.mark.filterwarnings("error")

SWINGING = ", changing sides at every step"


def said(rule, steps, landscape=bowl, **hyper):
    return verdict(descend(rule, landscape.grad, landscape.start, steps, **hyper), landscape.minimum)


def path(*thetas):
    return Path(theta=np.array(thetas, dtype=float).reshape(len(thetas), -1))


# --- every sentence


def test_a_walk_arrives_at_the_step_from_which_on_it_is_near():
    assert verdict(path(1, 0.5, 0, 0.5, 0.0005, 0), [0]) == "arrives within 0.001 of the minimum at step 4"
    assert verdict(path(1, 0.05, 0.005), [0], tolerance=0.1) == "arrives within 0.1 of the minimum at step 1"


def test_a_walk_that_begins_at_the_minimum_arrives_at_step_0():
    assert verdict(path(0, 0, 0), [0]) == "arrives within 0.001 of the minimum at step 0"


def test_a_walk_is_still_on_its_way():
    assert verdict(path(4, 3, 2.25), [0]) == "still 2.2 away after 2 steps"


def test_a_walk_that_swings_is_said_to():
    assert verdict(path(4, -3, 2.25), [0]) == "still 2.2 away after 2 steps" + SWINGING


def test_a_walk_that_jumps_between_two_points_cycles():
    assert verdict(path(3, 1, -1, 1, -1, 1), [0]) == "jumps between two points for ever"


def test_a_walk_that_stands_still_elsewhere_rests():
    assert said(gradient_descent, 500, wavy, lr=0.1) == "has come to rest away from the minimum"


def test_a_walk_that_leaves_the_numbers_diverges():
    assert verdict(path(1, np.inf), [0]) == verdict(path(1, 2, np.nan), [0]) == "diverges"
    assert said(gradient_descent, 3000, lr=0.7) == "diverges"


def test_the_words_may_be_others():
    assert verdict(path(1, np.nan), [0], words={"diverges": "divergiert"}) == "divergiert"


# --- both sides of a limit


@pytest.mark.parametrize("steps", [20, 40, 100, 200])
@pytest.mark.parametrize("lr", [0.501, 0.51, 0.6])
def test_gradient_descent_beyond_its_limit_diverges_however_slowly(lr, steps):
    assert said(gradient_descent, steps, lr=lr) == "diverges" + SWINGING


@pytest.mark.parametrize("steps", [20, 40, 100, 200])
def test_gradient_descent_within_its_limit_does_not_diverge(steps):
    assert said(gradient_descent, steps, lr=0.499).startswith("still")
    assert "diverges" not in said(gradient_descent, steps, lr=0.4999)


def test_at_its_limit_gradient_descent_jumps_between_two_points():
    assert said(gradient_descent, 200, lr=0.5) == "jumps between two points for ever"


@pytest.mark.parametrize("beta", [0.3, 0.5, 0.8, 0.9, 0.95])
@pytest.mark.parametrize("steps", [20, 40, 100, 200])
def test_momentum_diverges_beyond_its_limit_and_not_within(beta, steps):
    limit = bowl.limits(beta)["limit"]
    for share in (0.05, 0.2, 0.5, 0.9, 0.98, 0.99):
        assert "diverges" not in said(momentum, steps, lr=share * limit, beta=beta), share
    for share in (1.01, 1.02, 1.1, 1.3):
        assert said(momentum, steps, lr=share * limit, beta=beta).startswith("diverges"), share


def test_the_limit_is_found_in_any_number_of_parameters_and_in_any_direction():
    for curvatures in ([4], [4, 1, 0.2]):
        landscape = quadratic(curvatures, start=[2] * len(curvatures), window=(-3, 3))
        assert "diverges" not in said(gradient_descent, 100, landscape, lr=0.499)
        assert said(gradient_descent, 100, landscape, lr=0.501) == "diverges" + SWINGING
    turn = np.array([[0.8, -0.6], [0.6, 0.8]])
    hessian = turn @ np.diag([0.2, 4]) @ turn.T
    for lr, diverges in ((0.499, False), (0.501, True)):
        walked = descend(gradient_descent, lambda theta: theta @ hessian, [-5, -2], 100, lr=lr)
        assert verdict(walked, [0, 0]).startswith("diverges") == diverges


# --- what grows for a while, and what jumps about


@pytest.mark.parametrize("rule", [adagrad, rmsprop, adam])
@pytest.mark.parametrize("landscape", [bowl, round_bowl], ids=["bowl", "round bowl"])
def test_an_adaptive_rule_never_diverges_on_a_bowl(rule, landscape):
    for steps in (8, 15, 40, 100, 200):
        for lr in np.geomspace(0.001, 30, 25):
            assert "diverges" not in said(rule, steps, landscape, lr=lr), (steps, lr)


def test_steps_that_lengthen_on_the_way_down_are_no_divergence():
    assert said(momentum, 12, lr=0.01, beta=0.95).startswith("still")
    saddle_then_bowl = np.column_stack([1 - np.logspace(-6, -0.1, 40), np.zeros(40)])
    assert verdict(Path(theta=saddle_then_bowl), [0, 0]).startswith("still")


def test_numbers_drawn_at_random_do_not_diverge():
    rng = np.random.default_rng(0)
    found = [verdict(Path(theta=rng.uniform(-1, 1, (60, 2))), [0, 0]) for _ in range(200)]
    assert not any("diverges" in one for one in found)


# --- short paths, and many runs


@pytest.mark.parametrize("steps", range(8))
def test_a_short_path_is_on_its_way(steps):
    assert said(gradient_descent, steps, lr=0.01).startswith("still 5.")


def test_a_path_of_many_runs_is_refused_in_one_sentence():
    many = descend(gradient_descent, bowl.grad, bowl.start, 3, lr=[0.1, 0.2])
    with pytest.raises(
        ValueError, match=r"^the path of gradient descent has runs of shape \(2,\): .*path\.run\(0\)\.$"
    ):
        verdict(many, bowl.minimum)
    assert verdict(many.run(1), bowl.minimum).startswith("still")
