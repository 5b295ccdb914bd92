"""The rules: pure Python, standard library only, one file per topic."""
