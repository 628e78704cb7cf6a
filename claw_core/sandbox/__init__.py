"""The sandbox: which profile a command runs in, what of it the kernel holds here, and what it refused."""
