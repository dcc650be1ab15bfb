"""The BAG as the sandbox plays it: BAG API Individuele Bevragingen v2, by postcode and house number."""
