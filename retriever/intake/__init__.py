"""Anybody's tables -> items, interactions and links: what is read, what is guessed of it, and why."""
