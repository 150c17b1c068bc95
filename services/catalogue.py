"""Which services there are; a new one is a module beside these and a name in this tuple."""

from services.accounts import accounts
from services.agent import agent
from services.articles import articles
from services.automation import automation
from services.backup_payments import backup_payments
from services.desk import desk
from services.directory import directory
from services.erp import erp
from services.hosts import hosts
from services.inventory import inventory
from services.marketing import marketing
from services.monitoring import monitoring
from services.notifications import notifications
from services.order_history import order_history
from services.paging import paging
from services.partners import partners
from services.payments import payments
from services.people import people
from services.preferences import preferences
from services.profiles import profiles
from services.provisioning import provisioning
from services.search import search
from services.shipping import shipping
from services.tasks import tasks
from services.tracker import tracker
from services.users import users

SERVICES = (
    inventory,
    payments,
    shipping,
    notifications,
    accounts,
    marketing,
    articles,
    search,
    profiles,
    order_history,
    preferences,
    users,
    provisioning,
    backup_payments,
    partners,
    desk,
    tracker,
    directory,
    paging,
    monitoring,
    automation,
    tasks,
    agent,
    erp,
    people,
    hosts,
)
