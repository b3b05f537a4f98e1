"""Candidate sources behind one protocol, each switchable by name, and their fusion by learned weights."""
