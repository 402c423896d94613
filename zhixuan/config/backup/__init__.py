"""Everything in one file, and back: database, uploads, keys, and a manifest that says what must be found inside."""
