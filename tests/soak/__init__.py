"""What two ticket systems go through in months, in minutes: changes shuffled and doubled, over many runs of each flow."""
