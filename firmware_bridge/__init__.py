"""Bytes in, decisions out: taps become commands, readings become a durable store and a live picture."""
