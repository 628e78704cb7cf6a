import unittest

from shop.cart import Cart, Item
from shop.receipt import receipt


class ShopTest(unittest.TestCase):
    def cart(self) -> Cart:
        cart = Cart()
        cart.add(Item("pen", 10, 3))
        cart.add(Item("ink", 20))
        return cart

    def test_the_total_is_exact(self) -> None:
        self.assertEqual(self.cart().total(), 50)
        self.assertIsInstance(self.cart().discounted(50), int)

    def test_a_discount_rounds_to_a_whole_cent(self) -> None:
        self.assertEqual(self.cart().discounted(25), 38)

    def test_the_receipt_shows_euros(self) -> None:
        self.assertEqual(receipt(self.cart()).splitlines()[-1], "total 0.50")


if __name__ == "__main__":
    unittest.main()
