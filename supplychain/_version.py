"""The version of the package: the one place; packaging and the outputs read it from here."""

__version__ = "0.1.0"
