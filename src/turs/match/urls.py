"""One spelling of an address, found without the network (field guide 7.1), and the links of a text.

What is done: lower-case scheme and host, IDNA to ASCII, no default port, no user part, no fragment (but
for single-page addresses, ``#!``), no tracking parameters, sorted query, path case kept, redirectors
unwrapped, one form for Telegram, YouTube, archive and X addresses, defanged addresses restored.
RFC 3986 sections 5 and 6, UTS 46 for host names.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import idna
import tldextract
from w3lib.url import safe_url_string

VERSION = "url/1"
LONGEST = 4096
"""Characters; a longer address is refused."""

_TRACKERS = frozenset((
    "fbclid", "gclid", "gclsrc", "dclid", "wbraid", "gbraid", "yclid", "ysclid", "msclkid", "twclid", "ttclid",
    "igshid", "igsh", "li_fat_id", "mc_cid", "mc_eid", "_ga", "_gl", "_hsenc", "_hsmi", "mkt_tok", "vero_id",
    "oly_anon_id", "oly_enc_id", "s_cid", "ref_src", "ref_url", "spm", "scm", "cmpid", "ncid", "sr_share",
    "at_medium", "at_campaign", "at_creation", "at_link_id", "at_link_type",
))
_TRACKER_PREFIXES = ("utm_", "hsa_", "pk_", "mtm_", "piwik_", "matomo_", "__tn__", "__cft__")
_REDIRECTORS: dict[str, tuple[str, ...]] = {
    "l.facebook.com": ("u",), "lm.facebook.com": ("u",), "l.instagram.com": ("u",), "www.google.com": ("q", "url"),
    "google.com": ("q", "url"), "www.youtube.com": ("q",), "youtube.com": ("q",), "vk.com": ("to",),
    "away.vk.com": ("to",), "t.umblr.com": ("z",), "out.reddit.com": ("url",), "slack-redir.net": ("url",),
    "www.bing.com": ("u",), "duckduckgo.com": ("uddg",), "steamcommunity.com": ("url",), "t.me": ("url",),
    "telegram.me": ("url",), "www.linkedin.com": ("url",), "exit.sc": ("url",),
}
_REDIRECT_PATHS = ("/l.php", "/url", "/redirect", "/away.php", "/away", "/link", "/l/", "/iv", "/linkfilter/",
                   "/safety", "/redir", "/", "/ck/a")
_DEFANG = (("hxxp", "http"), ("[.]", "."), ("(.)", "."), ("[dot]", "."), ("[:]", ":"), ("[://]", "://"))
_ESCAPE = re.compile("%([0-9A-Fa-f]{2})")
_YOUTUBE_ID = re.compile(r"^[\w-]{11}$")
_URL = re.compile(
    r"(?:h(?:tt|xx)ps?(?:://|\[:\]//|\[://\])|www\.|(?<![\w.@/-])(?:t|telegram)\.me/)[^\s<>\"'«»“”\u200e\u200f]{1,4096}",
    re.IGNORECASE,
)
_TRAILING = ".,;:!?؟،؛…)]}'\"*"


@lru_cache(maxsize=16384)
def canonical_url(url: str) -> str:
    """The one spelling of an http(s) address; "" for what is no such address.

    >>> canonical_url("HTTPS://T.me/s/Example_Channel/123?utm_source=x#top")
    'https://t.me/example_channel/123'
    """
    for _ in range(4):  # a redirector may point to a redirector; four is more than honest pages need
        parts = _parts(url)
        if parts is None:
            return ""
        scheme, host, path, query, fragment = parts
        inner = _unwrapped(host, path, query)
        if not inner:
            return _rebuilt(scheme, host, path, query, fragment)
        url = inner
    return ""


def links_in(text: str) -> tuple[tuple[str, int, int], ...]:
    """Addresses written in `text`: (as written, start, end) in code points."""
    if "://" not in text and "www." not in text and ".me/" not in text and "[" not in text:
        return ()
    found = []
    for match in _URL.finditer(text):
        written = match.group().rstrip(_TRAILING)
        if written.count("(") > written.count(")") and text[match.start() + len(written) :].startswith(")"):
            written += ")"
        found.append((written, match.start(), match.start() + len(written)))
    return tuple(found)


def domain_of(url: str) -> str:
    """Registrable domain of an address by the bundled Public Suffix List, the host itself where there is none."""
    host = urlsplit(url).hostname or ""
    return _suffixes()(host).top_domain_under_public_suffix or host


@cache
def _suffixes() -> tldextract.TLDExtract:
    return tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


def _parts(url: str) -> tuple[str, str, str, list[tuple[str, str]], str] | None:
    url = "".join(c for c in url.strip() if c.isprintable() and c not in "\u200e\u200f\ufeff")
    if not url or len(url) > LONGEST:
        return None
    for fanged, plain in _DEFANG:
        url = re.sub(re.escape(fanged), plain, url, flags=re.IGNORECASE)
    if "://" not in url[:12]:
        url = "https:" + url if url.startswith("//") else "https://" + url
    try:
        split = urlsplit(safe_url_string(url))
        host, port = split.hostname or "", split.port
        query = parse_qsl(split.query, keep_blank_values=True, max_num_fields=200)
    except (ValueError, UnicodeError):
        return None
    host = _ascii_host(host)
    if split.scheme.lower() not in ("http", "https") or not host:
        return None
    if port and port != {"http": 80, "https": 443}[split.scheme.lower()]:
        host += f":{port}"
    return split.scheme.lower(), host, split.path or "/", query, split.fragment


def _ascii_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if ":" in host:
        return f"[{host}]"
    if "." not in host or not host.replace(".", ""):
        return ""
    try:
        return host if host.isascii() else idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError:
        return ""


def _unwrapped(host: str, path: str, query: list[tuple[str, str]]) -> str:
    """The address that a redirector points to, or ""."""
    names = _REDIRECTORS.get(host)
    if names is None or not (path in _REDIRECT_PATHS or path.startswith(("/l/", "/redir/"))):
        return ""
    given = dict(query)
    return next((given[n] for n in names if given.get(n, "").lower().startswith(("http://", "https://"))), "")


def _rebuilt(scheme: str, host: str, path: str, query: list[tuple[str, str]], fragment: str) -> str:
    kept = sorted((k, v) for k, v in query if not _tracks(k))
    path = _ESCAPE.sub(_escape, path)
    host, path, kept = _known_site(host, path, kept)
    if len(path) > 1:
        path = path.rstrip("/") or "/"
    kept_fragment = fragment if fragment.startswith("!") else ""
    return urlunsplit((scheme, host, path, urlencode(kept), kept_fragment))


def _escape(match: re.Match[str]) -> str:
    """Escapes of unreserved characters are undone, the others written in capitals (RFC 3986, 6.2.2)."""
    char = chr(int(match.group(1), 16))
    return char if char.isascii() and (char.isalnum() or char in "-._~") else match.group().upper()


def _tracks(name: str) -> bool:
    lower = name.lower()
    return lower in _TRACKERS or lower.startswith(_TRACKER_PREFIXES)


def _known_site(host: str, path: str, query: list[tuple[str, str]]) -> tuple[str, str, list[tuple[str, str]]]:
    """Sites where one thing has several addresses."""
    bare = host.removeprefix("www.").removeprefix("m.").removeprefix("mobile.")
    steps = [step for step in path.split("/") if step]
    given = dict(query)
    if bare in ("t.me", "telegram.me", "telegram.dog") and steps:
        if steps[0] == "s" and len(steps) > 1:
            steps = steps[1:]
        if not steps[0].startswith("+") and steps[0] not in ("joinchat", "c", "addstickers", "proxy"):
            steps[0] = steps[0].lower()  # public names know no case; invitation codes do
        keep = [(k, v) for k, v in query if k in ("comment", "thread", "start", "server", "port", "secret")]
        return "t.me", "/" + "/".join(steps), keep
    if bare in ("youtube.com", "youtu.be", "youtube-nocookie.com", "music.youtube.com") and steps:
        video = given.get("v", "") if steps[0] == "watch" else ""
        if bare == "youtu.be":
            video = steps[0]
        elif steps[0] in ("embed", "shorts", "live", "v") and len(steps) > 1:
            video = steps[1]
        if _YOUTUBE_ID.match(video):
            return "www.youtube.com", "/watch", [("v", video)]
    if bare == "archive.org" and len(steps) > 1 and steps[0] in ("details", "download", "embed"):
        return "archive.org", f"/details/{steps[1]}", []
    if bare in ("twitter.com", "x.com") and len(steps) >= 3 and steps[1] == "status":
        return "x.com", f"/{steps[0].lower()}/status/{steps[2]}", []
    return host, path, query
