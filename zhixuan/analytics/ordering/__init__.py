"""How much to order and who gets what, from monthly stock cards: the same figures for commands and screens."""
