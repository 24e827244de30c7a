"""Words in a code page that is taken for another one: ``Zarz¹d``, ``výroèní``, ``fÃ¼r``."""

from __future__ import annotations

import re

# Different words that no language has: a name or a sign of a formula is not enough. And their share of the words with
# letters beyond ASCII. Of 10,666 pages of 200 words in 131 languages none has as many, but for misread ones.
MIN_WORDS, MIN_SHARE = 3, 0.03

# Bytes of UTF-8 that go on with a character, as Latin-1 and as Windows-1252 show them.
_GOES_ON = "\x80-\xbf" + "".join(bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0))
# A character of two, three or four bytes; what may be a sign behind a capital, as in ``CAFÉ»``, goes on in a word.
_UTF8 = re.compile(
    rf"[Â-ß][¡-º¼-¿]|[Â-ß][{_GOES_ON}](?=[^\W\d_])|[à-ï][{_GOES_ON}]{{2}}(?=[^\W\d_])|[ð-ô][{_GOES_ON}]{{3}}"
)
# Signs, and codes of no sign at all, that stand for letters in Central European code pages.
_SIGN_WITHIN = re.compile("[a-zà-ÿ][\x80-\x9f¹³¿¶±¼¾º]+[a-zà-ÿ]")
_WORDS = re.compile(rf"[\w{_GOES_ON}]+")
_LATIN_1 = re.compile("[A-Za-zÀ-ÖØ-öø-ÿŒœŠšŽžŸ]+")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
# Letters beyond ASCII that words of one language have. Words with others than those of Windows-1252 are not misread.
_ALPHABETS = tuple(
    map(
        frozenset,
        (
            "àâäæçéèêëîïñôöœùûüÿ",  # French
            "áâãàçéêíóôõúü",  # Portuguese
            "áàçéèíïñóòúü",  # Spanish, Galician, Catalan, Occitan
            "áàâçéèíìîóòúùü",  # Italian, Sardinian, Romansh
            "áàâäáåçéèêëíîïñóòôöúûüß",  # German, Dutch, Afrikaans, Swedish
            "áàâäéèêëíìîïóòôöúùûüñ",  # Welsh, Irish, Gaelic, Breton, Pinyin
            "áàâåäéèêëíóòôöúüæøœ",  # Danish, Norwegian
            "áåäéíóöøúýæðþœ",  # Icelandic, Faroese, Old Norse
            "áäåéíóôöúüýšž",  # Czech, Slovak, Finnish, Slovene, Croatian
            "äöõüšžéà",  # Estonian
            "äçöüýž",  # Turkmen
            "ãéëòóôù",  # Kashubian
        ),
    )
)


def is_misread(text: str) -> bool:
    """Whether words of a text are in another code page than they are taken for."""
    words = {word for word in _WORDS.findall(text) if _BEYOND_ASCII.search(word)}
    wrong = sum(map(_is_of_no_language, words))
    return wrong >= MIN_WORDS and wrong >= MIN_SHARE * len(words)


def _is_of_no_language(word: str) -> bool:
    if _UTF8.search(word) or _SIGN_WITHIN.search(word):
        return True
    if not _LATIN_1.fullmatch(word):
        return False
    beyond = frozenset(_BEYOND_ASCII.findall(word.lower()))
    return len(beyond) > 1 and not any(map(beyond.issubset, _ALPHABETS))
