"""Speed and cost, each beside a floor measured in the same run. See README, `make bench`."""
