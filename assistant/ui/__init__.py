"""What the page shows; the widgets are in app.py."""
