"""Measurements: cases, dialogues, public talks, logs, and simulated people."""
