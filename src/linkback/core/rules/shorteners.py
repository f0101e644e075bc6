"""Link shorteners hide where a link leads. Silent where none was passed.

Levels: `via` (the page was reached by way of one), `source` (the page is one itself).
"""

from linkback.core import urls
from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("via", "source")
SHORTENERS = frozenset(
    {
        "0rz.tw", "adf.ly", "amzn.to", "b23.tv", "bc.vc", "bit.do", "bit.ly", "bitly.com", "bl.ink", "buff.ly",
        "chilp.it", "clck.ru", "cli.gs", "cutt.ly", "dlvr.it", "fb.me", "fur.ly", "g.co", "goo.gl", "goo.su",
        "gg.gg", "hyperurl.co", "ift.tt", "is.gd", "j.mp", "kutt.it", "linktr.ee", "lnkd.in", "mcaf.ee", "moourl.com",
        "n9.cl", "ouo.io", "ow.ly", "po.st", "qr.ae", "rb.gy", "rebrand.ly", "s.id", "sh.st", "short.io",
        "shorte.st", "shorturl.at", "shrtco.de", "smarturl.it", "snip.ly", "snipurl.com", "soo.gd", "su.pr", "suo.im",
        "t.cn", "t.co", "t.ly", "t1p.de", "tiny.cc", "tiny.pl", "tinyurl.com", "tr.im", "trib.al", "u.nu", "url.cn",
        "urlz.fr", "v.gd", "vk.cc", "x.co", "xurl.es", "yourls.org", "zpr.io",
    }
)  # fmt: skip


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Speak against links that hide where they lead."""
    for host in candidate.evidence.via:
        if name := _known(host):
            return Signal("shorteners", f"The page was reached by way of the link shortener {name}.", "via")
    name = _known(urls.host_of(candidate.source))
    return Signal("shorteners", f"The page is one of the link shortener {name}.", "source") if name else None


def _known(host: str) -> str:
    """Return the shortener that a host is, empty where it is none."""
    name = host.removeprefix("www.")
    return name if name in SHORTENERS else ""
