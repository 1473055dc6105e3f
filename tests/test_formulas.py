"""Formulas read off a rule's source say what the source says."""

import functools
import inspect
import itertools
import linecache
import math
import re

import numpy as np
import pytest
from matplotlib.mathtext import MathTextParser

from course_utils import NAMES, State, adam, descend, gradient_descent, momentum
from course_utils.formulas import formula, show_rule, worked_step
from course_utils.problems import bowl

RULES = {rule.__name__: rule for rule in NAMES}
every_rule = pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
numbers = itertools.count()


def defined(source):
    """The function `rule` of this source, defined as a notebook's cell defines it."""
    cell = f"<cell {next(numbers)}>"
    linecache.cache[cell] = (len(source), None, source.splitlines(keepends=True), cell)
    names = {"np": np, "math": math, "State": State}
    exec(compile(source, cell, "exec"), names)
    return names["rule"]


def rule_of(*expressions, name="x"):
    """A rule that assigns these expressions one after the other."""
    lines = [f"    {name}{place or ''} = {expression}\n" for place, expression in enumerate(expressions)]
    return defined(f"def rule(prev, g, lr=1, beta=1):\n{''.join(lines)}    return State(theta=x)\n")


def written(expression, tex=False):
    (line,) = formula(rule_of(expression), tex)
    return line.partition(" = ")[2]


# --- the five rules


@every_rule
def test_the_docstring_holds_the_formula_word_for_word(rule):
    block = "\n".join(formula(rule))
    assert f"\n\n{block}\n\n" in inspect.getdoc(rule)


@every_rule
def test_each_assignment_has_one_line(rule):
    count = sum(" = " in line and "State" not in line for line in inspect.getsource(rule).split('"""')[2].splitlines())
    assert len(formula(rule)) == len(formula(rule, tex=True)) == count


@every_rule
def test_tex_is_balanced_and_can_be_read(rule):
    parser = MathTextParser("agg")
    for line in formula(rule, tex=True):
        depths = list(itertools.accumulate({"{": 1, "}": -1}.get(letter, 0) for letter in line))
        assert depths[-1] == 0 and min(depths) == 0
        parser.parse(f"${line}$")


def test_the_formulas_of_adam():
    assert formula(adam, tex=True) == [
        r"t \leftarrow t + 1",
        r"m_t = \beta_1\,m_{t-1} + (1 - \beta_1)\,g",
        r"v_t = \beta_2\,v_{t-1} + (1 - \beta_2)\,{g}^{2}",
        r"\hat m_t = \frac{m_t}{1 - {\beta_1}^{t}}",
        r"\hat v_t = \frac{v_t}{1 - {\beta_2}^{t}}",
        r"\mathrm{rate}_t = \frac{\eta}{\sqrt{\hat v_t} + \varepsilon}",
        r"\theta_t = \theta_{t-1} - \mathrm{rate}_t\,\hat m_t",
    ]


# --- expressions

