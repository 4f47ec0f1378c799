"""How machines are worked on: sessions, inventory, patches, shared documents and products."""
