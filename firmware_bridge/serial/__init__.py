"""Serial lines: each one is driven by a thread that speaks MQTT for the devices on it."""
