"""Dates in English, day first as in the Netherlands."""

DATE_FORMAT = "l j F Y"
SHORT_DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H:i"
TIME_FORMAT = "H:i"
