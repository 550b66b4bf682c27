"""The pages: what the report is composed of, and what all pages share."""
