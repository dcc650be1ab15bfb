"""What the helpdesk does: finding who calls, seeing how things stand, and what was promised to whom."""
