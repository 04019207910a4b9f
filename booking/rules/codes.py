"""Short codes that a reader shows and somebody types: no sign looks like another, none makes a word."""

from __future__ import annotations

import hashlib
import hmac

SIGNS = "34679CDFGHJKMNPQRTVWXY"
LENGTH = 6


def code_for(about: str, *, key: bytes) -> str:
    """The same code for the same thing, and nobody without the key knows it."""
    number = int.from_bytes(hmac.digest(key, b"code for " + about.encode(), hashlib.sha256))
    signs = []
    for _ in range(LENGTH):
        number, sign = divmod(number, len(SIGNS))
        signs.append(SIGNS[sign])
    return "".join(signs)


def shown(code: str) -> str:
    """In two halves, as one reads it out."""
    return f"{code[: LENGTH // 2]} {code[LENGTH // 2 :]}"


def typed(text: str) -> str | None:
    """The code that somebody meant, whatever blanks and case; None when it can't be one."""
    signs = "".join(sign for sign in text.upper() if sign not in " -.·\u00a0\u202f")
    return signs if len(signs) == LENGTH and set(signs) <= set(SIGNS) else None


def digest_of(code: str, *, key: bytes) -> str:
    return hmac.digest(key, b"typed code " + code.encode(), hashlib.sha256).hex()
