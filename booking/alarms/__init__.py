"""Alarms: what the rules see, what is kept of it, who is told."""
