"""What has to be pasted where, so that the pages of a site say where pings go. Pure: texts in, texts out.

The lines themselves are those of the protocols (`advertise`); here is how each kind of site says them, and how it
writes the address of the page in hand, which TrackBack needs.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass

from linkback.core.protocols import PROTOCOLS, trackback
from linkback.words import _, later

HERE = "ADDRESS-OF-THE-PAGE"  # stands for an address until a template's own way to write it is put there
A_PAGE = "YOUR-PAGE"
Header = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Lines:
    """What a site has to say: the headers and elements that are the same everywhere, and those of each page."""

    headers: tuple[Header, ...]
    elements: tuple[str, ...]
    endpoint: str  # of TrackBack; empty where the site takes none
    site: str


@dataclass(frozen=True, slots=True)
class Snippet:
    """Lines to paste for one kind of site: its name, where they go, and the lines."""

    key: str
    name: str
    where: str
    text: str


def lines_for(base: str, site: str, protocols: Collection[str]) -> Lines:
    """Return what a site says that takes these protocols at the server whose address is `base`."""
    said = [
        protocol.advertise(base + protocol.NAME, site)
        for protocol in PROTOCOLS
        if protocol.NAME in protocols and protocol is not trackback
    ]
    endpoint = base + trackback.NAME if trackback.NAME in protocols else ""
    return Lines(tuple(header for header, _html in said), tuple(html for _header, html in said), endpoint, site)


def snippets(lines: Lines) -> list[Snippet]:
    """Return the lines for each kind of site, those first that most people have."""
    return [Snippet(key, name, _(WHERE[key]), write(lines)) for key, (name, write) in KINDS.items()]


def _plain(lines: Lines) -> str:
    page = lines.site + A_PAGE
    block = [trackback.advertise(lines.endpoint, page)[1]] if lines.endpoint else []
    return _together(*lines.elements, *block)


def _in_template(lines: Lines, escaped: str) -> str:
    """Return the elements for a template that writes the escaped address of its page like that."""
    return _together(*lines.elements, *_element(lines, escaped))


def _element(lines: Lines, escaped: str) -> Iterable[str]:
    if lines.endpoint:
        address = trackback.advertise(lines.endpoint, HERE)[1].rpartition("\n")[2]
        yield address.replace(HERE, escaped)


def _hugo(lines: Lines) -> str:
    return _in_template(lines, "{{ .Permalink | urlquery }}")


def _eleventy(lines: Lines) -> str:
    site = lines.site.rstrip("/")
    return _in_template(lines, f'{{{{ ("{site}" + page.url) | urlencode }}}}')


def _django(lines: Lines) -> str:
    return _in_template(lines, '{{ request.build_absolute_uri|urlencode:"" }}')


def _wordpress(lines: Lines) -> str:
    said = [f"    header( {_single(f'{name}: {value}')}{_also(name)} );" for name, value in lines.headers]
    if lines.endpoint:
        (name, value), _html = trackback.advertise(lines.endpoint, HERE)
        before, _here, after = (_single(part) for part in f"{name}: {value}".partition(HERE))
        said += ["    if ( is_singular() ) {"]
        said += [f"        header( {before} . rawurlencode( get_permalink() ) . {after}, false );", "    }"]
    begin = ("<?php", "// Says where pings of this blog go.", "add_action( 'template_redirect', function () {")
    return _together(*begin, *said, "} );")


def _also(name: str) -> str:
    """Return what makes PHP send a header besides others of its name, where there may be several."""
    return ", false" if name == "Link" else ""


def _nginx(lines: Lines) -> str:
    said = [f"add_header {name} {_single(value)};" for name, value in lines.headers]
    said += [f"add_header Link {_single(_whole(lines, '$scheme://$host$request_uri'))};"] if lines.endpoint else []
    return _together(*said)


def _caddy(lines: Lines) -> str:
    said = [f"    {'+' if name == 'Link' else ''}{name} `{value}`" for name, value in lines.headers]
    said += [f"    +Link `{_whole(lines, '{scheme}://{hostport}{uri}')}`"] if lines.endpoint else []
    return _together("header {", *said, "}")


def _apache(lines: Lines) -> str:
    said = [
        f"Header {'add' if name == 'Link' else 'set'} {name} {_single(value.replace('%', '%%'))}"
        for name, value in lines.headers
    ]
    return _together(*said)


def _whole(lines: Lines, page: str) -> str:
    """Return the Link header of TrackBack with the address of the page in its path, where it need not be escaped."""
    return f'<{lines.endpoint}/{page}>; rel="{trackback.NAME}"'


def _single(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def _together(*lines: str) -> str:
    return "\n".join(lines)


Written = Callable[[Lines], str]
WHERE: Mapping[str, str] = {
    "html": later("In the head of every page. What has the address of a page in it differs from page to page."),
    "wordpress": later("In a new file, wp-content/mu-plugins/linkback.php. WordPress runs it by itself."),
    "hugo": later("In the head of layouts/_default/baseof.html, or in the partial that your theme has for it."),
    "eleventy": later("In the head of the layout that all pages have, in Nunjucks (.njk)."),
    "django": later("In the head of the template that all others extend. A new project has the context processor "
                    "“request”, which it needs."),
    "nginx": later("In the server block of the site. A location that has an add_header of its own needs them too, "
                   "since it does not inherit."),
    "caddy": later("In the block of the site, in the Caddyfile."),
    "apache": later("In the VirtualHost of the site or in .htaccess, with mod_headers. TrackBack is left out: Apache "
                    "cannot escape the address of a page."),
}  # fmt: skip
KINDS: Mapping[str, tuple[str, Written]] = {
    "html": ("HTML", _plain),
    "wordpress": ("WordPress", _wordpress),
    "hugo": ("Hugo", _hugo),
    "eleventy": ("Eleventy", _eleventy),
    "django": ("Django", _django),
    "nginx": ("nginx", _nginx),
    "caddy": ("Caddy", _caddy),
    "apache": ("Apache", _apache),
}
