"""Three replicas on one PostgreSQL under mixed load, while they are killed one after the other."""
