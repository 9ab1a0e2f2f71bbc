"""Words inside identifiers: splitting them, their singular and plural, and how people read them."""

import re
from functools import lru_cache

# Latin, Greek and Cyrillic, with all their accents: what comes after has hardly any capitals.
_CASED = [chr(code) for code in range(0x530)]
_UPPER = "".join(letter for letter in _CASED if letter.isupper())
_LOWER = "".join(letter for letter in _CASED if letter.islower())
_PIECE = re.compile(
    rf"[{_UPPER}]+(?=[{_UPPER}][{_LOWER}])|[{_UPPER}]?[{_LOWER}]+|[{_UPPER}]+|\d+"
    rf"|[^\W\d_{_UPPER}{_LOWER}]+"
)
_PLURAL_ACRONYM = re.compile(r"(?<![A-Z])([A-Z]{2,})s(?![a-z])")


def vocabulary(text: str) -> frozenset[str]:
    """Return the words of a text that is parted by spaces."""
    return frozenset(text.split())


_IRREGULAR = {
    "people": "person",
    "children": "child",
    "men": "man",
    "women": "woman",
    "feet": "foot",
    "teeth": "tooth",
    "geese": "goose",
    "mice": "mouse",
    "criteria": "criterion",
    "indices": "index",
    "matrices": "matrix",
    "vertices": "vertex",
    "analyses": "analysis",
    "bases": "base",
    "aliases": "alias",
    "movies": "movie",
    "cookies": "cookie",
    "caches": "cache",
    "heroes": "hero",
    "quizzes": "quiz",
}
_PLURALS = {singular: plural for plural, singular in _IRREGULAR.items()}
_UNCOUNTED = frozenset(
    [
        "address",
        "business",
        "access",
        "process",
        "class",
        "status",
        "news",
        "series",
        "species",
        "data",
        "media",
        "metadata",
        "info",
        "information",
        "equipment",
        "staff",
        "bus",
        "gas",
        "basis",
        "analysis",
        "diagnosis",
        "crisis",
        "canvas",
        "atlas",
        "bonus",
        "focus",
        "census",
        "corpus",
        "lens",
        "alias",
        "always",
        "sms",
        "dns",
        "https",
        "css",
        "aws",
        "ios",
    ]
)
_INVARIABLE = frozenset(
    [
        "news",
        "series",
        "species",
        "data",
        "media",
        "metadata",
        "info",
        "information",
        "equipment",
        "staff",
        "sms",
    ]
)
_ACRONYMS = vocabulary(
    "id url uuid ip api sku vat iban bic isbn html json xml pdf sql ui ai asn aws cdn cpu css csv"
    " dns doi dvd ean eur exif faq ftp gbp gps gpu gtin http https imei isin issn jwt kpi mfa nfc"
    " ocr otp qr rfid rgb rss sdk seo sms ssh ssl sso tcp tls totp tv udp upc usb usd utc"
)
# One word each, although they are split where the digits begin.
_NUMBERED = {
    " ".join(_PIECE.findall(term.lower())): term
    for term in vocabulary("MD5 SHA1 SHA256 SHA512 CRC32 IPv4 IPv6 UTF8 Base64 OAuth2 MP3 MP4")
}
_ONE_WORD = re.compile(rf"\b(?:{'|'.join(_NUMBERED)})\b")


@lru_cache(maxsize=65536)
def split(identifier: str) -> tuple[str, ...]:
    """Return the lower-case words of an identifier, e.g. customer, order, id of customerOrderID."""
    # "userIDs" is "user", "ids"; the general rule would read "user", "I", "Ds".
    text = _PLURAL_ACRONYM.sub(lambda match: match[1].capitalize() + "s", identifier)
    return tuple(piece.lower() for piece in _PIECE.findall(text))


@lru_cache(maxsize=65536)
def singular(word: str) -> str:
    """Return the singular of a lower-case English word; a word that is none comes back as it is."""
    if word in _IRREGULAR:
        return _IRREGULAR[word]
    if word in _UNCOUNTED or len(word) < 4 or not word.endswith("s"):  # noqa: PLR2004  # "gas", "bus"
        return word
    if word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies"):
        return word[:-3] + "y"
    if word.endswith(("sses", "shes", "ches", "xes", "zes", "uses")):
        return word[:-1] if word.endswith(("auses", "ouses", "yzes")) else word[:-2]
    return word[:-1]


@lru_cache(maxsize=65536)
def plural(word: str) -> str:
    """Return the plural of a lower-case English singular; another script has no such plural."""
    if word in _PLURALS:
        return _PLURALS[word]
    if word in _INVARIABLE or singular(word) != word or not word.isascii():
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith("is") and len(word) > 3:  # noqa: PLR2004  # "analysis", not "is"
        return word[:-2] + "es"
    if word.endswith(("s", "x", "z", "ch", "sh")):
        return word + "es"
    return word + "s"


def humanise(identifier: str) -> str:
    """Return the identifier as words in lower case, acronyms such as ID in capitals."""
    pieces = split(identifier)
    if not pieces:
        return identifier
    text = " ".join(map(_spoken, pieces))
    return _ONE_WORD.sub(lambda match: _NUMBERED[match[0]], text)


def title(identifier: str) -> str:
    """Return the identifier as a heading, e.g. Order items."""
    text = humanise(identifier)
    return text[:1].upper() + text[1:]


def singular_name(identifier: str) -> tuple[str, ...]:
    """Return the words of a table's name with the last one in the singular."""
    pieces = split(identifier)
    return (*pieces[:-1], singular(pieces[-1])) if pieces else ()


def _spoken(piece: str) -> str:
    if piece in _ACRONYMS:
        return piece.upper()
    return f"{piece[:-1].upper()}s" if piece[:-1] in _ACRONYMS and piece[-1] == "s" else piece
