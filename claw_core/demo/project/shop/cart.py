"""A shopping cart."""

from dataclasses import dataclass, field


@dataclass
class Item:
    """Something to buy."""

    name: str
    price: float
    """Euros."""
    count: int = 1


@dataclass
class Cart:
    """What somebody wants to buy."""

    items: list[Item] = field(default_factory=list)

    def add(self, item: Item) -> None:
        """Put an item in; one that is there already is counted up."""
        for other in self.items:
            if other.name == item.name:
                other.count += item.count
                return
        self.items.append(item)

    def remove(self, name: str) -> None:
        """Take an item out, however many there are of it."""
        self.items = [item for item in self.items if item.name != name]

    def total(self) -> float:
        """What it costs, in euros."""
        total = 0.0
        for item in self.items:
            total += item.price * item.count
        return total

    def empty(self) -> bool:
        """Whether there is nothing in it."""
        return not self.items

    def count(self) -> int:
        """How many things there are in it."""
        return sum(item.count for item in self.items)

    def discounted(self, percent: int) -> float:
        """What it costs after a discount, in euros."""
        return self.total() * (100 - percent) / 100
