"""Which letters make words, and which are the cipher that a broken font gives for them."""

from __future__ import annotations

import random
import string

import pytest

from ocr_plugins.source.letters import make_no_words

PROSE = (
    "The board met on the third of March to consider the annual report. It noted that the cost of paper had risen by "
    "twelve per cent, and that the lease of the northern warehouse would end in June."
)
SOUND = {
    "English": PROSE,
    "capitals": PROSE.upper(),
    "Hungarian": "Az igazgatóság a jelentést megtárgyalta, és a költségvetést egyhangúlag elfogadta a következő évre.",
    "Finnish": "Hallitus käsitteli vuosikertomuksen ja päätti siirtää jäljellä olevan varaston ennen kesää.",
    "Welsh": "Cyfarfu'r bwrdd ar y trydydd o Fawrth i ystyried yr adroddiad blynyddol, a chytunwyd ar y gyllideb.",
    "Polish": "Zarząd rozpatrzył sprawozdanie roczne i jednogłośnie przyjął budżet; wstrzymało się trzech członków.",
    "Vietnamese": "Hội đồng đã xem xét báo cáo thường niên và quyết định chuyển số hàng còn lại trước mùa hè.",
    "Indonesian": "Dewan mempertimbangkan laporan tahunan dan menyetujui anggaran yang baru untuk tahun berikutnya.",
    "Czech": "Čtvrtek strnul vlk zmrzl, smrk zvrhl; představenstvo schválilo výroční zprávu a rozpočet.",
    "Basque": "Zuzendaritzak urteko txostena aztertu zuen eta aurrekontua onartu zuen hurrengo urterako.",
    "Swahili": "Halmashauri ilijadili ripoti ya mwaka na kuamua kuhamisha bidhaa zilizobaki kabla ya kiangazi.",
    "Turkish": "Yönetim kurulu yıllık raporu görüştü ve kalan malların yazdan önce taşınmasına karar verdi.",
    "Esperanto": "La estraro diskutis la jaran raporton kaj decidis ĉion ŝanĝi antaŭ la somero.",
    "Russian": "Правление рассмотрело годовой отчёт и утвердило бюджет на новый год единогласно.",
    "Kazakh": "Басқарма жылдық есепті қарап, келесі жылға арналған бюджетті бекітті.",
    "Greek": "Το συμβούλιο εξέτασε την ετήσια έκθεση και ενέκρινε τον προϋπολογισμό για το νέο έτος.",
    "Arabic": "نظر المجلس في التقرير السنوي ووافق على الميزانية الجديدة للعام المقبل.",
    "Chinese": "董事会审议了年度报告，并决定在夏季之前转移剩余的货物。",
    "names": "Szczepan Brzęczyszczykiewicz, Nguyễn Thị Phương, Krzysztof Wyrzykowski, Mbeki, Hrvoje Grgić, Llywelyn",
    "abbreviations": "CFRP GFRP BMBF DFKI GmbH HTML XSLT NVDA MSFT TSLA GDPR NGFR kg mm mbsf rpm vs Ltd Mr Dr cf pp",
    "part numbers": "P/N 204-118-XKJ7, DHAW20190001, ISBN 978-3-16-148410-0, rs12979860, XR21v2, SKU QX-5500-ZT",
    "figures": "1,204.50 (13.2) 88% -0.7 * 12.5 ± 0.3 4.6×10⁻³ $920.68 | 1,900 | 44 | – | n/a",
    "code": "def __init__(self, *args, **kwargs): ptr = strncpy(dst, src, sizeof(buf)); if (!fd || errno != EINTR) {}",
    "regular expressions": r"strings: '(>=|<=|=|>|<)?([' and '[^-}{]+', otherwise \"({}{}*|{}{})\"; see the manual",
    "lines of signs": "+-+-+-+-+ |=|=|=|=| -=*-=*-=* #############",
    "dot leaders": "Introduction ........... 1 Methods . . . . . . 12 ======= ------- *** +++",
}


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_what_an_author_wrote_is_left_alone(text: str) -> None:
    assert not make_no_words(text)


@pytest.mark.parametrize("shift", [-31, -15, -1, 1, 2, 3, 7])
def test_letters_that_are_others_by_a_number_make_no_words(shift: int) -> None:
    assert make_no_words("".join(chr(max(33, ord(c) + shift)) if c != " " else c for c in PROSE))


@pytest.mark.parametrize("language", ["English", "Hungarian", "Finnish", "Polish", "Indonesian", "Welsh"])
def test_letters_in_any_other_order_make_no_words(language: str) -> None:
    """But for the few orders in which vowels stand for vowels."""
    letters, noticed = string.ascii_lowercase, 0
    for seed in range(20):
        others = random.Random(seed).sample(letters, len(letters))
        noticed += make_no_words(SOUND[language].lower().translate(str.maketrans(letters, "".join(others))))
    assert noticed >= 16


def test_a_heading_is_enough() -> None:
    assert make_no_words("Sfqpsu pg uif Usfbtvsfs")


@pytest.mark.parametrize("page", ["cp1251", "koi8-r"])
def test_letters_of_another_code_page_make_no_words(page: str) -> None:
    assert make_no_words(SOUND["Russian"].encode(page).decode("latin-1"))


@pytest.mark.parametrize(("text", "told"), [("дата цена итог", False), ("дата цена итог срок", True)])
def test_fifteen_letters_of_another_code_page_can_be_told(text: str, told: bool) -> None:
    assert make_no_words(text.encode("cp1251").decode("latin-1")) == told


def test_signs_in_the_place_of_letters_make_no_words() -> None:
    assert make_no_words('!"#$%& \'()"*# $%+,-. /:!;<= >?@[]^ {|}~:;')


def test_a_key_beside_words_is_no_cipher() -> None:
    assert not make_no_words("password: asdfzxcv")
    assert make_no_words("asdfzxcv qwrtplkj xcvbnmsd hjklfdsg wrtzpsdf")


def test_few_words_of_cipher_cannot_be_told() -> None:
    assert not make_no_words("uif")


@pytest.mark.parametrize("language", ["Russian", "Greek"])
def test_other_alphabets_have_ciphers_too(language: str) -> None:
    letters = "".join(sorted({c for c in SOUND[language].lower() if c.isalpha()}))
    others = str.maketrans(letters, letters[7:] + letters[:7])
    assert make_no_words(SOUND[language].lower().translate(others))


def test_keys_and_sequences_are_longer_than_words() -> None:
    choose = random.Random(5)
    assert not make_no_words(" ".join("".join(choose.choices(string.ascii_lowercase, k=60)) for _ in range(5)))


def test_words_may_be_compounds() -> None:
    letters = string.ascii_lowercase
    others = str.maketrans(letters, letters[7:] + letters[:7])
    assert make_no_words("geschwindigkeitsbegrenzung rechtsschutzversicherung".translate(others))


@pytest.mark.parametrize(("text", "told"), [("tfDujpo hjWfo sjhiut", False), ("tfDujPo hjWfO sjHiut", True)])
def test_capitals_within_words_tell_cipher_where_its_letters_leave_doubt(text: str, told: bool) -> None:
    """Three nats are wanting in small letters."""
    assert make_no_words(text) == told


def test_names_in_code_have_capitals_within() -> None:
    names = "getElementById innerHTML onKeyDown XmlHttpRequest isNaN parseInt toString forEach addEventListener"
    assert not make_no_words(names)
