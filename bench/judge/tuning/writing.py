"""Writes what was fitted into the modules that ship: the tables, and nothing around them."""

import re
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from linkback.core.learner import prior
from linkback.core.learner.prior import Weighted
from linkback.core.rules import weights

WEIGHTS, PRIOR = Path(weights.__file__), Path(prior.__file__)
WIDTH = 104  # of a line of words, without its indent and quotes


def with_weights(text: str, fitted: Mapping[str, float], *, bias: float, approve_up_to: float, spam_from: float) -> str:
    """Return the text of the module of weights with others in it."""
    for name, value in (("BIAS", bias), ("APPROVE_UP_TO", approve_up_to), ("SPAM_FROM", spam_from)):
        text = _replaced(text, rf"^{name} = [^\n]*$", f"{name} = {_number(value)}")
    rows = "".join(f'    "{key}": {_number(fitted[key])},\n' for key in sorted(fitted))
    head = "WEIGHTS: Mapping[str, float] = {\n"
    return _replaced(text, rf"^{re.escape(head)}.*?^\}}$", f"{head}{rows}}}")


def with_words(text: str, tables: Mapping[str, Weighted]) -> str:
    """Return the text of the module of the prior with other tables in it, by their names."""
    for name, table in tables.items():
        rows = "".join(f"    {_number(weight)}: {_words(names)},\n" for weight, names in table.items())
        whole = f"{name}: Weighted = {{\n{rows}}}" if rows else f"{name}: Weighted = {{}}"
        text = _replaced(text, rf"^{name}: Weighted = \{{(?:\}}$|\n.*?^\}}$)", whole)
    return text


def _number(value: float) -> str:
    return repr(round(value, 2) + 0.0)


def _words(names: str) -> str:
    lines = _wrapped(names.split())
    if len(lines) == 1:
        return f'"{names}"'
    quoted = "\n".join(f'        "{line} "' for line in lines[:-1])
    return f'(\n{quoted}\n        "{lines[-1]}"\n    )'


def _wrapped(words: list[str]) -> list[str]:
    """Return words in lines of at most WIDTH columns; letters of East Asia take two."""
    lines: list[list[str]] = [[]]
    for word in words:
        if lines[-1] and _columns(" ".join((*lines[-1], word))) > WIDTH:
            lines.append([])
        lines[-1].append(word)
    return [" ".join(line) for line in lines]


def _columns(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _replaced(text: str, pattern: str, new: str) -> str:
    replaced, count = re.subn(pattern, lambda _: new, text, count=1, flags=re.MULTILINE | re.DOTALL)
    if count != 1:
        raise ValueError(f"There is no {pattern} to write to.")
    return replaced
