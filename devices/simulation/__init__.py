"""The simulated lab: honest MQTT and HTTP clients on their own credentials, free of the server's code."""
