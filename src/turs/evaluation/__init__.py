"""How well the science rooms do their work, measured on anybody's own texts. One subject a file."""
