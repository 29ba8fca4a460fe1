"""Content codings undone in small steps, so that no answer can fill the memory, and a cut one is an error."""

import zlib
from collections.abc import Iterable

from flows.outcomes import FetchRefusedError

_STEP = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS


def decoded(parts: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Return the body without its content coding; `gzip` and `identity` are known, since only they are asked for.

    Raises:
        FetchRefusedError: `too_large` over `limit` bytes, `truncated` for a cut gzip stream, `bad_encoding` for
            another coding, several at once, or bytes that are no gzip.
    """
    name = encoding.strip().lower()
    if name in {"", "identity"}:
        return _joined(parts, limit)
    if name in {"gzip", "x-gzip"}:
        return _joined(_inflated(parts), limit)
    raise FetchRefusedError("bad_encoding", f"the content coding {name[:60]!r} was not asked for")


def _joined(parts: Iterable[bytes], limit: int) -> bytes:
    out = bytearray()
    for part in parts:
        if len(out) + len(part) > limit:
            raise FetchRefusedError("too_large", f"the answer has more than {limit} bytes")
        out += part
    return bytes(out)


def _inflated(parts: Iterable[bytes]) -> Iterable[bytes]:
    inflater = zlib.decompressobj(_GZIP)
    begun = False
    for part in parts:
        waiting = part
        while waiting:
            if inflater.eof:
                # RFC 1952: members may follow each other; zeros or other bytes after the last one are padding.
                if waiting[:1] != b"\x1f":
                    break
                inflater = zlib.decompressobj(_GZIP)
            begun = True
            try:
                yield inflater.decompress(waiting, _STEP)
            except zlib.error as error:
                raise FetchRefusedError("bad_encoding", f"the answer is no valid gzip ({error})") from error
            waiting = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
    while begun and not inflater.eof:
        rest = inflater.decompress(inflater.unconsumed_tail, _STEP)
        if not rest:
            raise FetchRefusedError("truncated", "the gzip stream ends in its middle")
        yield rest
