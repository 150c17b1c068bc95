"""The worker and the server are killed for real; effects are counted at the stand-ins."""
