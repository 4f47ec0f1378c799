"""Who deploys: CI identities without keys, and the roles they work with in every account."""
