"""What the libraries do that one would not expect, shown on the libraries themselves: see docs/libraries.md."""
