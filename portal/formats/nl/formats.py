"""Dates as INTERFACE asks: "dinsdag 4 augustus 2026"."""

DATE_FORMAT = "l j F Y"
SHORT_DATE_FORMAT = "j F Y"
DATETIME_FORMAT = "j F Y, H.i"
TIME_FORMAT = "H.i"
