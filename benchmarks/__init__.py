"""What Warroom costs in time and memory; `make bench` prints every table."""
