"""Members: four accounts to sign in with, and the simulated makers."""

from dataclasses import dataclass


@dataclass(frozen=True)
class MemberRow:
    """`account` is somebody to sign in as; others live in the simulated lab only."""

    username: str
    first_name: str
    last_name: str
    role: str = "maker"
    certifications: tuple[str, ...] = ()
    any_hour: bool = False
    shows_name: bool = False
    account: bool = False
    door: str | None = None
    reader: str | None = None
    resource: str | None = None


MEMBERS = (
    MemberRow(
        "maker", "Camille", "Martin", certifications=("laser", "cnc"), any_hour=True, account=True
    ),
    MemberRow("novice", "Noé", "Petit", account=True),
    MemberRow("manager", "Maud", "Bernard", "manager", ("laser", "cnc"), any_hour=True, account=True),
    MemberRow("admin", "Alex", "Durand", "admin", any_hour=True, account=True),
    MemberRow(
        "yuna", "Yuna", "Le Goff", any_hour=True, shows_name=True,
        door="door-rfid", reader="reader-solder-1", resource="solder-1",
    ),
    MemberRow(
        "ines", "Inès", "Carpentier", certifications=("laser",), any_hour=True, shows_name=True,
        door="door-fablab", reader="reader-laser-2", resource="laser-2",
    ),
    MemberRow(
        "karim", "Karim", "Haddad", certifications=("cnc",), shows_name=True,
        door="door-fablab", reader="reader-cnc-2", resource="cnc-2",
    ),
    MemberRow("lea", "Léa", "Morand", door="door-fablab"),
    MemberRow(
        "thomas", "Thomas", "Vasseur", certifications=("laser",),
        door="door-fablab", reader="reader-laser-2", resource="laser-2",
    ),
    MemberRow(
        "amina", "Amina", "Cissé", shows_name=True, door="badge-carrefour", resource="desk",
    ),
    MemberRow("victor", "Victor", "Abadie", any_hour=True, door="door-rfid"),
)  # fmt: skip
