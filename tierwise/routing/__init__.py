"""Which agent takes which ticket next."""