EXPRESSIONS = [
    ("a + b - c", "a + b - c", "a + b - c"),
    ("a - (b - c)", "a - (b - c)", "a - (b - c)"),
    ("a - (b + c)", "a - (b + c)", "a - (b + c)"),
    ("a - b * c", "a - b c", r"a - b\,c"),
    ("(a - b) * c", "(a - b) c", r"(a - b)\,c"),
    ("a * (b + c)", "a (b + c)", r"a\,(b + c)"),
    ("a / b", "a / b", r"\frac{a}{b}"),
    ("a * b / c", "a b / c", r"\frac{a\,b}{c}"),
    ("a / b * c", "(a / b) c", r"\frac{a}{b}\,c"),
    ("a / (b * c)", "a / (b c)", r"\frac{a}{b\,c}"),
    ("a / b / c", "(a / b) / c", r"\frac{\frac{a}{b}}{c}"),
    ("a / (b / c)", "a / (b / c)", r"\frac{a}{\frac{b}{c}}"),
    ("(a + b) / (c - 1)", "(a + b) / (c - 1)", r"\frac{a + b}{c - 1}"),
    ("a - b / c", "a - b / c", r"a - \frac{b}{c}"),
    ("a**2 * b**3", "a² b³", r"{a}^{2}\,{b}^{3}"),
    ("(a * b)**2", "(a b)²", r"{(a\,b)}^{2}"),
    ("(a**b)**c", "(a^(b))^(c)", r"{({a}^{b})}^{c}"),
    ("a**(b + 1)", "a^(b + 1)", r"{a}^{b + 1}"),
    ("a**0.5", "a^(0.5)", r"{a}^{0.5}"),
    ("-a**2", "-a²", r"-{a}^{2}"),
    ("(-a)**2", "(-a)²", r"{(-a)}^{2}"),
    ("-(a + b)", "-(a + b)", r"-(a + b)"),
    ("a - -b", "a - (-b)", r"a - (-b)"),
    ("a * -b", "a (-b)", r"a\,(-b)"),
    ("np.sqrt(a)", "√a", r"\sqrt{a}"),
    ("np.sqrt(a + b)", "√(a + b)", r"\sqrt{a + b}"),
    ("np.sqrt(a) / (b + c)", "√a / (b + c)", r"\frac{\sqrt{a}}{b + c}"),
    ("np.sign(a) * b", "sign(a) b", r"\mathrm{sign}(a)\,b"),
    ("np.abs(a - b)", "abs(a - b)", r"\mathrm{abs}(a - b)"),
    ("2 * 3 * a", "2·3 a", r"2\cdot 3\,a"),
    ("a * 2", "a·2", r"a\cdot 2"),
    ("lr * prev.m", "η mₜ₋₁", r"\eta\,m_{t-1}"),
    ("step_size * g", "step_size g", r"\mathrm{step\_size}\,g"),
]


@pytest.mark.parametrize(("code", "plain", "tex"), EXPRESSIONS)
def test_an_expression_is_written_as_by_hand(code, plain, tex):
    assert written(code) == plain
    assert written(code, tex=True) == tex


def test_a_condition_in_a_product_keeps_its_brackets():
    assert written("a * (b if g else c)") == "a (b if g else c)"
    assert written("a * (b < c)") == "a (b < c)"


@pytest.mark.parametrize(
    "code", ["a % b", "a // b", "np.maximum(a, b)", "np.where(a > 0, b, c)", "a[0]", "None", "'a'"]
)
def test_what_has_no_sign_of_its_own_stays_as_it_is(code):
    assert written(code) == code


def random_expression(rng, depth):
    if depth == 0 or rng.random() < 0.15:
        return str(rng.choice(["a", "b", "c", "prev.m", "lr", "1", "0.5"]))
    one, other = (random_expression(rng, depth - 1) for _ in range(2))
    forms = ["({}) + ({})", "({}) - ({})", "({}) * ({})", "({}) / ({})", "({})**2", "({})**3", "-({})", "np.sqrt({})"]
    return str(rng.choice(forms)).format(one, other)


def read_plain(text):
    """Python code that means what this line of plain text says."""
    for sign, code in {"²": "**2", "³": "**3", "^": "**", "·": "*", "η": "lr", "mₜ₋₁": "m"}.items():
        text = text.replace(sign, code)
    text = re.sub(r"√(\w+)", r"sqrt(\1)", text).replace("√", "sqrt")
    return re.sub(r"(?<=[\w)]) (?=[\w(])", "*", text)  # side by side means times


def read_tex(text):
    """The same for TeX: from the innermost braces outwards."""
    text = text.replace(r"m_{t-1}", "m").replace(r"\eta", "lr").replace(r"\,", "*").replace(r"\cdot ", "*")
    readings = {
        r"\\frac\{([^{}]*)\}\{([^{}]*)\}": r"((\1)/(\2))",
        r"\\sqrt\{([^{}]*)\}": r"sqrt(\1)",
        r"\{([^{}]*)\}\^\{([^{}]*)\}": r"\1**(\2)",
    }
    while "{" in text:
        before = text
        for pattern, code in readings.items():
            text = re.sub(pattern, code, text)
        assert text != before, f"can't be read: {text}"
    return text


