"""Placeholder replaced by the credit engine's states on landing."""
