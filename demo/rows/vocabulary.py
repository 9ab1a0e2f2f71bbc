"""Names, places and streets per country."""

from random import Random

FIRST_NAMES = {
    "de": "Anna Lukas Marie Jonas Katharina Felix Lena Matthias Sabine Tobias Julia Stefan Claudia "
    "Florian Birgit Moritz Nina Andreas Theresa Markus Ines Dominik Franziska Simon",
    "fr": "Camille Hugo Manon Louis Chloé Antoine Élodie Julien Margaux Théo",
    "it": "Giulia Marco Chiara Luca Elena Matteo Francesca Davide Sara Paolo",
    "nl": "Sanne Daan Femke Bram Lotte Thijs Maaike Ruben",
    "en": "Emily Oliver Grace Harry Charlotte Jack Isla Thomas Megan Owen",
}
LAST_NAMES = {
    "de": "Gruber Hofmann Leitner Brandl Keller Steiner Vogt Lechner Winkler Baumann Rieger Frei "
    "Zimmerer Hartmann Egger Moser Seidel Kaufmann Wolff Ammann Burger Thoma Haas Neuner",
    "fr": "Lefèvre Moreau Girard Roussel Perrin Fontaine Chevalier Garnier Blanchard Renaud",
    "it": "Ferraro Conti Marchetti Rinaldi Gallo Bianchi Serra Lombardi Pellegrini Fabbri",
    "nl": "Visser Bakker Mulder Dekker Hoekstra Smit Postma Brouwer",
    "en": "Whitfield Harper Bennett Thornton Ellis Marsh Hughes Fletcher Pearce Lawson",
}
LANGUAGE = {"DE": "de", "AT": "de", "CH": "de", "FR": "fr", "IT": "it", "NL": "nl", "GB": "en"}

PLACES = {
    "DE": (
        ("87435", "Kempten", "Bayern"),
        ("80331", "München", "Bayern"),
        ("79098", "Freiburg", "Baden-Württemberg"),
        ("70173", "Stuttgart", "Baden-Württemberg"),
        ("04109", "Leipzig", "Sachsen"),
        ("50667", "Köln", "Nordrhein-Westfalen"),
        ("87700", "Memmingen", "Bayern"),
    ),
    "AT": (
        ("6020", "Innsbruck", "Tirol"),
        ("5020", "Salzburg", "Salzburg"),
        ("8010", "Graz", "Steiermark"),
        ("6900", "Bregenz", "Vorarlberg"),
    ),
    "CH": (
        ("8001", "Zürich", "Zürich"),
        ("4051", "Basel", "Basel-Stadt"),
        ("7000", "Chur", "Graubünden"),
        ("3011", "Bern", "Bern"),
    ),
    "FR": (
        ("69002", "Lyon", "Auvergne-Rhône-Alpes"),
        ("38000", "Grenoble", "Auvergne-Rhône-Alpes"),
        ("67000", "Strasbourg", "Grand Est"),
    ),
    "IT": (("39100", "Bolzano", "Alto Adige"), ("38122", "Trento", "Trentino")),
    "NL": (("3511", "Utrecht", "Utrecht"), ("6811", "Arnhem", "Gelderland")),
    "GB": (("S1 2HE", "Sheffield", "England"), ("EH1 1YZ", "Edinburgh", "Scotland")),
    "PT": (("4000-322", "Porto", "Norte"),),
    "SE": (("831 30", "Östersund", "Jämtland"),),
    "US": (("80302", "Boulder", "Colorado"),),
    "JP": (("390-0811", "Matsumoto", "Nagano"),),
}
STREETS = {
    "DE": "Bahnhofstraße Lindenweg Gartenstraße Bergstraße Am_Mühlbach Kirchplatz",
    "AT": "Bahnhofstraße Lindenweg Dorfstraße Bergweg Sonnenhang Kirchplatz",
    "CH": "Bahnhofstrasse Lindenweg Dorfstrasse Bergstrasse Seeweg Rosengasse",
    "FR": "rue_des_Alpes rue_du_Moulin avenue_de_la_Gare chemin_des_Vignes",
    "IT": "via_Roma via_dei_Mulini via_Stazione via_delle_Alpi",
    "NL": "Stationsstraat Molenweg Dorpsstraat Kerkstraat",
    "GB": "Mill_Lane Station_Road Church_Street Moor_View",
    "PT": "rua_da_Estação rua_das_Flores",
    "SE": "Storgatan Skogsvägen",
    "US": "Pine_Street Canyon_Road",
    "JP": "Ekimae Yamate",
}
NUMBER_FIRST = frozenset({"FR", "GB", "US"})


def person(rng: Random, country: str) -> tuple[str, str]:
    """Return a first and a last name as they are usual in `country`."""
    language = LANGUAGE[country]
    return rng.choice(FIRST_NAMES[language].split()), rng.choice(LAST_NAMES[language].split())


def street(rng: Random, country: str) -> str:
    """Return a street with a house number, in the order usual in `country`."""
    name = rng.choice(STREETS[country].split()).replace("_", " ")
    number = rng.randint(1, 94)
    return f"{number} {name}" if country in NUMBER_FIRST else f"{name} {number}"


def ascii_word(text: str) -> str:
    """Return `text` in lower-case ASCII letters, as in an e-mail address."""
    plain = text.lower().translate(_ASCII)
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


_ASCII = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "è": "e", "é": "e", "ô": "o", "ã": "a"}
)
