"""Random orders under random faults and SIGKILLs, repeatable by seed; the verdict is counted at the stand-ins."""
