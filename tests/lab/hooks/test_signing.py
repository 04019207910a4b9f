"""Signatures as the Standard Webhooks publish them, and what a receiver does to check them."""

import base64
import hashlib
import hmac

from lab.hooks.signing import headers, signature
from lab.models.hooks import new_secret

# https://github.com/standard-webhooks/standard-webhooks, the worked example of its libraries
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
MESSAGE, AT = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNED = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_the_published_example_has_the_published_signature():
    assert "v1," + signature(SECRET, MESSAGE, AT, BODY) == SIGNED


def test_each_key_signs_the_newest_first():
    other = new_secret()

    told = headers(message=MESSAGE, at=AT, body=BODY, keys=[other, SECRET])

    assert told["webhook-id"] == MESSAGE
    assert told["webhook-timestamp"] == str(AT)
    first, second = told["webhook-signature"].split(" ")
    assert (first != SIGNED, second) == (True, SIGNED)


def test_a_new_secret_holds_256_bits_and_is_another_each_time():
    assert len(base64.b64decode(new_secret().removeprefix("whsec_"))) == 32
    assert new_secret() != new_secret()


def test_a_changed_body_has_another_signature():
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    by_hand = hmac.new(key, f"{MESSAGE}.{AT}.".encode() + BODY + b" ", hashlib.sha256).digest()

    assert signature(SECRET, MESSAGE, AT, BODY + b" ") == base64.b64encode(by_hand).decode()
    assert signature(SECRET, MESSAGE, AT, BODY + b" ") != signature(SECRET, MESSAGE, AT, BODY)
