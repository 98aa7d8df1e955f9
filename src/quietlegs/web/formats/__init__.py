"""How dates are written, by language. English ones are written out where they are used; here is what other languages make of them."""
