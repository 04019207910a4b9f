"""Wi-Fi as a device in a workshop hears it."""

from devices.simulation.physics.noise import between, drift


def rssi(t: float, *, seed: str) -> int:
    """dBm: each device has its place, people walk by."""
    return round(between(-71, -48, seed, "place") + 3.5 * drift(t, seed=seed, period=40))