@pytest.mark.parametrize(("tex", "read"), [(False, read_plain), (True, read_tex)], ids=["plain", "TeX"])
def test_what_is_written_has_the_value_of_the_source(tex, read):
    """Brackets are where they must be: 400 expressions, read back and evaluated with complex numbers."""
    rng = np.random.default_rng(0)
    expressions = [random_expression(rng, depth=4) for _ in range(400)]
    names = {"a": 1.3, "b": 0.7 + 0.2j, "c": -2.1, "lr": 0.3, "m": 1.9 - 0.4j, "sqrt": np.emath.sqrt}
    names |= {"np": np.emath, "prev": State(m=names["m"])}
    with np.errstate(all="ignore"):
        for code, line in zip(expressions, formula(rule_of(*expressions), tex), strict=True):
            text = read(line.partition(" = ")[2])
            try:
                expected = eval(code, names)
            except (ZeroDivisionError, OverflowError):
                continue
            assert eval(text, names) == pytest.approx(expected, rel=1e-9, nan_ok=True), (code, line)


# --- a student's own rule

OWN = '''
def rule(prev, g, lr=0.1):
    """Of my own.

    Not part of the table.
    """
    s = np.sign(g)  # up or down | never both

    theta = (prev.theta
             - lr * s)
    return State(theta=theta, s=s)
'''


def test_a_rule_of_ones_own_has_a_formula():
    assert formula(defined(OWN)) == ["sₜ = sign(g)", "θₜ = θₜ₋₁ - η sₜ"]
    assert repr(show_rule(defined(OWN))) == "rule: sₜ = sign(g); θₜ = θₜ₋₁ - η sₜ"


def test_the_state_before_may_have_another_name():
    rule = defined("def rule(old, g):\n    m = old.m + g\n    return State(theta=m, m=m)\n")
    assert formula(rule) == ["mₜ = mₜ₋₁ + g"]


def table(rule):
    """The rows of a table in Markdown: (code, formula)."""
    head, line, *rows = show_rule(rule)._repr_markdown_().splitlines()
    assert (head, line) == ("| | |", "|:---|:---|")
    cells = [re.split(r"(?<!\\)\|", row) for row in rows]
    assert all(len(row) == 4 and row[0] == row[3] == "" for row in cells), "two cells a row"
    return [(row[1].strip(), row[2].strip()) for row in cells]


@every_rule
def test_each_line_of_the_source_stands_beside_its_formula(rule):
    rows = table(rule)
    source = re.sub(r'    """.*?"""\n', "", inspect.getsource(rule), flags=re.DOTALL)
    code = [cell.strip("`").replace("\N{NO-BREAK SPACE}", " ") for cell, _ in rows]
    assert code == source.splitlines()
    tex = iter(formula(rule, tex=True))
    for line, shown in zip(code, (shown for _, shown in rows), strict=True):
        assert shown == (rf"$\displaystyle {next(tex)}$" if " = " in line else ""), line


def test_the_table_of_a_rule_of_ones_own():
    rows = [(cell.replace("\N{NO-BREAK SPACE}", " "), shown) for cell, shown in table(defined(OWN))]
    assert rows == [
        ("`def rule(prev, g, lr=0.1):`", ""),
        (r"`    s = np.sign(g)  # up or down \| never both`", r"$\displaystyle s_t = \mathrm{sign}(g)$"),
        ("", ""),
        ("`    theta = (prev.theta`", r"$\displaystyle \theta_t = \theta_{t-1} - \eta\,s_t$"),
        ("`             - lr * s)`", ""),
        ("`    return State(theta=theta, s=s)`", ""),
    ]


def test_the_table_keeps_the_indent():
    """A browser drops plain spaces at the start of a cell."""
    assert table(adam)[1][0].startswith("`" + 4 * "\N{NO-BREAK SPACE}" + "t")


@pytest.mark.parametrize(
    "rule",
    [lambda prev, g: State(theta=prev.theta - g), len, np.sqrt, functools.partial(adam, lr=1), State, "adam"],
    ids=["lambda", "builtin", "ufunc", "partial", "class", "word"],
)
@pytest.mark.parametrize("show", [formula, lambda rule: repr(show_rule(rule))], ids=["formula", "show_rule"])
def test_what_cannot_be_read_is_refused_in_one_sentence(rule, show):
    with pytest.raises(TypeError, match=r"^[^\n]*def[^\n]*\.$"):
        show(rule)


def test_a_rule_without_source_is_refused_in_one_sentence():
    names = {}
    exec("def rule(prev, g):\n    theta = g\n    return theta", names)
    with pytest.raises(TypeError, match=r"^[^\n]*def[^\n]*\.$"):
        formula(names["rule"])


# --- a step worked out


