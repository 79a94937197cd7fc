"""What the prices of a bill can be used for: as far as the file and the user's rates allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from supplychain.errors import Problem
from supplychain.formats.spreadsheets.counts import first_price
from supplychain.formats.spreadsheets.values import Item, Price

__all__ = ["Pricing", "pricing_of"]


@dataclass(frozen=True)
class Pricing:
    """What prices can be used for.

    Attributes
    ----------
    rates : mapping of str to float
        USD for one unit of each currency that can be converted, USD itself among them.
    cost_shares : mapping of int to float
        Share of the cost of what a row goes into, where all prices are in one currency that cannot be converted:
        shares need no rate.
    currencies : mapping of str to int
        Priced lines by currency; "" where none is stated.
    """

    rates: Mapping[str, float]
    cost_shares: Mapping[int, float] = field(default_factory=dict)
    currencies: Mapping[str, int] = field(default_factory=dict)

    def usd(self, price: Price | None) -> float | None:
        """Price in USD; None without a price or a rate."""
        if price is None or price.currency not in self.rates:
            return None
        return price.amount * self.rates[price.currency]

    def sentences(self) -> list[str]:
        """Say what was made of the prices."""
        said = []
        for currency, count in sorted(self.currencies.items()):
            lines = f"{count} price{'s' * (count != 1)}"
            if currency == "USD":
                continue
            if currency in self.rates:
                said.append(f"{lines} in {currency} at {self.rates[currency]:.12g} USD each, as you said.")
                continue
            name = f"in {currency}" if currency else "without a currency"
            option = f"--rate {currency}=USD" if currency else "--currency CODE"
            use = "used for shares of cost only" if self.cost_shares else "not used beside other money"
            said.append(f"{lines} {name}: kept as written, {use}; {option} would convert them.")
        return said

    def problems(self, file: str) -> list[Problem]:
        """Warn of prices that no figure uses."""
        if self.cost_shares:
            return []
        return [
            Problem(
                "warning",
                file,
                None,
                "unit_cost",
                currency,
                f"{count} price{'s' * (count != 1)} in {currency or 'no stated currency'} not used",
                f"--rate {currency}=USD" if currency else "--currency CODE",
            )
            for currency, count in sorted(self.currencies.items())
            if currency not in self.rates
        ]


def pricing_of(items: Sequence[Item], rates: Mapping[str, float]) -> Pricing:
    """Decide what the prices of a bill can be used for.

    Parameters
    ----------
    items : sequence of Item
    rates : mapping of str to float
        USD for one unit of a currency, as the user gives them.
    """
    known = {**rates, "USD": 1.0}
    currencies: dict[str, int] = {}
    for item in items:
        for currency in {source.price.currency for source in item.sources if source.price is not None}:
            currencies[currency] = currencies.get(currency, 0) + 1
    if len(currencies) != 1 or set(currencies) <= set(known):
        return Pricing(known, {}, currencies)
    return Pricing(known, _shares(items), currencies)


def _shares(items: Sequence[Item]) -> dict[int, float]:
    """Cost of each line / price of what it goes into, or the cost of all priced lines of that if it is more."""
    prices = {item.row: price.amount for item in items if (price := first_price(item)) is not None}
    costs = {
        item.row: prices[item.row] * item.quantity for item in items if item.row in prices and item.quantity is not None
    }
    sums: dict[int | None, float] = {}
    for item in items:
        sums[item.parent] = sums.get(item.parent, 0.0) + costs.get(item.row, 0.0)
    shares = {}
    for item in items:
        whole = sums[item.parent]
        if item.parent is not None:
            whole = max(whole, prices.get(item.parent, 0.0))
        if item.row in costs and whole > 0:
            shares[item.row] = costs[item.row] / whole
    return shares
