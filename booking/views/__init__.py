"""Pages: parse, act, answer."""
