"""What the display says when the reader decides alone; the server sends its own words."""

FR = {
    "welcome": "Bienvenue",
    "goodbye": "Au revoir",
    "unknown_badge": "Badge inconnu ici",
    "badge_expired": "Badge expire",
    "not_certified": "Pas d'habilitation",
    "booked_by_other": "Reserve par autrui",
    "not_booked": "Non reserve",
    "lab_closed": "Ferme",
    "machine_busy": "Machine en marche",
    "device_unclaimed": "Lecteur inactif",
    "badge_too_weak": "Badge insuffisant",
    "needs_buddy": "A deux seulement",
    "alone": "hors ligne",
    "ready": "Presentez le badge",
}
EN = {
    "welcome": "Welcome",
    "goodbye": "Goodbye",
    "unknown_badge": "Not known here",
    "badge_expired": "Badge expired",
    "not_certified": "No certification",
    "booked_by_other": "Booked by others",
    "not_booked": "Not booked",
    "lab_closed": "Closed",
    "machine_busy": "Machine at work",
    "device_unclaimed": "Not in service",
    "badge_too_weak": "Badge too weak",
    "needs_buddy": "Only in pairs",
    "alone": "offline",
    "ready": "Show your badge",
}
ELSE = {"fr": "Refuse", "en": "Refused"}
ACCENTS = {"é": "e", "è": "e", "ê": "e", "ë": "e", "à": "a", "â": "a", "ç": "c", "î": "i", "ï": "i", "ô": "o",
           "ù": "u", "û": "u", "É": "E", "È": "E", "À": "A", "Ç": "C", "œ": "oe", "’": "'", "\u202f": " ",
           "\u00a0": " "}  # fmt: skip


def word(code, language):
    return (EN if language == "en" else FR).get(code) or ELSE.get(language, "Refuse")


def plain(text):
    """As the display's font can show it."""
    return "".join(ACCENTS.get(sign, sign if " " <= sign <= "~" else "?") for sign in text)


def lines(text, width):
    """Text in lines of at most `width` signs, broken between words where that is possible."""
    found = [""]
    for piece in plain(text).split():
        while len(piece) > width:
            found.append(piece[:width])
            piece = piece[width:]
        joined = (found[-1] + " " + piece).strip()
        if len(joined) <= width:
            found[-1] = joined
        else:
            found.append(piece)
    return [line for line in found if line]
