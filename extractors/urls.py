"""URLs as identities: two addresses of one article become one string, without a network or a list of sites."""

import re
from urllib.parse import quote, urlsplit

_TRACKING_PREFIXES = ("utm_", "mc_", "pk_", "mtm_", "hsa_", "at_", "ns_", "vero_", "oly_", "trk_", "__hs", "wt.")
_TRACKING_WORDS = """
fbclid gclid gbraid wbraid dclid msclkid yclid twclid ttclid igshid igsh li_fat_id _ga _gl _hsenc
_hsmi cmpid cmp ref_src ref_url ftag ito smid smtyp wt_mc xtor ncid taid guccounter guce_referrer
guce_referrer_sig soc_src soc_trk s_cid mkt_tok spm mod_source sh_kit rss_id partner_rss zanpid
algo_expid
"""
_TRACKING_NAMES = frozenset(_TRACKING_WORDS.split())
_DEFAULT_PORTS = {"http": "80", "https": "443"}
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_ESCAPE = re.compile(r"%([0-9A-Fa-f]{2})")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_HOST = re.compile(r"[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?")
_IPV6 = re.compile(r"\[[0-9a-f:.]{2,45}\]")
_KEPT = "!#$%&'()*+,/:;=?@[]~"
MAX_URL = 4096
"""Longest URL taken, in characters. RFC 9110 asks for 8000 octets at least on a server's side; no article needs it."""


def canonical(url: str) -> str:
    """Return the address that stands for the article: the key that its id is derived from.

    Host in lower case (IDNA), default port, fragment and tracking parameters dropped, escapes and dot segments in
    RFC 3986's normal form. The order of the other parameters is kept, since it may mean something. Idempotent.

    Raises:
        ValueError: for anything that is not an absolute http or https URL, holds credentials or is too long.
    """
    scheme, netloc, path, query = _parts(url)
    kept = "&".join(part for part in query.split("&") if part and not _is_tracking(part))
    whole = f"{scheme}://{netloc}{_without_dots(_escaped(path)) or '/'}" + (f"?{_escaped(kept)}" if kept else "")
    if len(whole) > MAX_URL:
        raise ValueError(f"URL longer than {MAX_URL} characters: {whole[:80]}...")
    return whole


def host(url: str) -> str:
    """Return the URL's host in lower case, without its port. Raises ValueError as `canonical` does."""
    netloc = _parts(url)[1]
    return (
        netloc if netloc.endswith("]") else netloc.rpartition("]")[0] + "]" if "]" in netloc else netloc.split(":")[0]
    )


def _parts(url: str) -> tuple[str, str, str, str]:
    text = "".join(char for char in url.strip() if char > "\x1f" and char != "\x7f")
    if len(text) > MAX_URL:
        raise ValueError(f"URL longer than {MAX_URL} characters: {text[:80]}...")
    try:
        split = urlsplit(text)
        port = split.port
    except ValueError as error:
        raise ValueError(f"not a URL ({error}): {text[:200]}") from None
    scheme = split.scheme.lower()
    if scheme not in _DEFAULT_PORTS:
        raise ValueError(f"not an http or https URL: {text[:200]}")
    if "@" in split.netloc:
        raise ValueError(f"a URL with credentials is not taken: {scheme}://...@{split.hostname or ''}")
    netloc = _netloc(split.netloc.rpartition("]")[0] + "]" if "]" in split.netloc else split.netloc.partition(":")[0])
    if port is not None and str(port) != _DEFAULT_PORTS[scheme]:
        netloc = f"{netloc}:{port}"
    return scheme, netloc, split.path, split.query


def _netloc(name: str) -> str:
    """Return the host in its ASCII form, lower case, without the root dot."""
    lowered = name.lower().rstrip(".")
    if not lowered.isascii():
        import idna

        try:
            lowered = idna.encode(lowered, uts46=True).decode("ascii").rstrip(".")
        except (idna.IDNAError, UnicodeError) as error:
            raise ValueError(f"not a host name ({error}): {name[:100]}") from None
    if not (_HOST.fullmatch(lowered) or _IPV6.fullmatch(lowered)) or ".." in lowered:
        raise ValueError(f"not a host name: {name[:100]!r}")
    return lowered


def _is_tracking(parameter: str) -> bool:
    name, _, value = parameter.partition("=")
    lowered = name.lower()
    if lowered in _TRACKING_NAMES or lowered.startswith(_TRACKING_PREFIXES):
        return True
    return lowered in {"source", "ref", "from", "partner", "ftcamp"} and value.lower().startswith("rss")


def _escaped(part: str) -> str:
    """Return the part in ASCII: what must be escaped is, what needs no escape is not, hex digits in upper case."""
    quoted = quote(_BARE_PERCENT.sub("%25", part), safe=_KEPT, errors="replace")
    return _ESCAPE.sub(_normal_escape, quoted)


def _normal_escape(match: re.Match[str]) -> str:
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else match[0].upper()


def _without_dots(path: str) -> str:
    """Remove `.` and `..` segments (RFC 3986, 5.2.4)."""
    out: list[str] = []
    segments = path.split("/")
    for number, segment in enumerate(segments):
        if segment not in {".", ".."}:
            out.append(segment)
            continue
        if segment == ".." and len(out) > 1:
            out.pop()
        if number == len(segments) - 1:
            out.append("")
    return "/".join(out)
