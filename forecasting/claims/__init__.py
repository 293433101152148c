"""From members to claims: regime, selection, and the path of claims, aid and share."""
