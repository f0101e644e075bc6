"""What rules heard of junk, in two or three words; a rule that has none goes by its name."""

from collections.abc import Mapping

from linkback.words import _, later

RULE_WORDS: Mapping[str, str] = {
    "advertising": later("links that advertise"),
    "anchor_text": later("words of the link"),
    "authorship": later("who wrote the page"),
    "by hand": later("marked by a person"),
    "copied": later("copies of your pages"),
    "first_time": later("hosts that are new here"),
    "flood": later("a flood of mentions"),
    "foreign": later("another script or language"),
    "held_before": later("hosts marked before"),
    "homograph": later("letters that look like others"),
    "host_age": later("how long the host is known"),
    "keyword_host": later("hosts named for what they sell"),
    "kind": later("what the page says it is"),
    "learned": later("words of junk"),
    "link_density": later("pages full of links"),
    "link_place": later("hidden or misplaced links"),
    "linked_text": later("text that is mostly links"),
    "nearness": later("another subject around the link"),
    "noindex": later("pages hidden from search"),
    "odd_host": later("odd host names"),
    "outbound": later("links to very many sites"),
    "owner_lists": later("your own lists"),
    "redirects": later("redirects"),
    "rel": later("paid links"),
    "relevance": later("another subject"),
    "sales_talk": later("words that sell"),
    "same_template": later("one template on many hosts"),
    "same_text": later("one text on many hosts"),
    "same_title": later("your own titles"),
    "shorteners": later("link shorteners"),
    "substance": later("pages that hardly say anything"),
    "trusted_host": later("hosts approved before"),
    "unknown": later("nothing in particular"),
    "velocity": later("hosts that link too often"),
}


def rule_words(rule: str) -> str:
    """Return what a rule is called where people read of it."""
    words = RULE_WORDS.get(rule)
    return _(words) if words else rule
