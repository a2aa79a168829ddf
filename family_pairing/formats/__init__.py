"""How dates look, where Django's own way reads less well in the middle of a sentence."""
