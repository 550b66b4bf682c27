"""Machines beside each other: their conditions, their physical floor, what is published of them."""
