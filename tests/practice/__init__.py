"""Tests of the practice workspace, met through the real slack-sdk and slack-bolt."""
