"""Made-up prose in eleven languages: no sense in it, but the words and their frequency are those of a subject.

The words stand in words/*.txt, a list a line: "name: word word". Phrases are parted by "|"; {link} and {kw} are holes.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

WORDS = Path(__file__).parent / "words"
LANGUAGES = tuple(sorted(path.stem for path in WORDS.glob("*.txt")))
SPACELESS = {"ja", "zh"}
SYLLABLES = [consonant + vowel for consonant in "bdfghklmnprstv" for vowel in "aeio"]
FOCUS = 14  # words of a topic that one text is about
RARE = 4000  # made-up words of a language, so that two texts about different things share few of theirs
LETTERS = {
    "ru": ("бвгдзклмнпрст", "аеиоу"),
    "ja": ("三上下中四山川木本田目石花草虫貝赤足車雨青音夏海絵", "羽雲園遠何科夏家歌画回会海絵外角楽活間丸岩顔汽記"),
    "zh": ("京兄光冬刀分切前北午半南原友古台合同名后告命和", "君周味呼品唱善器固圆坐型城域声处备复夕失头妙姓委"),
}
OTHER_SUBJECTS = ("home", "business", "health", "style", "cars", "travel")


@dataclass(frozen=True, slots=True)
class Language:
    """The words of a language: those of every text, those of topics, those of junk, and phrases."""

    code: str
    lists: dict[str, tuple[str, ...]]

    @property
    def gap(self) -> str:
        return "" if self.code in SPACELESS else " "

    @property
    def stop(self) -> str:
        return "。" if self.code in SPACELESS else "."

    def words(self, name: str) -> tuple[str, ...]:
        return self.lists.get(name, ())

    def kinds(self, prefix: str) -> list[str]:
        return [name.partition(".")[2] for name in self.lists if name.startswith(f"{prefix}.")]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a text is about: words of its topic, and names and terms that only texts about it use."""

    topic: str
    words: tuple[str, ...]
    names: tuple[str, ...] = ()


@cache
def language(code: str) -> Language:
    """Return the words of a language."""
    lists: dict[str, tuple[str, ...]] = {}
    for line in (WORDS / f"{code}.txt").read_text("utf-8").splitlines():
        name, _, rest = line.partition(": ")
        phrases = name in ("citing", "button", "spamline")
        lists[name] = tuple(rest.split("|")) if phrases else tuple(rest.split())
    return Language(code, lists)


@cache
def rare_words(code: str) -> tuple[str, ...]:
    """Return words of a language that are none, the frequent ones first."""
    chance = random.Random(code)
    first, second = LETTERS.get(code, ("bcdfghjklmnprstvw", "aeiou"))
    short = code in SPACELESS

    def word() -> str:
        return "".join(
            chance.choice(first) + chance.choice(second) for _ in range(1 if short else chance.randint(2, 4))
        )

    return tuple(dict.fromkeys(word() for _ in range(RARE)))


class Writer:
    """Writes prose of a language; the same for the same chance."""

    def __init__(self, chance: random.Random, code: str) -> None:
        self.chance = chance
        self.language = language(code)
        self._functions = self.language.words("function")
        self._general = self.language.words("general")
        self._rare = rare_words(code)
        # Few words are frequent and most are rare, as in any text.
        favourites = chance.sample(self._general, len(self._general) // 3)
        self._usual = (*self._general, *favourites, *favourites)

    def subject(self, topic: str, names: int = 4) -> Subject:
        """Return a subject of a topic with names of its own; any topic of the language where it lacks this one."""
        known = self.language.words(f"topic.{topic}")
        if not known:
            topic = self.chance.choice(self.language.kinds("topic"))
            known = self.language.words(f"topic.{topic}")
        words = tuple(self.chance.sample(known, min(FOCUS, len(known))))
        return Subject(topic, words, tuple(name(self.chance) for _ in range(names)))

    def translated(self, subject: Subject) -> Subject:
        """Return the same subject in this language: its names stay."""
        own = self.subject(subject.topic, 0)
        return Subject(own.topic, own.words, subject.names) if own.topic == subject.topic else own

    def sentence(self, subject: Subject, weight: float = 0.28, count: int = 0) -> str:
        """Return a sentence about a subject; `weight` is the share of the subject's words."""
        roll, pick = self.chance.random, self.chance.choice
        words = []
        for _ in range(count or self.chance.randint(6, 18)):
            at = roll()
            if at < 0.44:
                words.append(pick(self._functions))
            elif at < 0.44 + weight:
                words.append(pick(subject.words if roll() < 0.9 or not subject.names else subject.names))
            elif roll() < 0.18:
                words.append(pick(self._usual))
            else:
                words.append(self._rare[int(len(self._rare) ** roll()) - 1])
        text = self.language.gap.join(words)
        return text[0].upper() + text[1:] + self.language.stop

    def prose(self, subject: Subject, count: int, weight: float = 0.28) -> str:
        """Return so many sentences about a subject."""
        return self.language.gap.join(self.sentence(subject, weight) for _ in range(count))

    def title(self, subject: Subject) -> str:
        """Return a headline about a subject."""
        picked = [self.chance.choice(self._functions), *self.chance.sample(subject.words, min(3, len(subject.words)))]
        if subject.names and self.chance.random() < 0.5:
            picked.append(self.chance.choice(subject.names))
        self.chance.shuffle(picked)
        text = self.language.gap.join(picked)
        return text[0].upper() + text[1:]

    def citing(self, link: str) -> str:
        """Return a phrase that speaks of a link."""
        text = self.chance.choice(self.language.words("citing")).replace("{link}", link)
        return text + self.language.stop

    def talk(self, count: int) -> str:
        """Return words as people who write of their reading use them."""
        return self.language.gap.join(self.chance.choices(self.language.words("discourse"), k=count))

    def keyword(self, kind: str = "") -> str:
        """Return what junk wants to be found for."""
        kind = kind or self.chance.choice(self.language.kinds("spam"))
        known = self.language.words(f"spam.{kind}") or self.language.words("spam.seo")
        return self.language.gap.join(self.chance.sample(known, self.chance.choice((1, 1, 2, 2, 3))))

    def pitch(self, kind: str = "") -> str:
        """Return a phrase that sells."""
        return self.chance.choice(self.language.words("spamline")).replace("{kw}", self.keyword(kind))

    def person(self) -> str:
        """Return a name of a person."""
        first, last = (self.chance.choice(self.language.words(name)) for name in ("names", "surnames"))
        return last + first if self.language.code in SPACELESS else f"{first} {last}"

    def button(self) -> str:
        return self.chance.choice(self.language.words("button"))


def name(chance: random.Random) -> str:
    """Return a made-up name of a place, a thing or a firm."""
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 4))).capitalize()


def spun(chance: random.Random, text: str, words: Sequence[str], share: float) -> str:
    """Return a text with a share of its words replaced, as programs do that want to hide a copy."""
    return " ".join(chance.choice(words) if chance.random() < share else word for word in text.split(" "))
