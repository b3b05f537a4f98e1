"""Language models on this machine: weights, conversion, the local server, adapters that are tuned."""
