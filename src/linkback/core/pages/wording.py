"""Wording: what a post says, as text. What is part of the post, and what is not, post says."""

from linkback.core.pages.document import Document
from linkback.core.pages.post import Post
from linkback.core.text import clean


def wording(document: Document) -> str:
    """Return the words of a post on one line, from the part of the page whose links are its own."""
    return clean(" ".join((document.text, *Post.of(document).words())))
