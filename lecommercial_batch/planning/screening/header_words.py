"""The words by which a header says what stands below it, without accents and capitals."""

from typing import Final

MOBILE: Final = frozenset(
    {
        "mobile",
        "mobiles",
        "mob",
        "portable",
        "portables",
        "gsm",
        "whatsapp",
        "cell",
        "cellular",
        "cellulaire",
        "natel",
        *("movil", "celular", "handy", "handynummer", "mobiel", "mobil", "mobilnummer", "telemovel"),
    }
)
PHONE: Final = frozenset(
    {"telephone", "telephones", "tel", "tels", "phone", "phones", "msisdn", "telefon", "telefono", "telefone"}
)
WEAK: Final = frozenset({"numero", "num", "number", "no", "n", "contact", "sms"})
#: Whose phone it is, where it is not that of whom the row is about; and numbers that nobody has any more.
ANOTHERS: Final = frozenset(
    {
        *("owner", "commercial", "commerciale", "vendeur", "vendeuse", "conseiller", "conseillere", "salesperson"),
        *("assistant", "assistante", "assistantes", "secretariat", "conjoint", "conjointe", "spouse"),
        *("urgence", "emergency", "parrain", "referrer", "livreur", "ancien", "ancienne", "old", "previous"),
    }
)
LANDLINE: Final = frozenset({"fixe", "fixes", "fax", "landline", "bureau", "standard"})
FAX: Final = frozenset({"fax", "telecopie"})
CONSENT: Final = frozenset(
    {
        "optin",
        "consent",
        "consentement",
        "consentements",
        "rgpd",
        "gdpr",
        "accord",
        "abonne",
        "autorise",
        "autorisation",
    }
)
#: Headers that speak of consent when what stands below is yes and no.
PERHAPS_CONSENT: Final = frozenset(
    {
        "accepte",
        "acceptes",
        "inscrit",
        "inscription",
        "newsletter",
        "communication",
        "communications",
        "marketing",
        "sms",
        "whatsapp",
        "contactable",
        "subscribed",
        "agreed",
    }
)
BY_MAIL: Final = frozenset({"email", "mail", "courriel", "emailing"})  #: agreeing to these is another consent
YES_OR_NO: Final = frozenset(
    {"oui", "non", "yes", "no", "o", "n", "y", "true", "false", "vrai", "faux", "1", "0", "x", "ok"}
)
FIRST_NAME: Final = frozenset({"prenom", "prenoms", "firstname", "givenname", "forename"})
LAST_NAME: Final = frozenset({"nom", "noms", "lastname", "surname", "familyname"})
NAME: Final = frozenset({"nom", "noms", "name", "lastname", "surname", "client", "contact"})
COMPANY: Final = frozenset({"societe", "entreprise", "company", "enseigne", "raisonsociale"})
#: What a header counts or dates by: `N° client` is nobody's name.
NO_NAME: Final = frozenset(
    {"numero", "num", "n", "no", "id", "code", "ref", "reference", "date", "type", "email", "mail", "adresse"}
)
#: Which name a country where they are all that a header says, and something else in company.
COUNTRY_ALONE: Final = frozenset(
    {"land", "nation", "paese", "pais", "laendercode", "landcode", "staat", "nazione", "wohnsitz", "landwohnsitz"}
)
COUNTRY: Final = frozenset({"pays", "country", "countries", "indicatif", "indicatifs", "countrycode", "dialcode"})
#: What a column of countries says that is not where somebody's phone is.
ELSEWHERE: Final = frozenset(
    {
        "naissance",
        "birth",
        "origine",
        "origin",
        "nationalite",
        "nationality",
        "livraison",
        "shipping",
        "entreprise",
    }
)
