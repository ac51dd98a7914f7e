"""What the browser tests stand on: buyers and agents as people at their pages, network cuts, and page checks."""
