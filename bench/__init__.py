"""One file per figure that we claim. `make bench AREA=x` runs bench/x.py and writes var/bench/x.json."""
