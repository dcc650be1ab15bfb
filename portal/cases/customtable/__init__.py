"""The custom table (maatwerktafel): agencies look together at a request that hangs between them."""