def line_groups(lines):
    """The formulas of a worked step, each with its lines of numbers."""
    groups = []
    for line in lines:
        if line.startswith(" "):
            groups[-1][1].append(line)
        else:
            groups.append((line, []))
    return groups


def value_of(numbers):
    raised = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
    code = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹]+", lambda digits: f"**{digits[0].translate(raised)}", numbers)
    code = re.sub(r"√([\d.]+(?:e[+-]\d+)?)", r"sqrt(\1)", code)
    return eval(code.replace("·", "*"), {"sqrt": math.sqrt})


@every_rule
@pytest.mark.parametrize("step", [1, 2, 12])
def test_the_numbers_of_a_worked_step_give_its_result(rule, step):
    path = descend(rule, bowl.grad, bowl.start, 12, lr=0.3)
    head, *groups = line_groups(worked_step(path, step))
    assert head[0].startswith(f"t = {step}:  g = (")
    assert [text for text, _ in groups] == [text for text in formula(rule) if not text.startswith("t ")]
    for text, lines in groups:
        assert [line[:3] for line in lines] == [" ₁ ", " ₂ "], text
        for line in lines:
            numbers, _, result = line[3:].rpartition(" = ")
            size = max(abs(float(number)) for number in re.findall(r"[\d.]+(?:e[+-]\d+)?", numbers))
            assert value_of(numbers) == pytest.approx(float(result), rel=0.02, abs=0.01 * size), line


def test_a_worked_step_by_hand():
    path = descend(momentum, bowl.grad, bowl.start, 2, lr=0.1, beta=0.5)
    assert worked_step(path, 0) == ["t = 0:  θ₀ = (-5, -2)"]
    assert worked_step(path, 2) == [
        "t = 2:  g = (-0.98, -4.8)",
        "mₜ = β mₜ₋₁ + g",
        " ₁ 0.5·(-1) + (-0.98) = -1.48",
        " ₂ 0.5·(-8) + (-4.8) = -8.8",
        "θₜ = θₜ₋₁ - η mₜ",
        " ₁ -4.9 - 0.1·(-1.48) = -4.75",
        " ₂ -1.2 - 0.1·(-8.8) = -0.32",
    ]


def test_a_worked_step_of_ones_own_rule():
    path = descend(defined(OWN), bowl.grad, bowl.start, 2, lr=0.25)
    assert worked_step(path, 1)[1:] == [
        "sₜ = sign(g)",
        " ₁ sign(-1) = -1",
        " ₂ sign(-8) = -1",
        "θₜ = θₜ₋₁ - η sₜ",
        " ₁ -5 - 0.25·(-1) = -4.75",
        " ₂ -2 - 0.25·(-1) = -1.75",
    ]


@pytest.mark.parametrize(
    "rule",
    [functools.partial(gradient_descent, lr=0.5), lambda prev, g: State(theta=prev.theta - 0.5 * g)],
    ids=["partial", "lambda"],
)
def test_where_the_source_is_lost_the_values_stand_alone(rule):
    path = descend(rule, bowl.grad, bowl.start, 1)
    assert worked_step(path, 1) == ["t = 1:  g = (-1, -8)", "theta = (-4.5, 2)"]


def test_a_worked_step_shows_two_coordinates_of_many():
    path = descend(gradient_descent, lambda theta: theta, [1.0, 2.0, 3.0], 1, lr=0.5)
    assert worked_step(path, 1) == [
        "t = 1:  g = (1, 2, …)",
        "θₜ = θₜ₋₁ - η g",
        " ₁ 1 - 0.5·1 = 0.5",
        " ₂ 2 - 0.5·2 = 1",
    ]


def test_a_worked_step_of_a_path_that_has_diverged():
    path = descend(momentum, bowl.grad, bowl.start, 6, lr=1e100)
    assert "nan" in worked_step(path, 6)[-1]


# --- several names in one statement

PAIRED = """
def rule(prev, g, lr=0.1, beta=0.9):
    t = prev.t + 1
    m, v = beta * prev.m + (1 - beta) * g, prev.v + g**2
    m_hat, v_hat = m / (1 - beta**t), v / t
    theta: np.ndarray = prev.theta - lr * m_hat / np.sqrt(v_hat)
    return State(theta=theta, t=t, m=m, v=v)
"""


