"""Whole dialogues with Warroom in the practice workspace, over real HTTP and WebSocket."""
