"""The APIs we speak: each maps our words to a vendor's and back. Who speaks them lies in `providers/`."""
