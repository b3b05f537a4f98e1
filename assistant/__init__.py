"""One chat turn: intent, candidates, adapt and rank, reply."""
