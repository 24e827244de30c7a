"""Bold and italic type, told by the names that foundries, publishers and TeX give to fonts."""

from __future__ import annotations

import pytest

from ocr_plugins.source.pdf.characters import style_of


@pytest.mark.parametrize(
    ("name", "bold", "italic"),
    [
        ("Times-Roman", False, False),
        ("TimesNewRomanPS-BoldItalicMT", True, True),
        ("Arial,Bold", True, False),
        ("ABCDEF+CMBX12", True, False),
        ("CMR10", False, False),
        ("CMTI10", False, True),
        ("CMMI10", False, False),
        ("SFBX1200", True, False),
        ("NimbusRomNo9L-Medi", True, False),
        ("NimbusRomNo9L-MediItal", True, True),
        ("NimbusRomNo9L-ReguItal", False, True),
        ("Frutiger-Medium", False, False),
        ("AdvOT3b30f6db.B", True, False),
        ("AdvOT65f8a23b.I", False, True),
        ("AdvOTa9103878+20", False, False),
        ("MinionPro-It", False, True),
        ("AdobeCorpID-MyriadBdIt", True, True),
        ("AdobeCorpID-MyriadRgIt", False, True),
        ("Helvetica-Oblique", False, True),
        ("FranklinGothic-Demi", True, False),
        ("Limited-Regular", False, False),
        ("Arial-Black", True, False),
    ],
)
def test_the_name_of_a_font_tells_its_style(name: str, bold: bool, italic: bool) -> None:
    assert style_of(name.lower()) == (bold, italic)
