"""The forms of PyTorch, Keras and Optax take the paths recorded from these libraries, and differ where they say."""

import inspect
import json
from pathlib import Path

import numpy as np
import pytest
from helpers import refused

from course_utils import State, adagrad, adam, descend, momentum, problems, rmsprop
from course_utils.libraries import FORMS
from course_utils.problems import bowl
from course_utils.rules import NAMES

pytestmark = pytest.mark.filterwarnings("error")

RECORD = json.loads((Path(__file__).parent / "recorded" / "conventions.json").read_text(encoding="utf-8"))
COURSE = {"momentum": momentum, "AdaGrad": adagrad, "RMSProp": rmsprop, "Adam": adam}
ALL = [(library, rule) for library, forms in FORMS.items() for rule in forms]

every_form = pytest.mark.parametrize(("library", "rule"), ALL, ids=lambda name: name)


def follow(rule, gradients, **hyper):
    """Steps from the origin under gradients given beforehand."""
    return descend(rule, lambda theta, t: gradients[t - 1], np.zeros(1), len(gradients), **hyper)


def near(values, expected):
    np.testing.assert_allclose(values, expected, rtol=1e-12, atol=1e-12)


# --- against the libraries


@pytest.mark.parametrize(
    "run", RECORD["runs"], ids=lambda run: f"{run['library']}-{run['rule']}-{run['landscape']}-{run['hyper']}"
)
def test_a_path_is_the_one_the_library_takes(run):
    form, landscape = FORMS[run["library"]][run["rule"]], getattr(problems, run["landscape"])
    path = descend(form, landscape.grad, run["theta"][0], RECORD["steps"][-1], **run["hyper"])
    near(path.theta[RECORD["steps"]], run["theta"])


@every_form
def test_the_record_has_each_form_on_both_landscapes_from_where_the_course_starts(library, rule):
    runs = [run for run in RECORD["runs"] if (run["library"], run["rule"]) == (library, rule)]
    assert len(runs) >= 3
    assert {run["landscape"] for run in runs} == {"bowl", "rosenbrock"}
    for run in runs:
        assert tuple(run["theta"][0]) == getattr(problems, run["landscape"]).start
    if rule != "momentum":
        assert max(run["hyper"]["eps"] for run in runs) > 0.1 > 1e-6 > min(run["hyper"]["eps"] for run in runs)


@every_form
def test_a_form_has_the_library_s_defaults(library, rule):
    hyper = list(inspect.signature(FORMS[library][rule]).parameters.values())[2:]
    given = {p.name: p.default for p in hyper if p.default is not p.empty}
    recorded = RECORD["defaults"][library][rule]
    if rule == "momentum":
        assert not recorded.pop("beta")  # off unless asked for, so the course's value stands in its place
        assert given.pop("beta") == 0.9
    assert given == recorded


@every_form
def test_defaults_left_out_are_the_same_as_defaults_given(library, rule):
    form = FORMS[library][rule]
    defaults = {p.name: p.default for p in list(inspect.signature(form).parameters.values())[2:]} | {"lr": 0.01}
    near(
        descend(form, bowl.grad, bowl.start, 30, lr=0.01).theta,
        descend(form, bowl.grad, bowl.start, 30, **defaults).theta,
    )


@pytest.mark.parametrize("rule", COURSE)
def test_optax_has_no_default_learning_rate(rule):
    with refused(TypeError, "needs lr"):
        descend(FORMS["Optax"][rule], bowl.grad, bowl.start, 3)


# --- what the docstrings say


def test_the_table_has_the_four_rules_by_the_names_of_the_pictures():
    assert list(FORMS) == ["PyTorch", "Keras", "Optax"]
    for forms in FORMS.values():
        assert list(forms) == list(COURSE)
        assert set(forms) < set(NAMES.values())
        assert all(form.__doc__ for form in forms.values())


