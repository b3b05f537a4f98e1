"""What could be recommended: catalogue, text vectors, FAISS, search, linking."""
