"""The flows: one module each, a page that reads as the plan."""
