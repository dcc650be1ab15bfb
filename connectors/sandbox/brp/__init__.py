"""The BRP as the sandbox plays it: Haal Centraal BRP Personen bevragen 2.7, one way of asking."""
