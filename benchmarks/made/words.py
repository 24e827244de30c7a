"""Words of which made documents consist: by language, and for English by subject."""

from __future__ import annotations


def _words(text: str) -> list[str]:
    return text.split()


# English: the nouns of a subject, so that a document stays with its words.
SUBJECTS: dict[str, str] = {
    "engineering": "bridge girder bearing pump valve boiler turbine gasket foundation embankment drainage culvert "
    "joint coating inspection load deflection crack corrosion welding tolerance drawing contractor survey",
    "biology": "habitat population seedling larva pollen wetland canopy species nutrient sediment predator breeding "
    "migration specimen enzyme membrane tissue sample transect colony infection climate rainfall orchard",
    "law": "statute appeal tenant landlord plaintiff defendant witness tribunal contract clause liability damages "
    "injunction evidence hearing petition licence notice covenant easement trustee verdict statement objection",
    "commerce": "invoice supplier warehouse shipment inventory premium deposit mortgage dividend auditor account "
    "balance customer discount tariff freight retailer wholesaler payment interest surplus deficit budget market",
    "history": "parish charter harbour guild merchant garrison treaty chronicle manuscript monastery estate province "
    "council assembly reform famine railway colliery printer census archive governor election petition",
    "education": "curriculum pupil classroom teacher syllabus examination apprenticeship library lecture reading grade "
    "attendance enrolment scholarship workshop faculty term dissertation handbook exercise assessment seminar",
    "computing": "compiler buffer packet server index query cache thread scheduler parser interface database protocol "
    "latency module function variable argument request checksum cluster benchmark session gateway",
    "medicine": "patient dosage symptom therapy ward clinic nurse diagnosis relapse placebo trial cohort vaccine "
    "recovery surgery prescription screening outcome referral injury fracture allergy discharge insulin",
}
ADJECTIVES = _words(
    "annual average central coastal combined common complete considerable current daily detailed early "
    "eastern final former frequent general independent initial internal joint large late local long-term "
    "low-cost main mean minor modern monthly national new northern old ordinary original partial "
    "permanent preliminary previous principal private public reduced regional regular rural second "
    "separate short-term significant simple single small so-called southern special standard steady "
    "temporary total two-year typical uniform upper urban usual well-known western wide written"
)
VERBS = _words(
    "affected changed confirmed covered delayed described determined exceeded followed improved included "
    "increased influenced limited matched met preceded prevented reached reduced replaced required "
    "resembled served supported"
)
ADVERBS = _words("clearly finally gradually hardly largely later mainly often partly rarely slightly usually widely")
PLACES = _words(
    "Aldbourne Brackwater Carrow Dunmere Eastleigh Farnham Glenmore Hartwell Ilkley Kelso Lindale Marlow "
    "Northam Oakhurst Penrith Quorn Redcliffe Stanmore Thornbury Ullapool Wexcombe Yarrow"
)
FIRST_NAMES = _words(
    "Anna Peter Miriam Thomas Helen Samuel Clara Victor Ingrid Paul Nadia Henry Julia Martin Eva George "
    "Lucia David Sophie Arthur Marta Felix"
)
LAST_NAMES = _words(
    "Keller Brandt Whitfield Moreau Okafor Lindqvist Harrow Petrov Sandoval Nakamura Osborne Dupont "
    "Fischer Marsh Tanaka Castellano Byrne Novak Hughes Almeida Forster Winter Ridley Vance O'Neill "
    "Smith-Jones"
)
MONTHS: dict[str, list[str]] = {
    "en": _words("January February March April May June July August September October November December"),
    "de": _words("Januar Februar März April Mai Juni Juli August September Oktober November Dezember"),
    "fr": _words("janvier février mars avril mai juin juillet août septembre octobre novembre décembre"),
    "es": _words("enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"),
}
# {S} a subject with article, {O} an object, {N} a noun alone, {P} a place, {V} a verb, {A} an adverb, {Y} a year, {n} a
# number, {f} a number with a decimal mark, {p} a percentage, {L} a last name, {D} a date, {m} money.
SENTENCES: dict[str, list[str]] = {
    "en": [
        "{S} {V} {O}.",
        "{S} {A} {V} {O}, and {S2} {V} {O}.",
        "In {Y}, {S2} {V} {O} at {P}.",
        "Although {S2} {V} {O}, {S2} was not {V} by {O}.",
        "According to {L} ({Y}), {S2} {V} {O} in {p} of all cases.",
        "{S} amounts to {n} units, i.e. {p} of {O}.",
        "The value rose from {f} to {f} between {Y} and {Y}; {S2} was the cause.",
        "Dr. {L} {V} {O} before {S2} {V} it.",
        "It is not known whether {S2} {V} {O} or merely {V} it.",
        "This holds for {S2} as well as for {O} (see Fig. {d} and Table {d}).",
        "“{S} {V} {O},” said {F} {L} of {P}.",
        "{S}, which {V} {O}, has been in use since {Y}.",
        "On {D}, {S2} {V} {O} for the first time.",
        "One {N} of this kind costs approx. {m} and lasts {d} to {e} years.",
        "Where {S2} is concerned, e.g. at {P} or {P}, {O} has {A} {V} the {N}.",
        "Nothing in {S2} suggests that {O} {V} the {N}.",
        "More than {n} people live near {P}, where {S2} {V} {O}.",
        "{S} – and not {O} – {V} the {N} of {Y}.",
        "No. {e} of the series {V} {O}; the others did not.",
        "Both {S2} and {O} were {V} by the {N}, as {L} et al. have shown.",
        "However, {S2} {A} {V} {O}.",
        "For this reason {S2} must be {V} before {O} is.",
        "At {f} °C, {S2} {V} {O} within {e} minutes.",
        "If {S2} fails, {O} is {V} by hand.",
        "The {N}-related costs were {m}, or {p} less than in {Y}.",
    ],
    "de": [
        "{S} {V} {O}.",
        "Im Jahre {Y} {V} {S2} {O}.",
        "{S} {V} {O}, und {S2} {V} {O}.",
        "Nach {L} ({Y}) {V} {S2} {O} in {p} der Fälle.",
        "Wie {S2} zeigt, {V} {S2} {O} nur selten.",
        "{S} kostet etwa {m}, d. h. {p} mehr als im Vorjahr.",
        "Am {D} {V} {S2} {O} zum ersten Mal.",
        "Zwischen {Y} und {Y} stieg der Wert von {f} auf {f}; {S2} {V} {O}.",
        "Dr. {L} {V} {O} in {P}.",
        "Es ist nicht bekannt, ob {S2} {O} beeinflusst.",
        "Dagegen {V} {S2} {O}, z. B. in {P} (vgl. Abb. {d}).",
        "„{S} {V} {O}“, sagte {F} {L}.",
        "Mehr als {n} Menschen leben bei {P}, weil {S2} {O} ermöglicht.",
        "Für {O} gilt dies nicht.",
    ],
    "fr": [
        "{S} {V} {O}.",
        "En {Y}, {S2} {V} {O} à {P}.",
        "{S} {V} {O}, et {S2} {V} {O}.",
        "Selon {L} ({Y}), {S2} {V} {O} dans {p} des cas.",
        "Cependant, {S2} {V} {O}, c.-à-d. {O}.",
        "Le {D}, {S2} {V} {O} pour la première fois.",
        "La valeur passe de {f} à {f} entre {Y} et {Y} ; {S2} {V} {O}.",
        "« {S} {V} {O} », explique {F} {L}.",
        "On ne sait pas si {S2} {V} {O}.",
        "Plus de {n} personnes habitent près de {P}, où {S2} {V} {O}.",
        "Le coût s’élève à {m}, soit {p} de moins qu’en {Y} (voir fig. {d}).",
        "M. {L} estime que {S2} {V} {O}.",
    ],
    "es": [
        "{S} {V} {O}.",
        "En {Y}, {S2} {V} {O} en {P}.",
        "{S} {V} {O}, y {S2} {V} {O}.",
        "Según {L} ({Y}), {S2} {V} {O} en el {p} de los casos.",
        "Sin embargo, {S2} {V} {O}, p. ej. {O}.",
        "El {D}, {S2} {V} {O} por primera vez.",
        "El valor pasó de {f} a {f} entre {Y} y {Y}; {S2} {V} {O}.",
        "No se sabe si {S2} {V} {O}.",
        "Más de {n} personas viven cerca de {P}, donde {S2} {V} {O}.",
        "El Sr. {L} afirma que {S2} {V} {O} (véase la fig. {d}).",
    ],
}
# Nouns with their gender: m, f, n.
GENDERED: dict[str, list[tuple[str, str]]] = {
    "de": [
        (noun, gender)
        for gender, nouns in (
            ("m", "Vertrag Bericht Hafen Boden Markt Betrieb Antrag Beschluss Zustand Versuch Wasserstand Lehrplan"),
            (
                "f",
                "Messung Verwaltung Brücke Gemeinde Forderung Entwicklung Leitung Satzung Prüfung Wirtschaft Anlage "
                "Bevölkerung Geschwindigkeit Untersuchung Grundsteuer Versicherung",
            ),
            ("n", "Verfahren Gebäude Ergebnis Gesetz Gewässer Archiv Grundstück Unternehmen Jahrhundert Gutachten"),
        )
        for noun in nouns.split()
    ],
    "fr": [
        (noun, gender)
        for gender, nouns in (
            ("m", "contrat rapport port sol marché conseil projet résultat bâtiment réseau règlement budget traité"),
            ("f", "mesure commune route méthode demande société récolte rivière loi période table bibliothèque ville"),
        )
        for noun in nouns.split()
    ],
    "es": [
        (noun, gender)
        for gender, nouns in (
            (
                "m",
                "contrato informe puerto mercado proyecto resultado edificio reglamento tratado estudio siglo",
            ),
            (
                "f",
                "medida comunidad carretera ley demanda sociedad cosecha biblioteca ciudad reforma población",
            ),
        )
        for noun in nouns.split()
    ],
}
GENDERED_ADJECTIVES: dict[str, list[str]] = {
    "de": _words(
        "neu alt groß klein wichtig öffentlich jährlich örtlich bisherig einfach gemeinsam städtisch ländlich "
        "früh allgemein vorläufig ursprünglich"
    ),
    "fr": _words("moderne simple utile rare durable complexe fragile unique agricole économique historique publique"),
    "es": _words("importante grande especial local general social regional anual reciente estable rural posible"),
}
OTHER_VERBS: dict[str, list[str]] = {
    "de": _words("beeinflusst verändert bestimmt verbessert ersetzt begrenzt betrifft erreicht übertrifft belegt"),
    "fr": _words("modifie améliore remplace limite concerne dépasse confirme précède favorise détermine"),
    "es": _words("modifica mejora reemplaza limita supera confirma favorece determina describe explica"),
}
# What headings of documents say, beside nouns of the subject.
HEADINGS: dict[str, list[str]] = {
    "en": [
        "Introduction", "Background", "Materials and Methods", "Results", "Discussion", "Conclusions", "Scope",
        "Definitions", "Summary of Findings", "Recommendations", "Limitations", "Further Work", "Safety", "Maintenance",
        "Getting Started", "Cost and Benefit", "Legal Framework", "Data Sources", "Next Steps", "Acknowledgements",
    ],
    "de": [
        "Einleitung", "Grundlagen", "Ergebnisse", "Zusammenfassung", "Ausblick", "Geltungsbereich", "Begriffe",
        "Stand der Forschung", "Methoden", "Kosten und Nutzen", "Rechtlicher Rahmen", "Empfehlungen", "Anhang",
    ],
    "fr": [
        "Introduction", "Contexte", "Méthodes", "Résultats", "Discussion", "Conclusion", "Cadre juridique",
        "Définitions", "Recommandations", "Champ d’application", "Coûts et avantages", "Sources",
    ],
    "es": [
        "Introducción", "Antecedentes", "Métodos", "Resultados", "Discusión", "Conclusiones", "Marco jurídico",
        "Definiciones", "Recomendaciones", "Ámbito de aplicación", "Fuentes de datos",
    ],
}  # fmt: skip
LABELS: dict[str, dict[str, str]] = {
    "en": {"figure": "Figure", "table": "Table", "contents": "Contents", "abstract": "Abstract", "chapter": "Chapter"},
    "de": {
        "figure": "Abbildung",
        "table": "Tabelle",
        "contents": "Inhalt",
        "abstract": "Kurzfassung",
        "chapter": "Kapitel",
    },
    "fr": {"figure": "Figure", "table": "Tableau", "contents": "Sommaire", "abstract": "Résumé", "chapter": "Chapitre"},
    "es": {"figure": "Figura", "table": "Tabla", "contents": "Índice", "abstract": "Resumen", "chapter": "Capítulo"},
}
