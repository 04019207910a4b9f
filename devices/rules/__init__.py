"""Decisions about devices as pure functions: no Django, no clock."""
