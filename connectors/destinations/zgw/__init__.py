"""A back office that speaks the Dutch ZGW standards: Zaken, Catalogi and Notificaties. See docs/zgw.md."""
