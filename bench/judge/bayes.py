"""A baseline: multinomial naive Bayes on the words of a page, with Laplace's one added. No more than that."""

import re
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise
from math import log

from bench.judge.cases import Case

_NOT_SHOWN = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>|&\w+;", re.DOTALL | re.IGNORECASE)
_WORD = re.compile(r"[\w]+")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")  # scripts without blanks: each pair of characters is a word


def words_of(case: Case) -> list[str]:
    """Return the words of a page, in lower case."""
    words: list[str] = []
    for word in _WORD.findall(_NOT_SHOWN.sub(" ", case.html).lower()):
        words += map("".join, pairwise(word)) if _DENSE.match(word) else [word]
    return words


class Bayes:
    """Counts of words by label, and what they say of a page."""

    def __init__(self) -> None:
        self.words: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
        self.totals = {True: 0, False: 0}
        self.pages = {True: 0, False: 0}
        self._known: set[str] = set()

    def learn(self, words: Iterable[str], junk: bool) -> None:
        counted = Counter(words)
        self.words[junk].update(counted)
        self.totals[junk] += counted.total()
        self.pages[junk] += 1
        self._known.update(counted)

    def score(self, words: Iterable[str]) -> float:
        """Return the log-odds that a page is junk; words that were never learned of say nothing."""
        size, known = len(self._known), self._known
        junk, honest = self.words[True], self.words[False]
        odds = log((self.pages[True] + 1) / (self.pages[False] + 1))
        by_length = log((self.totals[False] + size) / (self.totals[True] + size))
        return odds + sum(log((junk[word] + 1) / (honest[word] + 1)) + by_length for word in words if word in known)
