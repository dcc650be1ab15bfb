"""Addresses for machines: agencies that tell us of news."""
