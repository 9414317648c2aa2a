"""From raw results to tables and plots."""
