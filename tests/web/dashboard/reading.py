"""What tests read of a page: the words that its readers see."""

import re
from html import unescape

from tests.web.desk import Shown

ERROR = re.compile(r'<p class="error"[^>]*>(.*?)</p>', re.S)


def text_of(shown: Shown) -> str:
    """Return what a reader sees of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", shown.text)).split())


def errors_of(shown: Shown) -> list[str]:
    """Return the sentences that stand beside fields."""
    return [" ".join(unescape(re.sub(r"<[^>]*>", " ", words)).split()) for words in ERROR.findall(shown.text)]


def blocks_of(shown: Shown) -> list[str]:
    """Return what a page shows to be copied."""
    return [unescape(found) for found in re.findall(r"<pre><code>(.*?)</code></pre>", shown.text, re.S)]
