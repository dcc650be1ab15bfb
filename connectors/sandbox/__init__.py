"""The other side of the portal: register, municipality and identity provider, in a process of its own."""
