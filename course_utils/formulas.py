"""A rule's formula, read off its source: the code is the one place where a rule is written.

`show_rule(adam)` sets each line of the source beside its formula, so neither
can be a copy that has aged. `worked_step` puts the numbers of one step into it.
Both work for a student's own rule as well.
"""

import ast
import inspect
import textwrap
from functools import cache
from types import SimpleNamespace

import numpy as np

NO_BREAK = "\N{NO-BREAK SPACE}"
SYMBOLS = {  # name in code: (in TeX, in plain text)
    "theta": (r"\theta", "θ"),
    "lr": (r"\eta", "η"),
    "beta": (r"\beta", "β"),
    "beta1": (r"\beta_1", "β₁"),
    "beta2": (r"\beta_2", "β₂"),
    "rho": (r"\rho", "ρ"),
    "eps": (r"\varepsilon", "ε"),
    "m_hat": (r"\hat m", "m̂"),
    "v_hat": (r"\hat v", "v̂"),
    "m": ("m", "m"),
    "v": ("v", "v"),
    "g": ("g", "g"),
    "t": ("t", "t"),
}


def formula(rule, tex=False):
    """The lines of a rule's formula, one for each name that its source assigns a value.

    What the rule reads from `prev` wears the index t-1, what it assigns the
    index t; g is the gradient at the point before the step. Plain text, or TeX
    where asked for.
    """
    return [line for lines in _formulas(rule, _Tex if tex else Plain).values() for line in lines]


class show_rule:
    """Each line of a rule's source as it runs, beside its formula."""

    def __init__(self, rule):
        self.rule = rule

    def __repr__(self):
        lines = formula(self.rule)
        return f"{self.rule.__name__}: {'; '.join(lines)}"

    def _repr_markdown_(self):
        source, function = parse(self.rule)
        lines = source.splitlines()
        formulas = _formulas(self.rule, _Tex)
        first = function.body[1] if ast.get_docstring(function) else function.body[0]
        shown = [*range(function.lineno, function.body[0].lineno), *range(first.lineno, len(lines) + 1)]
        rows = [f"| {_code(lines[number - 1])} | {_math(formulas.get(number, []))} |" for number in shown]
        return "\n".join(["| | |", "|:---|:---|", *rows])


def worked_step(path, step):
    """The arithmetic of one step of a path, as lines of text.

    path : Path, from `descend`; step : int, 1 to len(path)
    Each line of the rule's formula is followed by one line for each of the
    first two coordinates, with the numbers put in. Where the rule's source
    can't be read, or does not lead to the same step when it is run again line by
    line, its values stand alone. At step 0 there is the start alone.
    """
    path.single()
    if step == 0:
        return [f"t = 0:  θ₀ = {_vector(path.theta[0])}"]
    rule, grad, hyper = path.origin.rule, path.origin.grad, path.origin.hyper
    before = {name: rows[step - 1] for name, rows in vars(path).items()}
    after = {name: rows[step] for name, rows in vars(path).items()}
    g = grad(before["theta"], step)
    lines = [f"t = {step}:  g = {_vector(g)}"]
    try:
        steps = _done_again(rule, before, g, hyper, after)
    except Exception:  # whatever a student's rule may hold: rather no arithmetic than a wrong one
        return lines + [f"{name} = {_vector(np.atleast_1d(value))}" for name, value in after.items()]
    prev, _ = arguments(rule)
    befores = [_at(place, before) for place in range(min(2, len(g)))]
    for node, text, values, result in steps:
        if node.targets[0].id != "t":
            lines.append(text)
            for place, own in enumerate(befores):
                numbers = Numbers(prev, own, _at(place, values), constants=hyper).expression(node.value)
                equals = "".join(f" = {_number(value)}" for value in _at(place, {"": result}).values())
                lines.append(f" {'₁₂'[place]} {numbers}{equals}")
    return lines


def _done_again(rule, before, g, hyper, after):
    """The assignments of one step: node, formula, the values known before it, and its result.

    The body of the rule runs once more, line by line, so that a name that is
    assigned twice has its value of that line. Raises an exception unless it ends
    in the state that the path holds.
    """
    prev, gradient = arguments(rule)
    inner = inspect.unwrap(rule)
    closure = zip(inner.__code__.co_freevars, inner.__closure__ or (), strict=True)
    names = inner.__globals__ | {name: cell.cell_contents for name, cell in closure} | hyper
    names |= {prev: SimpleNamespace(**{name: np.copy(value)[()] for name, value in before.items()})}
    names[gradient] = np.copy(g)
    known, steps = {gradient, *hyper}, []
    with np.errstate(all="ignore"):
        for code, stored, assignments in _compiled(rule):
            if stored is None:
                state = vars(eval(code, names))
                same = [np.allclose(state[name], after[name], rtol=1e-9, atol=0, equal_nan=True) for name in after]
                if not all(same):
                    raise ValueError("the step has come out otherwise")
                return steps
            values = {name: np.copy(names[name]) for name in known}
            exec(code, names)
            known |= stored
            steps += [(node, text, values, np.copy(names[node.targets[0].id])) for node, text in assignments]
    raise ValueError("the rule does not end in a return")


