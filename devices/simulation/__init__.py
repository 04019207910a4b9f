"""The simulated lab: honest MQTT and HTTP clients with their own credentials; it knows nothing of the server's code."""
