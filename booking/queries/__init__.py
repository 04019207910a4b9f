"""Reads: facts for the rules, free time, planning, presence."""
