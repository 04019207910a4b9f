"""What travels: topics, payloads, commands and the two clocks; no input, no output, no framework."""
