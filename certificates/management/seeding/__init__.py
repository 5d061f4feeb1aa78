"""A believable edition of the congress, the same for the same seed. For demos, tests and benches."""
