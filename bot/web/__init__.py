"""How the world reaches us: the HTTP server (health, Slack's requests) and the Socket Mode connection."""
