"""What features say, in words an owner understands. No numbers, no decisions."""

from collections.abc import Iterable, Sequence

# Prefix of a feature -> how one of its kind is called, for those that are no plain words.
PREFIXES = {
    "h": '"{}" in the name of the host',
    "p": '"{}" in the address',
    "tld": "a host under .{}",
    "script": "{} letters",
}
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "ms": "Malay",
    "nb": "Norwegian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian",
    "ru": "Russian", "sk": "Slovak", "sl": "Slovene", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
PHRASES = {
    "anchor:address": "an address as the text of the link",
    "anchor:long": "a long text of the link",
    "anchor:none": "a link without a text",
    "author:named": "a named author",
    "author:none": "no author",
    "copied:most": "a copy of most of your page",
    "copied:part": "a copy of part of your page",
    "date:given": "a date",
    "date:none": "no date",
    "host:deep": "a host many levels deep",
    "host:digits": "digits in the name of the host",
    "host:foreign": "a host with letters beyond a to z",
    "host:hyphens": "hyphens in the name of the host",
    "host:number": "a bare number as host",
    "hosts:farm": "links to more than a hundred hosts",
    "hosts:list": "links to dozens of hosts",
    "hosts:many": "links to many hosts",
    "hosts:some": "links to several hosts",
    "kind:bookmark": "a bookmark",
    "kind:like": "a like",
    "kind:mention": "a plain mention",
    "kind:reply": "a reply",
    "kind:repost": "a repost",
    "kind:rsvp": "an answer to an invitation",
    "linked:mostly": "a page that is mostly links",
    "linked:much": "a page with much of its text in links",
    "links:farm": "more than a hundred links to other sites",
    "links:list": "dozens of links to other sites",
    "links:many": "many links to other sites",
    "links:none": "no link to other sites",
    "links:some": "several links to other sites",
    "nearness:high": "a text around the link about the same as your page",
    "nearness:low": "a text around the link with little about your page",
    "nearness:none": "a text around the link with nothing about your page",
    "nearness:some": "a text around the link that has to do with your page",
    "odds:language": "a page in another language than yours",
    "odds:script": "a page in another script than yours",
    "path:deep": "an address many levels deep",
    "path:query": "a query in the address",
    "path:root": "a link on the front page of a host",
    "place:comments": "a link in the comments",
    "place:content": "a link in the text itself",
    "place:footer": "a link in the footer",
    "place:header": "a link in the header",
    "place:hidden": "a hidden link",
    "place:navigation": "a link in the navigation",
    "place:sidebar": "a link in the sidebar",
    "rel:nofollow": "a link marked nofollow",
    "rel:noindex": "a page that asks not to be searched",
    "rel:sponsored": "a link marked as paid for",
    "rel:ugc": "a link marked as written by visitors",
    "relevance:high": "a page about the same as yours",
    "relevance:low": "a page with little about what yours is about",
    "relevance:none": "a page with nothing about what yours is about",
    "relevance:some": "a page that has to do with yours",
    "rush:domain": "several mentions from one domain within an hour",
    "rush:site": "many new hosts within an hour",
    "rush:target": "many mentions of one page within an hour",
    "scheme:http": "an address without https",
    "sign:money": "sums of money",
    "sign:percent": "percentages",
    "sign:shout": "exclamation marks",
    "template:many": "a template seen on many hosts",
    "template:shared": "a template seen on other hosts",
    "text:none": "no text around the link",
    "title:loud": "a title in capitals",
    "title:none": "no title",
    "title:same": "the title of your page",
    "via:many": "several redirects on the way",
    "via:one": "a redirect on the way",
    "wording:many": "a text seen on many hosts",
    "wording:shared": "a text seen on other hosts",
    "words:book": "a very long page",
    "words:few": "a short page",
    "words:many": "a long page",
    "words:none": "a page without words",
    "words:tiny": "a page of a few words",
}
SIDES = {
    (True, True): "like junk you marked",
    (True, False): "like mentions you approved",
    (False, True): "like junk in general",
    (False, False): "like honest mentions in general",
}


def sentence(groups: Iterable[tuple[bool, bool, Sequence[str]]]) -> str:
    """Return what speaks for what, in one sentence; of each group: was it taught, is it junk, and which features."""
    told = "; ".join(f"{SIDES[taught, junk]}: {listed(features)}" for taught, junk, features in groups)
    return f"{told[:1].upper()}{told[1:]}."


def listed(features: Sequence[str]) -> str:
    """Return features as a list to read: its words first, then the others."""
    words = [f'"{feature[2:]}"' for feature in features if feature.startswith("w:")]
    others = [phrase(feature) for feature in features if not feature.startswith("w:")]
    counted = {0: [], 1: [f"the word {''.join(words)}"]}.get(len(words), [f"the words {', '.join(words)}"])
    return ", ".join([*counted, *others])


def phrase(feature: str) -> str:
    """Return what a feature that is no plain word says."""
    if told := PHRASES.get(feature):
        return told
    prefix, _, value = feature.partition(":")
    if prefix == "lang":
        return f"a page in {LANGUAGES[value]}" if value in LANGUAGES else f'a page in the language "{value}"'
    return PREFIXES.get(prefix, '"{}"').format(value)