def test_names_assigned_in_pairs_have_a_formula_each():
    assert formula(defined(PAIRED))[1:] == [
        "mₜ = β mₜ₋₁ + (1 - β) g",
        "vₜ = vₜ₋₁ + g²",
        "m̂ₜ = mₜ / (1 - βᵗ)",
        "v̂ₜ = vₜ / t",
        "θₜ = θₜ₋₁ - η m̂ₜ / √v̂ₜ",
    ]
    shown = dict(table(defined(PAIRED)))
    line = next(code for code in shown if "m_hat, v_hat" in code)
    assert shown[line] == r"$\displaystyle \hat m_t = \frac{m_t}{1 - {\beta}^{t}} \qquad \hat v_t = \frac{v_t}{t}$"


def test_a_worked_step_has_the_numbers_of_names_that_are_not_returned():
    path = descend(defined(PAIRED), lambda theta: np.array([2.0, -1.0]), [1.0, 1.0], 2, lr=0.5, beta=0.5)
    lines = worked_step(path, 2)
    assert lines[lines.index("m̂ₜ = mₜ / (1 - βᵗ)") + 1] == " ₁ 1.5 / (1 - 0.5²) = 2"
    assert lines[lines.index("v̂ₜ = vₜ / t") + 2] == " ₂ 2 / 2 = 1"
    assert lines[-2:] == [" ₁ 0.5 - 0.5·2 / √4 = 0", " ₂ 1.5 - 0.5·(-1) / √1 = 2"]


def step_of(body, step=1):
    rule = defined(f"def rule(prev, g, lr=0.5):\n{body}\n    return State(theta=theta)\n")
    return worked_step(descend(rule, lambda theta: np.array([4.0]), [1.0], step), step)[1:]


def test_a_name_assigned_twice_has_its_value_of_that_line():
    assert step_of("    d = g / 4\n    d = d + 2\n    theta = prev.theta - lr * d") == [
        *("dₜ = g / 4", " ₁ 4 / 4 = 1", "dₜ = dₜ + 2", " ₁ 1 + 2 = 3"),
        *("θₜ = θₜ₋₁ - η dₜ", " ₁ 1 - 0.5·3 = -0.5"),
    ]
    assert step_of("    lr *= 0.5\n    theta = prev.theta - lr * g")[1::2] == [
        " ₁ 0.25 = 0.25",
        " ₁ 1 - 0.25·4 = 0",
    ]


def test_chained_and_swapped_names_have_the_numbers_of_before():
    assert step_of("    a = b = 2 * g\n    theta = prev.theta - a")[:4] == [
        *("aₜ = 2 g", " ₁ 2·4 = 8", "bₜ = 2 g", " ₁ 2·4 = 8")
    ]
    swapped = step_of("    a, b = 2 * g, 3 * g\n    a, b = b, a\n    theta = prev.theta - a")
    assert [swapped[5], swapped[7], swapped[9]] == [" ₁ 12 = 12", " ₁ 8 = 8", " ₁ 1 - 12 = -11"]


@pytest.mark.parametrize("unpacked", ["a, b = np.array([g, 2 * g])", "a, *_ = g, g, g", "a, b = *[g], g"])
def test_what_is_unpacked_otherwise_has_no_formula_and_right_numbers(unpacked):
    assert step_of(f"    {unpacked}\n    theta = prev.theta - a") == ["θₜ = θₜ₋₁ - aₜ", " ₁ 1 - 4 = -3"]


def test_a_step_that_does_not_come_out_again_has_no_arithmetic():
    early = "    if prev.theta[0] > 0:\n        return State(theta=-g)\n"
    rule = defined(f"def rule(prev, g):\n{early}    theta = g\n    return State(theta=theta)\n")
    assert worked_step(descend(rule, lambda theta: np.array([4.0]), [1.0], 1), 1)[1:] == ["theta = (-4)"]


def test_a_worked_step_of_many_runs_is_refused_in_one_sentence():
    many = descend(adam, bowl.grad, bowl.start, 3, lr=[[0.1, 0.2]])
    with pytest.raises(ValueError, match=r"^the path of Adam has runs of shape \(1, 2\): .*path\.run\(0, 0\)\.$"):
        worked_step(many, 2)
    assert worked_step(many.run(0, 1), 2) == worked_step(descend(adam, bowl.grad, bowl.start, 3, lr=0.2), 2)