@pytest.mark.parametrize(
    ("library", "rule"), [*(("PyTorch", rule) for rule in COURSE), ("Optax", "momentum"), ("Optax", "Adam")]
)
def test_these_forms_are_the_course_s_but_for_their_defaults(library, rule):
    hyper = {p.name: 0.5 for p in list(inspect.signature(COURSE[rule]).parameters.values())[2:]}
    one = descend(FORMS[library][rule], bowl.grad, bowl.start, 50, **hyper)
    other = descend(COURSE[rule], bowl.grad, bowl.start, 50, **hyper)
    np.testing.assert_array_equal(one.theta, other.theta)


@pytest.mark.parametrize(("rule", "hyper"), [("AdaGrad", {"v0": 0.2}), ("RMSProp", {"rho": 0.5})])
def test_optax_writes_this_rule_as_keras_does(rule, hyper):
    hyper = hyper | {"lr": 0.3, "eps": 0.5}
    one = descend(FORMS["Optax"][rule], bowl.grad, bowl.start, 50, **hyper)
    other = descend(FORMS["Keras"][rule], bowl.grad, bowl.start, 50, **hyper)
    np.testing.assert_array_equal(one.theta, other.theta)


def test_keras_s_momentum_takes_the_same_path_while_the_rate_is_constant_and_another_once_it_changes():
    grad = bowl.grad
    near(
        descend(FORMS["Keras"]["momentum"], grad, bowl.start, 100, lr=0.3).theta,
        descend(FORMS["PyTorch"]["momentum"], grad, bowl.start, 100, lr=0.3).theta,
    )
    ends = {}
    for library in ("PyTorch", "Keras"):
        state = State(theta=0.0, m=0.0)
        for lr in (1, 1 / 2):
            state = FORMS[library]["momentum"](state, 1.0, lr=lr, beta=1 / 2)
        ends[library] = state.theta
    # steps 1 and 1/2 · (1/2 + 1) against 1 and 1/2 · 1 + 1/2 · 1
    assert ends == {"PyTorch": -1 - 3 / 4, "Keras": -1 - 1}


@pytest.mark.parametrize("library", ["Keras", "Optax"])
def test_adagrad_by_hand_where_v_starts_above_zero(library):
    path = follow(FORMS[library]["AdaGrad"], [[2.0], [8.0]], lr=3, v0=4, eps=1)
    # roots of 4 + 2² + 1 and 4 + 2² + 8² + 9
    near(path.v[1:, 0], [8, 72])
    near(path.theta[:, 0], [0, -3 * 2 / 3, -2 - 3 * 8 / np.sqrt(73)])


@pytest.mark.parametrize("library", ["Keras", "Optax"])
def test_rmsprop_by_hand_with_eps_inside_the_root(library):
    path = follow(FORMS[library]["RMSProp"], [[4.0], [0.0]], lr=3, rho=3 / 4, eps=5)
    # v = 16/4, then 3/4 · 4; roots of 4 + 5 and 3 + 5
    near(path.v[:, 0], [0, 4, 3])
    near(path.theta[:, 0], [0, -3 * 4 / 3, -4])


@pytest.mark.parametrize("eps", [1e-7, 0.3])
def test_keras_s_adam_is_the_course_s_with_an_eps_that_falls_to_its_own(eps):
    path = follow(FORMS["Keras"]["Adam"], [[2.0]] * 50, lr=0.1, eps=eps)
    t = np.arange(1, 51)
    near(np.diff(path.theta[:, 0]), -0.1 * 2 / (2 + eps / np.sqrt(1 - 0.999**t)))


@every_form
def test_many_runs_at_once_give_what_each_gives_alone(library, rule):
    form, rates = FORMS[library][rule], [0.01, 0.3]
    path = descend(form, bowl.grad, bowl.start, 40, lr=rates)
    for run, lr in enumerate(rates):
        alone = descend(form, bowl.grad, bowl.start, 40, lr=lr)
        np.testing.assert_array_equal(path.theta[:, run], alone.theta)


@every_form
def test_a_form_keeps_nothing_from_one_run_to_the_next(library, rule):
    one, other = (descend(FORMS[library][rule], bowl.grad, bowl.start, 20, lr=0.1) for _ in range(2))
    np.testing.assert_array_equal(one.theta, other.theta)
