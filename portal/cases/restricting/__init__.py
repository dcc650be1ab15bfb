"""A citizen limits what may be done with a datum or with a request (AVG 18)."""
