"""The embedded broker's listeners: TLS where there is a certificate, and nonsense refused by name."""

import os

import pytest

from lab.config import BadSetting
from lab.listeners import Listeners, Secure, load
from tests.firmware_bridge.firmware.authority import authority, openssl, signed_by


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    folder = tmp_path_factory.mktemp("papers")
    authority(folder)
    signed_by(folder, "localhost")
    return folder


@pytest.fixture
def given(papers):
    return {"MQTT_TLS_CERT": str(papers / "broker.pem"), "MQTT_TLS_KEY": str(papers / "broker.key")}


def test_without_a_certificate_there_is_no_tls():
    assert load({}) == Listeners(None, True, "")


def test_a_certificate_and_its_key_make_a_listener(given, papers):
    more = {"MQTT_TLS_PORT": "8884", "MQTT_TLS_CLIENT_CA": str(papers / "ca.pem"), "MQTT_PLAIN": "loopback"}
    secure = Secure(8884, papers / "broker.pem", papers / "broker.key", papers / "ca.pem")

    assert load(given | more) == Listeners(secure, False, "")
    assert load(given).secure.port == 8883


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MQTT_TLS_CERT", ""),
        ("MQTT_TLS_KEY", ""),
        ("MQTT_TLS_CERT", "/nowhere.pem"),
        ("MQTT_TLS_KEY", "{papers}/ca.key"),
        ("MQTT_TLS_KEY", "{papers}/locked.key"),
        ("MQTT_TLS_KEY", "{papers}/broker.pem"),
        ("MQTT_TLS_CLIENT_CA", "/nowhere.pem"),
        ("MQTT_TLS_PORT", "0"),
        ("MQTT_PLAIN", "never"),
        ("MQTT_DEVICE_URL", "broker.lab"),
        ("MQTT_DEVICE_URL", "mqtts://door-1:secret@broker.lab"),
    ],
)
def test_what_does_not_fit_is_refused_by_name(given, papers, name, value):
    openssl(papers, "ec -in broker.key -aes128 -passout pass:secret -out locked.key")

    with pytest.raises(BadSetting, match=f"^{name} must be .+$") as refused:
        load(given | {name: value.format(papers=papers)})
    assert "secret" not in str(refused.value)


def test_nobody_is_locked_out_for_want_of_a_certificate():
    with pytest.raises(BadSetting, match="MQTT_PLAIN must be everywhere"):
        load({"MQTT_PLAIN": "loopback"})


def test_a_renewed_certificate_has_another_stamp(given):
    secure = load(given).secure
    before = secure.stamp

    os.utime(secure.certificate, ns=(1, 1))

    assert secure.stamp != before
