"""Decisions as pure functions over frozen facts: no Django, no clock."""
