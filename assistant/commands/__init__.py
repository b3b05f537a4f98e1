"""The commands of `palate`, one module for each group; cli.py wires them."""
