"""A receipt, as it is printed."""

from shop.cart import Cart


def receipt(cart: Cart) -> str:
    """A line an item, and the total."""
    lines = [f"{item.count} x {item.name}" for item in cart.items]
    return "\n".join([*lines, f"total {cart.total():.2f}"])
