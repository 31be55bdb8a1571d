"""How the installation is: what an operator and an administrator must know of it."""
