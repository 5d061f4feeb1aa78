"""What everything stands on. Knows no model."""
