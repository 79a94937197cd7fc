"""`python -m supplychain`."""

from supplychain.cli import run

if __name__ == "__main__":
    run()
