"""How taste is learned: arrays only, no text and no item objects."""
