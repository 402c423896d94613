"""The past played again under other ways to order and to share: what they would have served, held and let expire."""
