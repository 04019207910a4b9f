"""Runs the processes of one lab: starts, watches, restarts and ends them together."""
