"""What the reader is told at provisioning: one file, whose keys are secret."""

from binascii import unhexlify


class Settings:
    """`pins` and `card` describe the hardware; everything else comes from the server."""

    def __init__(self, facts):
        broker = facts["broker"]
        self.name, self.password = facts["name"], facts["password"]
        self.host, self.port = broker["host"], broker["port"]
        self.tls, self.ca = broker.get("tls", False), broker.get("ca")
        self.key, self.site_key = unhexlify(facts["key"]), unhexlify(facts["site_key"])
        self.is_door = facts["for"] == "door"
        self.language = facts.get("language", "fr")
        self.ntp = facts.get("ntp", ("pool.ntp.org", 123))
        self.wifi = facts.get("wifi")
        self.card, self.pins = facts.get("card", "pn532-i2c"), facts.get("pins", {})

    def topic(self, what):
        return "fablab/v1/%s/%s" % (self.name, what)

    def tls_context(self):
        """Trusts the lab's own authority only; None without TLS."""
        if not self.tls:
            return None
        import ssl

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(cadata=_der(self.ca))
        return context


def _der(pem):
    from binascii import a2b_base64

    lines = pem.strip().split("\n")
    return a2b_base64("".join(line for line in lines if "-----" not in line))
