"""The people's side of the workspace: what a page or a driver does as one of them."""
