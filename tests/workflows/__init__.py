"""Tests of the rules, with plain values."""
