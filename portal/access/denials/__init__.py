"""What the security log says of doors that stayed shut, counted for the auditor."""
