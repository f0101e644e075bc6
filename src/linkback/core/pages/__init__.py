"""Pages, read: what a fetched page is, whether and how it links, and what it says of itself.

`document.read` makes a Document of a Page, `links` finds links in it, `citation.cite` tells
who wrote what around one. Bytes in, values out: nothing here fetches, and nothing raises,
whatever the bytes are. All of it takes time and memory in proportion to the page.
"""
