"""A back office that speaks the Dutch ZGW standards: Zaken, Catalogi, Documenten, Besluiten, Notificaties.

See docs/zgw.md.
"""
