"""A certificate authority of a lab, made with openssl as docs/readers.md tells."""

import subprocess
from pathlib import Path

from tests.servers import need


def authority(folder: Path) -> Path:
    """The authority's certificate, PEM; its key lies beside it."""
    certificate = folder / "ca.pem"
    openssl(
        folder,
        "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=lab-ca"
        " -keyout ca.key -out ca.pem",
    )
    return certificate


def signed_by(folder: Path, name: str, *, kind: str = "DNS") -> None:
    """`broker.pem` and `broker.key` for this host name, or this address with the kind `IP`."""
    (folder / "name.ext").write_text(f"subjectAltName={kind}:{name}\n")
    openssl(
        folder,
        f"req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN={name}"
        " -keyout broker.key -out broker.csr",
    )
    openssl(
        folder,
        "x509 -req -in broker.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile name.ext"
        " -out broker.pem",
    )


def openssl(folder: Path, words: str) -> None:
    subprocess.run([need("openssl"), *words.split()], cwd=folder, check=True, capture_output=True)
