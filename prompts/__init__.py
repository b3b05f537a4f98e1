"""Prompts as versioned data, and the harness that measures them."""
