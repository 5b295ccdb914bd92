"""What becomes of a delivery."""
