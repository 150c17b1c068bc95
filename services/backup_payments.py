"""The backup payments: a second provider, which charges where the first one does not."""

from services.backstage.operations import Service
from services.charges import SCHEMA, offer_charges

DECLINED_PREFIX = "tok_declined_everywhere"

backup_payments = Service(
    name="backup_payments",
    description=f"Charges and refunds. A payment method that begins with `{DECLINED_PREFIX}` is refused; "
    "a subscription has at most one charge.",
    schema=SCHEMA,
)

offer_charges(
    backup_payments,
    charge="chargeAtBackup",
    refund="refundAtBackup",
    find="findAtBackup",
    look_up="getChargeAtBackup",
    declined=DECLINED_PREFIX,
)
