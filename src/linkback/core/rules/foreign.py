"""A page in another language or writing than the page it links to.

Levels: `script` (most of its letters are of another writing), `language` (another language, as the pages say).
Weak by itself: honest pages link across languages every day.
"""

from linkback.core.model import Candidate, HostHistory, Signal

LEVELS = ("script", "language")
# Japanese is written in three, and Korean still uses Chinese characters.
AS_ONE = {"Hiragana": "Han", "Katakana": "Han", "Hangul": "Han"}
LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "bn": "Bengali", "ca": "Catalan", "cs": "Czech", "da": "Danish", "de": "German",
    "el": "Greek", "en": "English", "es": "Spanish", "et": "Estonian", "eu": "Basque", "fa": "Persian", "fi": "Finnish",
    "fr": "French", "he": "Hebrew", "hi": "Hindi", "hr": "Croatian", "hu": "Hungarian", "id": "Indonesian",
    "it": "Italian", "ja": "Japanese", "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nb": "Norwegian",
    "nl": "Dutch", "no": "Norwegian", "pl": "Polish", "pt": "Portuguese", "ro": "Romanian", "ru": "Russian",
    "sk": "Slovak", "sl": "Slovenian", "sr": "Serbian", "sv": "Swedish", "th": "Thai", "tr": "Turkish",
    "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip


def check(candidate: Candidate, history: HostHistory) -> Signal | None:
    """Tell that a page is written otherwise than the one it links to."""
    likeness = candidate.evidence.likeness
    theirs, ours = candidate.evidence.makeup.script, likeness.script
    if theirs and ours and AS_ONE.get(theirs, theirs) != AS_ONE.get(ours, ours):
        return Signal("foreign", f"The page is written in {theirs} letters, yours in {ours} ones.", "script")
    spoken, own = _primary(candidate.citation.language), _primary(likeness.language)
    if not spoken or not own or spoken == own:
        return None
    return Signal("foreign", f"The page is in {_named(spoken)}, yours in {_named(own)}.", "language")


def _primary(tag: str) -> str:
    return tag.replace("_", "-").partition("-")[0].lower()


def _named(language: str) -> str:
    return LANGUAGES.get(language, f"another language ({language})")