def _at(place, values):
    """What is a number or has one for each coordinate, at this coordinate."""
    values = {name: np.asarray(value) for name, value in values.items()}
    return {
        name: float(value[place] if value.shape else value)
        for name, value in values.items()
        if value.dtype.kind in "biuf" and (value.ndim == 0 or (value.ndim == 1 and place < len(value)))
    }


def _vector(values):
    return f"({', '.join(map(_number, values[:2]))}{', …' if len(values) > 2 else ''})"


def _number(value):
    return "0" if value == 0 else f"{value:.3g}".replace("e-0", "e-").replace("e+0", "e+")


def assignments(statement):
    """What a statement assigns, one name and its value each; nothing for a name that only running it would tell."""
    match statement:
        case ast.AugAssign(target=ast.Name(id=name) as target, op=operator, value=value):  # `v += g` as `v = v + g`
            pairs = [(target, ast.BinOp(ast.Name(name, ast.Load()), operator, value))]
        case ast.AnnAssign(target=target, value=ast.expr() as value):
            pairs = _pairs(target, value)
        case ast.Assign(targets=targets, value=value):
            pairs = [pair for target in targets for pair in _pairs(target, value)]
        case _:
            pairs = []
    nodes = [ast.copy_location(ast.Assign([target], value), statement) for target, value in pairs]
    return [ast.fix_missing_locations(node) for node in nodes]


def _pairs(target, value):
    """Names and values of an assignment; those of `a, b = c, d` one by one."""
    match target, value:
        case ast.Name(), _:
            return [(target, value)]
        case ast.Tuple(elts=targets), ast.Tuple(elts=values) if len(targets) == len(values):
            if not any(isinstance(part, ast.Starred) for part in [*targets, *values]):
                return [pair for parts in zip(targets, values, strict=True) for pair in _pairs(*parts)]
    return []


def _stored(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


@cache
def _assigned(rule):
    """All names that a rule gives a value."""
    return set().union(*map(_stored, parse(rule)[1].body))


@cache
def _names(node):
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)}


@cache
def _code_of(expression):
    return compile(ast.Expression(expression), "<rule>", "eval")


@cache
def _compiled(rule):
    """For each statement of a rule's body its code, the names that it stores, and its assignments with their formulas.

    A return has the code of what is returned, and None for the names.
    """
    write = Plain(arguments(rule)[0], _assigned(rule))
    statements = []
    for node in parse(rule)[1].body:
        if isinstance(node, ast.Return):
            statements.append((_code_of(node.value), None, []))
        else:
            formulas = [(part, write.assignment(part)) for part in assignments(node)]
            statements.append((compile(ast.Module([node], []), "<rule>", "exec"), _stored(node), formulas))
    return statements


def arguments(rule):
    """What a rule calls the state before and the gradient."""
    function = parse(rule)[1]
    return [argument.arg for argument in [*function.args.posonlyargs, *function.args.args][:2]]


@cache
def parse(rule):
    try:
        source = textwrap.dedent(inspect.getsource(rule))
        function = ast.parse(source).body[0]
    except (OSError, TypeError, SyntaxError):
        function = None
    if not isinstance(function, ast.FunctionDef):
        name = getattr(rule, "__name__", rule)
        raise TypeError(f"the source of {name} can't be read: write it as a function, with def, in a cell or a file.")
    return source, function


def _formulas(rule, writer):
    """A dict from line number to the formulas of that line."""
    write = writer(arguments(rule)[0], _assigned(rule))
    lines = {}
    for node in parse(rule)[1].body:
        lines.setdefault(node.lineno, []).extend(write.assignment(part) for part in assignments(node))
    return lines


def _code(line):
    # Spaces that do not break, since a table drops the others at the start of a cell.
    indent = len(line) - len(line.lstrip())
    code = line.strip().replace("|", r"\|")
    return f"`{NO_BREAK * indent}{code}`" if code else ""


def _math(lines):
    tex = r" \qquad ".join(lines)
    return rf"$\displaystyle {tex}$" if tex else ""


