r"""The tokens that may stand before the content of an HTML document, as patterns over bytes. Decides nothing.

The tokenizer of HTML, section 13.2.5, for what a prolog can hold. Every repetition is over one character or has only
one way to match, so nothing backtracks far; a pattern never looks behind the end that it is given.
"""

from __future__ import annotations

import re
from typing import Final

_FLAGS: Final = re.IGNORECASE | re.DOTALL
_SPACE = rb"[\t\n\f\r ]"
_ENDS_NAME = rb"[\t\n\f\r />]"


def _attributes(double: bytes, single: bytes) -> bytes:
    """The rest of a tag behind its name; what may stand in double and in single quotes is the caller's choice."""
    name = rb"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    equals = rb"%b*+=" % _SPACE
    value = rb"(?:\"%b*+\"|'%b*+'|[^\t\n\f\r \"'>][^\t\n\f\r >]*+|(?=>))" % (double, single)
    return rb"(?:[\t\n\f\r /]++|%b(?:%b%b*+%b|(?!%b)))*>" % (name, equals, _SPACE, value, equals)


_TAG = _attributes(rb"[^\"]", rb"[^']")
_HTML = rb"html(?=%b)%b" % (_ENDS_NAME, _TAG)
_HEAD = rb"head(?=%b)%b" % (_ENDS_NAME, _TAG)
# Both spellings have `charset=` in them, and `charset`, `content` or `http-equiv` comes first. A quoted `>` is refused,
# so that the first `>` always decides.
_CHARSET = rb"<meta%b++(?=[ch])(?=[^>]*?charset%b*+=)%b" % (_ENDS_NAME, _SPACE, _attributes(rb"[^\">]", rb"[^'>]"))
_DOCTYPE = rb"!doctype[^>]*+>"
# `<!…>`, `<?…>` and `</…>` that are nothing else are comments too.
_COMMENT = rb"!(?:--(?:-?>|(?!-?>)(?:[^-]++|-(?!-!?>))*--!?>)|(?!--|doctype)[^>]*+>)|\?[^>]*+>|/(?![a-z])[^>]*+>"
# End tags that mean something even before there is a head; the parser ignores all others there.
_IGNORED = rb"/(?!(?:head|body|html|br)%b)" % _ENDS_NAME
_END_TAG = rb"%b[a-z][^\t\n\f\r />]*+%b" % (_IGNORED, _TAG)
_GAP = rb"%b*+(?:<(?=[!?/])(?:%b)%b*+)*" % (_SPACE, _COMMENT, _SPACE)


def _any(*markup: bytes) -> bytes:
    return rb"%b*+(?:<(?:%b)%b*+)*" % (_SPACE, rb"|".join((*markup, _COMMENT, _END_TAG)), _SPACE)


PROLOG: Final = re.compile(
    _any()
    + rb"(?P<doctype><%b%b)?" % (_DOCTYPE, _any(_DOCTYPE))
    + rb"(?P<html><%b%b)?" % (_HTML, _any(_HTML, _DOCTYPE))
    + rb"(?P<head><%b)?" % _HEAD
    + rb"(?P<charset>(?:%b%b)+)?(?=(?P<gap>%b))" % (_GAP, _CHARSET, _GAP),
    _FLAGS,
)
"""All that may come before content, up to `<head>` and the charset declarations right behind it. `gap`: the white
space and comments that follow. Always matches."""

# What more bytes could complete: nothing yet, a name, a charset declaration.
_PART = rb"\Z|<\Z|<[a-z]{1,8}\Z|<meta[^>]*+\Z"

OPEN_BEFORE_HEAD: Final = re.compile(
    rb"%b|(?P<comment><[!?]|<%b)|<(?:html|head)%b" % (_PART, _IGNORED, _ENDS_NAME), _FLAGS
)
"""Behind the gap: more bytes may take the prolog further. `comment`: it swallows all up to its own end."""

OPEN_IN_HEAD: Final = re.compile(rb"%b|<[!?]|</\Z|</[^a-z]" % _PART, _FLAGS)
"""The same inside the head, where end tags are content."""

CONTENT_OF_A_DOCUMENT: Final = re.compile(rb"<(?:title|body|frameset)%b" % _ENDS_NAME, _FLAGS)
"""Content that only a whole document begins with."""
