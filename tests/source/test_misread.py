"""Letters of one code page that are taken for those of another make no words; those of every language do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ocr_plugins.source.letters import make_no_words
from ocr_plugins.source.misread import MIN_SHARE, MIN_WORDS, is_misread
from ocr_plugins.source.textlayer import WRONG_LETTERS, TextLayer

POLISH = "Zarząd rozpatrzył sprawozdanie roczne i jednogłośnie przyjął budżet; wstrzymało się trzech członków."
CZECH = (
    "Představenstvo schválilo výroční zprávu a rozpočet; příští zasedání se uskuteční v září, až bude přístavba skladu "
    "zařízena. Největší část nákladů připadá na přepravu, vyúčtování předloží účetní oddělení, jež přípravu řídí."
)
GERMAN = "Der Vorstand prüfte den Jahresbericht und genehmigte die Übernahme der Geschäfte für das nächste Jahr."
RUSSIAN = "Правление рассмотрело годовой отчёт и утвердило бюджет на новый год единогласно."
SOUND = {
    "Polish": POLISH,
    "Czech": CZECH,
    "German": GERMAN,
    "Russian": RUSSIAN,
    "French": "Là où les élèves étaient logés l'été, la bâtisse créée s'achève en août ; Noël, naïf, « CAFÉ », cœur.",
    "Portuguese": "A direção não aumentou os preços; as inscrições são mantidas até às férias, José e Antônio.",
    "Spanish": "El señor Muñoz también pagará más según la compañía; ¿qué dirá? «MENÚ», 3.º, 25 m² y ½ kg.",
    "Catalan": "La col·laboració també s'acabarà; així els països veïns són això mateix, perquè és òbvia la raó.",
    "Italian": "Perché la città è così, e più tardi sarà già finita l'attività; ciò può esserlo.",
    "Icelandic": "Það er þó æskilegt að þýða ársskýrsluna; kostnaður hækkaði, fjárhagsáætlun var samþykkt á íslensku.",
    "Faroese": "Stýrið viðgjørdi ársfrágreiðingina og samtykti fíggjarætlanina; prísurin øktist hjá øllum á Suðuroy.",
    "Danish": "Prisen på papir er øget på en ældre ås; rødgrød med fløde, idé og café.",
    "Finnish": "Hallitus käsitteli vuosikertomuksen ja päätti siirtää jäljellä olevan varaston Ångströmille.",
    "Estonian": "Õunapuu öösel, jäääär, töööö, üüriõigus; žürii šokolaad.",
    "Welsh": "Mae'r tŷ yn wên; gwên, pêl, sgïo, copïo, cŵn, môr, sêr, tân a siôp.",
    "Vietnamese": "Hội đồng đã xem xét báo cáo thường niên và quyết định chuyển số hàng còn lại trước mùa hè.",
    "Pinyin": "Dàxué kèběn lìshǐ hànyú zhōngguó báisè hóngsè lǜsè huángsè xièxiè.",
    "Turkish": "Yönetim kurulu yıllık raporu görüştü; kağıt maliyeti yüzde on iki arttı, çünkü ölçüm güçleşti.",
    "signs": "Müller¹, Nestlé®, 25 m³/h, 10 µm, 20 °C, x²y, 1º andar, ±5 %, ½ kg, §12, «CAFÉ», Größe: 3¼",
}


def shown(text: str, page: str, taken_for: str = "cp1252") -> str:
    return text.encode(page, "ignore").decode(taken_for, "replace")


@pytest.mark.parametrize("text", SOUND.values(), ids=SOUND)
def test_words_of_every_language_are_left_alone(text: str) -> None:
    assert not is_misread(text)
    assert not make_no_words(text)


@pytest.mark.parametrize(
    ("text", "page"),
    [
        (POLISH, "cp1250"),
        (POLISH, "iso8859-2"),
        (CZECH, "cp1250"),
        (CZECH, "iso8859-2"),
        (RUSSIAN, "cp1251"),
        (RUSSIAN, "koi8-r"),
        *(
            (SOUND[language], "utf-8")
            for language in ("German", "French", "Polish", "Russian", "Vietnamese", "Icelandic")
        ),
    ],
)
@pytest.mark.parametrize("taken_for", ["latin-1", "cp1252"])
def test_another_code_page_makes_no_words(text: str, page: str, taken_for: str) -> None:
    assert make_no_words(shown(text, page, taken_for))


def test_a_few_words_are_a_name_or_an_example() -> None:
    assert MIN_WORDS == 3
    assert not is_misread("It shows fÃ¼r where it should show für, and naÃ¯ve for naïve.")
    assert is_misread("It shows fÃ¼r where it should show für, naÃ¯ve for naïve, schÃ¶n for schön.")


@pytest.mark.parametrize(("share", "misread"), [(2, True), (0.5, False)])
def test_a_text_of_many_languages_has_a_few_words_that_no_language_has(share: float, misread: bool) -> None:
    others = round(3 / (share * MIN_SHARE)) - 3
    words = ["fÃ¼r", "naÃ¯ve", "schÃ¶n", *(f"é{chr(97 + i // 26)}{chr(97 + i % 26)}" for i in range(others))]
    assert is_misread(" ".join(words)) == misread


@pytest.mark.parametrize(("page", "reason"), [(None, None), ("utf-8", WRONG_LETTERS), ("cp1252", None)])
def test_a_page_in_another_code_page_is_not_sound(
    page: str | None, reason: str | None, layer: Callable[..., TextLayer]
) -> None:
    text = shown(GERMAN, page) if page else GERMAN

    def draw(canvas: Any) -> None:
        canvas.drawString(72, 700, text)

    assert layer(draw).distrust == reason
