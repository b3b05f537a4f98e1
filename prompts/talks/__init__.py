"""Public sets of recommendation dialogues, read from files the user has."""
