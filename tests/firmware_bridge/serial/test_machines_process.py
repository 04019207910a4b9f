"""Machines on a line tell what they do, and when they fall silent."""

from tests.firmware_bridge.bridges import PATIENCE
from tests.firmware_bridge.ports import answering
from tests.firmware_bridge.serial.gateways import SAID, gateway, heard
from tests.processes import eventually


def test_grbl_tells_what_it_does_and_when_it_falls_silent(quick_lab, plug):
    state = ["<Idle|MPos:0.000,0.000,0.000|FS:0.0,0>"]

    def grbl(said):
        return b"".join(f"{state[0]}\r\n".encode() for _ in range(said.count(b"?")) if state[0])

    with (
        answering(plug, grbl),
        quick_lab.client(*SAID) as client,
        gateway(quick_lab, plug, "grbl:door-1?poll=0.2"),
    ):
        assert heard(client, "hello")["profile"] == "grbl"
        assert heard(client, "readings")["state"] == "idle"
        state[0] = "<Run|MPos:1.000,2.000,0.000|FS:500,8000>"
        running = heard(client, "readings")
        assert [running[key] for key in ("state", "controller", "x", "speed")] == ["busy", "Run", 1, 8000]
        state[0] = ""
        assert heard(client, "status") == "offline"
        state[0] = "<Hold:0|MPos:1.000,2.000,0.000|FS:0,0>"
        assert heard(client, "status") == "online"
        assert heard(client, "readings")["state"] == "paused"


def test_marlin_tells_its_heat_and_its_print(quick_lab, plug):
    def marlin(said):
        answers = {b"M105": b"ok T:209.5 /210.0 B:65.0 /65.0 B@:127 @:127\n",
                   b"M27": b"SD printing byte 2827407/4963577\nok\n"}  # fmt: skip
        return b"".join(answers.get(line, b"") for line in said.split(b"\n"))

    with (
        answering(plug, marlin),
        quick_lab.client(*SAID) as client,
        gateway(quick_lab, plug, "marlin:door-1?poll=1"),
    ):
        eventually(
            lambda: (
                heard(client, "readings").items()
                >= {"state": "printing", "progress": 57.0, "tool0": 209.5}.items()
            )
        )


def test_a_line_that_only_hears_itself_is_no_machine(quick_lab):
    with (
        quick_lab.client(SAID[1]) as client,
        quick_lab.bridge("--serial", "loop://", "--as", "grbl:door-1?poll=0.2", ready=False) as process,
    ):
        eventually(lambda: "the machine does not answer" in process.text, PATIENCE)
        assert heard(client, "status") == "offline"
        assert process.process.poll() is None
