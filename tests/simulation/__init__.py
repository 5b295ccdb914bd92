"""Simulations: hours of an incident in seconds, with every promise and post in a log that is compared line by line."""
