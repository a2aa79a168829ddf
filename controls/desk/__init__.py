"""The desk of the policy team: what a new policy changes, for whom, and how it becomes the one that is served."""
