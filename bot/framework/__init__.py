"""The building blocks of features."""
