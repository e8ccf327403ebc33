"""Statustext: texts the people who rely on a service the moment it breaks, and wrongs none."""

__version__ = "0.1.0"
