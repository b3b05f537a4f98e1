"""Labelled cases written by a grammar: for the catalogue at hand and for invented ones, by seed."""
