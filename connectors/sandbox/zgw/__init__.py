"""A municipality's back office over the ZGW standards: catalogue, cases, notifications, and its desk."""
