"""What `make bench` measures, each beside a yardstick taken in the same run."""
