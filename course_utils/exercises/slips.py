"""Small slips in a line of a formula, each beside the sentence that names it."""

import ast
import io
import tokenize


def slips(line, symbols, writer):
    """Yield the line with one slip after another in it, as Python, beside what is wrong there.

    line : node of the right expression; symbols : texts that may have got into
    the place of another; writer : `formulas.Plain`, which writes a node
    """
    text = ast.unparse(line)
    says = writer.expression
    for sub in ast.walk(ast.parse(text, mode="eval").body):
        if not isinstance(sub, ast.expr):
            continue
        whole = text[sub.col_offset : sub.end_col_offset]

        def put(new, sub=sub):
            return f"{text[: sub.col_offset]}({new}){text[sub.end_col_offset :]}"

        for new, said in of_node(sub, whole, text, symbols, says):
            yield put(new), said
    right = says(line)
    yield from ((new, f"parentheses are missing or stand elsewhere; it is {right}.") for new in bracketed(text))


def of_node(sub, whole, text, symbols, says):
    """Yield what may stand in the place of a node by mistake, and what is said then."""
    said = says(sub)
    match sub:
        case ast.BinOp(left=left, op=op, right=right):
            a, b = (f"({text[part.col_offset : part.end_col_offset]})" for part in (left, right))
            x, y = says(left, 1.5), says(right, 1.5)
            match op:
                case ast.Mult():
                    yield b, f"the factor {x} is missing."
                    yield a, f"the factor {y} is missing."
                    yield f"{a} / {b}", f"{y} divides, where it should multiply."
                    yield f"{b} / {a}", f"{x} divides, where it should multiply."
                    yield f"{a} + {b}", f"{x} and {y} are added, where they should be multiplied."
                case ast.Div():
                    yield a, f"the division by {y} is missing."
                    yield f"1 / {b}", f"{x} is missing above the line."
                    yield f"{a} * {b}", f"{y} multiplies, where it should divide."
                    yield f"{b} / {a}", f"the fraction is upside down; it is {said}."
                case ast.Add():
                    yield b, f"the term {x} is missing."
                    yield a, f"the term {y} is missing."
                    yield f"{a} - {b}", f"{y} is subtracted, where it should be added."
                    yield f"{b} - {a}", f"{x} is subtracted, where it should be added."
                    yield f"({a} + {b}) / 2", f"it is halved; the sum is {said}."
                case ast.Sub():
                    yield f"{a} + {b}", f"the sign is turned: {y} is subtracted."
                    yield f"{b} - {a}", f"the sign is turned; it is {said}."
                    yield a, f"{y} is not subtracted."
                    yield b, f"{y} stands where {said} belongs."
                    yield f"-{b}", f"{x} is missing before the minus."
                case ast.Pow():
                    yield a, f"the power is missing: {said}."
                    yield f"{a} * {b}", f"it multiplies by {y}, where the power {said} belongs (in Python **)."
                    yield f"{a} ** 3", f"the power is another one; it is {said}."
                    yield f"abs({a})", f"the power is missing: {said}."
        case ast.Call(args=[argument]):
            inner = text[argument.col_offset : argument.end_col_offset]
            name = "root" if "sqrt" in ast.unparse(sub.func) else ast.unparse(sub.func).removeprefix("np.")
            yield inner, f"the {name} is missing: {said}."
            if name == "mean":
                yield f"np.sum({inner})", "there is a sum where a mean belongs: use np.mean."
            if name == "root":
                yield f"({whole}) ** 4", f"there is a square where the root belongs: {said}."
        case ast.Name() | ast.Attribute():
            for other in symbols:
                if other != whole:
                    yield other, f"{says(ast.parse(other, mode='eval').body)} stands where {said} belongs."
            yield f"{whole} + 1", f"{said} is one too large."
            yield f"{whole} - 1", f"{said} is one too small."
            yield f"1 - {whole}", f"1 - {said} stands where {said} belongs."
            yield f"np.abs({whole})", f"the sign of {said} is lost."
            yield f"np.sign({whole})", f"the size of {said} is lost: only its sign is used."
            for mean in ("mean", "sum", "linalg.norm"):
                word = {"mean": "mean", "sum": "sum", "linalg.norm": "length"}[mean]
                yield (
                    f"np.{mean}({whole}, axis=-1, keepdims=True)",
                    f"one {word} of {said} is used for all coordinates; each has its own.",
                )
    if not isinstance(sub, ast.Constant):
        yield f"{whole} * 2", f"{said} is doubled."
        yield f"({whole}) / 2", f"{said} is halved."
        yield f"-({whole})", f"the sign of {said} is turned."
        yield f"({whole}) ** 2", f"{said} is squared."
        yield f"np.sqrt({whole})", f"there is a root over {said}, where none belongs."


def bracketed(text):
    """Yield the same expression with a pair of parentheses taken away, or a pair more, where that changes it."""
    tokens = [t for t in tokenize.generate_tokens(io.StringIO(text).readline) if t.string.strip()]
    for first, token in enumerate(tokens):
        if token.string == "(" and not (first and tokens[first - 1].type == tokenize.NAME):
            depth = 0
            for last in range(first, len(tokens)):
                depth += {"(": 1, ")": -1}.get(tokens[last].string, 0)
                if not depth:
                    break
            yield "".join(f"{t.string} " for place, t in enumerate(tokens) if place not in (first, last))
    right = ast.dump(ast.parse(text))
    for first in range(len(tokens)):
        for last in range(first + 3, len(tokens) + 1):
            if first == 0 and last == len(tokens):
                continue
            parts = [t.string for t in tokens]
            new = " ".join([*parts[:first], "(", *parts[first:last], ")", *parts[last:]])
            try:
                if ast.dump(ast.parse(new)) != right:
                    yield new
            except SyntaxError:
                continue
