"""A run directory: read, validated, summed up, and told in words."""