class Plain:
    """Writes an expression of Python as one writes it by hand, in plain text."""

    place = 1  # in SYMBOLS
    now, before = "ₜ", "ₜ₋₁"
    join, dot = " ", "·"  # between factors, and before a number
    becomes = "←"
    strength = {"Add": 1, "Sub": 1, "Div": 1.5, "Mult": 2, "Pow": 3}  # noqa: RUF012

    def __init__(self, prev, assigned):
        self.prev, self.assigned = prev, assigned

    def assignment(self, node):
        target = self.expression(node.targets[0])
        sign = self.becomes if target == "t" else "="
        return f"{target} {sign} {self.expression(node.value)}"

    def expression(self, node, least=0):
        """The text of a node; in parentheses where it binds less tightly than its place needs."""
        match node:
            case ast.Name(id=name):
                return self.symbol(name, self.now if name in self.assigned else "")
            case ast.Attribute(value=ast.Name(id=self.prev), attr=name):
                return self.symbol(name, self.before)
            case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
                return f"{value:g}"
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return _bracketed(f"-{self.expression(operand, 2)}", least > 1)
            case ast.Call(func=function, args=[argument]):
                return self.call(ast.unparse(function).removeprefix("np."), argument)
            case ast.BinOp(op=operator, left=left, right=right) if type(operator).__name__ in self.strength:
                name = type(operator).__name__
                text = getattr(self, name)(left, right)
                return _bracketed(text, self.strength[name] < least)
        whole = isinstance(node, ast.Call | ast.Subscript | ast.Attribute | ast.Name | ast.Constant)
        return _bracketed(ast.unparse(node), least > 0 and not whole)

    def symbol(self, name, index):
        if name == "t":
            return "t"
        return SYMBOLS.get(name, self.unknown(name))[self.place] + index

    def unknown(self, name):
        return (rf"\mathrm{{{name}}}".replace("_", r"\_") if len(name) > 1 else name, name)

    def Add(self, left, right):
        return f"{self.expression(left, 1)} + {self.expression(right, 1)}"

    def Sub(self, left, right):
        return f"{self.expression(left, 1)} - {self.expression(right, 1.5)}"

    def Mult(self, left, right):
        left, right = self.expression(left, 2), self.expression(right, 2)
        return f"{left}{self.dot if right.lstrip('{')[0].isdigit() else self.join}{right}"

    def Div(self, top, bottom):
        return f"{self.expression(top, 2)} / {self.expression(bottom, 3)}"

    def Pow(self, base, exponent):
        exponent = self.expression(exponent)
        raised = {"2": "²", "3": "³", "t": "ᵗ"}.get(exponent, f"^({exponent})")
        return f"{self.expression(base, 4)}{raised}"

    def call(self, function, argument):
        sign = "√" if function == "sqrt" else function
        simple = function == "sqrt" and isinstance(argument, ast.Name | ast.Attribute)
        return sign + _bracketed(self.expression(argument), not simple)


class Numbers(Plain):
    """The same with numbers in place of the names; what holds constants alone is worked out."""

    join = "·"

    def __init__(self, prev, before, after, constants):
        super().__init__(prev, ())
        self.before_values, self.values, self.constants = before, after, constants

    def expression(self, node, least=0):
        match node:
            case ast.Attribute(value=ast.Name(id=self.prev), attr=name) if name in self.before_values:
                return self.value(self.before_values[name], least)
            case ast.Name(id=name) if name in self.values:
                return self.value(self.values[name], least)
            case ast.BinOp():
                if _names(node) <= self.constants.keys():
                    return self.value(eval(_code_of(node), {}, self.values), least)
        return super().expression(node, least)

    @staticmethod
    def value(value, least):
        return _bracketed(_number(value), value < 0 and least > 1)

    def Add(self, left, right):
        return f"{self.expression(left, 1)} + {self.expression(right, 1.5)}"

    def Pow(self, base, exponent):
        raised = self.expression(exponent)
        small = raised.translate(str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"))
        return f"{self.expression(base, 4)}{small if raised.isdigit() else f'^({raised})'}"

    def call(self, function, argument):
        simple = function == "sqrt" and isinstance(argument, ast.Name | ast.Attribute)
        text = self.expression(argument, 4 if simple else 0)
        return ("√" if function == "sqrt" else function) + _bracketed(text, not simple)


class _Tex(Plain):
    """The same in TeX."""

    place = 0
    now, before = "_t", "_{t-1}"
    join, dot = r"\,", r"\cdot "
    becomes = r"\leftarrow"

    strength = Plain.strength | {"Div": 3}  # a fraction needs no brackets in a product

    def Div(self, top, bottom):
        return rf"\frac{{{self.expression(top)}}}{{{self.expression(bottom)}}}"

    def Pow(self, base, exponent):
        return f"{{{self.expression(base, 4)}}}^{{{self.expression(exponent)}}}"

    def call(self, function, argument):
        if function == "sqrt":
            return rf"\sqrt{{{self.expression(argument)}}}"
        return rf"\mathrm{{{function}}}({self.expression(argument)})"


def _bracketed(text, needed):
    return f"({text})" if needed else text
