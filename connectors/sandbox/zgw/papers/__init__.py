"""Documents and decisions of a back office: Documenten API, Besluiten API, and what links them to cases."""
