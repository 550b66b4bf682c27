"""Runs beside each other: what may be compared, and what differs beyond doubt."""
