"""Taps become commands: what the process of the doors knows, and tells readers between taps."""
