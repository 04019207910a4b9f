"""The embedded broker: who may speak on which topics follows from the device table alone."""
