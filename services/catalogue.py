"""Which services there are; a new one is a module beside these and a name in this tuple."""

from services.inventory import inventory
from services.notifications import notifications
from services.payments import payments
from services.shipping import shipping

SERVICES = (inventory, payments, shipping, notifications)
