"""What a message says: words of any catalogue, titles, bounds, moves; the model beside the rules."""
