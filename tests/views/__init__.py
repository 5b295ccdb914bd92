"""What messages and forms say, whole."""
