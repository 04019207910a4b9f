"""Every decoder under bytes that a fuzzer makes up: `python -m tests.fuzz` (needs atheris)."""
