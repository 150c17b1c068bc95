"""What every stand-in shares and none has to repeat: keys, ledger, calls, faults, problems.

It knows no service.
"""
