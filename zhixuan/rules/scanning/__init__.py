"""What a scanner or a camera gives, made plain: one reading for every screen."""
