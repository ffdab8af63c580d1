"""Types of three files in one handler."""

from decimal import Decimal
from typing import final
from uuid import uuid4

from typing_extensions import override

from deep_imports import base, orders, stored_things
from deep_imports import messages as m
from deep_imports.handlers.till import TillHandler

PRICE = orders.Price(amount=Decimal(1), currency=base.Currency.USD)
SHELF: stored_things.Shelf = 7
THING = stored_things.Thing(name="box", shelf=SHELF)


@final
class Till(TillHandler):
    @override
    async def on_buy(self, message: m.Buy, /) -> orders.Bought:
        items = [*message.basket.items, orders.Item(thing=THING, price=PRICE)]
        return orders.Bought(order_id=uuid4(), items=items)

    @override
    async def on_cancel(
        self, message: orders.Cancel, /
    ) -> orders.Cancelled | base.Failed:
        if message.order_id.int:
            return base.Failed(why="too late", left_over=self.params.most)
        return orders.Cancelled()
