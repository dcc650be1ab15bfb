"""Telling citizens that something waits for them: by mail, SMS or post, without a word of what it is."""
