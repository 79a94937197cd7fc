"""Questions about what to do, and what happens over time: built on the measures."""
