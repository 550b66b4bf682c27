"""A run as an archive: names left out, the same bytes each time."""
